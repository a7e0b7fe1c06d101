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

static const char *what_to_try(const FitOptions *options) {
    if (options->optimizer->needs_full_batch && options->batch_size != 0) {
        return "training.batch_size = full, which this optimizer needs, or a smaller "
               "optimizer.learning_rate";
    }
    if (options->optimizer->is_whole_step) {
        return "a smaller optimizer.learning_rate, or smaller start weights (init.weights = auto)";
    }
    return options->clipping.norm > 0
               ? "a smaller optimizer.learning_rate, smaller start weights (init.weights = auto), "
                 "or a smaller regularization.clip_norm"
               : "a smaller optimizer.learning_rate, regularization.clip_norm = 1, or smaller "
                 "start weights (init.weights = auto)";
}

bool divergence_fail(const Model *model, const Stepper *stepper, const StepResult *result,
                     size_t epoch, size_t batch, Error *err) {
    const float *block = result ? stepper->gradient : model->parameters;
    const Tensor *tensor = find_bad_tensor(model, block);
    const char *gradient = tensor ? "the gradient" : "the norm of the gradient";
    const char *what = result && !isfinite(result->loss.loss) ? "the loss" : gradient;
    fail(err, ERROR_DIVERGED,
         "error: training diverged in epoch %zu, batch %zu: %s is not finite%s%s%s%s; try %s",
         epoch, batch, result ? what : "a weight", tensor ? " (first in " : "",
         tensor ? (result ? "the gradient of " : "") : "", tensor ? tensor->name : "",
         tensor ? ")" : "", what_to_try(stepper->options));
    return false;
}
