#include "training/baseline.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/scalar.h"
#include "training/fit.h"

/* The linear model is convex and small: a fixed recipe finds it well enough on any data. */
enum { LINEAR_STEPS = 500, LINEAR_BATCH = 2048 };
static const double linear_l2 = 1e-4;
static const double linear_rate = 0.05;

/* Weighted mean of value(y[column], context) over the training rows. */
static double mean_target(const Dataset *train, size_t column,
                          double (*value)(double y, double context), double context) {
    LeafSum sums = {0}, weights = {0};
    for (size_t first = 0; first < train->n_rows; first += LEAF_ROWS) {
        double sum = 0, weight = 0;
        for (size_t i = first; i < first + LEAF_ROWS && i < train->n_rows; i++) {
            double w = train->weight != NULL ? (double)train->weight[i] : 1;
            sum += w * value((double)train->y[i * train->y_row + column], context);
            weight += w;
        }
        leaf_sum_push(&sums, sum);
        leaf_sum_push(&weights, weight);
    }
    double weight = leaf_sum_finish(&weights);
    return weight > 0 ? leaf_sum_finish(&sums) / weight : 0;
}

static double itself(double y, double unused) {
    (void)unused;
    return y;
}

static double is_class(double y, double class) { return y == class ? 1 : 0; }

static double squared_distance(double y, double mean) { return (y - mean) * (y - mean); }

/* Shares are kept off 0 and 1, where logits are infinite. */
static double log_of_share(double share) { return scalar_log(fmin(fmax(share, 1e-7), 1 - 1e-7)); }

/* The logit (or value) of output j that fits best without looking at the inputs. */
static double best_constant(const Task *task, const Dataset *train, size_t j) {
    if (task->outputs_per_class) {
        return log_of_share(mean_target(train, 0, is_class, (double)j));
    }
    double mean = mean_target(train, j, itself, 0);
    return task->has_probabilities ? log_of_share(mean) - log_of_share(1 - mean) : mean;
}

/* Weights 0, biases the best constants. */
static void start_constant(const BaselineInput *in, Model *model) {
    const InitializerSettings zeros = {0};
    model_start(model, &zeros, in->seed);
    const Network *network = model->network;
    const Layer *output = &network->layers[network->n_layers - 1];
    float *bias = model->parameters + network->tensors[output->bias].offset;
    for (size_t j = 0; j < network_outputs(network); j++) {
        bias[j] = (float)best_constant(in->target->task, in->parts[PART_TRAIN], j);
    }
    model_refresh(model);
}

/* Adam moves parameters by about the rate per step, so the rate follows the targets' spread. */
static double rate_for(const BaselineInput *in) {
    const Dataset *train = in->parts[PART_TRAIN];
    if (in->target->task->has_probabilities) {
        return linear_rate;
    }
    double largest = 0;
    for (size_t j = 0; j < train->n_targets; j++) {
        double mean = mean_target(train, j, itself, 0);
        largest = fmax(largest, sqrt(mean_target(train, j, squared_distance, mean)));
    }
    return linear_rate * (largest > 0 ? largest : 1);
}

/* Some hundred steps of Adam with a rate that falls to 0, on all rows or on batches of many. */
static bool train_linear(const BaselineInput *in, const LossFunction *loss, Model *model,
                         Error *err) {
    size_t n = in->parts[PART_TRAIN]->n_rows;
    assert(n > 0);
    size_t steps_per_epoch = (n + LINEAR_BATCH - 1) / LINEAR_BATCH;
    const OptimizerSettings defaults = {.learning_rate = rate_for(in),
                                        .momentum = (double)NAN,
                                        .beta1 = (double)NAN,
                                        .beta2 = (double)NAN,
                                        .epsilon = (double)NAN,
                                        .rho = (double)NAN};
    const FitOptions options = {
        .seed = in->seed,
        .epochs = (int64_t)((LINEAR_STEPS + steps_per_epoch - 1) / steps_per_epoch),
        .batch_size = n > LINEAR_BATCH ? LINEAR_BATCH : 0,
        .shuffle = true,
        .optimizer = (const Optimizer *)kind_find(optimizer_kinds(), "adam"),
        .settings = defaults,
        .schedule = {.schedule = (const Schedule *)kind_find(schedule_kinds(), "cosine")},
        .monitor = "train.loss",
        .team = in->team,
    };
    const MetricList no_metrics = {0};
    const Evaluation evaluation = {.target = in->target, .metrics = &no_metrics};
    History history;
    /* Where it diverges, the best finite weights are the baseline. */
    Error why = {0};
    const bool is_trained = fit(&options, loss, &evaluation, in->parts[PART_TRAIN], NULL, NULL,
                                model, &history, &why) ||
                            why.code == ERROR_DIVERGED;
    history_free(&history);
    if (!is_trained && err) {
        *err = why;
    }
    return is_trained;
}

