#include "base/text_number.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No double needs more than 767 significant digits; of the rest it only matters whether one is not
 * zero. */
enum { MAX_DIGITS = 770 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* A decimal number taken apart: (-1)^negative * 0.DIGITS * 10^point, the digits not starting with
 * 0. */
typedef struct Decimal {
    bool negative;
    bool rest; /* a digit that is not zero was left out after the last one kept */
    int64_t point;
    size_t n_digits;
    char digits[MAX_DIGITS];
} Decimal;

/* Reads digits with at most one point among them; returns the place after them. */
static const char *read_digits(const char *at, const char *end, Decimal *decimal, size_t *n_read) {
    bool after_point = false;
    for (; at < end && (is_digit(*at) || (*at == '.' && !after_point)); at++) {
        if (*at == '.') {
            after_point = true;
            continue;
        }
        (*n_read)++;
        const bool leading_zero = *at == '0' && decimal->n_digits == 0;
        if (!leading_zero && decimal->n_digits < MAX_DIGITS) {
            decimal->digits[decimal->n_digits++] = *at;
        } else if (*at != '0') {
            decimal->rest = true;
        }
        /* The point moves right for each digit before it, and left for each zero between it and the
         * digits. */
        if (!leading_zero && !after_point) {
            decimal->point++;
        } else if (leading_zero && after_point) {
            decimal->point--;
        }
    }
    return at;
}

/* Reads what follows the e; false unless it is an optional sign and digits up to the end. */
static bool read_exponent(const char *at, const char *end, int64_t *exponent) {
    const int64_t huge = INT64_C(1) << 61; /* far beyond any count of digits */
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (at == end) {
        return false;
    }
    int64_t value = 0;
    for (; at < end; at++) {
        if (!is_digit(*at)) {
            return false;
        }
        value = value > huge / 16 ? huge : value * 10 + (*at - '0');
    }
    *exponent = negative ? -value : value;
    return true;
}

static bool read_decimal(const char *text, size_t n, Decimal *decimal) {
    const char *at = text;
    const char *end = text + n;
    decimal->negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    size_t n_read = 0;
    at = read_digits(at, end, decimal, &n_read);
    if (n_read == 0) {
        return false;
    }
    if (at == end) {
        return true;
    }
    int64_t exponent = 0;
    if ((*at != 'e' && *at != 'E') || !read_exponent(at + 1, end, &exponent)) {
        return false;
    }
    decimal->point += exponent;
    return true;
}

/* Powers of ten that are exact doubles. */
enum { MOST_EXACT_POWER = 22, MOST_WORD_DIGITS = 19 };
static const double powers[MOST_EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* whole * 10^exponent as value + rest, where value is a double and |true rest - rest| <= *error. */
static double split_product(uint64_t whole, int64_t exponent, double *rest, double *error) {
    const double high = (double)whole;
    const double low = (double)(int64_t)(whole - (uint64_t)high);
    const double power = powers[exponent < 0 ? -exponent : exponent];
    double value, first, second;
    if (exponent < 0) {
        value = high / power;
        first = fma(-value, power, high) / power;
        second = low / power;
    } else {
        value = high * power;
        first = fma(high, power, -value);
        second = low * power;
    }
    *rest = first + second;
    *error = 0x1p-50 * (fabs(first) + fabs(second));
    return value;
}

/* whole * 10^exponent, correctly rounded, when a few operations can tell. Both factors are exact
 * doubles for a whole up to 2^53, so that one multiplication or division rounds once (Clinger 1990,
 * "How to read floating point numbers accurately"). For a longer one the error of that operation is
 * computed as well; the sum of both is certain when it is the same at both ends of what is left of
 * doubt. */
static bool round_product(uint64_t whole, int64_t exponent, double *out) {
    if (FLT_EVAL_METHOD != 0 || exponent < -MOST_EXACT_POWER || exponent > MOST_EXACT_POWER) {
        return false;
    }
    if (whole <= UINT64_C(1) << 53) {
        *out = exponent < 0 ? (double)whole / powers[-exponent] : (double)whole * powers[exponent];
        return true;
    }
    double rest, error;
    const double value = split_product(whole, exponent, &rest, &error);
    *out = value + (rest - error);
    return *out == value + (rest + error);
}

static bool exact_double(const Decimal *decimal, double *out) {
    if (decimal->n_digits > MOST_WORD_DIGITS) {
        return false;
    }
    uint64_t whole = 0;
    for (size_t i = 0; i < decimal->n_digits; i++) {
        whole = whole * 10 + (uint64_t)(decimal->digits[i] - '0');
    }
    return round_product(whole, decimal->point - (int64_t)decimal->n_digits, out);
}

/* The same through strtod, on a text that keeps every digit that can matter. */
static double rounded_double(const Decimal *decimal) {
    char text[MAX_DIGITS + 40];
    text[0] = '.';
    memcpy(text + 1, decimal->digits, decimal->n_digits);
    snprintf(text + 1 + decimal->n_digits, sizeof text - 1 - decimal->n_digits, "%se%lld",
             decimal->rest ? "1" : "", (long long)decimal->point);
    return strtod(text, NULL);
}

/* Reads digits into *whole; returns the place after them. */
static const char *read_word(const char *at, const char *end, uint64_t *whole) {
    unsigned int digit;
    while (at < end && (digit = (unsigned int)(*at - '0')) <= 9) {
        *whole = *whole * 10 + digit;
        at++;
    }
    return at;
}

/* Reads the e and what follows it, if there is one; NULL when it is no short exponent. */
static const char *read_short_exponent(const char *at, const char *end, int64_t *exponent) {
    enum { MOST_DIGITS = 4 };
    if (at == end || (*at != 'e' && *at != 'E')) {
        return at;
    }
    at++;
    const bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    uint64_t value = 0;
    const char *digits = at;
    at = read_word(at, end, &value);
    if (at == digits || at - digits > MOST_DIGITS) {
        return NULL;
    }
    *exponent += negative ? -(int64_t)value : (int64_t)value;
    return at;
}

const char *text_read_double(const char *text, const char *end, double *out) {
    const bool negative = text < end && *text == '-';
    const char *digits = text + (text < end && (*text == '-' || *text == '+'));
    uint64_t whole = 0;
    const char *at = read_word(digits, end, &whole);
    ptrdiff_t n_digits = at - digits;
    int64_t exponent = 0;
    if (at < end && *at == '.') {
        const char *fraction = at + 1;
        at = read_word(fraction, end, &whole);
        exponent = fraction - at;
        n_digits += at - fraction;
    }
    double value;
    if (n_digits == 0 || n_digits > MOST_WORD_DIGITS ||
        !(at = read_short_exponent(at, end, &exponent))) {
        return NULL;
    }
    if (whole == 0) {
        value = 0.0;
    } else if (!round_product(whole, exponent, &value)) {
        return NULL;
    }
    *out = negative ? -value : value;
    return at;
}

bool text_to_double(const char *text, size_t n, double *out) {
    double value = 0.0;
    if (text_read_double(text, text + n, &value) == text + n && n > 0) {
        *out = value;
        return true;
    }
    Decimal decimal; /* field by field: clearing the digits would cost more than the rest */
    decimal.rest = false;
    decimal.point = 0;
    decimal.n_digits = 0;
    if (!read_decimal(text, n, &decimal)) {
        return false;
    }
    value = 0.0;
    if (decimal.n_digits > 0 && !exact_double(&decimal, &value)) {
        value = rounded_double(&decimal);
    }
    if (!isfinite(value)) {
        return false;
    }
    *out = decimal.negative ? -value : value;
    return true;
}

bool text_to_uint64(const char *text, size_t n, uint64_t *out) {
    size_t i = n > 0 && text[0] == '+' ? 1 : 0;
    if (i == n) {
        return false;
    }
    uint64_t value = 0;
    for (; i < n; i++) {
        if (!is_digit(text[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value)) {
            return false;
        }
    }
    *out = value;
    return true;
}

bool text_to_int64(const char *text, size_t n, int64_t *out) {
    const bool negative = n > 0 && text[0] == '-';
    uint64_t size;
    if (negative && n > 1 && !is_digit(text[1])) {
        return false;
    }
    if (!text_to_uint64(text + negative, n - negative, &size)) {
        return false;
    }
    if (size > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    /* -(size - 1) - 1 reaches INT64_MIN without overflow on the way. */
    *out = !negative || size == 0 ? (int64_t)size : -(int64_t)(size - 1) - 1;
    return true;
}

/* Below the smallest normal number fewer digits than FLT_DIG or DBL_DIG can be enough. */
size_t text_from_float(char out[TEXT_NUMBER], float value) {
    assert(isfinite(value));
    const int fewest = fabsf(value) < FLT_MIN ? 1 : FLT_DIG;
    int n = 0;
    for (int digits = fewest; digits <= FLT_DECIMAL_DIG; digits++) {
        n = snprintf(out, TEXT_NUMBER, "%.*g", digits, (double)value);
        if (strtof(out, NULL) == value) {
            break;
        }
    }
    return (size_t)n;
}

size_t text_from_double(char out[TEXT_NUMBER], double value) {
    assert(isfinite(value));
    const int fewest = fabs(value) < DBL_MIN ? 1 : DBL_DIG;
    int n = 0;
    for (int digits = fewest; digits <= DBL_DECIMAL_DIG; digits++) {
        n = snprintf(out, TEXT_NUMBER, "%.*g", digits, value);
        if (strtod(out, NULL) == value) {
            break;
        }
    }
    return (size_t)n;
}
