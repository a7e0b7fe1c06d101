#include "pipeline/narration.h"

#include <math.h>
#include <string.h>

#include "compute/level.h"
#include "data/encoder.h"

/* Where classes or groups are few, the nearest whole number of rows may be none. */
static void tell_empty_parts(TextBuffer *line, const Config *config, const Source *source,
                             const Prepared *data) {
    for (Part part = PART_VALIDATION; part < N_PARTS; part++) {
        const double fraction = config->split.fractions[part];
        if (data->parts[part].n_rows == 0 && fraction > 0 && !source->split.method->needs_column) {
            const char *name = part_names[part];
            text_printf(line, "warning: no row is left for %s, although split.%s = %g\n", name,
                        name, fraction);
        }
    }
}

/* As many targets are named, and the rest counted. */
enum { TARGETS_TOLD = 5 };

static void tell_target_names(TextBuffer *line, const TextList *names) {
    text_append(line, names->n > 1 ? "targets: " : "target: ");
    for (size_t i = 0; i < names->n && i < TARGETS_TOLD; i++) {
        text_printf(line, "%s, ", names->items[i]);
    }
    if (names->n > TARGETS_TOLD) {
        text_printf(line, "%zu more, ", names->n - TARGETS_TOLD);
    }
}

/* Integers may be meant as numbers: the line says what they were taken for. */
static void tell_target(TextBuffer *line, const Config *config, const Schema *schema,
                        const Target *target) {
    tell_target_names(line, &target->names);
    text_append(line, target->task->kind.name);
    if (target->task->has_classes) {
        const ColumnInfo *column = &schema->columns[schema->targets[0]];
        text_printf(line, " of %zu classes", target->classes.n);
        if (!config->schema.task && column->is_numeric) {
            text_printf(line, ", from %zu distinct integers", column->n_distinct);
        }
    }
}

static void tell_unscaled(TextBuffer *line, const Config *config, const Target *target) {
    if (config->target_scaler && !config->schema.task && target->task->has_probabilities) {
        text_printf(line, "%s: warning: preprocess.target_scale has no effect: the task is %s\n",
                    config_place(config, "preprocess", "target_scale"), target->task->kind.name);
    }
}

void tell_data(Console *console, const Config *config, const Source *source, const Prepared *data) {
    size_t n_numeric = 0;
    for (size_t i = 0; i < data->features.n; i++) {
        n_numeric += data->features.items[i].is_numeric;
    }
    TextBuffer line = {0};
    text_printf(&line, "%zu rows: %zu train, %zu validation, %zu test (%s)", source->rows.n,
                data->parts[PART_TRAIN].n_rows, data->parts[PART_VALIDATION].n_rows,
                data->parts[PART_TEST].n_rows, source->split.method->kind.name);
    console_step(console, 1, "data", "%s", text_of(&line));
    line.n = 0;
    text_printf(&line, "inputs: %zu numeric (%s)", n_numeric, config->features.scaler->kind.name);
    if (n_numeric < data->features.n) {
        text_printf(&line, ", %zu categorical (%s)", data->features.n - n_numeric,
                    config->features.encoder->kind.name);
    }
    text_printf(&line, ", %zu columns in all; ", data->features.n_columns);
    tell_target(&line, config, &source->schema, &data->target);
    console_lines(console, "                        ", text_of(&line));
    line.n = 0;
    if (source->n_dropped) {
        text_printf(
            &line,
            "warning: %zu rows with missing cells were left out (preprocess.impute = drop)\n",
            source->n_dropped);
    }
    if (data->n_unknown) {
        char shown[TEXT_SHOWN];
        const char *name = data->features.items[data->most_unknown].name;
        text_printf(&line,
                    "warning: %zu validation and test cell%s categories that are rare or "
                    "unknown in training, most in column '%s'\n",
                    data->n_unknown, data->n_unknown == 1 ? " holds" : "s hold",
                    text_shown(shown, name, strlen(name)));
    }
    tell_unscaled(&line, config, &data->target);
    tell_empty_parts(&line, config, source, data);
    console_lines(console, "        ", line.n ? text_of(&line) : "");
    if (console->verbose) {
        TextBuffer schema = {0};
        schema_describe(&schema, &source->schema, &source->table);
        console_aside(console, "        ", text_of(&schema));
        text_free(&schema);
    }
    text_free(&line);
}

static bool has_residual(const Network *network) {
    for (size_t l = 0; l < network->n_layers; l++) {
        if (network->layers[l].residual) {
            return true;
        }
    }
    return false;
}

void tell_network(Console *console, const Config *config, const Network *network) {
    TextBuffer line = {0};
    network_describe(&line, network);
    console_step(console, 2, "structure", "%s", text_of(&line));
    line.n = 0;
    if (config->network.residual && network->n_layers > 1 && !has_residual(network)) {
        text_printf(&line,
                    "%s: warning: network.residual has no effect: no hidden layer is as wide as "
                    "its input",
                    config_place(config, "network", "residual"));
    }
    console_lines(console, "        ", line.n ? text_of(&line) : "");
    text_free(&line);
}

