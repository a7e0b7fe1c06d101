/* The table of options. To add one: add its field to Config (or to the options struct of its
 * module) and its row here; parsing, messages, help, the README's table and the resolved config
 * follow. Rows stand in the order in which they are shown, sections together. */
#include <math.h>
#include <stddef.h>

#include "app/config.h"
#include "app/option_reasons.h"
#include "training/importance.h"
#include "training/threshold.h"

static const Restore restore_rows[] = {
    {{.name = "best", .help = "the weights of the epoch with the best monitored value"}, true},
    {{.name = "last", .help = "the weights of the last epoch"}, false},
};

static const NonfiniteRule nonfinite_rows[] = {
    {{.name = "stop", .help = "training ends with the best finite weights"}, false},
    {{.name = "rollback",
      .help = "back to the end of the last epoch and on at half the rate, up to 5 times"},
     true},
};

static const PredictedPart predicted_rows[] = {
    {{.name = "validation", .help = "predictions for the validation part"}, PART_VALIDATION},
    {{.name = "test", .help = "predictions for the test part"}, PART_TEST},
};

static const UnknownRule unknown_rows[] = {
    {{.name = "other", .help = "it becomes <other>, and is counted"}, false},
    {{.name = "error", .help = "it is a data error"}, true},
};

static const KindTable *unknown_kinds(void) {
    static const KindTable table = KIND_TABLE("rule for unknown categories", unknown_rows);
    return &table;
}

static const KindTable *nonfinite_kinds(void) {
    static const KindTable table =
        KIND_TABLE("rule for values that are not finite", nonfinite_rows);
    return &table;
}

static const KindTable *restore_kinds(void) {
    static const KindTable table = KIND_TABLE("weights to restore", restore_rows);
    return &table;
}

static const KindTable *predicted_kinds(void) {
    static const KindTable table = KIND_TABLE("part to predict", predicted_rows);
    return &table;
}

#define OPTION(step_, section_, key_, kind_of_value_, field_, default_, ...)                       \
    {                                                                                              \
        .step = (step_), .section = (section_), .key = (key_), .type = &type_##kind_of_value_,     \
        .offset = offsetof(Config, field_), .default_text = (default_), __VA_ARGS__                \
    }
#define RANGE(low, high)    .minimum = (low), .maximum = (high)
#define AT_LEAST(low)       .minimum = (low), .maximum = (double)INFINITY
#define WORD(word_, value_) .word = (word_), .word_value = (value_)
#define CHOICES(table_)     .choices = (table_)
#define MAY_CHANGE          .may_change = true
#define BESIDE_TRIALS       .is_beside_trials = true

