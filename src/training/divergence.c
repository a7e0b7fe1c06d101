#include "training/divergence.h"

#include <math.h>

#include "compute/kernels.h"
#include "training/remedy.h"

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
    TextBuffer past = {0}, remedies = {0};
    append_norms(&past, run);
    append_rollbacks(&past, run);
    remedy_print(run, &remedies);
    fail(err, ERROR_DIVERGED,
         "error: training diverged in epoch %zu, batch %zu: %s is not finite%s%s%s%s%s; try %s",
         run->history->n, batch, result ? what : "a weight", tensor ? " (first in " : "",
         tensor ? (result ? "the gradient of " : "") : "", tensor ? tensor->name : "",
         tensor ? ")" : "", text_of(&past), text_of(&remedies));
    text_free(&past);
    text_free(&remedies);
    return false;
}
