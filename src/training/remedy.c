#include "training/remedy.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { SAMPLE = 512, MOST_TOLD = 3 };

/* From here on a size is worth telling. */
static const double many = 10, unscaled = 20, outlying = 100;

/* ---- Evidence ---- */

/* A value of the batch, and what is usual in its column. */
typedef struct Outlier {
    double value, usual;
    bool is_target;
} Outlier;

typedef struct Evidence {
    const Fit *run;
    double rate, usual_rate;
    double growth;      /* of the gradient's norm over the last steps */
    double start_gain;  /* see remedy_start_gain */
    double input_size;  /* usual in the largest column of x */
    double target_size; /* the same of y; 0 where it cannot be scaled */
    Outlier outlier;    /* the farthest of the batch */
} Evidence;

static int by_size(const void *a, const void *b) {
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The median of |value| over at most SAMPLE rows, evenly spaced. */
static double usual_size(const float *values, size_t row, size_t n_rows) {
    double sizes[SAMPLE] = {0};
    const size_t n = n_rows < SAMPLE ? n_rows : SAMPLE;
    for (size_t i = 0; i < n; i++) {
        sizes[i] = fabs((double)values[i * n_rows / n * row]);
    }
    qsort(sizes, n, sizeof *sizes, by_size);
    return n > 0 ? sizes[n / 2] : 0;
}

/* How many times a value is larger than what is usual, at least 1 (the size of what is scaled). */
static double factor_of(const Outlier *outlier) {
    return fabs(outlier->value) / fmax(outlier->usual, 1);
}

/* Looks through the columns of x or y; returns the usual size of the largest. */
static double look_at_columns(const Fit *run, bool is_target, Outlier *farthest) {
    const Dataset *data = run->train;
    const History *history = run->history;
    const float *values = is_target ? data->y : data->x;
    const size_t row = is_target ? data->y_row : data->x_row;
    double largest = 0;
    for (size_t j = 0; j < (is_target ? data->n_targets : data->n_inputs); j++) {
        const double usual = usual_size(values + j, row, data->n_rows);
        largest = fmax(largest, usual);
        for (size_t i = 0; i < history->n_bad_examples; i++) {
            const Outlier one = {(double)values[history->bad_examples[i] * row + j], usual,
                                 is_target};
            if (factor_of(&one) > factor_of(farthest)) {
                *farthest = one;
            }
        }
    }
    return largest;
}

/* Of the oldest norm that is remembered to the newest that is finite. */
static double growth_of(const Fit *run) {
    double first = 0, last = 0;
    for (uint64_t back = FIT_RECENT_NORMS - 1; back > 0; back--) {
        const double norm =
            run->recent_norms[(run->steps + FIT_RECENT_NORMS - back) % FIT_RECENT_NORMS];
        if (run->steps >= back && isfinite(norm)) {
            first = first > 0 ? first : norm;
            last = norm;
        }
    }
    return first > 0 ? last / first : 1;
}

static Evidence collect(const Fit *run) {
    Evidence evidence = {.run = run,
                         .rate = run->history->epochs[run->history->n - 1].learning_rate,
                         .usual_rate = run->options->optimizer->defaults.learning_rate,
                         .growth = growth_of(run),
                         .start_gain = run->start_gain};
    evidence.input_size = look_at_columns(run, false, &evidence.outlier);
    const double target_size = look_at_columns(run, true, &evidence.outlier);
    evidence.target_size = run->loss->loss->predicts_exponential ? 0 : target_size;
    return evidence;
}

double remedy_start_gain(const Model *model) {
    const Network *network = model->network;
    const double he = 1.5; /* a little more than the square root of 2 */
    double gain = 1;
    for (size_t l = 0; l < network->n_layers; l++) {
        const Layer *layer = &network->layers[l];
        const Tensor *weight = &network->tensors[layer->weight];
        const float *values = model->parameters + weight->offset;
        double squares = 0;
        for (size_t i = 0; i < weight->rows; i++) {
            for (size_t j = 0; j < weight->columns; j++) {
                const double w = (double)values[i * weight->row + j];
                squares += w * w;
            }
        }
        const bool is_normalised = layer->norm && layer->norm->is_on;
        const double n = (double)weight->rows * (double)weight->columns;
        gain *= is_normalised ? 1 : fmax(sqrt(squares / n * (double)layer->n_inputs) / he, 1);
    }
    return gain;
}

/* ---- Remedies ---- */

/* weight: how many times something is larger than usual; below 10 without evidence, 0: no remedy
 * here. */
typedef struct Remedy {
    double (*weigh)(const Evidence *evidence);
    void (*say)(const Evidence *evidence, TextBuffer *out);
} Remedy;

static double weigh_batch(const Evidence *evidence) {
    const FitOptions *options = evidence->run->options;
    return options->optimizer->needs_full_batch && options->batch_size != 0 ? (double)INFINITY : 0;
}

static void say_batch(const Evidence *evidence, TextBuffer *out) {
    (void)evidence;
    text_append(out, "training.batch_size = full, which this optimizer needs");
}

static double weigh_outlier(const Evidence *evidence) {
    const double factor = factor_of(&evidence->outlier);
    return factor >= outlying ? factor : 0;
}

static void say_outlier(const Evidence *evidence, TextBuffer *out) {
    const Outlier *outlier = &evidence->outlier;
    text_printf(out, "mending the data (%s of this batch is %.3g, where %.3g is usual)",
                outlier->is_target ? "a target" : "an input", outlier->value, outlier->usual);
}

static double weigh_inputs(const Evidence *evidence) {
    return evidence->input_size >= unscaled ? evidence->input_size : 0;
}

static void say_inputs(const Evidence *evidence, TextBuffer *out) {
    text_printf(out, "preprocess.scale = standard (a column of inputs is usually %.3g in size)",
                evidence->input_size);
}

static double weigh_target(const Evidence *evidence) {
    return evidence->target_size >= unscaled ? evidence->target_size : 0;
}

static void say_target(const Evidence *evidence, TextBuffer *out) {
    text_printf(out, "preprocess.target_scale = standard (targets are usually %.3g in size)",
                evidence->target_size);
}

static double weigh_start(const Evidence *evidence) {
    return evidence->start_gain >= many ? evidence->start_gain : 1;
}

static void say_start(const Evidence *evidence, TextBuffer *out) {
    text_append(out, "smaller start weights (init.weights = auto");
    if (evidence->start_gain >= many) {
        text_printf(out, "; they make the inputs %.3g times as large", evidence->start_gain);
    }
    text_append(out, ")");
}

/* Without other evidence the rate is to blame, unless the gradient grew at a rate that is usual. */
static double weigh_rate(const Evidence *evidence) {
    return fmax(evidence->rate / evidence->usual_rate, 2);
}

static void say_rate(const Evidence *evidence, TextBuffer *out) {
    const double factor = evidence->rate / evidence->usual_rate;
    text_append(out, "a smaller optimizer.learning_rate");
    if (factor >= many) {
        text_printf(out, " (%.3g is %.3g times the usual one)", evidence->rate, factor);
    }
}

static double weigh_clipping(const Evidence *evidence) {
    const bool clips = evidence->run->options->clipping.norm > 0;
    if (evidence->run->options->optimizer->is_whole_step) {
        return 0;
    }
    return evidence->growth >= many && !clips ? 0.9 * many : 1.5;
}

static void say_clipping(const Evidence *evidence, TextBuffer *out) {
    if (evidence->run->options->clipping.norm > 0) {
        text_append(out, "a smaller regularization.clip_norm");
        return;
    }
    text_append(out, "regularization.clip_norm = 1");
    if (evidence->growth >= many) {
        text_printf(out, " (the gradient grew %.3g times in a few steps)", evidence->growth);
    }
}

static const Remedy remedies[] = {
    {weigh_batch, say_batch},       {weigh_outlier, say_outlier}, {weigh_inputs, say_inputs},
    {weigh_target, say_target},     {weigh_start, say_start},     {weigh_rate, say_rate},
    {weigh_clipping, say_clipping},
};
enum { N_REMEDIES = sizeof remedies / sizeof *remedies };

void remedy_print(const Fit *run, TextBuffer *out) {
    const Evidence evidence = collect(run);
    double weights[N_REMEDIES];
    size_t order[N_REMEDIES] = {0}, n = 0;
    for (size_t i = 0; i < N_REMEDIES; i++) {
        weights[i] = remedies[i].weigh(&evidence);
        size_t at = weights[i] > 0 ? n++ : N_REMEDIES;
        for (; at < N_REMEDIES && at > 0 && weights[order[at - 1]] < weights[i]; at--) {
            order[at] = order[at - 1];
        }
        if (at < N_REMEDIES) {
            order[at] = i;
        }
    }
    n = n < MOST_TOLD ? n : MOST_TOLD;
    for (size_t i = 0; i < n; i++) {
        text_append(out, i == 0 ? "" : n == 2 ? " or " : i + 1 < n ? ", " : ", or ");
        remedies[order[i]].say(&evidence, out);
    }
}