/* clang-format off */
const Option config_options[] = {
    OPTION(0, "run", "name", text, name, "auto", WORD("auto", 0), .is_outward = true,
           .help = "name of the run and of its folder; auto: the config file's name without its "
                   "suffix"),
    OPTION(0, "run", "seed", seed, seed, "42",
           .help = "the one seed; shuffles, splits, weights and dropout each derive a stream of "
                   "their own"),
    OPTION(0, "run", "threads", integer, threads, "auto", WORD("auto", 0), RANGE(1, TEAM_MOST_THREADS),
           .is_outward = true,
           .help = "threads to train and evaluate with; auto: as many processors as have enough to "
                   "do; never changes a result"),
    OPTION(0, "run", "max_time", duration, max_seconds, "none", WORD("none", 0),
           MAY_CHANGE, BESIDE_TRIALS,
           .help = "stop after this time at the end of a batch; counts as done"),

    OPTION(1, "data", "file", paths, csv.files, NULL,
           .help = "CSV file(s) or glob, .gz too; - is standard input"),
    OPTION(1, "data", "validation_file", paths, validation_files, "none", WORD("none", 0),
           .help = "CSV of the validation part, in place of a split"),
    OPTION(1, "data", "test_file", paths, test_files, "none", WORD("none", 0),
           .help = "CSV of the test part, in place of a split"),
    OPTION(1, "data", "target", names, schema.target, NULL,
           .help = "column(s) to predict, by name or as #3 (1-based; in a file \"#3\", quoted); "
                   "several: multi-output or multi-label"),
    OPTION(1, "data", "task", kind, schema.task, "auto", WORD("auto", 0), CHOICES(task_kinds),
           .help = "auto: text or at most 20 distinct integers are classes, otherwise regression"),
    OPTION(1, "data", "header", boolean, csv.header, "true",
           .help = "false: the first line is data and columns are c1, c2, ..."),
    OPTION(1, "data", "delimiter", delimiter, csv.delimiter, "auto",
           .help = "auto: found from the first records, and refused when ambiguous"),
    OPTION(1, "data", "missing", names, schema.missing, "NA, N/A, NaN, null, None, ?",
           .help = "cells that mean \"no value\"; an empty cell always does"),
    OPTION(1, "data", "features", names, schema.features, "*",
           .help = "input columns, names and globs; * is every column without another role"),
    OPTION(1, "data", "ignore", names, schema.ignore, "none", WORD("none", 0),
           .help = "columns left out, names and globs"),
    OPTION(1, "data", "numeric", names, schema.numeric, "auto", WORD("auto", 0),
           .help = "columns read as numbers; auto: those in which every value is one"),
    OPTION(1, "data", "categorical", names, schema.categorical, "auto", WORD("auto", 0),
           .help = "columns read as categories; auto: those with text"),
    OPTION(1, "data", "id", names, schema.id, "none", WORD("none", 0),
           .help = "columns passed through to prediction files"),
    OPTION(1, "data", "weight", text, schema.weight, "none", WORD("none", 0),
           .help = "column with the weight of each row in losses and metrics"),
    OPTION(1, "data", "group", text, schema.group, "none", WORD("none", 0),
           .help = "column whose equal values stay in one part of the split"),
    OPTION(1, "data", "time", text, schema.time, "none", WORD("none", 0),
           .help = "column by which rows are ordered for split.method = time"),
    OPTION(1, "data", "max_rows", integer, csv.max_rows, "0", RANGE(0, 4294967294.0),
           .help = "read at most this many rows; 0: all"),

    OPTION(1, "split", "method", kind, split.method, "auto", WORD("auto", 0), CHOICES(split_kinds),
           .help = "how rows are parted; auto: column, group or time when given, stratified for "
                   "classes, else random"),
    OPTION(1, "split", "train", number, split.fractions[PART_TRAIN], "0.7", RANGE(0.001, 1),
           .without_effect = split_by_column,
           .help = "fraction of rows that train"),
    OPTION(1, "split", "validation", number, split.fractions[PART_VALIDATION], "0.15", RANGE(0, 1),
           .without_effect = split_by_column,
           .help = "fraction of rows that validate"),
    OPTION(1, "split", "test", number, split.fractions[PART_TEST], "0.15", RANGE(0, 1),
           .without_effect = split_by_column,
           .help = "fraction of rows that test; the three sum to 1"),
    OPTION(1, "split", "column", text, schema.split_column, "none", WORD("none", 0),
           .help = "column that holds train, validation or test"),
    OPTION(1, "split", "folds", integer, split.folds, "0", RANGE(0, 1000),
           .help = "k-fold cross-validation over training and validation rows; 0: off"),
    OPTION(1, "split", "seed", seed, split.seed, "auto", WORD("auto", 0),
           .help = "seed of the split; auto: run.seed"),

    OPTION(1, "preprocess", "scale", kind, features.scaler, "standard", CHOICES(scaler_kinds),
           .help = "how numeric inputs are scaled; fitted on training rows only"),
    OPTION(1, "preprocess", "impute", kind, features.imputer, "median", CHOICES(imputer_kinds),
           .help = "what stands in for a missing cell"),
    OPTION(1, "preprocess", "missing_indicator", boolean, features.missing_indicator, "false",
           .help = "one more input per numeric column with missing cells: 1 where it was missing"),
    OPTION(1, "preprocess", "encode", kind, features.encoder, "onehot", CHOICES(encoder_kinds),
           .help = "how categories become numbers"),
    OPTION(1, "preprocess", "embedding_dim", integer, features.embedding_dim, "auto", WORD("auto",
           0), RANGE(1, 1024),
           .without_effect = no_embedding,
           .help = "length of learned vectors; auto: half the categories, at most 50"),
    OPTION(1, "preprocess", "max_categories", integer, features.max_categories, "64", RANGE(2,
           65536),
           .help = "most frequent categories that are kept apart; rarer ones share <other>"),
    OPTION(1, "preprocess", "unknown", kind, unknown, "other", CHOICES(unknown_kinds),
           .help = "what a category that training did not know becomes; always counted"),
    OPTION(1, "preprocess", "target_scale", kind, target_scaler, "auto", WORD("auto", 0),
           CHOICES(scaler_kinds),
           .without_effect = target_is_unscaled,
           .help = "scaling of a regression target, inverted in every output; auto: standard"),

    OPTION(2, "network", "hidden", integers, network.hidden, "64, 32", WORD("", 0), RANGE(1,
           2147483647),
           .without_effect = layers_by_section,
           .help = "units of each hidden layer; empty: a linear model"),
    OPTION(2, "network", "activation", kinds, network.activations, "relu",
           CHOICES(activation_kinds),
           .without_effect = no_hidden_layer,
           .help = "of hidden layers: one, or one per layer"),
    OPTION(2, "network", "output", kind, network.output, "auto", WORD("auto", 0),
           CHOICES(output_kinds),
           .help = "activation of the last layer; auto: by the task"),
    OPTION(2, "network", "norm", kind, network.norm, "none", CHOICES(norm_kinds),
           .without_effect = no_hidden_layer,
           .help = "normalisation before each hidden activation"),
    OPTION(2, "network", "residual", boolean, network.residual, "false",
           .without_effect = no_hidden_layer,
           .help = "add a hidden layer's input to its output where both have equal width"),
    OPTION(2, "network", "dropout", numbers, network.dropout, "0", RANGE(0, 0.99),
           .without_effect = no_hidden_layer,
           .help = "fraction of hidden units dropped: one, or one per layer"),
    OPTION(2, "network", "input_dropout", number, network.input_dropout, "0", RANGE(0, 0.99),
           .help = "fraction of inputs dropped"),

    OPTION(3, "training", "epochs", integer, fit.epochs, "100", RANGE(0, 10000000),
           MAY_CHANGE,
           .help = "passes over the training rows; 0 writes the model as initialised"),
    OPTION(3, "training", "batch_size", integer, fit.batch_size, "32", WORD("full", 0), RANGE(1,
           16777216),
           .help = "rows per step: 1 is stochastic gradient descent, full is gradient descent"),
    OPTION(3, "training", "shuffle", boolean, fit.shuffle, "true", .without_effect = full_batch,
           .help = "a new order of rows in each epoch"),
    OPTION(3, "training", "drop_last", boolean, fit.drop_last, "false",
           .without_effect = full_batch,
           .help = "leave out a last batch that is not full"),
    OPTION(3, "training", "on_nonfinite", kind, on_nonfinite, "stop", CHOICES(nonfinite_kinds),
           .without_effect = optimizer_has_fixed_rate,
           .help = "when a loss, gradient or weight is infinite or no number: stop, or rollback to "
                   "the last good epoch at half the rate, up to 5 times"),

    OPTION(4, "init", "weights", kind, initializer, "auto", WORD("auto", 0),
           CHOICES(initializer_kinds),
           .help = "start values of weights; auto: He for the ReLU family, LeCun for SELU, "
                   "Xavier otherwise"),
    OPTION(4, "init", "std", number, initializer_settings.std, "1", RANGE(0, 1e6),
           .without_effect = initializer_lacks_std, .help = "standard deviation for normal"),
    OPTION(4, "init", "limit", number, initializer_settings.limit, "0.5", RANGE(0, 1e6),
           .without_effect = initializer_lacks_limit, .help = "a in U(-a, a) for uniform"),
    OPTION(4, "init", "value", number, initializer_settings.value, "0", RANGE(-1e6, 1e6),
           .without_effect = initializer_lacks_value, .help = "the value for constant"),
    OPTION(4, "init", "bias", number, bias, "0", RANGE(-1e6, 1e6), .help = "start value of biases"),
    OPTION(4, "init", "from", path, warm_start, "none", WORD("none", 0),
           .help = "model.json to start from; shapes and columns are checked"),

    OPTION(5, "loss", "name", kind, loss, "auto", WORD("auto", 0), CHOICES(loss_kinds),
           .help = "what training makes small; auto: by the task"),
    OPTION(5, "loss", "class_weight", names, class_weights, "none", WORD("none", 0),
           .help = "balanced (rows / (classes x rows of the class)), or class:weight pairs such "
                   "as a:1, b:5"),
    OPTION(5, "loss", "label_smoothing", number, loss_options.label_smoothing, "0", RANGE(0, 0.99),
           .without_effect = loss_lacks_label_smoothing,
           .help = "probability spread over the other classes"),
    OPTION(5, "loss", "delta", number, loss_options.delta, "1", RANGE(1e-6, 1e6),
           .without_effect = loss_lacks_delta,
           .help = "huber: errors beyond it count linearly"),
    OPTION(5, "loss", "quantile", number, loss_options.quantile, "0.5", RANGE(0.001, 0.999),
           .without_effect = loss_lacks_quantile, .help = "quantile: the quantile to predict"),
    OPTION(5, "loss", "gamma", number, loss_options.gamma, "2", RANGE(0, 20),
           .without_effect = loss_lacks_gamma,
           .help = "focal: how much easy rows are discounted"),

    OPTION(6, "optimizer", "name", kind, optimizer, "adam", CHOICES(optimizer_kinds),
           .help = "how gradients become steps; PyTorch's semantics"),
    OPTION(6, "optimizer", "learning_rate", number, optimizer_settings.learning_rate, "auto",
           WORD("auto", (double)NAN),
           RANGE(1e-12, 1e6), .help = "step size; auto: the optimizer's own default"),
    OPTION(6, "optimizer", "momentum", number, optimizer_settings.momentum, "auto", WORD("auto",
           (double)NAN),
           RANGE(0, 0.99999), .without_effect = optimizer_lacks_momentum,
           .help = "weight of past gradients"),
    OPTION(6, "optimizer", "beta1", number, optimizer_settings.beta1, "auto", WORD("auto",
           (double)NAN),
           RANGE(0, 0.99999), .without_effect = optimizer_lacks_beta1,
           .help = "decay of the first moment"),
    OPTION(6, "optimizer", "beta2", number, optimizer_settings.beta2, "auto", WORD("auto",
           (double)NAN),
           RANGE(0, 0.9999999), .without_effect = optimizer_lacks_beta2,
           .help = "decay of the second moment"),
    OPTION(6, "optimizer", "epsilon", number, optimizer_settings.epsilon, "auto", WORD("auto",
           (double)NAN),
           RANGE(1e-30, 1), .without_effect = optimizer_lacks_epsilon,
           .help = "keeps denominators from zero"),
    OPTION(6, "optimizer", "rho", number, optimizer_settings.rho, "auto", WORD("auto", (double)NAN),
           RANGE(0, 0.9999999), .without_effect = optimizer_lacks_rho,
           .help = "decay of squared gradients"),

    OPTION(6, "schedule", "name", kind, schedule.schedule, "constant", CHOICES(schedule_kinds),
           .help = "how the learning rate changes over the epochs"),
    OPTION(6, "schedule", "warmup", number, schedule.warmup, "0", RANGE(0, 1e6),
           .help = "epochs of linear growth from 0 before the schedule's full rate"),
    OPTION(6, "schedule", "step_size", integer, schedule.step_size, "30", RANGE(1, 1e7),
           .without_effect = schedule_lacks_step_size, .help = "step: epochs between two drops"),
    OPTION(6, "schedule", "gamma", number, schedule.gamma, "auto", WORD("auto", (double)NAN),
           RANGE(1e-6, 1),
           .without_effect = schedule_lacks_gamma,
           .help = "factor of a drop; auto: 0.1, exponential 0.95"),
    OPTION(6, "schedule", "milestones", integers, milestones, "30, 60, 90", RANGE(1, 1e7),
           .without_effect = schedule_lacks_milestones,
           .help = "multistep: epochs at which the rate drops"),
    OPTION(6, "schedule", "minimum", number, schedule.minimum, "0", RANGE(0, 1e6),
           .without_effect = schedule_lacks_minimum, .help = "cosine, plateau: smallest rate"),
    OPTION(6, "schedule", "end_factor", number, schedule.end_factor, "0", RANGE(0, 1),
           .without_effect = schedule_lacks_end_factor, .help = "linear: factor at the last epoch"),
    OPTION(6, "schedule", "power", number, schedule.power, "1", RANGE(0.01, 100),
           .without_effect = schedule_lacks_power, .help = "polynomial: exponent"),
    OPTION(6, "schedule", "max_factor", number, schedule.max_factor, "10", RANGE(1, 1e6),
           .without_effect = schedule_lacks_max_factor,
           .help = "one_cycle: top rate over optimizer.learning_rate"),
    OPTION(6, "schedule", "warm_fraction", number, schedule.warm_fraction, "0.3", RANGE(0.001,
           0.999),
           .without_effect = schedule_lacks_warm_fraction,
           .help = "one_cycle: share of the steps that rise"),
    OPTION(6, "schedule", "factor", number, schedule.factor, "0.1", RANGE(1e-6, 0.999),
           .without_effect = schedule_lacks_factor, .help = "plateau: factor of a drop"),
    OPTION(6, "schedule", "patience", integer, schedule.patience, "10", RANGE(0, 1e7),
           .without_effect = schedule_lacks_patience,
           .help = "plateau: epochs without improvement before a drop"),

    OPTION(6, "regularization", "l1", number, l1, "0", RANGE(0, 1e6),
           .help = "adds l1 sum |w| to the loss; weights only, not biases or norms"),
    OPTION(6, "regularization", "l2", number, l2, "0", RANGE(0, 1e6),
           .help = "adds l2/2 sum w^2 to the loss; weights only, not biases or norms"),
    OPTION(6, "regularization", "weight_decay", number, fit.weight_decay, "0", RANGE(0, 1e6),
           .without_effect = no_weight_decay,
           .help = "decoupled: w shrinks by learning_rate x weight_decay each step"),
    OPTION(6, "regularization", "clip_norm", number, fit.clipping.norm, "none", WORD("none", 0),
           RANGE(1e-12, 1e12),
           .without_effect = step_is_whole, .help = "largest L2 norm of the whole gradient"),
    OPTION(6, "regularization", "clip_value", number, fit.clipping.value, "none", WORD("none", 0),
           RANGE(1e-12, 1e12),
           .without_effect = step_is_whole, .help = "largest magnitude of one gradient value"),
    OPTION(6, "regularization", "max_norm", number, fit.max_norm, "none", WORD("none", 0),
           RANGE(1e-12, 1e12),
           .without_effect = step_is_whole,
           .help = "largest L2 norm of the weights into one unit"),

    OPTION(7, "early_stopping", "patience", integer, fit.patience, "0", RANGE(0, 1e7),
           MAY_CHANGE,
           .help = "epochs without improvement before training stops; 0: off"),
    OPTION(7, "early_stopping", "monitor", text, monitor, "validation.loss",
           .help = "metric path that is watched, for the best epoch, for stopping and for "
                   "schedule.name = plateau"),
    OPTION(7, "early_stopping", "min_delta", number, fit.min_delta, "0", RANGE(0, 1e12),
           .without_effect = no_early_stopping,
           .help = "smaller gains do not count as improvement"),
    OPTION(7, "early_stopping", "restore", kind, restore, "best", CHOICES(restore_kinds),
           .help = "weights that the model ends with, when there is a validation part"),

    OPTION(7, "checkpoint", "every", period, fit.checkpoint_every, "1", RANGE(1, 10000000), MAY_CHANGE,
           .help = "epochs, or a duration, between two checkpoints, which --resume goes on from; those "
                   "of epochs are at least a second apart and take at most 5 % of the time"),

    OPTION(8, "evaluation", "metrics", kinds, metrics, "auto", WORD("auto", 0),
           CHOICES(metric_kinds),
           .help = "metrics of every part; auto: those of the task"),
    OPTION(8, "evaluation", "threshold", number_or_kind, threshold, "0.5", RANGE(0, 1),
           CHOICES(threshold_kinds),
           MAY_CHANGE,
           .help = "binary: probability above which the second class is decided; rules are tuned "
                   "on validation"),
    OPTION(8, "evaluation", "bootstrap", integer, bootstrap, "0", RANGE(0, 1000000),
           MAY_CHANGE, BESIDE_TRIALS,
           .help = "resamples for 95 % confidence intervals of the test (or last) part; 0: off"),
    OPTION(8, "evaluation", "importance", kind, importance, "none", WORD("none", 0),
           CHOICES(importance_kinds),
           MAY_CHANGE, BESIDE_TRIALS,
           .help = "how much each input column matters"),
    OPTION(8, "evaluation", "predictions", kind, predictions, "none", WORD("none", 0),
           CHOICES(predicted_kinds),
           MAY_CHANGE, BESIDE_TRIALS,
           .help = "write predictions_PART.csv with row number, id columns and truth"),

    OPTION(9, "tuning", "method", kind, tuning.sampler, "random", CHOICES(sampler_kinds),
           .help = "how settings of [tuning.space] are chosen; the section turns the search on"),
    OPTION(9, "tuning", "trials", integer, tuning.trials, "20", RANGE(1, 1000000),
           .without_effect = search_is_exhaustive, .help = "settings that are tried"),
    OPTION(9, "tuning", "objective", text, tuning.objective, "validation.loss",
           .help = "metric path that decides; its direction comes from the metric; never of test rows"),
    OPTION(9, "tuning", "workers", integer, tuning.workers, "auto", WORD("auto", 0),
           RANGE(1, TEAM_MOST_THREADS),
           BESIDE_TRIALS,
           .help = "trials at a time; auto: as many as processors, one where networks are so large "
                   "that all processors share a trial; never changes a result"),
    OPTION(9, "tuning", "repeats", integer, tuning.repeats, "1", RANGE(1, 1000),
           .help = "trainings of each setting with seeds of their own; the objective is their mean"),
    OPTION(9, "tuning", "min_epochs", integer, tuning.min_epochs, "5", RANGE(1, 10000000),
           .without_effect = search_has_no_rungs, .help = "epochs of the lowest rung, at least"),
    OPTION(9, "tuning", "eta", integer, tuning.eta, "3", RANGE(2, 1000),
           .without_effect = search_has_no_rungs,
           .help = "one of so many goes on to the next rung, of so many times the epochs"),
    OPTION(9, "tuning", "batch", integer, tuning.batch, "4", RANGE(1, 1000),
           .without_effect = search_learns_nothing,
           .help = "settings that are chosen at once, from the results before them"),
    OPTION(9, "tuning", "grid_points", integer, tuning.grid_points, "5", RANGE(1, 10000),
           .without_effect = search_has_no_grid,
           .help = "values that a grid takes of a log or uniform range"),
    OPTION(9, "tuning", "min_success", integer, tuning.min_success, "1", RANGE(0, 1000000),
           BESIDE_TRIALS,
           .help = "fewer trials with a value end the search with exit code 8"),
    OPTION(9, "tuning", "max_time", duration, tuning.max_seconds, "none", WORD("none", 0),
           BESIDE_TRIALS,
           .help = "begin no trial after this time, and stop those that run"),
    OPTION(9, "tuning", "trial_time", duration, tuning.trial_seconds, "none", WORD("none", 0),
           BESIDE_TRIALS,
           .help = "stop a trial after this time; it counts as failed"),
    OPTION(9, "tuning", "shard", text, tuning.shard_text, "none", WORD("none", 0),
           BESIDE_TRIALS,
           .help = "3/8: only part 3 of 8 of the search; `nntrain merge` joins them"),

    OPTION(0, "output", "dir", folder, output_folder, "runs/{name}", .is_outward = true,
           .help = "the run folder, relative to the current folder; {name} is run.name"),
    OPTION(0, "output", "weights", kind, weight_format, "auto", WORD("auto", 0), .is_outward = true,
           CHOICES(weight_format_kinds),
           .help = "how model.json holds weights; auto: numbers up to 10,000 parameters, base64 "
                   "beyond"),
    OPTION(0, "output", "report", boolean, report, "true", .is_outward = true,
           .help = "write report.html, a page with charts of the run"),
};
const size_t config_n_options = sizeof config_options / sizeof *config_options;

