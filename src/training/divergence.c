#include "training/divergence.h"

#include <math.h>

#include "compute/kernels.h"

/* The first tensor, in forward order, in which a value is not finite; NULL when all are. */
static const Tensor *find_bad_tensor(const Model *model, const float *block) {
    const Network *network = model->network;
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        if (!compute_kernels()->all_finite(block + tensor->offset, tensor->rows * tensor->row)) {
            return tensor;
        }
    }
    return NULL;
}

/* The likeliest cure first. */
static const char *what_to_try(const Fit *run) {
    const FitOptions *options = run->options;
    if (options->optimizer->needs_full_batch && options->batch_size != 0) {
        return "training.batch_size = full, which this optimizer needs, or a smaller "
               "optimizer.learning_rate";
    }
    if (options->optimizer->is_whole_step) {
        return "a smaller optimizer.learning_rate, or smaller start weights (init.weights = auto)";
    }
    if (run->steps == 0) {
        return "smaller start weights (init.weights = auto), scaled inputs (preprocess.scale = "
               "standard), or a smaller optimizer.learning_rate";
    }
    return options->clipping.norm > 0
               ? "a smaller optimizer.learning_rate, smaller start weights (init.weights = auto), "
                 "or a smaller regularization.clip_norm"
               : "a smaller optimizer.learning_rate, regularization.clip_norm = 1, or smaller "
                 "start weights (init.weights = auto)";
}

/* ", after gradients of norm 0.5, 3, 80": the steps before, oldest first. */
static void append_norms(TextBuffer *out, const Fit *run) {
    const char *separator = "; gradient norms before: ";
    for (uint64_t back = FIT_RECENT_NORMS - 1; back > 0; back--) {
        const double norm =
            run->recent_norms[(run->steps + FIT_RECENT_NORMS - back) % FIT_RECENT_NORMS];
        if (run->steps >= back && !isnan(norm)) {
            text_printf(out, "%s%.3g", separator, norm);
            separator = ", ";
        }
    }
}

static void append_rollbacks(TextBuffer *out, const Fit *run) {
    const size_t n = run->history->n_rollbacks;
    if (n > 0) {
        text_printf(out, "; it was rolled back %zu time%s before, to a rate of %.3g of the first",
                    n, n == 1 ? "" : "s", run->rate_factor);
    }
}

bool divergence_fail(const Fit *run, const StepResult *result, size_t batch, Error *err) {
    const float *block = result ? run->stepper.gradient : run->model->parameters;
    const Tensor *tensor = find_bad_tensor(run->model, block);
    const char *gradient = tensor ? "the gradient" : "the norm of the gradient";
    const char *what = result && !isfinite(result->loss.loss) ? "the loss" : gradient;
    TextBuffer past = {0};
    append_norms(&past, run);
    append_rollbacks(&past, run);
    fail(err, ERROR_DIVERGED,
         "error: training diverged in epoch %zu, batch %zu: %s is not finite%s%s%s%s%s; try %s",
         run->history->n, batch, result ? what : "a weight", tensor ? " (first in " : "",
         tensor ? (result ? "the gradient of " : "") : "", tensor ? tensor->name : "",
         tensor ? ")" : "", text_of(&past), what_to_try(run));
    text_free(&past);
    return false;
}
