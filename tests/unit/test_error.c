#include "base/error.h"

#include <string.h>

#include "base/memory.h"
#include "unit.h"

static void test_fail_fills_and_returns_false(void **state) {
    (void)state;
    Error err = {0};
    assert_false(fail(&err, ERROR_DATA, "%s:%d: error: %s", "a.csv", 3, "bad"));
    assert_int_equal(err.code, ERROR_DATA);
    assert_string_equal(err.text, "a.csv:3: error: bad");
    assert_false(fail(NULL, ERROR_DATA, "nobody looks"));
}

static void test_reason_is_the_first_error_without_its_place(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"a.ini:3:1: error: b.c: bad", "b.c: bad"},
        {"error: bad", "bad"},
        {"a.ini:2:1: warning: odd\na.ini:3:1: error: bad\na.ini:4:1: error: worse", "bad"},
        {"the error is told\nbelow", "the error is told"},
        {"myerror: no\nx: error: yes", "yes"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = 99;
        const char *reason = error_reason(cases[i][0], &n);
        assert_int_equal(n, strlen(cases[i][1]));
        assert_memory_equal(reason, cases[i][1], n);
    }
}

static void test_fail_may_use_the_old_text(void **state) {
    (void)state;
    Error err = {0};
    fail(&err, ERROR_FILE, "inner");
    fail(&err, ERROR_DATA, "<%s>", err.text);
    assert_string_equal(err.text, "<inner>");
}

static void test_fail_cuts_between_characters(void **state) {
    (void)state;
    const size_t n_bytes = 2 * sizeof((Error *)0)->text;
    /* Two-byte characters, once starting at byte 0 and once at byte 1: the cut must fit both. */
    for (size_t shift = 0; shift < 2; shift++) {
        Error err = {0};
        char *text = NEW(char, n_bytes + 1);
        memset(text, 'a', shift);
        for (size_t i = shift; i + 1 < n_bytes; i += 2) {
            memcpy(text + i, "\xC3\xA9", 2);
        }
        fail(&err, ERROR_DATA, "%s", text);
        const size_t n = strlen(err.text);
        assert_in_range(n, sizeof err.text - 2, sizeof err.text - 1);
        assert_true(text_is_utf8(err.text, n));
        memory_free(text);
    }
}

static void test_fail_within_puts_context_in_front(void **state) {
    (void)state;
    Error err = {0};
    fail(&err, ERROR_MODEL, "bad shape");
    assert_false(fail_within(&err, "%s: error: ", "model.json"));
    assert_string_equal(err.text, "model.json: error: bad shape");
    assert_int_equal(err.code, ERROR_MODEL);
    assert_false(fail_within(NULL, "x"));
}

static void test_fail_within_cuts_the_end(void **state) {
    (void)state;
    Error err = {.code = ERROR_DATA};
    memset(err.text, 'x', sizeof err.text - 1);
    fail_within(&err, "front: ");
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_memory_equal(err.text, "front: x", 8);
}

static void test_problems_are_lines_with_counts(void **state) {
    (void)state;
    Problems problems = {0};
    assert_string_equal(text_of(&problems.text), "");
    problems_error(&problems, "c.ini:%d: error: one", 1);
    problems_warning(&problems, "c.ini:%d: warning: two", 2);
    problems_error(&problems, "c.ini:%d: error: three", 3);
    assert_string_equal(text_of(&problems.text), "c.ini:1: error: one\n"
                                                 "c.ini:2: warning: two\n"
                                                 "c.ini:3: error: three");
    assert_int_equal(problems.n_errors, 2);
    assert_int_equal(problems.n_warnings, 1);
    problems_free(&problems);
    assert_int_equal(problems.n_errors, 0);
    problems_free(&problems);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_fills_and_returns_false),
        cmocka_unit_test(test_reason_is_the_first_error_without_its_place),
        cmocka_unit_test(test_fail_may_use_the_old_text),
        cmocka_unit_test(test_fail_cuts_between_characters),
        cmocka_unit_test(test_fail_within_puts_context_in_front),
        cmocka_unit_test(test_fail_within_cuts_the_end),
        cmocka_unit_test(test_problems_are_lines_with_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
