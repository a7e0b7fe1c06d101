#include "artifact/c_text.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 100 };

/* Words of C and C++, and what a compiler or <math.h> may define as a macro in lower case. */
static const char *const reserved[] = {
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "co_await",
    "co_return",
    "co_yield",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "far",
    "float",
    "for",
    "friend",
    "goto",
    "huge",
    "i386",
    "if",
    "inline",
    "int",
    "linux",
    "long",
    "mutable",
    "namespace",
    "near",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "dynamic_cast",
    "typeof_unqual",
    "errno",
    "assert",
};

static bool is_reserved(const char *name) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (strcmp(reserved[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Letters and digits; anything else between them becomes one underscore. */
static void append_plain(TextBuffer *out, const char *name) {
    bool has_gap = false;
    for (; *name; name++) {
        const char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if (!is_lower(c) && !is_digit(c)) {
            has_gap = true;
            continue;
        }
        if (has_gap && out->n > 0) {
            text_append(out, "_");
        }
        has_gap = false;
        if (out->n == 0 && is_digit(c)) {
            text_append(out, "c");
        }
        text_append_bytes(out, &c, 1);
    }
}

const char *c_identifier_add(TextList *taken, const char *name) {
    TextBuffer plain = {0}, unique = {0};
    append_plain(&plain, name);
    if (plain.n == 0) {
        text_append(&plain, "column");
    } else if (is_reserved(text_of(&plain))) {
        text_append(&plain, "_");
    }
    text_append(&unique, text_of(&plain));
    for (size_t i = 2; text_list_has(taken, text_of(&unique)); i++) {
        unique.n = 0;
        text_printf(&unique, "%s_%zu", text_of(&plain), i);
    }
    text_list_add(taken, text_of(&unique));
    text_free(&plain);
    text_free(&unique);
    return taken->items[taken->n - 1];
}

/* ---- Literals ---- */

static void make_literal(TextBuffer *out, const char *number, const char *suffix) {
    text_append(out, number);
    text_append(out, strpbrk(number, ".e") ? "" : ".0");
    text_append(out, suffix);
}

void c_append_float(TextBuffer *out, float value) {
    char number[TEXT_NUMBER];
    text_from_float(number, value);
    make_literal(out, number, "f");
}

void c_append_double(TextBuffer *out, double value) {
    char number[TEXT_NUMBER];
    if (isnan(value)) {
        text_append(out, "(double)NAN");
        return;
    }
    text_from_double(number, value);
    make_literal(out, number, "");
}

/* Octal escapes end after three digits, whatever follows; ? could begin a trigraph. */
void c_append_string(TextBuffer *out, const char *text) {
    text_append(out, "\"");
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < ' ' || c >= 0x7F) {
            text_printf(out, "\\%03o", c);
        } else {
            text_append(out, c == '"' || c == '\\' || c == '?' ? "\\" : "");
            text_append_bytes(out, text, 1);
        }
    }
    text_append(out, "\"");
}

void c_append_comment(TextBuffer *out, const char *text) {
    char shown[TEXT_SHOWN];
    text_shown(shown, text, strlen(text));
    for (const char *at = shown; *at; at++) {
        const bool is_mark = (*at == '/' && at[1] == '*') || (*at == '*' && at[1] == '/');
        text_append_bytes(out, at, 1);
        text_append(out, is_mark ? " " : "");
    }
}

/* ---- Arrays ---- */

/* Puts an item into a list that is broken into lines. */
static void append_item(TextBuffer *out, size_t *column, size_t index, const TextBuffer *item) {
    if (index > 0 && *column + item->n + 2 >= WIDTH) {
        text_append(out, ",\n    ");
        *column = 4;
    } else if (index > 0) {
        text_append(out, ", ");
        *column += 2;
    }
    text_append(out, text_of(item));
    *column += item->n;
}

static void open_array(TextBuffer *out, size_t *column) {
    text_append(out, "{\n    ");
    *column = 4;
}

void c_append_floats(TextBuffer *out, const char *name, const float *values, size_t n) {
    size_t column;
    TextBuffer item = {0};
    text_printf(out, "static const float %s[%zu] = ", name, n);
    open_array(out, &column);
    for (size_t i = 0; i < n; i++) {
        item.n = 0;
        c_append_float(&item, values[i]);
        append_item(out, &column, i, &item);
    }
    text_append(out, "};\n");
    text_free(&item);
}

void c_append_doubles(TextBuffer *out, const char *name, const double *values, size_t n) {
    size_t column;
    TextBuffer item = {0};
    text_printf(out, "static const double %s[%zu] = ", name, n);
    open_array(out, &column);
    for (size_t i = 0; i < n; i++) {
        item.n = 0;
        c_append_double(&item, values[i]);
        append_item(out, &column, i, &item);
    }
    text_append(out, "};\n");
    text_free(&item);
}

void c_append_strings(TextBuffer *out, const char *qualifiers, const char *name,
                      const TextList *texts, size_t n) {
    size_t column;
    TextBuffer item = {0};
    text_printf(out, "%sconst char *const %s[%zu] = ", qualifiers, name, n);
    open_array(out, &column);
    for (size_t i = 0; i < n; i++) {
        item.n = 0;
        c_append_string(&item, texts->items[i]);
        append_item(out, &column, i, &item);
    }
    text_append(out, "};\n");
    text_free(&item);
}
