/* Linear models with given weights, targets and data sets written down in a test, for tests of what
 * is computed of predictions. */
#ifndef NNTRAIN_TESTS_EVALUATE_FIXTURE_H
#define NNTRAIN_TESTS_EVALUATE_FIXTURE_H

#include "base/memory.h"
#include "compute/kernels.h"
#include "network_fixture.h"
#include "training/evaluate.h"

/* A target whose classes or columns are called a, b, c, ...; regression is scaled by
 * (value - center) / scale. */
static inline Target fixture_target(const char *task, size_t n, double center, double scale) {
    Target target = {.task = fixture_row(task_kinds(), task)};
    TextList *list = target.task->has_classes ? &target.classes : &target.names;
    for (size_t i = 0; i < n; i++) {
        const char name[2] = {(char)('a' + i), 0};
        text_list_add(list, name);
    }
    if (target.task->has_classes) {
        text_list_add(&target.names, "class");
    }
    target.scaler = fixture_row(scaler_kinds(), "standard");
    target.scalings = NEW(Scaling, target.names.n);
    for (size_t i = 0; i < target.names.n; i++) {
        target.scalings[i] = (Scaling){.center = center, .scale = scale};
    }
    return target;
}

/* Rows of x (n, n_inputs) and y (n, n_targets); y may be NULL. */
static inline Dataset fixture_dataset(const float *x, size_t n_inputs, const float *y,
                                      size_t n_targets, size_t n) {
    Dataset dataset = {.n_rows = n,
                       .n_inputs = n_inputs,
                       .n_targets = n_targets,
                       .x_row = compute_pad(n_inputs),
                       .y_row = compute_pad(n_targets)};
    dataset.x = NEW(float, dataset.x_row *n);
    dataset.y = y != NULL ? NEW(float, dataset.y_row *n) : NULL;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n_inputs; j++) {
            dataset.x[i * dataset.x_row + j] = x[i * n_inputs + j];
        }
        for (size_t j = 0; y != NULL && j < n_targets; j++) {
            dataset.y[i * dataset.y_row + j] = y[i * n_targets + j];
        }
    }
    return dataset;
}

/* A linear model: weights (n_inputs, n_outputs) and biases (n_outputs). */
typedef struct LinearModel {
    Network network;
    Model model;
} LinearModel;

static inline void linear_model_init(LinearModel *linear, const char *output, size_t n_inputs,
                                     size_t n_outputs, const float *weight, const float *bias) {
    const NetworkWish wish = {.output = output, .n_numeric = n_inputs, .n_outputs = n_outputs};
    linear->network = fixture_network(&wish);
    model_init(&linear->model, &linear->network);
    const Tensor *w = &linear->network.tensors[linear->network.layers[0].weight];
    const Tensor *b = &linear->network.tensors[linear->network.layers[0].bias];
    for (size_t j = 0; j < n_outputs; j++) {
        for (size_t i = 0; i < n_inputs; i++) {
            linear->model.parameters[w->offset + i * w->row + j] = weight[i * n_outputs + j];
        }
        linear->model.parameters[b->offset + j] = bias[j];
    }
    model_refresh(&linear->model);
}

static inline void linear_model_free(LinearModel *linear) {
    model_free(&linear->model);
    network_free(&linear->network);
}

static inline LossFunction fixture_loss(const char *name) {
    return (LossFunction){.loss = fixture_row(loss_kinds(), name),
                          .options = {.delta = 1, .quantile = 0.5, .gamma = 2}};
}

#endif
