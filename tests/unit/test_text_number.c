#include "base/text_number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "unit.h"

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static void check_double(const char *text, double expected) {
    double value = -7.0;
    if (!text_to_double(text, strlen(text), &value) || !same_bits(value, expected)) {
        print_error("%.60s: %.17g, expected %.17g\n", text, value, expected);
        assert_true(false);
    }
}

static void check_no_double(const char *text, size_t n) {
    double value = -7.0;
    if (text_to_double(text, n, &value) || value != -7.0) {
        print_error("taken for a number: %.60s\n", text);
        assert_true(false);
    }
}

static void test_doubles(void **state) {
    (void)state;
    check_double("0", 0.0);
    check_double("-0", -0.0);
    check_double("+1", 1.0);
    check_double("-12.5", -12.5);
    check_double(".5", 0.5);
    check_double("5.", 5.0);
    check_double("007", 7.0);
    check_double("0.0001", 0.0001);
    check_double("1e3", 1000.0);
    check_double("1E+3", 1000.0);
    check_double("1.5e-3", 0.0015);
    check_double("0.1", 0.1);
    check_double("123456789012345678", 123456789012345678.0);
    check_double("1e22", 1e22);
    check_double("1e23", 1e23);
    check_double("9007199254740993", 9007199254740992.0); /* 2^53 + 1, a tie to even */
    check_double("9007199254740993.0000000000000000000001", 9007199254740994.0);
    check_double("1.00000005960464477539062501", 1.00000005960464477539062501);
    check_double("1.7976931348623157e308", DBL_MAX);
    check_double("1.7976931348623158e308", DBL_MAX);
    check_double("4.9406564584124654e-324", 4.9406564584124654e-324);
    check_double("2.4703282292062327e-324", 0.0);
    check_double("2.4703282292062328e-324", 4.9406564584124654e-324);
    check_double("2.2250738585072011e-308", 0x0.fffffffffffffp-1022);
    check_double("1e-400", 0.0);
    check_double("-1e-400", -0.0);
    check_double("0e999999999999999999999999", 0.0);
    check_double("1e-999999999999999999999999", 0.0);
    check_double("1e0000000000000000000000000000000001", 10.0);
}

static void test_no_doubles(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        " 1",
        "1 ",
        "+",
        "-",
        "--1",
        "+-1",
        ".",
        "-.",
        "e",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e-",
        "1e1.5",
        "1.2.3",
        "..5",
        "0x10",
        "0x1p3",
        "inf",
        "-inf",
        "nan",
        "nan(1)",
        "infinity",
        "1,5",
        "1_000",
        "$5",
        "5%",
        "1d5",
        "1f",
        "1e5x",
        "1e999",
        "-1e999",
        "1.8e308",
        "\xD9\xA1",
        "1.7976931348623159e308",
        "1e99999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check_no_double(texts[i], strlen(texts[i]));
    }
    check_no_double("1\0002", 3);
}

static void test_only_n_bytes_are_read(void **state) {
    (void)state;
    double value = 0.0;
    assert_true(text_to_double("12345", 2, &value));
    assert_true(value == 12.0);
    assert_true(text_to_double("1.5,2", 3, &value));
    assert_true(value == 1.5);
}

static void test_very_long_numbers(void **state) {
    (void)state;
    TextBuffer text = {0};
    text_append(&text, "0.");
    for (int i = 0; i < 400; i++) {
        text_append(&text, "3");
    }
    check_double(text.bytes, 1.0 / 3.0);
    text_free(&text);
    /* A million zeros in front of the point, and behind it, made good by the exponent. */
    text_append(&text, "1");
    for (int i = 0; i < 1000000; i++) {
        text_append(&text, "0");
    }
    check_no_double(text.bytes, text.n);
    text_append(&text, "e-1000000");
    check_double(text.bytes, 1.0);
    text_free(&text);
    text_append(&text, "0.");
    for (int i = 0; i < 1000000; i++) {
        text_append(&text, "0");
    }
    text_append(&text, "25e1000001");
    check_double(text.bytes, 2.5);
    text_free(&text);
}

/* Half of the smallest number has 751 digits; only a digit far behind them breaks the tie. */
static void test_the_last_of_many_digits_counts(void **state) {
    (void)state;
    char digits[1200];
    const int n = snprintf(digits, sizeof digits, "%.1075f", 0x1p-1074);
    TextBuffer text = {0};
    text_append_bytes(&text, digits, (size_t)n);
    check_double(text.bytes, 0x1p-1074);
    text_free(&text);
    /* 2^53 + 1 is a tie; so is it with 900 zeros behind the point, but not with a 1 after them. */
    text_append(&text, "9007199254740993.");
    for (int i = 0; i < 900; i++) {
        text_append(&text, "0");
    }
    check_double(text.bytes, 9007199254740992.0);
    text_append(&text, "1");
    check_double(text.bytes, 9007199254740994.0);
    text_free(&text);
}

