#include "training/memory_plan.h"

#include "base/memory_limit.h"
#include "unit.h"

static void every_part_is_counted(void **state) {
    (void)state;
    const MemoryPlan plan = {
        .data = 1, .parameters = 20, .gradient = 300, .optimizer = 4000, .workspaces = 50000};
    assert_true(memory_plan_total(&plan) == 54321);
}

static void more_than_there_is_is_refused_before_it_is_asked_for(void **state) {
    (void)state;
    const MemoryLimit limit = memory_limit();
    assert_true(limit.bytes > 0);
    MemoryPlan plan = {.data = (double)limit.bytes / 2, .workspaces = (double)limit.bytes / 4};
    Error err = {0};
    assert_true(memory_plan_check(&plan, &err));
    plan.parameters = plan.data;
    assert_false(memory_plan_check(&plan, &err));
    assert_int_equal(err.code, ERROR_SIZE);
}

static void sizes_are_told_in_fitting_units(void **state) {
    (void)state;
    TextBuffer text = {0};
    memory_plan_append_size(&text, 1.26e6);
    text_append(&text, " ");
    memory_plan_append_size(&text, 9.96e9);
    assert_string_equal(text_of(&text), "1.3 MB 10.0 GB");
    text_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_counted),
        cmocka_unit_test(more_than_there_is_is_refused_before_it_is_asked_for),
        cmocka_unit_test(sizes_are_told_in_fitting_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
