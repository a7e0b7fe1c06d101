#include "nn/lbfgs.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"

LbfgsOptions lbfgs_defaults(void) {
    return (LbfgsOptions){
        .max_iterations = 20, .history = 100, .tolerance_gradient = 1e-7, .tolerance_change = 1e-9};
}

void lbfgs_init(Lbfgs *state, size_t n_parameters, LbfgsOptions options) {
    assert(n_parameters % LANES == 0 && options.history > 0);
    if (!options.max_evaluations)
        options.max_evaluations = options.max_iterations * 5 / 4;
    *state = (Lbfgs){.options = options, .n_parameters = n_parameters};
    float *block = memory_new(n_parameters, (3 + 2 * options.history) * sizeof *block);
    state->direction = block;
    state->gradient = block + n_parameters;
    state->previous_gradient = block + 2 * n_parameters;
    state->changes = block + 3 * n_parameters;
    state->moves = state->changes + options.history * n_parameters;
    state->curvature = NEW(double, 2 * options.history);
    state->weights = state->curvature + options.history;
}

void lbfgs_free(Lbfgs *state) {
    memory_free(state->direction);
    memory_free(state->curvature);
    *state = (Lbfgs){0};
}

static double largest_magnitude(const float *x, size_t n) {
    float largest = 0.0f;
    for (size_t i = 0; i < n; i++)
        largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    return (double)largest;
}

/* Index into the ring of the pair that is i places after the oldest. */
static size_t pair_at(const Lbfgs *state, size_t i) {
    return (state->oldest + i) % state->options.history;
}

/* Keeps the last move s and the gradient's change y, when y s shows positive curvature. */
static void remember_move(Lbfgs *state) {
    const size_t n = state->n_parameters, history = state->options.history;
    const Kernels *kernels = compute_kernels();
    const bool is_full = state->n_pairs == history;
    float *const s = state->direction; /* is made anew after this */
    float *const y = state->previous_gradient;
    kernels->scale(s, s, (float)state->step_length, n);
    for (size_t i = 0; i < n; i++)
        y[i] = state->gradient[i] - y[i];
    const double ys = kernels->dot(y, s, n);
    if (!(ys > 1e-10))
        return;
    const size_t slot = pair_at(state, is_full ? 0 : state->n_pairs);
    memcpy(state->changes + slot * n, y, n * sizeof *y);
    memcpy(state->moves + slot * n, s, n * sizeof *s);
    state->curvature[slot] = 1.0 / ys;
    state->scale = ys / kernels->dot(y, y, n);
    if (is_full)
        state->oldest = (slot + 1) % history;
    else
        state->n_pairs++;
}

/* direction = -H gradient by the two-loop recursion. */
static void find_direction(Lbfgs *state) {
    const size_t n = state->n_parameters;
    const Kernels *kernels = compute_kernels();
    float *const d = state->direction;
    kernels->scale(d, state->gradient, -1.0f, n);
    for (size_t i = state->n_pairs; i-- > 0;) {
        const size_t k = pair_at(state, i);
        state->weights[k] = kernels->dot(state->moves + k * n, d, n) * state->curvature[k];
        kernels->add_scaled(d, state->changes + k * n, (float)-state->weights[k], n);
    }
    kernels->scale(d, d, (float)state->scale, n);
    for (size_t i = 0; i < state->n_pairs; i++) {
        const size_t k = pair_at(state, i);
        const double b = kernels->dot(state->changes + k * n, d, n) * state->curvature[k];
        kernels->add_scaled(d, state->moves + k * n, (float)(state->weights[k] - b), n);
    }
}

/* The very first move has no curvature to go by: it is at most learning_rate long in the L1 norm.
 */
static void prepare_move(Lbfgs *state, double learning_rate) {
    const size_t n = state->n_parameters;
    double step_length = learning_rate;
    if (state->n_iterations++ == 0) {
        state->scale = 1.0;
        const double size = compute_kernels()->sum_magnitudes(state->gradient, n);
        step_length *= size > 1.0 ? 1.0 / size : 1.0;
    } else {
        remember_move(state); /* made with the old step length */
    }
    state->step_length = step_length;
    find_direction(state);
    memcpy(state->previous_gradient, state->gradient, n * sizeof *state->gradient);
}

double lbfgs_step(Lbfgs *state, double learning_rate, float *parameters, LbfgsEvaluate *evaluate,
                  void *context) {
    const LbfgsOptions *options = &state->options;
    const size_t n = state->n_parameters;
    const double start_loss = evaluate(context, state->gradient);
    double loss = start_loss;
    size_t n_evaluations = 1;
    for (size_t i = 0; i < options->max_iterations && isfinite(loss); i++) {
        if (largest_magnitude(state->gradient, n) <= options->tolerance_gradient)
            break;
        if (i > 0 && n_evaluations >= options->max_evaluations)
            break;
        prepare_move(state, learning_rate);
        const double slope = compute_kernels()->dot(state->gradient, state->direction, n);
        if (!(slope <= -options->tolerance_change))
            break;
        compute_kernels()->add_scaled(parameters, state->direction, (float)state->step_length, n);
        if (i + 1 == options->max_iterations)
            break; /* the next step begins with this evaluation */
        const double old_loss = loss;
        loss = evaluate(context, state->gradient);
        n_evaluations++;
        const double move = state->step_length * largest_magnitude(state->direction, n);
        if (move <= options->tolerance_change || fabs(loss - old_loss) < options->tolerance_change)
            break;
    }
    return start_loss;
}
