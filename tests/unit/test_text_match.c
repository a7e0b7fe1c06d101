#include "base/text_match.h"

#include <string.h>

#include "base/memory.h"
#include "unit.h"

static void test_matches(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        const char *name;
        bool matches;
    } cases[] = {
        {"abc", "abc", true},
        {"abc", "abd", false},
        {"abc", "abcd", false},
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"a*", "a", true},
        {"a*", "ba", false},
        {"*a", "ba", true},
        {"*a*", "xxaxx", true},
        {"a*b*c", "a1b2b3c", true},
        {"a*b*c", "a1b2b3", false},
        {"?", "a", true},
        {"?", "", false},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"pixel_*", "pixel_0_1", true},
        {"*ab", "aab", true},
        {"**", "x", true},
        {"A", "a", false},
        {"?", "\xC3\xA9", true},
        {"??", "\xC3\xA9", false},
        {"a?b",
         "a\xE2\x82\xAC"
         "b",
         true},
        {"*?", "\xE2\x82\xAC", true},
        {"[ab]", "a", false},
        {"[ab]", "[ab]", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(text_matches(cases[i].pattern, cases[i].name), cases[i].matches);
    }
}

static void test_many_stars_take_no_long_time(void **state) {
    (void)state;
    char pattern[201];
    char *name = NEW(char, 20001);
    for (size_t i = 0; i < 200; i += 2) {
        memcpy(pattern + i, "*a", 2);
    }
    pattern[199] = 'b';
    pattern[200] = '\0';
    memset(name, 'a', 20000);
    assert_false(text_matches(pattern, name));
    memory_free(name);
}

static void test_distance(void **state) {
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"abc", "", 3},
        {"abc", "abc", 0},
        {"abc", "ABC", 0},
        {"kitten", "sitting", 3},
        {"saturday", "sunday", 3},
        {"ab", "ba", 1},
        {"sigmiod", "sigmoid", 1},
        {"ca", "abc", 3},
        {"a", "b", 1},
        {"abcd", "acbd", 1},
        {"batch-size", "batch_size", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(text_distance(cases[i].a, cases[i].b), cases[i].distance);
        assert_int_equal(text_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

static void test_suggest(void **state) {
    (void)state;
    static const char *const names[] = {
        "learning_rate", NULL,   "batch_size", "relu",     "leaky_relu",
        "sigmoid",       "tanh", "lr",         "test.mcc", "test.accuracy.low",
        "test.accuracy"};
    static const struct {
        const char *wrong;
        const char *suggestion;
    } cases[] = {
        {"learning_rat", "learning_rate"},
        {"learnign_rate", "learning_rate"},
        {"batchsize", "batch_size"},
        {"Relu", "relu"},
        {"RELU", "relu"},
        {"leakyrelu", "leaky_relu"},
        {"sigm", "sigmoid"},
        {"learn", "learning_rate"},
        {"test.acc", "test.accuracy"},
        {"test.mc", "test.mcc"},
        {"tahn", "tanh"},
        {"rl", "lr"},
        {"adam", NULL},
        {"x", NULL},
        {"qqqqqqqqq", NULL},
        {"", NULL},
    };
    const size_t n = sizeof names / sizeof *names;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *suggestion = text_suggest(cases[i].wrong, names, n);
        if (cases[i].suggestion) {
            assert_non_null(suggestion);
            assert_string_equal(suggestion, cases[i].suggestion);
        } else {
            assert_null(suggestion);
        }
    }
    assert_null(text_suggest("relu", NULL, 0));
}

static void test_suggest_ignores_monsters(void **state) {
    (void)state;
    char *monster = NEW(char, 2000001);
    memset(monster, 'a', 2000000);
    const char *names[] = {monster, "abc"};
    assert_null(text_suggest(monster, names, 2));
    assert_string_equal(text_suggest("abd", names, 2), "abc");
    memory_free(monster);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_many_stars_take_no_long_time),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_suggest),
        cmocka_unit_test(test_suggest_ignores_monsters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
