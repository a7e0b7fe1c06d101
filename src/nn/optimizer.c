#include "nn/optimizer.h"

#include <math.h>

#include "compute/vector.h"

/* Scalars are folded in double and rounded once, before the loop; the loop is one pass over
 * parameters, gradient and slots. Moments pass v_flush, so that they never become subnormal. */

static V folded(double x) { return v_set((float)x); }

/* Decoupled decay as a factor of the parameters: 1 - learning rate times weight decay. */
static V decay_factor(const UpdateStep *step) {
    return folded(1.0 - step->settings.learning_rate * step->weight_decay);
}

/* Parameters that another thread has read are in its cache too, and to write them takes as long as
 * to fetch them from there: they are asked for in time, so many floats ahead. */
enum { WRITTEN_AHEAD = 512 };

static inline void ask_to_write(const float *parameters) {
    __builtin_prefetch(parameters + WRITTEN_AHEAD, 1);
}

/* -1, 0 or 1; NaN stays NaN, so that divergence is seen. */
static inline V sign_of(V x) {
    const V negative_or_rest = v_select(v_less(x, v_zero()), v_set(-1.0f), x);
    return v_select(v_greater(x, v_zero()), v_set(1.0f), negative_or_rest);
}

/* decay moment + (1 - decay) x, with both factors given. */
static inline V blend(V decay, V moment, V rest, V x) {
    return v_flush(v_fma(rest, x, v_mul(decay, moment)));
}

/* decay moment + (1 - decay) x^2 */
static inline V blend_square(V decay, V moment, V rest, V x) {
    return v_flush(v_fma(v_mul(rest, x), x, v_mul(decay, moment)));
}

static void sgd_update(const UpdateStep *step, float *parameters, const float *gradient,
                       float *const *slots, size_t n) {
    (void)slots;
    const V rate = folded(step->settings.learning_rate), keep = decay_factor(step);
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V p = v_mul(keep, v_load(parameters + i));
        v_store(parameters + i, v_fnma(rate, v_load(gradient + i), p));
    }
}

static void momentum_update(const UpdateStep *step, float *parameters, const float *gradient,
                            float *const *slots, size_t n) {
    const V rate = folded(step->settings.learning_rate), keep = decay_factor(step);
    const V momentum = folded(step->settings.momentum);
    float *const velocity = slots[0];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V b = v_flush(v_fma(momentum, v_load(velocity + i), v_load(gradient + i)));
        v_store(velocity + i, b);
        const V p = v_mul(keep, v_load(parameters + i));
        v_store(parameters + i, v_fnma(rate, b, p));
    }
}

static void nesterov_update(const UpdateStep *step, float *parameters, const float *gradient,
                            float *const *slots, size_t n) {
    const V rate = folded(step->settings.learning_rate), keep = decay_factor(step);
    const V momentum = folded(step->settings.momentum);
    float *const velocity = slots[0];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const V b = v_flush(v_fma(momentum, v_load(velocity + i), g));
        v_store(velocity + i, b);
        const V p = v_mul(keep, v_load(parameters + i));
        v_store(parameters + i, v_fnma(rate, v_fma(momentum, b, g), p));
    }
}

static void adagrad_update(const UpdateStep *step, float *parameters, const float *gradient,
                           float *const *slots, size_t n) {
    const V rate = folded(step->settings.learning_rate), epsilon = folded(step->settings.epsilon);
    float *const sums = slots[0];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const V s = v_flush(v_fma(g, g, v_load(sums + i)));
        v_store(sums + i, s);
        const V direction = v_div(g, v_add(v_sqrt(s), epsilon));
        v_store(parameters + i, v_fnma(rate, direction, v_load(parameters + i)));
    }
}

static void rmsprop_update(const UpdateStep *step, float *parameters, const float *gradient,
                           float *const *slots, size_t n) {
    const V rate = folded(step->settings.learning_rate), epsilon = folded(step->settings.epsilon);
    const V rho = folded(step->settings.rho), rest = folded(1.0 - step->settings.rho);
    const V momentum = folded(step->settings.momentum);
    const bool has_velocity = step->settings.momentum > 0.0; /* else slots[1] is left alone */
    float *const squares = slots[0], *const velocity = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const V s = blend_square(rho, v_load(squares + i), rest, g);
        v_store(squares + i, s);
        V direction = v_div(g, v_add(v_sqrt(s), epsilon));
        if (has_velocity) {
            direction = v_flush(v_fma(momentum, v_load(velocity + i), direction));
            v_store(velocity + i, direction);
        }
        v_store(parameters + i, v_fnma(rate, direction, v_load(parameters + i)));
    }
}