/* Random words as digits, points and exponents: every number is strtod's. */
static void test_doubles_are_those_of_strtod(void **state) {
    (void)state;
    const RandomStream stream = random_stream(11, RANDOM_SPLIT);
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t words[4];
        random_words(stream, i, 0, 0, 0, words);
        char text[80];
        const uint64_t whole = ((uint64_t)words[0] << 32 | words[1]) >> (words[2] % 64);
        const int exponent = (int)(words[3] % ((i & 1) ? 700 : 50)) - ((i & 1) ? 350 : 25);
        snprintf(text, sizeof text, "%s%u.%llue%d", words[2] & 64 ? "-" : "", words[2] >> 20,
                 (unsigned long long)whole, exponent);
        double value = 0.0;
        const double expected = strtod(text, NULL);
        assert_int_equal(text_to_double(text, strlen(text), &value), isfinite(expected));
        assert_true(!isfinite(expected) || same_bits(value, expected));
    }
}

static void test_integers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"+5", true, 5},
        {"-5", true, -5},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+", false, 0},
        {"-+5", false, 0},
        {"+-5", false, 0},
        {"--5", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"0x10", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        assert_int_equal(text_to_int64(cases[i].text, strlen(cases[i].text), &value),
                         cases[i].good);
        assert_true(value == cases[i].value);
    }
}

static void test_unsigned_integers(void **state) {
    (void)state;
    uint64_t value = 0;
    assert_true(text_to_uint64("18446744073709551615", 20, &value));
    assert_true(value == UINT64_MAX);
    assert_false(text_to_uint64("18446744073709551616", 20, &value));
    assert_false(text_to_uint64("-1", 2, &value));
    assert_false(text_to_uint64("-0", 2, &value));
    assert_false(text_to_uint64("", 0, &value));
    assert_true(text_to_uint64("+42x", 3, &value));
    assert_true(value == 42);
}

static void check_float_text(float value, const char *expected) {
    char text[TEXT_NUMBER];
    const size_t n = text_from_float(text, value);
    assert_string_equal(text, expected);
    assert_int_equal(n, strlen(expected));
}

static void test_float_texts(void **state) {
    (void)state;
    check_float_text(0.0f, "0");
    check_float_text(-0.0f, "-0");
    check_float_text(1.0f, "1");
    check_float_text(0.1f, "0.1");
    check_float_text(-2.5f, "-2.5");
    check_float_text(1.0f / 3.0f, "0.33333334");
    check_float_text(16777216.0f, "16777216");
    check_float_text(FLT_MAX, "3.4028235e+38");
    check_float_text(FLT_MIN, "1.1754944e-38");
    check_float_text(0x1p-149f, "1e-45");
    check_float_text(0x1.fffffep0f, "1.9999999");
    char text[TEXT_NUMBER];
    text_from_double(text, 0.1);
    assert_string_equal(text, "0.1");
    text_from_double(text, 0.1 + 0.2);
    assert_string_equal(text, "0.30000000000000004");
    text_from_double(text, DBL_MAX);
    assert_string_equal(text, "1.7976931348623157e+308");
    text_from_double(text, 0x1p-1074);
    assert_string_equal(text, "5e-324");
    text_from_double(text, -1.0 / 3.0);
    assert_string_equal(text, "-0.3333333333333333");
}

/* Every 9973rd float there is; all of them would take an hour. */
static void test_floats_survive(void **state) {
    (void)state;
    for (uint64_t word = 0; word <= UINT32_MAX; word += 9973) {
        const uint32_t bits = (uint32_t)word;
        float value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        char text[TEXT_NUMBER];
        const size_t n = text_from_float(text, value);
        double back = 0.0;
        assert_true(n == strlen(text) && text_to_double(text, n, &back));
        const float rounded = (float)back;
        assert_memory_equal(&rounded, &value, sizeof value);
    }
}

static void test_doubles_survive(void **state) {
    (void)state;
    const RandomStream stream = random_stream(12, RANDOM_SPLIT);
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t words[4];
        random_words(stream, i, 0, 0, 0, words);
        double value;
        memcpy(&value, words, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        char text[TEXT_NUMBER];
        const size_t n = text_from_double(text, value);
        double back = 0.0;
        assert_true(text_to_double(text, n, &back) && same_bits(back, value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_no_doubles),
        cmocka_unit_test(test_only_n_bytes_are_read),
        cmocka_unit_test(test_very_long_numbers),
        cmocka_unit_test(test_the_last_of_many_digits_counts),
        cmocka_unit_test(test_doubles_are_those_of_strtod),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_unsigned_integers),
        cmocka_unit_test(test_float_texts),
        cmocka_unit_test(test_floats_survive),
        cmocka_unit_test(test_doubles_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
