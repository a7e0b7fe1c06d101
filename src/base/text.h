/* Text: growing buffers, comma-separated lists, and escaping of foreign text before it is printed.
 * Brings the strict numbers of base/text_number.h and the name matching of base/text_match.h. */
#ifndef NNTRAIN_BASE_TEXT_H
#define NNTRAIN_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text_match.h"
#include "base/text_number.h"

/* A growing, always terminated string. Zero-initialise; release with text_free. */
typedef struct TextBuffer {
    char *bytes; /* NULL while nothing has been appended */
    size_t n;    /* without the terminator */
    size_t capacity;
} TextBuffer;

void text_append(TextBuffer *buffer, const char *text);
void text_append_bytes(TextBuffer *buffer, const char *bytes, size_t n);
void text_printf(TextBuffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(TextBuffer *buffer, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Appends text with control, invisible, bidirectional and invalid UTF-8 bytes as \xNN, and the
 * first colon of a text that starts with "::" (a command to some CI systems) too; cut to 80
 * characters with "...". */
void text_append_escaped(TextBuffer *buffer, const char *text, size_t n);
/* The same without the cut, for paths. */
void text_append_uncut(TextBuffer *buffer, const char *text, size_t n);
/* The content ("" when empty); the buffer keeps it. */
const char *text_of(const TextBuffer *buffer);
void text_free(TextBuffer *buffer);

/* The same escaping into a caller's array of TEXT_SHOWN bytes, for error messages; returns out. */
enum { TEXT_SHOWN = 360 };
const char *text_shown(char out[TEXT_SHOWN], const char *text, size_t n);

/* Columns that text takes on a screen: characters, of which UTF-8 has more bytes than one. */
size_t text_width(const char *text);
/* Blanks up to a width of `width` for a text that was appended. */
void text_pad(TextBuffer *buffer, const char *text, size_t width);

/* A list of strings that it owns. */
typedef struct TextList {
    char **items;
    size_t n;
    size_t capacity;
} TextList;

void text_list_add(TextList *list, const char *text);
void text_list_add_bytes(TextList *list, const char *bytes, size_t n);
bool text_list_has(const TextList *list, const char *text);
/* Index of text, or list->n when absent. */
size_t text_list_find(const TextList *list, const char *text);
/* *to, which is overwritten, becomes a copy of *from. */
void text_list_copy(TextList *to, const TextList *from);
void text_list_free(TextList *list);
/* Splits at commas outside double quotes, trims blanks, removes the quotes ("" inside quotes is one
 * quote). *out is overwritten. Empty text: no items. False, with *out empty and *problem set to
 * what is wrong in a few words ("an empty item", "an unterminated quote", "text beside a quoted
 * item"). */
bool text_split_list(const char *text, TextList *out, const char **problem);
/* The inverse: items joined with ", ", quoted where needed. */
void text_join_list(TextBuffer *out, const TextList *list);

/* True when the bytes are valid UTF-8 (no overlong forms, no surrogates). */
bool text_is_utf8(const char *bytes, size_t n);

#endif
