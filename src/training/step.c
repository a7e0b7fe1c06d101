#include "training/step.h"

#include <math.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "nn/regularizer.h"

void stepper_init(Stepper *stepper, const FitOptions *options, const LossFunction *loss,
                  const Dataset *train, Model *model) {
    const Network *network = model->network;
    size_t wanted = options->batch_size ? (size_t)options->batch_size : train->n_rows;
    size_t batch = wanted < train->n_rows ? wanted : train->n_rows;
    *stepper = (Stepper){
        .options = options, .loss = loss, .train = train, .model = model, .batch_size = batch};
    stepper->workspace = workspace_new(network, batch);
    stepper->gradient = NEW(float, network->n_parameters);
    stepper->layer_norms = NEW(double, network->n_layers);
    stepper->x = NEW(float, batch * train->x_row);
    stepper->y = NEW(float, batch * train->y_row);
    stepper->weight = train->weight ? NEW(float, batch) : NULL;
    stepper->dropout = random_stream(options->seed, RANDOM_DROPOUT);
    optimizer_start(&stepper->optimizer, options->optimizer, &options->settings,
                    network->n_parameters);
    if (options->optimizer->is_whole_step) {
        lbfgs_init(&stepper->lbfgs, network->n_parameters, lbfgs_defaults());
    }
    for (size_t i = 0; i < network->n_tensors; i++) {
        stepper->has_penalties =
            stepper->has_penalties || network->tensors[i].l1 > 0 || network->tensors[i].l2 > 0;
    }
}

void stepper_free(Stepper *stepper) {
    workspace_free(stepper->workspace);
    optimizer_free(&stepper->optimizer);
    lbfgs_free(&stepper->lbfgs);
    memory_free(stepper->gradient);
    memory_free(stepper->layer_norms);
    memory_free(stepper->x);
    memory_free(stepper->y);
    memory_free(stepper->weight);
    *stepper = (Stepper){0};
}

static void add_penalty_gradients(const Stepper *stepper, float *gradient) {
    const Network *network = stepper->model->network;
    const KindTable *penalties = penalty_kinds();
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        for (size_t p = 0; p < penalties->n; p++) {
            const Penalty *penalty = (const Penalty *)kind_at(penalties, p);
            double strength = penalty_strength(penalty, tensor);
            if (strength > 0) {
                penalty->add_gradient(gradient + tensor->offset,
                                      stepper->model->parameters + tensor->offset, (float)strength,
                                      tensor->rows * tensor->row);
            }
        }
    }
}

double stepper_penalty(const Stepper *stepper) {
    const Network *network = stepper->model->network;
    const KindTable *penalties = penalty_kinds();
    double total = 0;
    for (size_t t = 0; stepper->has_penalties && t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        for (size_t p = 0; p < penalties->n; p++) {
            const Penalty *penalty = (const Penalty *)kind_at(penalties, p);
            double strength = penalty_strength(penalty, tensor);
            if (strength > 0) {
                total += strength * penalty->size(stepper->model->parameters + tensor->offset,
                                                  tensor->rows * tensor->row);
            }
        }
    }
    return total;
}

/* L2 norms by layer and in total; the total is not finite when any gradient value is not. */
static double measure_gradient(Stepper *stepper, const float *gradient) {
    const Network *network = stepper->model->network;
    const Kernels *kernels = compute_kernels();
    double total = 0;
    for (size_t l = 0; l < network->n_layers; l++) {
        stepper->layer_norms[l] = 0;
    }
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        double squares =
            kernels->sum_squares(gradient + tensor->offset, tensor->rows * tensor->row);
        total += squares;
        if (tensor->role != TENSOR_EMBEDDING) {
            stepper->layer_norms[tensor->layer] += squares;
        }
    }
    for (size_t l = 0; l < network->n_layers; l++) {
        stepper->layer_norms[l] = sqrt(stepper->layer_norms[l]);
    }
    return sqrt(total);
}

static void clip_gradient(Stepper *stepper, double norm) {
    const KindTable *clippings = clipping_kinds();
    for (size_t i = 0; i < clippings->n; i++) {
        const Clipping *clipping = (const Clipping *)kind_at(clippings, i);
        double limit = clipping_limit(clipping, &stepper->options->clipping);
        if (limit > 0) {
            clipping->clip(stepper->gradient, stepper->model->network->n_parameters, limit, norm);
        }
    }
}

