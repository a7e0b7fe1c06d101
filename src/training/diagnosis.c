#include "training/diagnosis.h"

#include <math.h>

/* From where on a number is worth a sentence. */
static const double vanishing_ratio = 1e-2, exploding_ratio = 1e2, dead_share = 0.4,
                    saturated_share = 0.5;
static const double flat_share = 0.01, grown_factor = 2, overfit_factor = 1.5;

typedef struct Subject {
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
    text_printf(out,
                "%s gradients: in epoch 1 the gradient norm is %.2g in layer 1 and %.2g in layer "
                "%zu; try %s\n",
                ratio < 1 ? "vanishing" : "exploding", layers[0].gradient_norm,
                layers[history->n_layers - 2].gradient_norm, history->n_layers - 1,
                ratio < 1 ? "network.activation = relu, network.norm = batch, or fewer layers"
                          : "init.weights = auto, or regularization.clip_norm = 1");
    return 1;
}

static double dead_of(const LayerRecord *record) { return record->dead_units; }

static double saturated_of(const LayerRecord *record) { return record->saturated_units; }

/* "93% of layer 1, 89% of layer 2": the hidden layers whose share in the last epoch is at least
 * limit; their count. */
static size_t list_layers(TextBuffer *out, const History *history,
                          double (*share)(const LayerRecord *), double limit) {
    size_t n = 0;
    for (size_t l = 0; history->n && l + 1 < history->n_layers; l++) {
        double value = share(&history->epochs[history->n - 1].layers[l]);
        if (value >= limit) {
            text_printf(out, "%s%.0f%% of layer %zu", n++ ? ", " : "", 100 * value, l + 1);
        }
    }
    return n;
}

static size_t tell_dead_units(TextBuffer *out, const Subject *subject) {
    TextBuffer layers = {0};
    size_t n = list_layers(&layers, subject->history, dead_of, dead_share);
    if (n) {
        text_printf(
            out,
            "dead units: %s answer 0 to every row; try network.activation = leaky_relu, a smaller "
            "optimizer.learning_rate, or init.weights = auto\n",
            text_of(&layers));
    }
    text_free(&layers);
    return n > 0;
}

static size_t tell_saturated_units(TextBuffer *out, const Subject *subject) {
    TextBuffer layers = {0};
    size_t n = list_layers(&layers, subject->history, saturated_of, saturated_share);
    if (n) {
        text_printf(out,
                    "saturated units: outputs at an end of the activation are %s; try init.weights "
                    "= auto, or "
                    "preprocess.scale = standard\n",
                    text_of(&layers));
    }
    text_free(&layers);
    return n > 0;
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
    double last = history->epochs[history->n - 1].loss;
    if (last > first * grown_factor) {
        text_printf(out,
                    "the loss grew: it was %.4g in epoch 1 and %.4g in epoch %zu; try a smaller "
                    "optimizer.learning_rate, or regularization.clip_norm = 1\n",
                    first, last, history->n);
    } else {
        text_printf(
            out,
            "the loss never fell: it was %.4g in epoch 1 and %.4g at its lowest; try another "
            "optimizer.learning_rate, or init.weights = auto\n",
            first, lowest);
    }
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
        double gain = (own->values[0] - baseline->parts[part].values[0]) *
                      (metric->higher_is_better ? 1 : -1);
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
    if (part == PART_TRAIN || !(other->loss > overfit_factor * train->loss) ||
        !(train->loss >= 0)) {
        return 0;
    }
    /* A tiny gap is no news: it must matter beside what a model without inputs would lose. */
    if (other->loss - train->loss < 0.05) {
        return 0;
    }
    text_printf(
        out,
        "overfitting: the loss is %.4g on training rows and %.4g on %s rows; try network.dropout, "
        "regularization.l2, early_stopping.patience, or fewer units\n",
        train->loss, other->loss, part_names[part]);
    return 1;
}

size_t diagnosis_print(TextBuffer *out, const History *history, const Results *results) {
    static size_t (*const findings[])(TextBuffer *, const Subject *) = {
        tell_gradients, tell_dead_units, tell_saturated_units,
        tell_flat_loss, tell_baselines,  tell_overfitting};
    const Subject subject = {history, results};
    size_t n = 0;
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        n += findings[i](out, &subject);
    }
    return n;
}
