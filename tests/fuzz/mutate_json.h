/* Changes in the structure of a JSON text, byte for byte as it was everywhere else: values and
 * members taken out, doubled, put in each other's place, of another type, beyond every range. */
#ifndef NNTRAIN_TESTS_MUTATE_JSON_H
#define NNTRAIN_TESTS_MUTATE_JSON_H

#include <ctype.h>
#include <math.h>

#include "base/file.h"
#include "base/text.h"
#include "fuzz.h"

/* A value, and the member or item that it is; [start, end) in the text. */
typedef struct JsonSpan {
    size_t start, end;
    size_t name, name_end; /* of its name with quotes; equal: an item */
} JsonSpan;

enum { MOST_SPANS = 20000 };

typedef struct JsonSpans {
    const char *text;
    size_t n_text, at, n;
    JsonSpan items[MOST_SPANS];
} JsonSpans;

static inline void skip_space(JsonSpans *spans) {
    while (spans->at < spans->n_text && isspace((unsigned char)spans->text[spans->at])) {
        spans->at++;
    }
}

static inline void skip_string(JsonSpans *spans) {
    for (spans->at++; spans->at < spans->n_text && spans->text[spans->at] != '"'; spans->at++) {
        spans->at += spans->text[spans->at] == '\\';
    }
    spans->at += spans->at < spans->n_text;
}

/* Notes a value and all that is in it; of a text that is no JSON, whatever comes of it. */
static inline void note_value(JsonSpans *spans, size_t name, size_t name_end, int depth) {
    skip_space(spans);
    const size_t index = spans->n, start = spans->at;
    if (index == MOST_SPANS || start >= spans->n_text || depth > 64) {
        spans->at = spans->n_text;
        return;
    }
    spans->n++;
    const char first = spans->text[start];
    if (first == '{' || first == '[') {
        spans->at++;
        skip_space(spans);
        while (spans->at < spans->n_text && !memchr("}]", spans->text[spans->at], 2)) {
            size_t key = spans->at, key_end = key;
            if (first == '{' && spans->text[key] == '"') {
                skip_string(spans);
                key_end = spans->at;
                skip_space(spans);
                spans->at += spans->at < spans->n_text; /* the colon */
            }
            note_value(spans, key, key_end, depth + 1);
            skip_space(spans);
            spans->at += spans->at < spans->n_text && spans->text[spans->at] == ',';
            skip_space(spans);
        }
        spans->at += spans->at < spans->n_text;
    } else if (first == '"') {
        skip_string(spans);
    } else {
        do {
            spans->at++;
        } while (spans->at < spans->n_text && !strchr(",]} \n\r\t", spans->text[spans->at]));
    }
    spans->items[index] = (JsonSpan){start, spans->at, name, name_end};
}

static inline size_t mutate_draw(uint64_t *state, size_t n) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)((*state >> 33) % (n ? n : 1));
}

static const char *const strange_values[] = {"null",
                                             "true",
                                             "false",
                                             "0",
                                             "-0",
                                             "-0.0",
                                             "1",
                                             "-1",
                                             "2",
                                             "1.5",
                                             "-1.5",
                                             "1e-320",
                                             "1e308",
                                             "-1e308",
                                             "1e999",
                                             "3.5e38",
                                             "1e39",
                                             "4294967296",
                                             "9007199254740993",
                                             "18446744073709551615",
                                             "18446744073709551616",
                                             "9223372036854775807",
                                             "2147483648",
                                             "1e18",
                                             "01",
                                             "+1",
                                             ".5",
                                             "NaN",
                                             "Infinity",
                                             "[]",
                                             "{}",
                                             "[[]]",
                                             "[null]",
                                             "[0]",
                                             "[1, 2, 3]",
                                             "{\"a\": 1}",
                                             "\"\"",
                                             "\"x\"",
                                             "\"1\"",
                                             "\"\\u202e\"",
                                             "\"\\u0000\"",
                                             "\"::error::\"",
                                             "\"\\ud800\"",
                                             "\"<missing>\"",
                                             "\"<other>\"",
                                             "\"linear\"",
                                             "\"softmax\"",
                                             "\"sigmoid\"",
                                             "\"batch\"",
                                             "\"layer\"",
                                             "\"embedding\"",
                                             "\"ordinal\"",
                                             "\"onehot\"",
                                             "\"quantile\"",
                                             "\"drop\"",
                                             "\"regression\"",
                                             "\"binary\"",
                                             "\"multilabel\"",
                                             "\"cross_entropy\"",
                                             "\"base64\"",
                                             "\"AAAA\"",
                                             "\"AAA=\"",
                                             "\"=\"",
                                             "{\"encoding\": \"base64\", \"data\": \"\"}"};

/* text with [start, end) replaced. */
static inline void append_spliced(TextBuffer *out, const char *text, size_t n, size_t start,
                                  size_t end, const char *with, size_t n_with) {
    text_append_bytes(out, text, start);
    text_append_bytes(out, with, n_with);
    text_append_bytes(out, text + end, n - end);
}

