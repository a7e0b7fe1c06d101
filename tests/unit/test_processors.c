#include "base/processors.h"

#include "unit.h"

static void quotas_are_rounded_up(void **state) {
    (void)state;
    assert_int_equal(processors_in_quota("max 100000\n"), 0);
    assert_int_equal(processors_in_quota("100000 100000\n"), 1);
    assert_int_equal(processors_in_quota("100001 100000\n"), 2);
    assert_int_equal(processors_in_quota("150000 100000\n"), 2);
    assert_int_equal(processors_in_quota("5000 100000\n"), 1);
    assert_int_equal(processors_in_quota("6400000 100000"), 64);
}

static void other_texts_are_no_quota(void **state) {
    (void)state;
    static const char *const texts[] = {"", "\n", "max", "100000", "0 100000", "100000 0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(processors_in_quota(texts[i]), 0);
    }
}

static void there_is_one_processor_at_least(void **state) {
    (void)state;
    assert_true(processors_available() >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotas_are_rounded_up),
        cmocka_unit_test(other_texts_are_no_quota),
        cmocka_unit_test(there_is_one_processor_at_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
