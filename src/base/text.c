#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* ---- buffers ---- */

static void reserve(TextBuffer *buffer, size_t n_more) {
    size_t needed;
    if (__builtin_add_overflow(buffer->n, n_more, &needed) || needed > SIZE_MAX / 2 - 1) {
        needed = SIZE_MAX / 2; /* memory_resize says that there is no such block */
    }
    if (buffer->bytes && needed < buffer->capacity) {
        return;
    }
    size_t capacity = needed + 1;
    if (capacity < 2 * buffer->capacity) {
        capacity = 2 * buffer->capacity;
    }
    capacity = capacity < 64 ? 64 : capacity;
    buffer->bytes = memory_resize(buffer->bytes, buffer->capacity, capacity, 1);
    buffer->capacity = capacity;
}

void text_append_bytes(TextBuffer *buffer, const char *bytes, size_t n) {
    reserve(buffer, n);
    if (n > 0) {
        memcpy(buffer->bytes + buffer->n, bytes, n);
    }
    buffer->n += n;
    buffer->bytes[buffer->n] = '\0';
}

void text_append(TextBuffer *buffer, const char *text) {
    text_append_bytes(buffer, text, strlen(text));
}

/* Most texts fit what there is, and are written once. */
void text_vprintf(TextBuffer *buffer, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    const size_t room = buffer->bytes ? buffer->capacity - buffer->n : 0;
    const int n = vsnprintf(room ? buffer->bytes + buffer->n : NULL, room, format, args);
    if (n > 0 && (size_t)n >= room) {
        reserve(buffer, (size_t)n);
        vsnprintf(buffer->bytes + buffer->n, (size_t)n + 1, format, again);
    }
    buffer->n += n > 0 ? (size_t)n : 0;
    va_end(again);
}

void text_printf(TextBuffer *buffer, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_vprintf(buffer, format, args);
    va_end(args);
}

const char *text_of(const TextBuffer *buffer) { return buffer->bytes ? buffer->bytes : ""; }

void text_free(TextBuffer *buffer) {
    memory_free(buffer->bytes);
    *buffer = (TextBuffer){0};
}

/* ---- UTF-8 ---- */

/* Length of the character that starts with this byte, 0 when none can. */
static size_t character_length(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Length of the valid UTF-8 character at the start of n >= 1 bytes and its code point; 0 when it is
 * not valid. */
static size_t decode_character(const char *bytes, size_t n, uint32_t *code) {
    const unsigned char first = (unsigned char)bytes[0];
    const size_t length = character_length(first);
    if (length == 0 || length > n) {
        return 0;
    }
    uint32_t value = length == 1 ? first : first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        const unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (next & 0x3Fu);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    *code = value;
    return overlong || surrogate || value > 0x10FFFF ? 0 : length;
}

/* The number of bytes at the start that are ASCII, in steps of eight. */
static size_t pass_ascii(const char *bytes, size_t n) {
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    uint64_t eight;
    size_t i = 0;
    for (; n - i >= sizeof eight; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        if (eight & high_bits) {
            break;
        }
    }
    return i;
}

bool text_is_utf8(const char *bytes, size_t n) {
    uint32_t code;
    for (size_t i = pass_ascii(bytes, n); i < n;) {
        const size_t length = decode_character(bytes + i, n - i, &code);
        if (length == 0) {
            return false;
        }
        i += length;
        i += pass_ascii(bytes + i, n - i);
    }
    return true;
}

/* ---- escaping ---- */

/* Characters that move the cursor, change the direction of the text around them, or cannot be seen.
 */
static bool is_deceptive(uint32_t code) {
    static const uint32_t ranges[][2] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},
        {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
        {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (code >= ranges[i][0] && code <= ranges[i][1]) {
            return true;
        }
    }
    return false;
}

/* A character as it is shown, and how much it takes from the text and on the screen. */
typedef struct Shown {
    char bytes[20]; /* four bytes at most, each as \xNN */
    size_t n;
    size_t n_taken;
    size_t width;
} Shown;

static Shown show_character(const char *text, size_t n, size_t at) {
    uint32_t code = 0;
    const size_t length = decode_character(text + at, n - at, &code);
    const bool is_command = at == 0 && n >= 2 && text[0] == ':' && text[1] == ':';
    Shown shown = {.n_taken = length == 0 ? 1 : length};
    if (length > 0 && !is_deceptive(code) && !is_command) {
        memcpy(shown.bytes, text + at, length);
        shown.n = length;
        shown.width = 1;
        return shown;
    }
    for (size_t i = at; i < at + shown.n_taken; i++) {
        snprintf(shown.bytes + shown.n, 5, "\\x%02x", (unsigned)(unsigned char)text[i]);
        shown.n += 4;
    }
    shown.width = shown.n;
    return shown;
}

const char *text_shown(char out[TEXT_SHOWN], const char *text, size_t n) {
    enum { MAX_WIDTH = 80 };
    size_t n_out = 0;
    size_t width = 0;
    for (size_t i = 0; i < n;) {
        const Shown shown = show_character(text, n, i);
        width += shown.width;
        if (width > MAX_WIDTH) {
            memcpy(out + n_out, "...", 3);
            n_out += 3;
            break;
        }
        memcpy(out + n_out, shown.bytes, shown.n);
        n_out += shown.n;
        i += shown.n_taken;
    }
    out[n_out] = '\0';
    return out;
}

size_t text_width(const char *text) {
    size_t width = 0;
    for (; *text; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}

void text_pad(TextBuffer *buffer, const char *text, size_t width) {
    for (size_t at = text_width(text); at < width; at++) {
        text_append(buffer, " ");
    }
}

void text_append_escaped(TextBuffer *buffer, const char *text, size_t n) {
    char shown[TEXT_SHOWN];
    text_append(buffer, text_shown(shown, text, n));
}

void text_append_uncut(TextBuffer *buffer, const char *text, size_t n) {
    for (size_t i = 0; i < n;) {
        const Shown shown = show_character(text, n, i);
        text_append_bytes(buffer, shown.bytes, shown.n);
        i += shown.n_taken;
    }
}

/* ---- lists ---- */

void text_list_add_bytes(TextList *list, const char *bytes, size_t n) {
    GROW(list->items, list->n, list->capacity);
    list->items[list->n++] = memory_copy_bytes(bytes, n);
}

void text_list_add(TextList *list, const char *text) {
    text_list_add_bytes(list, text, strlen(text));
}

size_t text_list_find(const TextList *list, const char *text) {
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->items[i], text) == 0) {
            return i;
        }
    }
    return list->n;
}