static void update_parameters(Stepper *stepper, double learning_rate) {
    Model *model = stepper->model;
    const Network *network = model->network;
    UpdateStep step = optimizer_begin_step(&stepper->optimizer, learning_rate);
    double decay = stepper->options->weight_decay;
    if (decay == 0) {
        optimizer_apply(&stepper->optimizer, step, 0, model->parameters, stepper->gradient, 0,
                        network->n_parameters);
        return;
    }
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        optimizer_apply(&stepper->optimizer, step, tensor->role == TENSOR_WEIGHT ? decay : 0,
                        model->parameters, stepper->gradient, tensor->offset,
                        tensor->rows * tensor->row);
    }
}

static void limit_unit_norms(Stepper *stepper) {
    const Network *network = stepper->model->network;
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        if (tensor->role == TENSOR_WEIGHT) {
            regularizer_limit_norms(stepper->model->parameters + tensor->offset, tensor->rows,
                                    tensor->columns, tensor->row, stepper->options->max_norm);
        }
    }
}

/* One batch as a whole-step optimizer asks for it again and again. */
typedef struct Closure {
    Stepper *stepper;
    const DropoutKey *dropout;
    size_t n;
    LossSum loss; /* of the first call */
    double norm;
    bool was_called;
} Closure;

static double evaluate_closure(void *context, float *gradient) {
    Closure *closure = context;
    Stepper *stepper = closure->stepper;
    model_refresh(stepper->model);
    model_forward_training(stepper->model, stepper->workspace, stepper->x, closure->n,
                           closure->dropout);
    LossSum loss = model_backward(stepper->model, stepper->workspace, stepper->loss, stepper->y,
                                  stepper->train->y_row, stepper->weight, closure->n, gradient);
    if (stepper->has_penalties) {
        add_penalty_gradients(stepper, gradient);
    }
    if (!closure->was_called) {
        closure->loss = loss;
        closure->norm = measure_gradient(stepper, gradient);
        closure->was_called = true;
    }
    return loss.loss / loss.weight + stepper_penalty(stepper);
}

static StepResult step_whole(Stepper *stepper, size_t n, const DropoutKey *dropout,
                             double learning_rate) {
    Closure closure = {.stepper = stepper, .dropout = dropout, .n = n};
    lbfgs_step(&stepper->lbfgs, learning_rate, stepper->model->parameters, evaluate_closure,
               &closure);
    model_refresh(stepper->model);
    bool finite = isfinite(closure.norm) && isfinite(closure.loss.loss);
    return (StepResult){closure.loss, closure.norm, finite};
}

static StepResult step_elementwise(Stepper *stepper, size_t n, const DropoutKey *dropout,
                                   double learning_rate) {
    model_forward_training(stepper->model, stepper->workspace, stepper->x, n, dropout);
    LossSum loss = model_backward(stepper->model, stepper->workspace, stepper->loss, stepper->y,
                                  stepper->train->y_row, stepper->weight, n, stepper->gradient);
    if (stepper->has_penalties) {
        add_penalty_gradients(stepper, stepper->gradient);
    }
    double norm = measure_gradient(stepper, stepper->gradient);
    StepResult result = {loss, norm, isfinite(norm) && isfinite(loss.loss)};
    if (!result.is_finite) {
        return result;
    }
    clip_gradient(stepper, norm);
    update_parameters(stepper, learning_rate);
    if (stepper->options->max_norm > 0) {
        limit_unit_norms(stepper);
    }
    model_refresh(stepper->model);
    return result;
}

StepResult stepper_step(Stepper *stepper, const uint32_t *examples, size_t n, uint32_t epoch,
                        double learning_rate) {
    dataset_gather(stepper->train, examples, n, stepper->x, stepper->y, stepper->weight);
    DropoutKey dropout = {.stream = stepper->dropout, .epoch = epoch, .rows = examples};
    return stepper->options->optimizer->is_whole_step
               ? step_whole(stepper, n, &dropout, learning_rate)
               : step_elementwise(stepper, n, &dropout, learning_rate);
}
