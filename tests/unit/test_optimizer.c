/* Optimizers against PyTorch (tests/reference/optimizers.json, float64), the same bits at every
 * level, and what happens to state, padding and non-finite gradients. */
#include <string.h>

#include "base/random.h"
#include "nn/optimizer.h"
#include "nn_reference.h"

DECLARE_LEVELS(const KindTable, optimizer_kinds);

enum { MANY = 4096 };

static const KindTable *const tables[] = ALL_LEVELS(optimizer_kinds);

/* All settings as the row has them. */
static const OptimizerSettings row_defaults = {(double)NAN, (double)NAN, (double)NAN,
                                               (double)NAN, (double)NAN, (double)NAN};

static const Optimizer *optimizer_named(const char *name) {
    const Optimizer *optimizer = (const Optimizer *)kind_find(optimizer_kinds(), name);
    assert_non_null(optimizer);
    return optimizer;
}

static OptimizerSettings settings_of(const cJSON *json) {
    return (OptimizerSettings){.learning_rate =
                                   reference_number(json, "learning_rate", (double)NAN),
                               .momentum = reference_number(json, "momentum", (double)NAN),
                               .beta1 = reference_number(json, "beta1", (double)NAN),
                               .beta2 = reference_number(json, "beta2", (double)NAN),
                               .epsilon = reference_number(json, "epsilon", (double)NAN),
                               .rho = reference_number(json, "rho", (double)NAN)};
}

/* Each step rounds the parameter once (half a unit), and its move by a few units. */
static void compare(const cJSON *json, const char *what, const float *parameters,
                    const double *start, size_t n, size_t n_steps) {
    double *expected = reference_array(json, what, &n);
    for (size_t i = 0; i < n; i++) {
        const double largest = fmax(fabs(expected[i]), fabs(start[i]));
        const double move = fabs(expected[i] - start[i]);
        const double allowed =
            ROUNDING * ((double)n_steps * 2.0 * largest + 20.0 * fmax(move, 1e-4));
        if (!(fabs((double)parameters[i] - expected[i]) <= allowed))
            fail_msg("%s, %s [%zu]: %.9g, expected %.9g", reference_text(json, "name"), what, i,
                     (double)parameters[i], expected[i]);
    }
    memory_free(expected);
}

static void run_case(const cJSON *json, const double *start, const float *gradients, size_t n) {
    const Optimizer *optimizer = optimizer_named(reference_text(json, "name"));
    const OptimizerSettings settings =
        settings_of(cJSON_GetObjectItemCaseSensitive(json, "settings"));
    OptimizerState state;
    optimizer_start(&state, optimizer, &settings, n);
    float *parameters = NEW(float, n);
    for (size_t i = 0; i < n; i++)
        parameters[i] = (float)start[i];
    const double decay = reference_number(json, "weight_decay", 0);
    for (size_t t = 0; t < 10; t++) {
        const UpdateStep step = optimizer_begin_step(&state, state.settings.learning_rate);
        /* Two ranges: the update is elementwise. */
        optimizer_apply(&state, step, decay, parameters, gradients + t * n, 16, n - 16);
        optimizer_apply(&state, step, decay, parameters, gradients + t * n, 0, 16);
        if (t == 0)
            compare(json, "first", parameters, start, n, 1);
    }
    compare(json, "last", parameters, start, n, 10);
    memory_free(parameters);
    optimizer_free(&state);
}

static void ten_steps_match_pytorch(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/optimizers.json");
    size_t n = 0;
    double *start = reference_array(json, "start", &n);
    float *gradients = NEW(float, 10 * n);
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "gradients");
    for (int t = 0; t < 10; t++)
        for (int i = 0; i < (int)n; i++)
            gradients[(size_t)t * n + (size_t)i] =
                (float)cJSON_GetArrayItem(cJSON_GetArrayItem(rows, t), i)->valuedouble;
    bool is_covered[64] = {false};
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "cases")) {
        run_case(item, start, gradients, n);
        const Optimizer *first = (const Optimizer *)kind_at(optimizer_kinds(), 0);
        is_covered[optimizer_named(reference_text(item, "name")) - first] = true;
    }
    for (size_t k = 0; k < optimizer_kinds()->n; k++) {
        const Optimizer *optimizer = (const Optimizer *)kind_at(optimizer_kinds(), k);
        assert_true(is_covered[k] || optimizer->is_whole_step);
    }
    memory_free(start);
    memory_free(gradients);
    cJSON_Delete(json);
}

/* Values of all sizes, tiny ones and zeros among them. */
static void fill_values(float *x, size_t n, uint32_t purpose) {
    const RandomStream stream = random_stream(purpose, RANDOM_WEIGHTS);
    for (size_t i = 0; i < n; i++) {
        uint32_t words[4];
        random_words(stream, (uint32_t)i, 0, 0, 0, words);
        const float sign = words[1] & 1 ? 1.0f : -1.0f;
        x[i] = words[2] % 16 ? sign * ldexpf(random_unit(words[0]), -(int)(words[3] % 70)) : 0.0f;
    }
}

/* Parameters and slots after five steps of one level's row. */
static float *run_level(const Optimizer *optimizer, size_t n, double decay) {
    OptimizerState state;
    optimizer_start(&state, optimizer, &row_defaults, n);
    float *all = NEW(float, 4 * n), *gradient = NEW(float, n);
    fill_values(all, n, 1);
    for (uint32_t t = 0; t < 5; t++) {
        fill_values(gradient, n, 2 + t);
        const UpdateStep step = optimizer_begin_step(&state, state.settings.learning_rate);
        optimizer_apply(&state, step, decay, all, gradient, 0, n);
    }
    if (optimizer->n_slots)
        memcpy(all + n, state.slots[0], optimizer->n_slots * n * sizeof *all);
    memory_free(gradient);
    optimizer_free(&state);
    return all;
}

