/* Schedules against PyTorch (tests/reference/schedules.json), and warm-up. */
#include "nn/schedule.h"
#include "nn_reference.h"

/* Powers and cosines differ from the C library's in the last places. */
#define TOLERANCE 1e-13

static const Schedule *schedule_named(const char *name) {
    const Schedule *schedule = (const Schedule *)kind_find(schedule_kinds(), name);
    assert_non_null(schedule);
    return schedule;
}

/* The caller frees milestones. */
static ScheduleOptions options_of(const cJSON *item, const char *name) {
    const cJSON *settings = cJSON_GetObjectItemCaseSensitive(item, "settings");
    ScheduleOptions options = {.schedule = schedule_named(name),
                               .step_size = (int64_t)reference_number(settings, "step_size", 30),
                               .gamma = reference_number(settings, "gamma", (double)NAN),
                               .minimum = reference_number(settings, "minimum", 0),
                               .end_factor = reference_number(settings, "end_factor", 0),
                               .power = reference_number(settings, "power", 1),
                               .max_factor = reference_number(settings, "max_factor", 1),
                               .warm_fraction = reference_number(settings, "warm_fraction", 0.3),
                               .factor = reference_number(settings, "factor", 0.1),
                               .patience = (int64_t)reference_number(settings, "patience", 10)};
    double *milestones = reference_array(settings, "milestones", &options.n_milestones);
    options.milestones = NEW(int64_t, options.n_milestones);
    for (size_t i = 0; i < options.n_milestones; i++)
        options.milestones[i] = (int64_t)milestones[i];
    memory_free(milestones);
    return options;
}

static void assert_rate(const char *name, size_t i, double rate, double expected) {
    if (!(fabs(rate - expected) <= TOLERANCE * fmax(fabs(expected), 1e-3)))
        fail_msg("%s [%zu]: %.17g, expected %.17g", name, i, rate, expected);
}

static void check_rates(const cJSON *json, const cJSON *item, bool is_per_step) {
    const uint64_t steps_per_epoch = (uint64_t)reference_number(json, "steps_per_epoch", 1);
    const char *name = reference_text(item, "name");
    const ScheduleOptions options = options_of(item, name);
    ScheduleState state;
    schedule_start(&state);
    size_t n = 0;
    double *expected = reference_array(item, "rates", &n);
    for (size_t i = 0; i < n; i++) {
        const uint64_t step = is_per_step ? i : i * steps_per_epoch + i % steps_per_epoch;
        const SchedulePosition at = {.epoch = step / steps_per_epoch,
                                     .step = step,
                                     .steps_per_epoch = steps_per_epoch,
                                     .n_epochs = (uint64_t)reference_number(json, "n_epochs", 1)};
        const double rate =
            schedule_rate(&options, &state, &at, reference_number(json, "base_rate", 1));
        assert_rate(name, i, rate, expected[i]);
    }
    memory_free(expected);
    memory_free(options.milestones);
}

static void rates_match_pytorch(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/schedules.json");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "per_epoch"))
        check_rates(json, item, false);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "per_step"))
        check_rates(json, item, true);
    cJSON_Delete(json);
}

static void plateau_matches_pytorch(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/schedules.json");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "plateau")) {
        const ScheduleOptions options = options_of(item, "plateau");
        const bool higher_is_better =
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "higher_is_better"));
        ScheduleState state;
        schedule_start(&state);
        size_t n = 0;
        double *rates = reference_array(item, "rates", &n);
        double *values = reference_array(item, "values", &n);
        assert_true(rates[n - 1] < rates[0]);
        for (size_t i = 0; i < n; i++) {
            const SchedulePosition at = {i, i, 1, n};
            assert_rate(
                "plateau", i,
                schedule_rate(&options, &state, &at, reference_number(json, "base_rate", 1)),
                rates[i]);
            schedule_observe(&options, &state, values[i], higher_is_better);
        }
        memory_free(rates);
        memory_free(values);
        memory_free(options.milestones);
    }
    cJSON_Delete(json);
}

static void plateau_counts_values_that_are_not_finite_as_bad(void **context) {
    (void)context;
    const ScheduleOptions options = {
        .schedule = schedule_named("plateau"), .factor = 0.5, .patience = 1};
    ScheduleState state;
    schedule_start(&state);
    schedule_observe(&options, &state, (double)NAN, false);
    assert_false(state.has_best);
    schedule_observe(&options, &state, (double)NAN, false);
    assert_true(state.factor == 0.5);
    schedule_observe(&options, &state, 3, false);
    assert_true(state.has_best && state.best == 3 && state.n_bad_epochs == 0);
}

static void warm_up_grows_per_step(void **context) {
    (void)context;
    const ScheduleOptions options = {
        .schedule = schedule_named("exponential"), .gamma = (double)NAN, .warmup = 1.5};
    ScheduleState state;
    schedule_start(&state);
    /* 1.5 epochs of 4 steps: 6 steps. */
    for (uint64_t step = 0; step < 12; step++) {
        const SchedulePosition at = {step / 4, step, 4, 3};
        const double full = 0.1 * pow(0.95, (double)(step / 4));
        const double share = step < 5 ? (double)(step + 1) / 6 : 1;
        assert_rate("warm-up", step, schedule_rate(&options, &state, &at, 0.1), full * share);
    }
}

static void one_cycle_holds_for_few_steps(void **context) {
    (void)context;
    ScheduleOptions options = {
        .schedule = schedule_named("one_cycle"), .max_factor = 10, .warm_fraction = 0.5};
    ScheduleState state;
    schedule_start(&state);
    for (uint64_t n = 1; n <= 4; n++) {
        for (uint64_t step = 0; step <= n; step++) {
            const SchedulePosition at = {step, step, 1, n};
            const double rate = schedule_rate(&options, &state, &at, 0.1);
            assert_true(rate > 0 && rate <= 1);
        }
    }
    const SchedulePosition top = {0, 0, 1, 2};
    assert_rate("top", 0, schedule_rate(&options, &state, &top, 0.1), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_match_pytorch),
        cmocka_unit_test(plateau_matches_pytorch),
        cmocka_unit_test(plateau_counts_values_that_are_not_finite_as_bad),
        cmocka_unit_test(warm_up_grows_per_step),
        cmocka_unit_test(one_cycle_holds_for_few_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