static void adadelta_update(const UpdateStep *step, float *parameters, const float *gradient,
                            float *const *slots, size_t n) {
    const V rate = folded(step->settings.learning_rate), epsilon = folded(step->settings.epsilon);
    const V rho = folded(step->settings.rho), rest = folded(1.0 - step->settings.rho);
    float *const squares = slots[0], *const moves = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i), u = v_load(moves + i);
        const V s = blend_square(rho, v_load(squares + i), rest, g);
        v_store(squares + i, s);
        const V move = v_mul(v_sqrt(v_div(v_add(u, epsilon), v_add(s, epsilon))), g);
        v_store(moves + i, blend_square(rho, u, rest, move));
        v_store(parameters + i, v_fnma(rate, move, v_load(parameters + i)));
    }
}

/* What adam, amsgrad and adamw share; the factors hold the corrections of both moments' start. */
typedef struct AdamFactors {
    V beta1, rest1, beta2, rest2, epsilon;
    V rate;         /* learning rate / (1 - beta1^t) */
    V inverse_root; /* 1 / sqrt(1 - beta2^t) */
} AdamFactors;

static AdamFactors adam_factors(const UpdateStep *step) {
    const OptimizerSettings *settings = &step->settings;
    return (AdamFactors){
        .beta1 = folded(settings->beta1),
        .rest1 = folded(1.0 - settings->beta1),
        .beta2 = folded(settings->beta2),
        .rest2 = folded(1.0 - settings->beta2),
        .epsilon = folded(settings->epsilon),
        .rate = folded(settings->learning_rate / (1.0 - step->beta1_power)),
        .inverse_root = folded(1.0 / sqrt(1.0 - step->beta2_power)),
    };
}

/* m = beta1 m + (1 - beta1) g, s = beta2 s + (1 - beta2) g^2 */
typedef struct Moments {
    V mean, square;
} Moments;

static inline Moments next_moments(const AdamFactors *a, float *mean, float *square, V g) {
    const Moments next = {blend(a->beta1, v_load(mean), a->rest1, g),
                          blend_square(a->beta2, v_load(square), a->rest2, g)};
    v_store(mean, next.mean);
    v_store(square, next.square);
    return next;
}

/* sqrt(square), corrected for its start at 0, + epsilon */
static inline V adam_scale(const AdamFactors *a, V square) {
    return v_fma(v_sqrt(square), a->inverse_root, a->epsilon);
}

static void adam_update(const UpdateStep *step, float *parameters, const float *gradient,
                        float *const *slots, size_t n) {
    const AdamFactors a = adam_factors(step);
    float *const means = slots[0], *const squares = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const Moments now = next_moments(&a, means + i, squares + i, g);
        const V direction = v_div(now.mean, adam_scale(&a, now.square));
        v_store(parameters + i, v_fnma(a.rate, direction, v_load(parameters + i)));
    }
}

static void adamw_update(const UpdateStep *step, float *parameters, const float *gradient,
                         float *const *slots, size_t n) {
    const AdamFactors a = adam_factors(step);
    const V keep = decay_factor(step);
    float *const means = slots[0], *const squares = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const Moments now = next_moments(&a, means + i, squares + i, g);
        const V direction = v_div(now.mean, adam_scale(&a, now.square));
        const V p = v_mul(keep, v_load(parameters + i));
        v_store(parameters + i, v_fnma(a.rate, direction, p));
    }
}

static void amsgrad_update(const UpdateStep *step, float *parameters, const float *gradient,
                           float *const *slots, size_t n) {
    const AdamFactors a = adam_factors(step);
    float *const means = slots[0], *const squares = slots[1], *const largest = slots[2];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const Moments now = next_moments(&a, means + i, squares + i, g);
        const V top = v_max(v_load(largest + i), now.square);
        v_store(largest + i, top);
        const V direction = v_div(now.mean, adam_scale(&a, top));
        v_store(parameters + i, v_fnma(a.rate, direction, v_load(parameters + i)));
    }
}