/* A number a little or much larger, or the other way round. */
static inline void append_number(TextBuffer *out, const char *text, size_t n, uint64_t *state) {
    char digits[64], shown[TEXT_NUMBER + 1];
    snprintf(digits, sizeof digits, "%.*s", (int)(n < 60 ? n : 60), text);
    const double value = strtod(digits, NULL);
    const double others[] = {value + 1,   value - 1,   -value,         2 * value, value / 2,
                             1e6 * value, value / 1e6, value * 1.0001, 1 / value};
    const double other = others[mutate_draw(state, sizeof others / sizeof *others)];
    if (isfinite(other)) {
        shown[text_from_double(shown, other)] = '\0';
        text_append(out, shown);
    } else {
        text_append(out, "1e400");
    }
}

/* The replacement of a value, at random. */
static inline void append_other(TextBuffer *out, const JsonSpans *spans, const JsonSpan *span,
                                uint64_t *state) {
    const char *const value = spans->text + span->start;
    const size_t n = span->end - span->start;
    const JsonSpan *const other = &spans->items[mutate_draw(state, spans->n)];
    const bool is_number = *value == '-' || isdigit((unsigned char)*value);
    switch (mutate_draw(state, 6)) {
    case 0:
    case 1:
        if (is_number) {
            append_number(out, value, n, state);
            return;
        }
        text_append(
            out,
            strange_values[mutate_draw(state, sizeof strange_values / sizeof *strange_values)]);
        return;
    case 2:
        text_append_bytes(out, spans->text + other->start, other->end - other->start);
        return;
    case 3: /* wrapped */
        text_append(out, "[");
        text_append_bytes(out, value, n);
        text_append(out, "]");
        return;
    case 4: /* one byte in the middle */
        text_append_bytes(out, value, n);
        if (n > 2) {
            out->bytes[out->n - n + 1 + mutate_draw(state, n - 2)] =
                "0123456789ABCxyz+/=-.,:[]{}\"\\ \n"[mutate_draw(state, 31)];
        }
        return;
    default:
        text_append(
            out,
            strange_values[mutate_draw(state, sizeof strange_values / sizeof *strange_values)]);
        return;
    }
}

/* Appends a copy of the text with one change. */
static inline void mutate_json_once(TextBuffer *out, const char *text, size_t n, uint64_t *state) {
    static JsonSpans spans;
    spans.text = text;
    spans.n_text = n;
    spans.at = spans.n = 0;
    note_value(&spans, 0, 0, 0);
    const JsonSpan *const span = &spans.items[mutate_draw(state, spans.n)];
    const bool has_name = span->name_end > span->name;
    const size_t whole = has_name ? span->name : span->start;
    TextBuffer with = {0};
    size_t start = whole, end = span->end;
    if (spans.n == 0) {
        text_append_bytes(out, text, n);
        return;
    }
    switch (mutate_draw(state, 8)) {
    case 0: /* taken out, with the comma behind or before it */
        if (end < n && text[end] == ',') {
            end++;
        } else {
            while (start > 0 && isspace((unsigned char)text[start - 1])) {
                start--;
            }
            start -= start > 0 && text[start - 1] == ',';
        }
        break;
    case 1: /* there several times */
        for (size_t i = mutate_draw(state, 30) ? 2 : 1000; i > 0; i--) {
            text_append_bytes(&with, text + whole, span->end - whole);
            text_append(&with, i > 1 ? ", " : "");
        }
        break;
    case 2: { /* another name, or another's */
        const JsonSpan *const other = &spans.items[mutate_draw(state, spans.n)];
        if (has_name && other->name_end > other->name && mutate_draw(state, 2)) {
            text_append_bytes(&with, text + other->name, other->name_end - other->name);
        } else if (has_name) {
            text_append_bytes(&with, text + span->name, span->name_end - span->name);
            with.bytes[1] = (char)(with.bytes[1] ^ 32);
        }
        end = has_name ? span->name_end : span->end;
        break;
    }
    case 3: { /* in each other's place, where one is not in the other */
        const JsonSpan *a = span, *b = &spans.items[mutate_draw(state, spans.n)];
        if (a->start > b->start) {
            const JsonSpan *const earlier = b;
            b = a;
            a = earlier;
        }
        start = a->start;
        end = b->end > a->end ? b->end : a->end;
        if (a->end <= b->start) {
            text_append_bytes(&with, text + b->start, b->end - b->start);
            text_append_bytes(&with, text + a->end, b->start - a->end);
        }
        text_append_bytes(&with, text + a->start, a->end - a->start);
        break;
    }
    default:
        start = span->start;
        append_other(&with, &spans, span, state);
        break;
    }
    append_spliced(out, text, n, start, end, text_of(&with), with.n);
    text_free(&with);
}

/* ---- the hash at the end of model.json ---- */

static const char sign_before[] = "\"sha256\": \"", sign_after[] = "\"\n}\n";
enum { N_SIGNATURE = sizeof sign_before - 1 + 64 + sizeof sign_after - 1 };

static inline bool sign_is_there(const void *bytes, size_t n) {
    return n > N_SIGNATURE &&
           memcmp((const char *)bytes + n - N_SIGNATURE, sign_before, sizeof sign_before - 1) == 0;
}

/* Writes the end of a file, N_SIGNATURE bytes behind its first n. */
static inline void sign_content(char *bytes, size_t n) {
    char hex[65], end[N_SIGNATURE + 1];
    file_sha256(bytes, n, hex);
    snprintf(end, sizeof end, "%s%s%s", sign_before, hex, sign_after);
    memcpy(bytes + n, end, N_SIGNATURE);
}

#endif
