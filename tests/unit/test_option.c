/* Types of options: what they take, what they make of it, and what they say of the rest. */
#include "app/option.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "unit.h"

static const Kind fruits[] = {{"apple", "a fruit", NULL, NULL}, {"pear", "a fruit", NULL, NULL}};
static const KindTable fruit_table = KIND_TABLE("fruit", fruits);
static const KindTable *fruit_kinds(void) { return &fruit_table; }

static void check_refused(const Option *option, const char *text, const char *reason) {
    union {
        double number;
        char bytes[64];
    } field = {.bytes = {0}}, before = field;
    TextBuffer said = {0};
    assert_false(option->type->parse(option, text, &field, &said));
    assert_string_equal(text_of(&said), reason);
    assert_memory_equal(&field, &before, sizeof field);
    text_free(&said);
}

/* Parses what must be good. */
static void parse(const Option *option, const char *text, void *field) {
    TextBuffer said = {0};
    if (!option->type->parse(option, text, field, &said)) {
        fail_msg("\"%s\": %s", text, text_of(&said));
    }
    assert_string_equal(text_of(&said), "");
    text_free(&said);
}

static void texts_and_words(void **state) {
    (void)state;
    const Option option = {.type = &type_text, .word = "none"};
    char *field = NULL;
    parse(&option, "age, in years", &field);
    assert_string_equal(field, "age, in years");
    parse(&option, "none", &field);
    assert_null(field);
    check_refused(&option, "", "\"\" is not a text or none");
    type_text.release(&field);
}

static void booleans(void **state) {
    (void)state;
    const Option option = {.type = &type_boolean};
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < 4; i++) {
        bool field = false;
        parse(&option, yes[i], &field);
        assert_true(field);
        parse(&option, no[i], &field);
        assert_false(field);
    }
    check_refused(&option, "True", "\"True\" is not true or false");
    check_refused(&option, "", "\"\" is not true or false");
}

static void integers_are_whole_and_in_range(void **state) {
    (void)state;
    const Option option = {.type = &type_integer, .minimum = 1, .maximum = 100, .word = "full"};
    int64_t field = -1;
    parse(&option, "100", &field);
    assert_int_equal(field, 100);
    parse(&option, "full", &field);
    assert_int_equal(field, 0);
    static const char *const bad[] = {
        "0", "101", "-5", "2.0", "1e1", "0x10", " 3", "3 ", "٣", "99999999999999999999", "nan"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        TextBuffer said = {0};
        assert_false(option.type->parse(&option, bad[i], &field, &said));
        assert_non_null(strstr(text_of(&said), " is not an integer from 1 to 100 or full"));
        text_free(&said);
    }
    assert_int_equal(field, 0);
}

static void seeds_have_64_bits(void **state) {
    (void)state;
    const Option option = {.type = &type_seed};
    uint64_t field = 0;
    parse(&option, "18446744073709551615", &field);
    assert_true(field == UINT64_MAX);
    check_refused(&option, "18446744073709551616",
                  "\"18446744073709551616\" is not an integer from 0 to 18446744073709551615");
    check_refused(&option, "-1", "\"-1\" is not an integer from 0 to 18446744073709551615");
}

static void numbers_and_percentages(void **state) {
    (void)state;
    const Option option = {.type = &type_number,
                           .minimum = 0,
                           .maximum = 1,
                           .word = "auto",
                           .word_value = (double)NAN};
    double field = -1;
    parse(&option, "0.25", &field);
    assert_true(field == 0.25);
    parse(&option, "12.5%", &field);
    assert_true(field == 0.125);
    parse(&option, "auto", &field);
    assert_true(isnan(field));
    static const char *const bad[] = {"0,1",   "1e-3x", "0x10", "nan",  "inf", "1e999", "-0.1",
                                      "1.001", "%",     "101%", "0..1", "",    "٠"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        TextBuffer said = {0};
        assert_false(option.type->parse(&option, bad[i], &field, &said));
        assert_non_null(strstr(text_of(&said), "\" is not a number from 0 to 1 or auto"));
        text_free(&said);
    }
}