static void nadam_update(const UpdateStep *step, float *parameters, const float *gradient,
                         float *const *slots, size_t n) {
    const AdamFactors a = adam_factors(step);
    const double rate = step->settings.learning_rate;
    const double product_next = step->momentum_product * step->momentum_next;
    const V of_gradient =
        folded(rate * (1.0 - step->momentum_now) / (1.0 - step->momentum_product));
    const V of_mean = folded(rate * step->momentum_next / (1.0 - product_next));
    float *const means = slots[0], *const squares = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const Moments now = next_moments(&a, means + i, squares + i, g);
        const V ahead = v_fma(of_mean, now.mean, v_mul(of_gradient, g));
        const V move = v_div(ahead, adam_scale(&a, now.square));
        v_store(parameters + i, v_sub(v_load(parameters + i), move));
    }
}

static void adamax_update(const UpdateStep *step, float *parameters, const float *gradient,
                          float *const *slots, size_t n) {
    const AdamFactors a = adam_factors(step);
    float *const means = slots[0], *const largest = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const V m = blend(a.beta1, v_load(means + i), a.rest1, g);
        const V old = v_mul(a.beta2, v_load(largest + i));
        const V top = v_max(old, v_add(v_abs(g), a.epsilon));
        v_store(means + i, m);
        v_store(largest + i, top);
        v_store(parameters + i, v_fnma(a.rate, v_div(m, top), v_load(parameters + i)));
    }
}

static void lion_update(const UpdateStep *step, float *parameters, const float *gradient,
                        float *const *slots, size_t n) {
    const AdamFactors a = adam_factors(step);
    const V rate = folded(step->settings.learning_rate), keep = decay_factor(step);
    float *const means = slots[0];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i), m = v_load(means + i);
        const V direction = sign_of(v_fma(a.rest1, g, v_mul(a.beta1, m)));
        v_store(means + i, blend(a.beta2, m, a.rest2, g));
        const V p = v_mul(keep, v_load(parameters + i));
        v_store(parameters + i, v_fnma(rate, direction, p));
    }
}

static void rprop_update(const UpdateStep *step, float *parameters, const float *gradient,
                         float *const *slots, size_t n) {
    (void)step;
    const V shrink = v_set(0.5f), grow = v_set(1.2f), same = v_set(1.0f);
    const V smallest = v_set(1e-6f), largest = v_set(50.0f);
    float *const previous = slots[0], *const sizes = slots[1];
    for (size_t i = 0; i < n; i += V_LANES) {
        ask_to_write(parameters + i);
        const V g = v_load(gradient + i);
        const V agreement = v_mul(g, v_load(previous + i));
        const M has_turned = v_less(agreement, v_zero());
        const V factor =
            v_select(has_turned, shrink, v_select(v_greater(agreement, v_zero()), grow, same));
        const V size = v_min(v_max(v_mul(factor, v_load(sizes + i)), smallest), largest);
        const V used = v_select(has_turned, v_zero(), g);
        v_store(sizes + i, size);
        v_store(previous + i, v_flush(used));
        v_store(parameters + i, v_fnma(sign_of(used), size, v_load(parameters + i)));
    }
}

