#include "training/gradient_check.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"

typedef struct Bench {
    Model *model;
    Workspace *workspace;
    const LossFunction *loss;
    const Dataset *data;
    size_t rows;
    float *start, *gradient; /* (n_parameters) */
    float *direction;        /* of the tensor that is checked */
    double negligible;       /* slopes below it are rounding, as of a bias before batch norm */
} Bench;

/* The share of the whole gradient's norm that is negligible. */
static const double negligible_share = 1e-4;

static double mean_loss(const Bench *bench) {
    const float *logits =
        model_forward_training(bench->model, bench->workspace, bench->data->x, bench->rows, NULL);
    LossSum sum = model_loss(bench->model, bench->workspace, bench->loss, logits, bench->data->y,
                             bench->data->y_row, bench->data->weight, bench->rows);
    return sum.loss / sum.weight;
}

/* A direction of length 1 that is half the gradient's, so that slopes stand out of the rounding,
 * and half random, so that parts which the gradient lacks are felt. */
static void choose_direction(Bench *bench, const Tensor *tensor) {
    const RandomStream stream = random_stream(0, RANDOM_GRADIENT_CHECK);
    const Kernels *kernels = compute_kernels();
    const size_t n = tensor->rows * tensor->row;
    const float *gradient = bench->gradient + tensor->offset;
    float *direction = bench->direction;
    memset(direction, 0, n * sizeof *direction);
    for (size_t i = 0; i < tensor->rows; i++) {
        for (size_t j = 0; j < tensor->columns; j++) {
            uint32_t words[4];
            random_words(stream, (uint32_t)(tensor->offset / LANES), (uint32_t)i, (uint32_t)j, 0,
                         words);
            direction[i * tensor->row + j] = words[0] & 1 ? 1.0F : -1.0F;
        }
    }
    kernels->scale(direction, direction, (float)(1 / sqrt(kernels->sum_squares(direction, n))), n);
    const double norm = sqrt(kernels->sum_squares(gradient, n));
    if (norm > 0) {
        kernels->add_scaled(direction, gradient, (float)(1 / norm), n);
    }
    kernels->scale(direction, direction, (float)(1 / sqrt(kernels->sum_squares(direction, n))), n);
}

/* Loss with one tensor moved by `step` along the direction. */
static double loss_at(const Bench *bench, const Tensor *tensor, double step) {
    size_t n = tensor->rows * tensor->row;
    float *w = bench->model->parameters + tensor->offset;
    const float *from = bench->start + tensor->offset;
    for (size_t i = 0; i < n; i++) {
        w[i] = (float)((double)from[i] + step * (double)bench->direction[i]);
    }
    double loss = mean_loss(bench);
    memcpy(w, from, n * sizeof(float));
    return loss;
}

static double relative_error(double a, double b, double negligible) {
    double larger = fmax(fmax(fabs(a), fabs(b)), negligible);
    return larger > 0 ? fabs(a - b) / larger : 0;
}

static GradientCheck check_tensor(Bench *bench, const Tensor *tensor) {
    size_t n = tensor->rows * tensor->row;
    choose_direction(bench, tensor);
    double expected = compute_kernels()->dot(bench->gradient + tensor->offset, bench->direction, n);
    double size = sqrt(compute_kernels()->sum_squares(bench->start + tensor->offset, n));
    GradientCheck best = {expected, (double)NAN, (double)INFINITY};
    static const double steps[] = {1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double step = steps[i] * fmax(size, 1);
        double slope = (loss_at(bench, tensor, step) - loss_at(bench, tensor, -step)) / (2 * step);
        double error = relative_error(expected, slope, bench->negligible);
        if (error < best.error) {
            best = (GradientCheck){expected, slope, error};
        }
    }
    return best;
}

void gradient_check(Model *model, const LossFunction *loss, const Dataset *data,
                    GradientCheck *checks) {
    const Network *network = model->network;
    size_t rows = data->n_rows < GRADIENT_CHECK_ROWS ? data->n_rows : GRADIENT_CHECK_ROWS;
    Bench bench = {.model = model,
                   .workspace = workspace_new(network, rows),
                   .loss = loss,
                   .data = data,
                   .rows = rows,
                   .gradient = NEW(float, network->n_parameters),
                   .direction = NEW(float, network->n_parameters),
                   .start = memory_copy(model->parameters, network->n_parameters, sizeof(float))};
    float *buffers = memory_copy(model->buffers, network->n_buffers, sizeof(float));
    model_refresh(model);
    model_forward_training(model, bench.workspace, data->x, rows, NULL);
    model_backward(model, bench.workspace, loss, data->y, data->y_row, data->weight, rows,
                   bench.gradient);
    double whole = sqrt(compute_kernels()->sum_squares(bench.gradient, network->n_parameters));
    bench.negligible = negligible_share * whole;
    for (size_t t = 0; t < network->n_tensors; t++) {
        checks[t] = check_tensor(&bench, &network->tensors[t]);
    }
    memcpy(model->buffers, buffers, network->n_buffers * sizeof(float));
    memory_free(buffers);
    memory_free(bench.start);
    memory_free(bench.gradient);
    memory_free(bench.direction);
    workspace_free(bench.workspace);
}