#undef OPTION
#define OPTION(key_, kind_of_value_, field_, default_, ...)                                                             \
    {.step = 2, .section = "layer.N", .key = (key_), .type = &type_##kind_of_value_,                          \
     .offset = offsetof(LayerConfig, field_), .default_text = (default_), __VA_ARGS__}

const Option config_layer_options[] = {
    OPTION("units", integer, units, NULL, RANGE(1, 2147483647), .help = "units of the layer"),
    OPTION("activation", kind, activation, "inherited", CHOICES(activation_kinds),
           .help = "in place of network.activation"),
    OPTION("dropout", number, dropout, "inherited", RANGE(0, 0.99),
           .help = "in place of network.dropout"),
    OPTION("norm", kind, norm, "inherited", CHOICES(norm_kinds),
           .help = "in place of network.norm"),
    OPTION("init", kind, initializer, "inherited", CHOICES(initializer_kinds),
           .help = "in place of init.weights"),
    OPTION("bias", number, bias, "inherited", RANGE(-1e6, 1e6), .help = "in place of init.bias"),
    OPTION("l1", number, l1, "inherited", RANGE(0, 1e6), .help = "in place of regularization.l1"),
    OPTION("l2", number, l2, "inherited", RANGE(0, 1e6), .help = "in place of regularization.l2"),
};
const size_t config_n_layer_options = sizeof config_layer_options / sizeof *config_layer_options;
/* clang-format on */
