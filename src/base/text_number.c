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

/* Clinger 1990, "How to read floating point numbers accurately": whole numbers up to 2^53 and
 * powers of ten up to 10^22 are exact doubles, so one multiplication or division of them is
 * correctly rounded. */
static bool exact_double(const Decimal *decimal, double *out) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || decimal->n_digits > 19) {
        return false;
    }
    uint64_t whole = 0;
    for (size_t i = 0; i < decimal->n_digits; i++) {
        whole = whole * 10 + (uint64_t)(decimal->digits[i] - '0');
    }
    const int64_t exponent = decimal->point - (int64_t)decimal->n_digits;
    if (whole > UINT64_C(1) << 53 || exponent < -22 || exponent > 22) {
        return false;
    }
    *out = exponent < 0 ? (double)whole / powers[-exponent] : (double)whole * powers[exponent];
    return true;
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

bool text_to_double(const char *text, size_t n, double *out) {
    Decimal decimal; /* field by field: clearing the digits would cost more than the rest */
    decimal.rest = false;
    decimal.point = 0;
    decimal.n_digits = 0;
    if (!read_decimal(text, n, &decimal)) {
        return false;
    }
    double value = 0.0;
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