static void durations_have_units(void **state) {
    (void)state;
    const Option option = {.type = &type_duration, .word = "none"};
    double field = -1;
    parse(&option, "90s", &field);
    assert_true(field == 90);
    parse(&option, "1.5m", &field);
    assert_true(field == 90);
    parse(&option, "2h", &field);
    assert_true(field == 7200);
    parse(&option, "none", &field);
    assert_true(field == 0);
    check_refused(&option, "90", "\"90\" is not a duration such as 90s, 15m or 2h or none");
    check_refused(&option, "0s", "\"0s\" is not a duration such as 90s, 15m or 2h or none");
}

static void delimiters(void **state) {
    (void)state;
    const Option option = {.type = &type_delimiter};
    static const struct {
        const char *text;
        char value;
    } good[] = {{"auto", 0}, {",", ','}, {";", ';'}, {"tab", '\t'}, {"|", '|'}, {"\";\"", ';'}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char field = 'x';
        parse(&option, good[i].text, &field);
        assert_int_equal(field, good[i].value);
    }
    check_refused(&option, "\\t", "\"\\t\" is not one of auto , ; tab |");
}

static void kinds_are_found_or_suggested(void **state) {
    (void)state;
    const Option option = {.type = &type_kind, .choices = fruit_kinds, .word = "auto"};
    const Kind *field = NULL;
    parse(&option, "pear", &field);
    assert_ptr_equal(field, &fruits[1]);
    parse(&option, "auto", &field);
    assert_null(field);
    check_refused(&option, "peer",
                  "\"peer\" is not one of apple, pear or auto; did you mean pear?");
    check_refused(&option, "Pear",
                  "\"Pear\" is not one of apple, pear or auto; did you mean pear?");
    check_refused(&option, "stone", "\"stone\" is not one of apple, pear or auto");
}

static void lists_of_kinds(void **state) {
    (void)state;
    const Option option = {.type = &type_kinds, .choices = fruit_kinds, .default_text = "pear"};
    KindList field = {0};
    parse(&option, "pear, apple", &field);
    assert_int_equal(field.n, 2);
    assert_ptr_equal(field.items[1], &fruits[0]);
    parse(&option, "apple", &field);
    assert_int_equal(field.n, 1);
    check_refused(&option, "pear, aple", "\"aple\" is not one of apple, pear; did you mean apple?");
    type_kinds.release(&field);
    assert_int_equal(field.n, 0);
}

static void a_number_or_a_kind(void **state) {
    (void)state;
    const Option option = {.type = &type_number_or_kind, .choices = fruit_kinds, .maximum = 1};
    NumberOrKind field = {0};
    parse(&option, "pear", &field);
    assert_ptr_equal(field.kind, &fruits[1]);
    parse(&option, "0.75", &field);
    assert_true(field.value == 0.75 && !field.kind);
    check_refused(&option, "1.5", "\"1.5\" is not a number from 0 to 1 or one of apple, pear");
}

static void lists_of_numbers(void **state) {
    (void)state;
    const Option option = {.type = &type_integers,
                           .word = "",
                           .minimum = 1,
                           .maximum = 1000,
                           .default_text = "64, 32"};
    NumberList field = {0};
    parse(&option, "64, 32,16", &field);
    assert_int_equal(field.n, 3);
    assert_true(field.items[0] == 64 && field.items[2] == 16);
    parse(&option, "", &field);
    assert_int_equal(field.n, 0);
    check_refused(&option, "128, 0", "\"0\" is not an integer from 1 to 1000");
    check_refused(&option, "-5", "\"-5\" is not an integer from 1 to 1000");
    check_refused(&option, "2.5", "\"2.5\" is not an integer from 1 to 1000");
    check_refused(&option, "800%", "\"800%\" is not an integer from 1 to 1000");
    check_refused(&option, "1e2", "\"1e2\" is not an integer from 1 to 1000");
    const Option needed = {.type = &type_numbers, .maximum = 0.99, .default_text = "0"};
    check_refused(&needed, "", "\"\" is not a list of numbers from 0 to 0.99");
    type_integers.release(&field);
}

static void lists_of_names_keep_quoted_commas(void **state) {
    (void)state;
    const Option option = {.type = &type_names, .word = "none"};
    TextList field = {0};
    parse(&option, "age, \"height, in cm\", w*", &field);
    assert_int_equal(field.n, 3);
    assert_string_equal(field.items[1], "height, in cm");
    parse(&option, "none", &field);
    assert_int_equal(field.n, 0);
    type_names.release(&field);
}

