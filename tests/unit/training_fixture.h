/* A line through a few points: data, a linear model, its loss, and options to train it with. */
#ifndef NNTRAIN_TESTS_TRAINING_FIXTURE_H
#define NNTRAIN_TESTS_TRAINING_FIXTURE_H

#include "evaluate_fixture.h"
#include "training/fit.h"

enum { LINE_ROWS = 6 };

/* Inputs (6, 2) and targets; no line goes through them all. */
static const float line_x[LINE_ROWS * 2] = {1, 0.5F, -1, 2, 0.25F, 1, 2, -1, 0, 0, -0.5F, 1.5F};
static const float line_y[LINE_ROWS] = {2, -1, 0.5F, 3, 1, -2};

typedef struct Line {
    LinearModel linear;
    LossFunction loss;
    Dataset train;
    Target target;
    MetricList metrics;
    Evaluation evaluation;
    FitOptions options;
} Line;

static inline void line_init(Line *line) {
    static const float start[3] = {0.5F, -0.25F, 0.125F};
    *line = (Line){0};
    linear_model_init(&line->linear, "linear", 2, 1, start, start + 2);
    line->loss = fixture_loss("mse");
    line->train = fixture_dataset(line_x, 2, line_y, 1, LINE_ROWS);
    line->target = fixture_target("regression", 1, 0, 1);
    metric_list_choose(NULL, 0, line->target.task, line->linear.network.output, &line->metrics,
                       NULL);
    line->evaluation = (Evaluation){.target = &line->target, .metrics = &line->metrics};
    const double none = (double)NAN;
    line->options = (FitOptions){
        .seed = 1,
        .epochs = 3,
        .optimizer = fixture_row(optimizer_kinds(), "sgd"),
        .settings = {.learning_rate = 0.1,
                     .momentum = none,
                     .beta1 = none,
                     .beta2 = none,
                     .epsilon = none,
                     .rho = none},
        .schedule = {.schedule = fixture_row(schedule_kinds(), "constant")},
        .monitor = "validation.loss",
        .restore_best = true,
    };
}

static inline void line_free(Line *line) {
    linear_model_free(&line->linear);
    dataset_free(&line->train);
    target_free(&line->target);
    metric_list_free(&line->metrics);
}

/* Two weights and the bias as the model holds them. */
static inline void line_parameters(const Line *line, double w[3]) {
    const Network *network = &line->linear.network;
    const Tensor *weight = &network->tensors[network->layers[0].weight];
    const Tensor *bias = &network->tensors[network->layers[0].bias];
    w[0] = (double)line->linear.model.parameters[weight->offset];
    w[1] = (double)line->linear.model.parameters[weight->offset + weight->row];
    w[2] = (double)line->linear.model.parameters[bias->offset];
}

/* The mean squared error of rows [first, first + n), and its gradient by hand. */
static inline double line_gradient(const double w[3], const float *weight, size_t first, size_t n,
                                   double gradient[3]) {
    double loss = 0, total = 0;
    gradient[0] = gradient[1] = gradient[2] = 0;
    for (size_t i = first; i < first + n; i++) {
        const double x[3] = {(double)line_x[2 * i], (double)line_x[2 * i + 1], 1};
        const double share = weight ? (double)weight[i] : 1;
        const double error = w[0] * x[0] + w[1] * x[1] + w[2] - (double)line_y[i];
        loss += share * error * error;
        total += share;
        for (size_t j = 0; j < 3; j++) {
            gradient[j] += share * 2 * error * x[j];
        }
    }
    for (size_t j = 0; j < 3; j++) {
        gradient[j] /= total;
    }
    return loss / total;
}

#endif
