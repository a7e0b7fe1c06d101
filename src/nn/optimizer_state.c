#include "nn/optimizer.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/scalar.h"

static double chosen(double option, double row_default) {
    return isnan(option) ? row_default : option;
}

static OptimizerSettings settle(const OptimizerSettings *options,
                                const OptimizerSettings *defaults) {
    return (OptimizerSettings){
        .learning_rate = chosen(options->learning_rate, defaults->learning_rate),
        .momentum = chosen(options->momentum, defaults->momentum),
        .beta1 = chosen(options->beta1, defaults->beta1),
        .beta2 = chosen(options->beta2, defaults->beta2),
        .epsilon = chosen(options->epsilon, defaults->epsilon),
        .rho = chosen(options->rho, defaults->rho),
    };
}

static void fill(float *x, float value, size_t n) {
    for (size_t i = 0; i < n; i++)
        x[i] = value;
}

void optimizer_start(OptimizerState *state, const Optimizer *optimizer,
                     const OptimizerSettings *options, size_t n_parameters) {
    assert(n_parameters % LANES == 0);
    *state = (OptimizerState){
        .optimizer = optimizer,
        .settings = settle(options, &optimizer->defaults),
        .beta1_power = 1.0,
        .beta2_power = 1.0,
        .momentum_product = 1.0,
        .n_parameters = n_parameters,
    };
    if (!optimizer->n_slots)
        return;
    float *block = memory_new(n_parameters, optimizer->n_slots * sizeof *block);
    for (size_t s = 0; s < optimizer->n_slots; s++) {
        state->slots[s] = block + s * n_parameters;
        const float start = optimizer->slot_start[s];
        if (isnan(start))
            fill(state->slots[s], (float)state->settings.learning_rate, n_parameters);
        else if (start != 0.0f)
            fill(state->slots[s], start, n_parameters);
    }
}

void optimizer_free(OptimizerState *state) {
    memory_free(state->slots[0]);
    *state = (OptimizerState){0};
}

/* mu_t = beta1 (1 - 0.96^(0.004 t) / 2), Dozat 2016. */
static double momentum_at(double beta1, uint64_t step) {
    return beta1 * (1.0 - 0.5 * scalar_power(0.96, 0.004 * (double)step));
}

/* The power goes to 0, and not through subnormal numbers, which would slow every later step down: 1
 * - power is 1 long before. */
static double power_times(double power, double factor) {
    return power < 1e-300 ? 0.0 : power * factor;
}

UpdateStep optimizer_begin_step(OptimizerState *state, double learning_rate) {
    const OptimizerSettings *settings = &state->settings;
    state->steps++;
    if (!isnan(settings->beta1))
        state->beta1_power = power_times(state->beta1_power, settings->beta1);
    if (!isnan(settings->beta2))
        state->beta2_power = power_times(state->beta2_power, settings->beta2);
    UpdateStep step = {
        .settings = *settings,
        .step = state->steps,
        .beta1_power = state->beta1_power,
        .beta2_power = state->beta2_power,
    };
    step.settings.learning_rate = learning_rate;
    if (state->optimizer->has_momentum_decay) {
        step.momentum_now = momentum_at(settings->beta1, state->steps);
        step.momentum_next = momentum_at(settings->beta1, state->steps + 1);
        state->momentum_product = power_times(state->momentum_product, step.momentum_now);
        step.momentum_product = state->momentum_product;
    }
    return step;
}

void optimizer_apply(OptimizerState *state, UpdateStep step, double weight_decay, float *parameters,
                     const float *gradient, size_t first, size_t n) {
    assert(first % LANES == 0 && n % LANES == 0 && first + n <= state->n_parameters);
    float *slots[OPTIMIZER_SLOTS] = {NULL};
    for (size_t s = 0; s < state->optimizer->n_slots; s++)
        slots[s] = state->slots[s] + first;
    step.weight_decay = weight_decay;
    state->optimizer->update(&step, parameters + first, gradient + first, slots, n);
}
