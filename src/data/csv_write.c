#include "data/csv.h"

#include <string.h>

void csv_append_cell(TextBuffer *out, const char *text) {
    const size_t n = strlen(text);
    /* Blanks at the ends are lost without quotes, in csv_read and elsewhere. */
    const bool has_outer_blank = n > 0 && (strchr(" \t", text[0]) || strchr(" \t", text[n - 1]));
    if (!has_outer_blank && !strpbrk(text, ",\"\r\n")) {
        text_append_bytes(out, text, n);
        return;
    }
    text_append(out, "\"");
    for (const char *at = text; *at; at++) {
        text_append_bytes(out, at, 1);
        if (*at == '"') {
            text_append(out, "\"");
        }
    }
    text_append(out, "\"");
}
