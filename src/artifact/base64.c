#include "artifact/base64.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Four digits of 1 to 3 bytes. */
static void encode_group(const unsigned char *bytes, size_t n, char out[4]) {
    const uint32_t bits =
        (uint32_t)bytes[0] << 16 | (n > 1 ? (uint32_t)bytes[1] << 8 : 0) | (n > 2 ? bytes[2] : 0);
    out[0] = digits[bits >> 18];
    out[1] = digits[bits >> 12 & 63];
    out[2] = '=';
    out[3] = '=';
    if (n > 1) {
        out[2] = digits[bits >> 6 & 63];
    }
    if (n > 2) {
        out[3] = digits[bits & 63];
    }
}

void base64_append(TextBuffer *out, const unsigned char *bytes, size_t n) {
    char block[4096];
    size_t used = 0;
    for (size_t i = 0; i < n; i += 3) {
        encode_group(bytes + i, n - i, block + used);
        used += 4;
        if (used == sizeof block) {
            text_append_bytes(out, block, used);
            used = 0;
        }
    }
    text_append_bytes(out, block, used);
}

size_t base64_length(size_t n) {
    size_t length;
    return __builtin_mul_overflow(n / 3 + (n % 3 > 0), (size_t)4, &length) ? SIZE_MAX : length;
}

/* Values of the digits, 64 for every other byte. */
static void fill_values(unsigned char values[256]) {
    memset(values, 64, 256);
    for (unsigned char i = 0; i < 64; i++) {
        values[(unsigned char)digits[i]] = i;
    }
}

/* The bits of four digits into n bytes; false when one is no digit. */
static bool decode_group(const char *text, const unsigned char values[256], unsigned char *bytes,
                         size_t n) {
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        const unsigned value = i <= n ? values[(unsigned char)text[i]] : 0;
        if (value > 63) {
            return false;
        }
        bits = bits << 6 | value;
    }
    for (size_t i = 0; i < n; i++) {
        bytes[i] = (unsigned char)(bits >> (16 - 8 * i));
    }
    return true;
}

bool base64_decode(const char *text, unsigned char *bytes, size_t n) {
    unsigned char values[256];
    fill_values(values);
    if (strlen(text) != base64_length(n)) {
        return false;
    }
    for (size_t i = 0; i < n; i += 3) {
        const size_t group = n - i < 3 ? n - i : 3;
        char again[4];
        if (!decode_group(text, values, bytes + i, group)) {
            return false;
        }
        /* The padding, and the bits that a last group leaves over. */
        encode_group(bytes + i, group, again);
        if (group < 3 && memcmp(again, text, 4) != 0) {
            return false;
        }
        text += 4;
    }
    return true;
}