static void values_mean_the_same_however_they_are_written(void **state) {
    (void)state;
    static const struct {
        Option option;
        const char *a, *b;
        bool same;
    } cases[] = {
        {{.type = &type_text}, "a b", "a b", true},
        {{.type = &type_text}, "a b", "a  b", false},
        {{.type = &type_folder}, "a", "a/", false},
        {{.type = &type_path}, "a", "./a", false},
        {{.type = &type_paths}, "a, b", "a,b", false},
        {{.type = &type_names}, "a, b", "a,b", true},
        {{.type = &type_names}, "a, b", "b, a", false},
        {{.type = &type_names}, "a, b", "a", false},
        {{.type = &type_names}, "\"a,b\"", "a,b", false},
        {{.type = &type_boolean}, "yes", "true", true},
        {{.type = &type_boolean}, "yes", "false", false},
        {{.type = &type_integer, .maximum = 100}, "042", "42", true},
        {{.type = &type_integer, .maximum = 100}, "42", "43", false},
        {{.type = &type_integer, .maximum = 100}, "420", "0420", false}, /* no values */
        {{.type = &type_integer, .word = "full", .word_value = 0}, "full", "0", false},
        {{.type = &type_seed, .word = "auto"}, "auto", "0", false},
        {{.type = &type_number}, "70%", "0.7", true},
        {{.type = &type_number}, "1e-3", ".001", true},
        {{.type = &type_number}, "1e-3", "1e-4", false},
        {{.type = &type_duration}, "90s", "1.5m", true},
        {{.type = &type_period, .minimum = 1, .maximum = 9}, "60s", "1m", true},
        {{.type = &type_period, .minimum = 1, .maximum = 9}, "1s", "1", false},
        {{.type = &type_delimiter}, "\",\"", ",", true},
        {{.type = &type_delimiter}, ";", ",", false},
        {{.type = &type_kind, .choices = fruit_kinds}, "apple", "pear", false},
        {{.type = &type_kinds, .choices = fruit_kinds}, "apple, pear", "apple,pear", true},
        {{.type = &type_kinds, .choices = fruit_kinds}, "apple, pear", "pear, apple", false},
        {{.type = &type_numbers}, "0.5, 10%", "50%,.1", true},
        {{.type = &type_integers}, "16, 8", "16,8", true},
        {{.type = &type_integers}, "16, 8", "168", false},
        {{.type = &type_integers, .word = ""}, "16", "", false},
        {{.type = &type_number_or_kind, .choices = fruit_kinds}, "0.5", "50%", true},
        {{.type = &type_number_or_kind, .choices = fruit_kinds}, "0", "apple", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (option_is_same(&cases[i].option, cases[i].a, cases[i].b) != cases[i].same ||
            option_is_same(&cases[i].option, cases[i].b, cases[i].a) != cases[i].same) {
            fail_msg("\"%s\" and \"%s\"", cases[i].a, cases[i].b);
        }
    }
}

static void values_are_described(void **state) {
    (void)state;
    const Option options[] = {
        {.type = &type_integer, .minimum = 1, .maximum = (double)INFINITY},
        {.type = &type_number, .minimum = 0, .maximum = 0.99, .word = "none"},
        {.type = &type_kind, .choices = fruit_kinds},
        {.type = &type_integers, .minimum = 1, .maximum = 9, .word = ""},
    };
    static const char *const words[] = {"an integer of at least 1",
                                        "a number from 0 to 0.99 or none", "one of apple, pear",
                                        "a list of integers from 1 to 9"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        TextBuffer out = {0};
        option_describe_values(&out, &options[i]);
        assert_string_equal(text_of(&out), words[i]);
        text_free(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_words),
        cmocka_unit_test(booleans),
        cmocka_unit_test(integers_are_whole_and_in_range),
        cmocka_unit_test(seeds_have_64_bits),
        cmocka_unit_test(numbers_and_percentages),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(delimiters),
        cmocka_unit_test(kinds_are_found_or_suggested),
        cmocka_unit_test(lists_of_kinds),
        cmocka_unit_test(a_number_or_a_kind),
        cmocka_unit_test(lists_of_numbers),
        cmocka_unit_test(lists_of_names_keep_quoted_commas),
        cmocka_unit_test(values_mean_the_same_however_they_are_written),
        cmocka_unit_test(values_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
