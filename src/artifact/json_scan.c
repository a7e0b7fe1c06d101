#include "artifact/json_scan.h"

#include <string.h>

#include "artifact/json_read.h"

/* The parser copies numbers into a buffer of 64 bytes. */
enum { LONGEST_NUMBER = 60 };

static bool refuse(JsonScan *scan, const char *problem) {
    scan->problem = problem;
    return false;
}

/* The next byte, or '\0' (which nothing allows outside texts) at the end. */
static char peek(const JsonScan *scan) { return scan->at < scan->end ? *scan->at : '\0'; }

static bool take(JsonScan *scan, char byte) {
    if (peek(scan) != byte || scan->at == scan->end) {
        return false;
    }
    scan->at++;
    return true;
}

static void skip_blanks(JsonScan *scan) {
    while (scan->at < scan->end && memchr(" \n\r\t", *scan->at, 4)) {
        scan->at++;
    }
}

/* ---- Texts ---- */

/* The four hexadecimal digits of an escape. */
static bool scan_hex(JsonScan *scan, unsigned *value) {
    *value = 0;
    for (int i = 0; i < 4; i++, scan->at++) {
        static const char digits[] = "0123456789abcdefABCDEF";
        const char byte = peek(scan);
        const char *digit = byte ? memchr(digits, byte, sizeof digits - 1) : NULL;
        if (!digit) {
            return refuse(scan, "\\u needs four hexadecimal digits");
        }
        const unsigned place = (unsigned)(digit - digits);
        *value = *value * 16 + (place < 16 ? place : place - 6);
    }
    return true;
}

static bool scan_unicode(JsonScan *scan) {
    unsigned code, low;
    if (!scan_hex(scan, &code)) {
        return false;
    }
    if (code == 0) {
        return refuse(scan, "a text must not contain \\u0000");
    }
    if (code < 0xD800 || code > 0xDFFF) {
        return true;
    }
    const bool has_pair = code < 0xDC00 && take(scan, '\\') && take(scan, 'u');
    if (has_pair && !scan_hex(scan, &low)) {
        return false;
    }
    return (has_pair && low >= 0xDC00 && low <= 0xDFFF) || refuse(scan, "half of a surrogate pair");
}

static bool scan_escape(JsonScan *scan) {
    if (take(scan, 'u')) {
        return scan_unicode(scan);
    }
    if (!peek(scan) || !memchr("\"\\/bfnrt", peek(scan), 8)) {
        return refuse(scan, "an unknown escape");
    }
    scan->at++;
    return true;
}

/* Behind the opening quote. */
static bool scan_text(JsonScan *scan) {
    while (scan->at < scan->end) {
        const unsigned char byte = (unsigned char)*scan->at;
        if (byte < 0x20) {
            return refuse(scan, "a control character inside a text");
        }
        scan->at++;
        if (byte == '"') {
            return true;
        }
        if (byte == '\\' && !scan_escape(scan)) {
            return false;
        }
    }
    return refuse(scan, "the file ends inside a text");
}

/* ---- Numbers and words ---- */

static bool scan_digits(JsonScan *scan) {
    const char *start = scan->at;
    while (peek(scan) >= '0' && peek(scan) <= '9') {
        scan->at++;
    }
    return scan->at > start;
}

static bool scan_number(JsonScan *scan) {
    const char *start = scan->at;
    take(scan, '-');
    const char *first = scan->at;
    if (!scan_digits(scan) || (*first == '0' && scan->at > first + 1)) {
        return refuse(scan, "not a number as JSON writes it");
    }
    if (take(scan, '.') && !scan_digits(scan)) {
        return refuse(scan, "a number needs digits behind its point");
    }
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '-')) {
            take(scan, '+');
        }
        if (!scan_digits(scan)) {
            return refuse(scan, "a number needs digits in its exponent");
        }
    }
    const size_t n = (size_t)(scan->at - start);
    double value;
    if (n > LONGEST_NUMBER || !text_to_double(start, n, &value)) {
        scan->at = start;
        return refuse(scan, n > LONGEST_NUMBER ? "a number of too many digits"
                                               : "a number beyond the range of a double");
    }
    return true;
}

static bool scan_word(JsonScan *scan, const char *word) {
    for (const char *byte = word; *byte; byte++) {
        if (!take(scan, *byte)) {
            return refuse(scan, "neither a value nor true, false or null");
        }
    }
    return true;
}

/* ---- Values ---- */

static bool scan_value(JsonScan *scan, int depth);

/* Behind the opening bracket: items, or members when it is an object, up to the closing one. */
static bool scan_items(JsonScan *scan, int depth, char closing) {
    skip_blanks(scan);
    if (take(scan, closing)) {
        return true;
    }
    do {
        skip_blanks(scan);
        if (closing == '}') {
            if (!take(scan, '"')) {
                return refuse(scan, "a member must begin with its name in quotes");
            }
            if (!scan_text(scan)) {
                return false;
            }
            skip_blanks(scan);
            if (!take(scan, ':')) {
                return refuse(scan, "a colon is missing");
            }
        }
        if (!scan_value(scan, depth)) {
            return false;
        }
    } while (take(scan, ','));
    return take(scan, closing) ||
           refuse(scan, closing == '}' ? "a comma or } is missing" : "a comma or ] is missing");
}

static bool scan_one(JsonScan *scan, int depth) {
    if (take(scan, '{')) {
        return scan_items(scan, depth + 1, '}');
    }
    if (take(scan, '[')) {
        return scan_items(scan, depth + 1, ']');
    }
    if (take(scan, '"')) {
        return scan_text(scan);
    }
    const char byte = peek(scan);
    if (byte == '-' || (byte >= '0' && byte <= '9')) {
        return scan_number(scan);
    }
    if (scan->at == scan->end) {
        return refuse(scan, "the file ends where a value is expected");
    }
    return scan_word(scan, byte == 't' ? "true" : byte == 'f' ? "false" : "null");
}

/* A value and the blanks around it. */
static bool scan_value(JsonScan *scan, int depth) {
    if (depth > JSON_DEPTH) {
        return refuse(scan, "more than 32 levels");
    }
    if (++scan->n_values > JSON_MOST_VALUES) {
        return refuse(scan, "too many values");
    }
    skip_blanks(scan);
    if (!scan_one(scan, depth)) {
        return false;
    }
    skip_blanks(scan);
    return true;
}

bool json_scan(JsonScan *scan, const char *bytes, size_t n) {
    *scan = (JsonScan){.at = bytes, .end = bytes + n};
    if (!text_is_utf8(bytes, n)) {
        return refuse(scan, "the file is not valid UTF-8");
    }
    return scan_value(scan, 0) &&
           (scan->at == scan->end || refuse(scan, "there is more behind the end of the value"));
}
