#include "app/help_layout.h"

#include <string.h>

enum { FACT_INDENT = 2, FACT_AT = 13 };

static void append_blanks(TextBuffer *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        text_append(out, " ");
    }
}

void help_wrap(TextBuffer *out, size_t at, size_t indent, const char *text) {
    bool begins_line = true;
    for (const char *word = text + strspn(text, " "); *word;) {
        const size_t n = strcspn(word, " ");
        if (!begins_line && at + 1 + n > HELP_WIDTH) {
            text_append(out, "\n");
            append_blanks(out, indent);
            at = indent;
            begins_line = true;
        }
        text_append(out, begins_line ? "" : " ");
        text_append_bytes(out, word, n);
        at += n + (begins_line ? 0 : 1);
        begins_line = false;
        word += n + strspn(word + n, " ");
    }
    text_append(out, "\n");
}

void help_item(TextBuffer *out, size_t indent, const char *term, size_t at, const char *text) {
    append_blanks(out, indent);
    text_append(out, term);
    size_t column = indent + strlen(term);
    if (column + 1 >= at) {
        text_append(out, "\n");
        column = 0;
    }
    append_blanks(out, at - column);
    help_wrap(out, at, at, text);
}

void help_fact(TextBuffer *out, const char *label, const char *text) {
    if (text && *text) {
        help_item(out, FACT_INDENT, label, FACT_AT, text);
    }
}
