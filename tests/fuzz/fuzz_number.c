/* Numbers in text, against strtod and strtoll, and what is written against what is read. */
#include <errno.h>
#include <math.h>

#include "base/text.h"
#include "fuzz.h"

static size_t skip_digits(const char *text, size_t at) {
    while (text[at] >= '0' && text[at] <= '9') {
        at++;
    }
    return at;
}

/* [+-] digits [. digits] [eE [+-] digits], with a digit before or behind the point. */
static bool is_number(const char *text, size_t n) {
    size_t at = text[0] == '+' || text[0] == '-';
    const size_t whole = at;
    at = skip_digits(text, at);
    size_t n_digits = at - whole;
    if (text[at] == '.') {
        const size_t fraction = at + 1;
        at = skip_digits(text, fraction);
        n_digits += at - fraction;
    }
    if (n_digits > 0 && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += text[at] == '+' || text[at] == '-';
        const size_t exponent = at;
        at = skip_digits(text, at);
        if (at == exponent) {
            return false;
        }
    }
    return n_digits > 0 && at == n;
}

static bool is_integer(const char *text, size_t n) {
    const size_t sign = text[0] == '+' || text[0] == '-';
    return n > sign && skip_digits(text, sign) == n;
}

static void check_double(const char *text, size_t n) {
    double value = -1, expected = strtod(text, NULL);
    const bool is_read = text_to_double(text, n, &value);
    require(is_read == (is_number(text, n) && isfinite(expected)));
    if (is_read) {
        require(memcmp(&value, &expected, sizeof value) == 0);
    } else {
        require(value == -1);
    }
}

static void check_integer(const char *text, size_t n) {
    int64_t value = 0;
    errno = 0;
    const long long expected = strtoll(text, NULL, 10);
    const bool is_read = text_to_int64(text, n, &value);
    require(is_read == (is_integer(text, n) && errno == 0));
    require(!is_read || value == expected);
    uint64_t large = 0;
    errno = 0;
    const unsigned long long expected_large = strtoull(text, NULL, 10);
    const bool is_large = text_to_uint64(text, n, &large);
    require(is_large == (is_integer(text, n) && text[0] != '-' && errno == 0));
    require(!is_large || large == expected_large);
}

static void check_writing(const uint8_t *bytes, size_t n) {
    double value;
    float single;
    char out[TEXT_NUMBER];
    if (n >= sizeof value) {
        memcpy(&value, bytes, sizeof value);
        double back = 0;
        require(!isfinite(value) || (text_to_double(out, text_from_double(out, value), &back) &&
                                     memcmp(&back, &value, sizeof back) == 0));
    }
    if (n >= sizeof single) {
        memcpy(&single, bytes, sizeof single);
        if (isfinite(single)) {
            text_from_float(out, single);
            const float back = strtof(out, NULL);
            require(memcmp(&back, &single, sizeof back) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    check_writing(bytes, n);
    if (!memchr(bytes, 0, n)) {
        char *text = malloc(n + 1);
        require(text);
        memcpy(text, bytes, n);
        text[n] = '\0';
        check_double(text, n);
        check_integer(text, n);
        free(text);
    }
    return 0;
}