static void tell_dropout(TextBuffer *line, const NumberList *dropout, double input_dropout) {
    double largest = 0;
    for (size_t i = 0; i < dropout->n; i++) {
        largest = fmax(largest, dropout->items[i]);
    }
    for (size_t i = 0; largest > 0 && i < dropout->n; i++) {
        text_printf(line, "%s%g", i ? ", " : ", dropout ", dropout->items[i]);
    }
    if (input_dropout > 0) {
        text_printf(line, ", input dropout %g", input_dropout);
    }
}

void tell_hyperparameters(Console *console, const Config *config, size_t n_train,
                          const FitOptions *options) {
    TextBuffer line = {0};
    if (options->batch_size) {
        text_printf(&line, "batches of %lld row%s", (long long)options->batch_size,
                    options->batch_size > 1 ? "s" : "");
    } else {
        text_printf(&line, "one batch of all %zu rows", n_train);
    }
    tell_dropout(&line, &config->network.dropout, config->network.input_dropout);
    console_step(console, 3, "hyperparameters", "learning rate %g, %s, %lld epochs",
                 options->settings.learning_rate, text_of(&line), (long long)options->epochs);
    text_free(&line);
}

void tell_plan(Console *console, size_t n_threads, double step_time, const MemoryPlan *plan) {
    TextBuffer line = {0};
    if (n_threads > 1) {
        text_printf(&line, "%zu threads, about %.2g us each per step", n_threads,
                    step_time / (double)n_threads);
    } else {
        text_append(&line, "1 thread");
    }
    if (console->verbose) {
        text_printf(&line, ", %s", kind_at(level_kinds(), compute_level())->name);
    }
    text_append(&line, ", about ");
    memory_plan_append_size(&line, memory_plan_total(plan));
    text_append(&line, " of memory\n");
    console_aside(console, "        ", text_of(&line));
    text_free(&line);
}

void tell_start(Console *console, const Config *config, const Network *network) {
    TextBuffer line = {0};
    const Initializer *last = NULL;
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Initializer *initializer = network->tensors[t].initializer;
        if (initializer && initializer != last) {
            text_printf(&line, "%s%s", last ? ", then " : "", initializer->kind.name);
            last = initializer;
        }
    }
    if (config->warm_start) { /* its folder depends on where the config is read */
        const char *slash = strrchr(config->warm_start, '/');
        const char *name = slash ? slash + 1 : config->warm_start;
        text_append(&line, ", replaced by the weights of ");
        text_append_escaped(&line, name, strlen(name));
    }
    console_step(console, 4, "initialisation", "%s; biases %g; seed %llu", text_of(&line),
                 config->bias, (unsigned long long)config->seed);
    text_free(&line);
}

void tell_loss(Console *console, const LossFunction *loss, const MetricList *metrics) {
    TextBuffer line = {0};
    for (size_t i = 0; i < metrics->n; i++) {
        text_printf(&line, "%s%s", i ? ", " : "", metrics->items[i]->kind.name);
    }
    console_step(console, 5, "loss", "%s%s; metrics: %s", loss->loss->kind.name,
                 loss->class_weight ? " with class weights" : "", text_of(&line));
    text_free(&line);
}

static void add_strength(TextBuffer *line, const char *name, double value) {
    if (value > 0) {
        text_printf(line, ", %s %g", name, value);
    }
}

void tell_optimizer(Console *console, const Config *config, const FitOptions *options) {
    TextBuffer line = {0};
    text_printf(&line, "%s, %s schedule", options->optimizer->kind.name,
                options->schedule.schedule->kind.name);
    if (options->schedule.warmup > 0) {
        text_printf(&line, " after %g epochs of warm-up", options->schedule.warmup);
    }
    const struct {
        const char *name;
        double value;
    } strengths[] = {{"l1", config->l1},
                     {"l2", config->l2},
                     {"weight decay", options->weight_decay},
                     {"clipping at norm", options->clipping.norm},
                     {"clipping at value", options->clipping.value},
                     {"unit norms at most", options->max_norm}};
    for (size_t i = 0; i < sizeof strengths / sizeof *strengths; i++) {
        add_strength(&line, strengths[i].name, strengths[i].value);
    }
    if (options->optimizer->needs_full_batch && options->batch_size != 0) {
        text_printf(&line, " (works best with training.batch_size = full)");
    }
    console_step(console, 6, "optimizer", "%s", text_of(&line));
    text_free(&line);
}

bool tell_no_search(Console *console, const Config *config) {
    if (!config->tuning.is_on) {
        console_step(console, 9, "tuning", "none: the config has no [tuning]");
    }
    return true;
}