#define NO ((double)NAN)
// clang-format off
/* defaults: learning rate, momentum, beta1, beta2, epsilon, rho */
static const Optimizer optimizers[] = {
    {.kind = {"sgd", "a step against the gradient",
              "w <- w - rate g", "Robbins & Monro 1951"},
     .defaults = {0.01, NO, NO, NO, NO, NO},
     .has_weight_decay = true, .update = sgd_update},
    {.kind = {"momentum", "steps that remember past gradients (heavy ball)",
              "b <- momentum b + g; w <- w - rate b", "Polyak 1964"},
     .defaults = {0.01, 0.9, NO, NO, NO, NO},
     .n_slots = 1, .has_weight_decay = true, .update = momentum_update},
    {.kind = {"nesterov", "momentum with the gradient taken one step ahead",
              "b <- momentum b + g; w <- w - rate (g + momentum b)",
              "Nesterov 1983; Sutskever et al. 2013"},
     .defaults = {0.01, 0.9, NO, NO, NO, NO},
     .n_slots = 1, .has_weight_decay = true, .update = nesterov_update},
    {.kind = {"adagrad", "a rate per parameter that falls with the sum of its squared gradients",
              "s <- s + g^2; w <- w - rate g / (sqrt(s) + epsilon)", "Duchi, Hazan & Singer 2011"},
     .defaults = {0.01, NO, NO, NO, 1e-10, NO},
     .n_slots = 1, .update = adagrad_update},
    {.kind = {"rmsprop", "a rate per parameter from the recent mean of its squared gradients",
              "s <- rho s + (1 - rho) g^2; b <- momentum b + g / (sqrt(s) + epsilon); "
              "w <- w - rate b",
              "Tieleman & Hinton 2012"},
     .defaults = {0.01, 0.0, NO, NO, 1e-8, 0.99},
     .n_slots = 2, .update = rmsprop_update},
    {.kind = {"adadelta", "steps in the parameter's own units: past moves over past gradients",
              "s <- rho s + (1 - rho) g^2; d = g sqrt((u + epsilon) / (s + epsilon)); "
              "u <- rho u + (1 - rho) d^2; w <- w - rate d", "Zeiler 2012"},
     .defaults = {1.0, NO, NO, NO, 1e-6, 0.9},
     .n_slots = 2, .update = adadelta_update},
    {.kind = {"adam", "momentum and a rate per parameter, both corrected for their start at 0",
              "m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; "
              "w <- w - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)",
              "Kingma & Ba 2015"},
     .defaults = {0.001, NO, 0.9, 0.999, 1e-8, NO},
     .n_slots = 2, .update = adam_update},
    {.kind = {"amsgrad", "adam with the largest second moment so far",
              "as adam, with u <- max(u, v) in place of v below the root",
              "Reddi, Kale & Kumar 2018"},
     .defaults = {0.001, NO, 0.9, 0.999, 1e-8, NO},
     .n_slots = 3, .update = amsgrad_update},
    {.kind = {"adamw", "adam with decoupled weight decay (regularization.weight_decay)",
              "w <- (1 - rate weight_decay) w, then as adam", "Loshchilov & Hutter 2019"},
     .defaults = {0.001, NO, 0.9, 0.999, 1e-8, NO},
     .n_slots = 2, .has_weight_decay = true, .update = adamw_update},
    {.kind = {"nadam", "adam with Nesterov's momentum",
              "mu_t = beta1 (1 - 0.96^(0.004 t) / 2), P_t = mu_1 ... mu_t; m, v as adam; "
              "w <- w - rate (mu_{t+1} m / (1 - P_{t+1}) + (1 - mu_t) g / (1 - P_t)) "
              "/ (sqrt(v / (1 - beta2^t)) + epsilon)",
              "Dozat 2016"},
     .defaults = {0.002, NO, 0.9, 0.999, 1e-8, NO},
     .n_slots = 2, .has_momentum_decay = true, .update = nadam_update},
    {.kind = {"adamax", "adam with the largest recent gradient in place of the second moment",
              "m as adam; u <- max(beta2 u, |g| + epsilon); w <- w - rate (m / (1 - beta1^t)) / u",
              "Kingma & Ba 2015"},
     .defaults = {0.002, NO, 0.9, 0.999, 1e-8, NO},
     .n_slots = 2, .update = adamax_update},
    {.kind = {"lion", "steps of one size, in the sign of a blend of momentum and gradient",
              "w <- (1 - rate weight_decay) w - rate sign(beta1 m + (1 - beta1) g); "
              "m <- beta2 m + (1 - beta2) g",
              "Chen et al. 2023"},
     .defaults = {1e-4, NO, 0.9, 0.99, NO, NO},
     .n_slots = 1, .has_weight_decay = true, .update = lion_update},
    {.kind = {"rprop", "a step size per parameter, first the learning rate, that grows while its "
              "gradient keeps its sign; full batch",
              "size <- size x 1.2 (same sign) or 0.5 (turned: no move), within 1e-6 .. 50; "
              "w <- w - sign(g) size",
              "Riedmiller & Braun 1993"},
     .defaults = {0.01, NO, NO, NO, NO, NO},
     .n_slots = 2, .slot_start = {0.0f, NAN}, .has_fixed_rate = true,
     .needs_full_batch = true, .update = rprop_update},
    {.kind = {"lbfgs", "quasi-Newton steps from the last 100 moves, up to 20 a batch; full batch",
              "w <- w - rate H g, H from pairs of moves and gradient changes",
              "Liu & Nocedal 1989"},
     .defaults = {1.0, NO, NO, NO, NO, NO},
     .is_whole_step = true, .needs_full_batch = true},
};
// clang-format on

const KindTable AT_LEVEL(optimizer_kinds) = KIND_TABLE("optimizer", optimizers);