static void levels_give_the_same_bits(void **context) {
    (void)context;
    for (size_t k = 0; k < tables[0]->n; k++) {
        const Optimizer *portable = (const Optimizer *)kind_at(tables[0], k);
        if (portable->is_whole_step)
            continue;
        float *expected = run_level(portable, MANY, 0.01);
        for (size_t level = 1; level < level_kinds()->n; level++) {
            if (!is_level_supported(level))
                continue;
            const Optimizer *other = (const Optimizer *)kind_at(tables[level], k);
            float *actual = run_level(other, MANY, 0.01);
            if (memcmp(actual, expected, 4 * MANY * sizeof *actual) != 0)
                fail_msg("%s differs at level %zu", portable->kind.name, level);
            memory_free(actual);
        }
        memory_free(expected);
    }
}

static void zero_gradients_leave_padding_zero(void **context) {
    (void)context;
    for (size_t k = 0; k < optimizer_kinds()->n; k++) {
        const Optimizer *optimizer = (const Optimizer *)kind_at(optimizer_kinds(), k);
        if (optimizer->is_whole_step)
            continue;
        float parameters[16] = {0}, gradient[16] = {0};
        OptimizerState state;
        optimizer_start(&state, optimizer, &row_defaults, 16);
        for (int t = 0; t < 3; t++) {
            const UpdateStep step = optimizer_begin_step(&state, state.settings.learning_rate);
            optimizer_apply(&state, step, 0.1, parameters, gradient, 0, 16);
        }
        for (size_t i = 0; i < 16; i++)
            if (parameters[i] != 0.0f)
                fail_msg("%s moves padding", optimizer->kind.name);
        optimizer_free(&state);
    }
}

/* Divergence must be seen in the parameters. */
static void nan_gradients_reach_parameters(void **context) {
    (void)context;
    for (size_t k = 0; k < optimizer_kinds()->n; k++) {
        const Optimizer *optimizer = (const Optimizer *)kind_at(optimizer_kinds(), k);
        if (optimizer->is_whole_step)
            continue;
        float parameters[16] = {0}, gradient[16] = {0};
        gradient[3] = NAN;
        OptimizerState state;
        optimizer_start(&state, optimizer, &row_defaults, 16);
        const UpdateStep step = optimizer_begin_step(&state, state.settings.learning_rate);
        optimizer_apply(&state, step, 0, parameters, gradient, 0, 16);
        if (!isnan(parameters[3]) || parameters[4] != 0.0f)
            fail_msg("%s hides a NaN", optimizer->kind.name);
        optimizer_free(&state);
    }
}

/* Gradients that stop: the moments fall to exactly zero without ever being subnormal. */
static void moments_never_become_subnormal(void **context) {
    (void)context;
    const Optimizer *optimizer = optimizer_named("adam");
    OptimizerState state;
    optimizer_start(&state, optimizer, &row_defaults, 16);
    float parameters[16] = {0}, gradient[16];
    for (size_t i = 0; i < 16; i++)
        gradient[i] = 1e-12f;
    for (int t = 0; t < 3000; t++) {
        const UpdateStep step = optimizer_begin_step(&state, state.settings.learning_rate);
        optimizer_apply(&state, step, 0, parameters, gradient, 0, 16);
        memset(gradient, 0, sizeof gradient);
        for (size_t s = 0; s < 2; s++) {
            const float moment = state.slots[s][0];
            assert_true(moment == 0.0f || moment >= 0x1p-100f);
        }
    }
    assert_true(state.slots[0][0] == 0.0f);
    assert_true(isfinite(parameters[0]));
    optimizer_free(&state);
}

static void start_fills_settings_and_slots(void **context) {
    (void)context;
    OptimizerSettings settings = row_defaults;
    settings.learning_rate = 0.25;
    OptimizerState state;
    optimizer_start(&state, optimizer_named("rprop"), &settings, 32);
    assert_true(state.slots[0][0] == 0.0f && state.slots[1][0] == 0.25f);
    assert_true(state.slots[1] == state.slots[0] + 32 && state.slots[1][31] == 0.25f);
    assert_true(isnan(state.settings.beta1));
    optimizer_free(&state);
    assert_null(state.slots[0]);
    optimizer_free(&state);
    optimizer_start(&state, optimizer_named("adam"), &settings, 32);
    assert_true(state.settings.beta2 == 0.999 && state.settings.learning_rate == 0.25);
    UpdateStep step = optimizer_begin_step(&state, 0.5);
    step = optimizer_begin_step(&state, 0.125);
    assert_true(step.step == 2 && step.beta1_power == 0.9 * 0.9);
    assert_true(step.settings.learning_rate == 0.125 && state.settings.learning_rate == 0.25);
    optimizer_free(&state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_steps_match_pytorch),
        cmocka_unit_test(levels_give_the_same_bits),
        cmocka_unit_test(zero_gradients_leave_padding_zero),
        cmocka_unit_test(nan_gradients_reach_parameters),
        cmocka_unit_test(moments_never_become_subnormal),
        cmocka_unit_test(start_fills_settings_and_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