bool text_list_has(const TextList *list, const char *text) {
    return text_list_find(list, text) < list->n;
}

void text_list_copy(TextList *to, const TextList *from) {
    TextList copy = {0};
    for (size_t i = 0; i < from->n; i++) {
        text_list_add(&copy, from->items[i]);
    }
    *to = copy;
}

void text_list_free(TextList *list) {
    for (size_t i = 0; i < list->n; i++) {
        memory_free(list->items[i]);
    }
    memory_free(list->items);
    *list = (TextList){0};
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static const char *skip_blanks(const char *at) {
    while (is_blank(*at)) {
        at++;
    }
    return at;
}

/* Reads the item that starts with the quote at `at`; returns the place after its end, or NULL if it
 * has none. */
static const char *read_quoted(const char *at, TextList *out) {
    TextBuffer item = {0};
    text_append(&item, "");
    for (at++; *at != '\0'; at++) {
        if (*at == '"' && at[1] != '"') {
            break;
        }
        at += *at == '"';
        text_append_bytes(&item, at, 1);
    }
    if (*at == '"') {
        text_list_add_bytes(out, item.bytes, item.n);
    }
    text_free(&item);
    return *at == '"' ? at + 1 : NULL;
}

/* Reads an item without quotes, up to the comma, the end, or a quote that should not be there. */
static const char *read_plain(const char *at, TextList *out) {
    const size_t length = strcspn(at, ",\"");
    size_t n = length;
    while (n > 0 && is_blank(at[n - 1])) {
        n--;
    }
    text_list_add_bytes(out, at, n);
    return at + length;
}

static const char *split_items(const char *at, TextList *out) {
    for (;;) {
        at = skip_blanks(at);
        if (*at == ',' || *at == '\0') {
            return "an empty item";
        }
        at = *at == '"' ? read_quoted(at, out) : read_plain(at, out);
        if (!at) {
            return "an unterminated quote";
        }
        at = skip_blanks(at);
        if (*at == '\0') {
            return NULL;
        }
        if (*at != ',') {
            return "text beside a quoted item";
        }
        at++;
    }
}

bool text_split_list(const char *text, TextList *out, const char **problem) {
    *out = (TextList){0};
    if (*skip_blanks(text) == '\0') {
        return true;
    }
    const char *wrong = split_items(text, out);
    if (wrong) {
        text_list_free(out);
        *problem = wrong;
    }
    return !wrong;
}

static void append_quoted(TextBuffer *out, const char *item) {
    text_append(out, "\"");
    for (const char *at = item; *at != '\0'; at++) {
        text_append_bytes(out, at, 1);
        if (*at == '"') {
            text_append(out, "\"");
        }
    }
    text_append(out, "\"");
}

void text_join_list(TextBuffer *out, const TextList *list) {
    for (size_t i = 0; i < list->n; i++) {
        const char *item = list->items[i];
        const size_t n = strlen(item);
        if (i > 0) {
            text_append(out, ", ");
        }
        /* also what an INI file would take for the beginning of a comment */
        if (n == 0 || is_blank(item[0]) || is_blank(item[n - 1]) || item[strcspn(item, ",\"#;")]) {
            append_quoted(out, item);
        } else {
            text_append(out, item);
        }
    }
}