/* clang-format off */
static const Baseline baselines[] = {
    {.kind = {"majority", "the share of each class in the training rows, whatever the inputs",
              "p_c = sum w_i [y_i = c] / sum w_i", NULL},
     .tasks = FOR_CLASSES | FOR_MULTILABEL},
    {.kind = {"mean", "the mean of the training rows, whatever the inputs",
              "y = sum w_i y_i / sum w_i", NULL},
     .tasks = FOR_REGRESSION},
    {.kind = {"linear", "a linear, logistic or softmax regression on the same inputs "
              "(500 steps of Adam, l2 = 0.0001)",
              "f(b + w x)", NULL},
     .tasks = FOR_CLASSES | FOR_MULTILABEL | FOR_REGRESSION, .train = train_linear},
};
/* clang-format on */

const KindTable *baseline_kinds(void) {
    static const KindTable table = KIND_TABLE("baseline", baselines);
    return &table;
}

static bool build(const BaselineInput *in, Network *network, Error *err) {
    const Task *task = in->target->task;
    const NetworkOptions options = {
        .output = (const Output *)kind_find(output_kinds(), task->output),
        .output_initializer = (const Initializer *)kind_find(initializer_kinds(), "zeros"),
        .output_l2 = linear_l2};
    return network_build(&options, in->inputs, in->n_inputs, target_outputs(in->target), network,
                         err);
}

static bool make_model(const BaselineInput *in, const Baseline *baseline, const LossFunction *loss,
                       Model *model, Error *err) {
    start_constant(in, model);
    return baseline->train == NULL || baseline->train(in, loss, model, err);
}

static void evaluate_parts(const BaselineInput *in, const Model *model, BaselineResult *result) {
    const Evaluation evaluation = {
        .target = in->target, .metrics = in->metrics, .threshold = (double)NAN, .team = in->team};
    for (size_t part = 0; part < N_PARTS; part++) {
        evaluate_part(&evaluation, model, NULL, in->parts[part], &result->parts[part]);
    }
}

static bool make_one(const BaselineInput *in, const Baseline *baseline, BaselineResult *result,
                     Error *err) {
    const LossFunction loss = {.loss =
                                   (const Loss *)kind_find(loss_kinds(), in->target->task->loss)};
    Network network = {0};
    if (!build(in, &network, err)) {
        return false;
    }
    Model model;
    model_init(&model, &network);
    bool is_made = make_model(in, baseline, &loss, &model, err);
    if (is_made) {
        result->kind = &baseline->kind;
        evaluate_parts(in, &model, result);
    }
    model_free(&model);
    network_free(&network);
    return is_made;
}

bool baseline_make(const BaselineInput *in, Results *results, Error *err) {
    const unsigned task = in->target->task->bit;
    results->baselines = NEW(BaselineResult, baseline_kinds()->n);
    results->n_baselines = 0;
    for (size_t i = 0; i < baseline_kinds()->n; i++) {
        const Baseline *baseline = (const Baseline *)kind_at(baseline_kinds(), i);
        if ((baseline->tasks & task) == 0) {
            continue;
        }
        if (!make_one(in, baseline, &results->baselines[results->n_baselines], err)) {
            return fail_within(err, "baseline %s: ", baseline->kind.name);
        }
        results->n_baselines++;
    }
    return true;
}
