#include "data/number_hint.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Nothing but digits and these other bytes, and at least one digit and one of the others. */
static bool is_digits_and(const char *text, const char *others) {
    size_t n_digits = 0, n_others = 0;
    for (; *text; text++) {
        if (is_digit(*text)) {
            n_digits++;
        } else if (strchr(others, *text)) {
            n_others++;
        } else {
            return false;
        }
    }
    return n_digits > 0 && n_others > 0;
}

static bool is_hexadecimal(const char *text) {
    return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

static bool is_not_finite(const char *text) {
    static const char *const names[] = {"inf", "infinity", "nan"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Digits, points and exponents that text_to_double did not take although their form is right. */
static bool is_too_large(const char *text) {
    const size_t mantissa = strspn(text, "0123456789.");
    const char *exponent = text + mantissa;
    if (mantissa == 0 || (*exponent != 'e' && *exponent != 'E' && *exponent != '\0')) {
        return false;
    }
    exponent += *exponent != '\0';
    exponent += *exponent == '+';
    const bool has_one_point_at_most = strchr(text, '.') == strrchr(text, '.');
    return has_one_point_at_most && strspn(exponent, "0123456789") == strlen(exponent) &&
           is_digit(text[strlen(text) - 1]);
}

static bool is_percentage(const char *text) {
    const size_t n = strlen(text);
    return n > 1 && text[n - 1] == '%' && (is_digit(text[n - 2]) || text[n - 2] == ' ');
}

static bool has_currency(const char *text) {
    static const char *const signs[] = {"$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5"};
    const size_t n = strlen(text);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const size_t length = strlen(signs[i]);
        const bool is_first = strncmp(text, signs[i], length) == 0;
        const bool is_last = n > length && strcmp(text + n - length, signs[i]) == 0;
        if ((is_first || is_last) && strpbrk(text, "0123456789")) {
            return true;
        }
    }
    return false;
}

/* 1,5 and 1.234,5: the last comma has no group of three digits behind it, or a point before it. */
static bool is_decimal_comma(const char *text) {
    const char *comma = strrchr(text, ',');
    if (!comma || !is_digits_and(text, ",.")) {
        return false;
    }
    const char *point = strrchr(text, '.');
    return point ? point < comma : strlen(comma + 1) != 3 && strchr(text, ',') == comma;
}

bool number_has_comma(const char *text) {
    text += *text == '-' || *text == '+';
    const char *comma = strchr(text, ',');
    return comma && comma == strrchr(text, ',') && is_digit(*text) && is_digits_and(text, ",.");
}

const char *number_hint(const char *text) {
    static const struct {
        bool (*matches)(const char *unsigned_text);
        const char *hint;
    } rows[] = {
        {is_not_finite, "infinite and undefined values cannot be learned from"},
        {is_hexadecimal, "hexadecimal numbers are not read"},
        {is_too_large, "the number is larger than a double can hold"},
        {is_percentage, "write 5% as 5 or 0.05 in the whole column"},
        {has_currency, "write it without the currency sign"},
        {is_decimal_comma, "write decimals with a point and thousands without separator"},
    };
    text += *text == '-' || *text == '+';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].matches(text)) {
            return rows[i].hint;
        }
    }
    const bool has_separators = is_digits_and(text, ",._' ");
    return has_separators ? "write the number without separators for thousands" : NULL;
}
