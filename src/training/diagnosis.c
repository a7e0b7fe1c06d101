#include "training/diagnosis.h"

#include <math.h>

/* From where on a number is worth a sentence. */
static const double vanishing_ratio = 1e-3, exploding_ratio = 1e3, dead_share = 0.4, saturated_share = 0.5;
static const double flat_share = 0.01, overfit_factor = 1.5;

typedef struct Subject {
    const Network *network;
    const History *history;
    const Results *results;
} Subject;

double diagnosis_dead_fraction(const History *history) {
    double largest = (double)NAN;
    for (size_t l = 0; history->n && l < history->n_layers; l++) {
        largest = fmax(largest, history->epochs[history->n - 1].layers[l].dead_units);
    }
    return largest;
}

double diagnosis_gradient_ratio(const History *history) {
    if (history->n == 0 || history->n_layers < 3) {
        return (double)NAN;
    }
    const LayerRecord *layers = history->epochs[0].layers;
    return layers[0].gradient_norm / layers[history->n_layers - 2].gradient_norm;
}

static size_t tell_gradients(TextBuffer *out, const Subject *subject) {
    const History *history = subject->history;
    double ratio = diagnosis_gradient_ratio(history);
    if (!(ratio < vanishing_ratio || ratio > exploding_ratio)) {
        return 0;
    }
    const LayerRecord *layers = history->epochs[0].layers;
    text_printf(out, "%s gradients: in epoch 1 the gradient norm is %.2g in layer 1 and %.2g in layer %zu; try %s\n",
                ratio < 1 ? "vanishing" : "exploding", layers[0].gradient_norm,
                layers[history->n_layers - 2].gradient_norm, history->n_layers - 1,
                ratio < 1 ? "network.activation = relu, network.norm = batch, or init.weights = auto"
                          : "init.weights = auto, or regularization.clip_norm = 1");
    return 1;
}

static size_t tell_units(TextBuffer *out, const Subject *subject) {
    const History *history = subject->history;
    size_t n = 0;
    for (size_t l = 0; history->n && l + 1 < history->n_layers; l++) {
        const LayerRecord *record = &history->epochs[history->n - 1].layers[l];
        if (record->dead_units >= dead_share) {
            text_printf(out, "dead units: %.0f%% of the units of layer %zu answer 0 to every row; try "
                             "network.activation = leaky_relu, or a smaller optimizer.learning_rate\n",
                        100 * record->dead_units, l + 1);
            n++;
        }
        if (record->saturated_units >= saturated_share) {
            text_printf(out, "saturated units: %.0f%% of the outputs of layer %zu are at an end of %s; try "
                             "init.weights = auto, or preprocess.scale = standard\n",
                        100 * record->saturated_units, l + 1, subject->network->layers[l].activation->kind.name);
            n++;
        }
    }
    return n;
}

static size_t tell_flat_loss(TextBuffer *out, const Subject *subject) {
    const History *history = subject->history;
    if (history->n < 2) {
        return 0;
    }
    double first = history->epochs[0].loss, lowest = first;
    for (size_t i = 1; i < history->n; i++) {
        lowest = fmin(lowest, history->epochs[i].loss);
    }
    if (first <= 0 || lowest < first * (1 - flat_share)) {
        return 0;
    }
    text_printf(out, "the loss never fell: it was %.4g in epoch 1 and %.4g at its lowest; try another "
                     "optimizer.learning_rate, or init.weights = auto\n", first, lowest);
    return 1;
}

static size_t tell_baselines(TextBuffer *out, const Subject *subject) {
    const Results *results = subject->results;
    Part part = results_last_part(results);
    const PartResult *own = &results->parts[part];
    if (own->n_metrics == 0) {
        return 0;
    }
    const Metric *metric = results->metrics->items[0];
    size_t n = 0;
    for (size_t b = 0; b < results->n_baselines; b++) {
        const BaselineResult *baseline = &results->baselines[b];
        double gain = (own->values[0] - baseline->parts[part].values[0]) * (metric->higher_is_better ? 1 : -1);
        if (gain <= 0) {
            text_printf(out, "no better than the baseline %s: %s.%s is %.4g, the baseline's %.4g\n",
                        baseline->kind->name, part_names[part], metric->kind.name, own->values[0],
                        baseline->parts[part].values[0]);
            n++;
        }
    }
    return n;
}

static size_t tell_overfitting(TextBuffer *out, const Subject *subject) {
    const PartResult *train = &subject->results->parts[PART_TRAIN];
    Part part = results_last_part(subject->results);
    const PartResult *other = &subject->results->parts[part];
    if (part == PART_TRAIN || !(other->loss > overfit_factor * train->loss) || !(train->loss >= 0)) {
        return 0;
    }
    /* A tiny gap is no news: it must matter beside what a model without inputs would lose. */
    if (other->loss - train->loss < 0.05) {
        return 0;
    }
    text_printf(out, "overfitting: the loss is %.4g on training rows and %.4g on %s rows; try network.dropout, "
                     "regularization.l2, early_stopping.patience, or fewer units\n",
                train->loss, other->loss, part_names[part]);
    return 1;
}

size_t diagnosis_print(TextBuffer *out, const Network *network, const History *history, const Results *results) {
    static size_t (*const findings[])(TextBuffer *, const Subject *) = {
        tell_gradients, tell_units, tell_flat_loss, tell_baselines, tell_overfitting};
    const Subject subject = {network, history, results};
    size_t n = 0;
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        n += findings[i](out, &subject);
    }
    return n;
}
