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

/* Loss with one tensor moved by `step` along its gradient, whose norm is given. */
static double loss_at(const Bench *bench, const Tensor *tensor, double step, double norm) {
    size_t n = tensor->rows * tensor->row;
    float *w = bench->model->parameters + tensor->offset;
    const float *from = bench->start + tensor->offset;
    const float *direction = bench->gradient + tensor->offset;
    for (size_t i = 0; i < n; i++) {
        w[i] = (float)((double)from[i] + step * (double)direction[i] / norm);
    }
    double loss = mean_loss(bench);
    memcpy(w, from, n * sizeof(float));
    return loss;
}

static double relative_error(double a, double b, double negligible) {
    double larger = fmax(fmax(fabs(a), fabs(b)), negligible);
    return larger > 0 ? fabs(a - b) / larger : 0;
}

static GradientCheck check_tensor(const Bench *bench, const Tensor *tensor) {
    size_t n = tensor->rows * tensor->row;
    double norm = sqrt(compute_kernels()->sum_squares(bench->gradient + tensor->offset, n));
    double size = sqrt(compute_kernels()->sum_squares(bench->start + tensor->offset, n));
    GradientCheck best = {norm, (double)NAN, (double)INFINITY};
    if (norm == 0) {
        return (GradientCheck){0, 0, 0};
    }
    static const double steps[] = {1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double step = steps[i] * fmax(size, 1);
        double slope =
            (loss_at(bench, tensor, step, norm) - loss_at(bench, tensor, -step, norm)) / (2 * step);
        double error = relative_error(norm, slope, bench->negligible);
        if (error < best.error) {
            best = (GradientCheck){norm, slope, error};
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
    workspace_free(bench.workspace);
}
