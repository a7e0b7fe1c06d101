#include "artifact/html.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *reference_of(char c) {
    static const struct {
        char c;
        const char *reference;
    } rows[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].c == c) {
            return rows[i].reference;
        }
    }
    return NULL;
}

static void append_references(TextBuffer *out, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const char *reference = reference_of(text[i]);
        if (reference) {
            text_append(out, reference);
        } else {
            text_append_bytes(out, text + i, 1);
        }
    }
}

void html_text(TextBuffer *out, const char *text) {
    TextBuffer shown = {0};
    text_append_uncut(&shown, text, strlen(text));
    append_references(out, text_of(&shown), shown.n);
    text_free(&shown);
}

/* Bytes of the first n characters of UTF-8. */
static size_t prefix(const char *text, size_t n) {
    size_t i = 0;
    for (size_t seen = 0; text[i]; i++) {
        seen += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (seen > n) {
            break;
        }
    }
    return i;
}

void html_cut(TextBuffer *out, const char *text, size_t n) {
    TextBuffer shown = {0};
    text_append_uncut(&shown, text, strlen(text));
    const bool fits = prefix(text_of(&shown), n) == shown.n;
    append_references(out, text_of(&shown), fits ? shown.n : prefix(text_of(&shown), n - 1));
    text_append(out, fits ? "" : "…");
    text_free(&shown);
}

void html_number(TextBuffer *out, double value, int digits) {
    if (!isfinite(value)) {
        text_append(out, "–");
        return;
    }
    char number[TEXT_NUMBER];
    snprintf(number, sizeof number, "%.*g", digits, value);
    char *exponent = strchr(number, 'e');
    const size_t n = exponent ? (size_t)(exponent - number) : strlen(number);
    const bool is_negative = number[0] == '-';
    text_append(out, is_negative ? "−" : "");
    text_append_bytes(out, number + is_negative, n - is_negative);
    if (exponent) {
        const long power = strtol(exponent + 1, NULL, 10);
        text_printf(out, "e%s%ld", power < 0 ? "−" : "", labs(power));
    }
}

void html_number_cell(TextBuffer *out, double value, int digits) {
    text_append(out, "<td class=\"n\">");
    html_number(out, value, digits);
    text_append(out, "</td>");
}
