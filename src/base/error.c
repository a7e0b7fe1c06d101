#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Copies text into err->text, cut where it does not fit, but never inside a UTF-8 character. */
static void set_text(Error *err, const char *text) {
    size_t n = strlen(text);
    if (n >= sizeof err->text) {
        n = sizeof err->text - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) {
            n--;
        }
    }
    memcpy(err->text, text, n);
    err->text[n] = '\0';
}

bool fail(Error *err, ErrorCode code, const char *format, ...) {
    if (!err) {
        return false;
    }
    /* Not straight into err->text, because an argument may be the text that is there now. */
    char text[sizeof err->text + 1];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err->code = code;
    set_text(err, text);
    return false;
}

bool fail_within(Error *err, const char *format, ...) {
    if (!err) {
        return false;
    }
    char text[2 * sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof err->text, format, args);
    va_end(args);
    const size_t n = strlen(text);
    memcpy(text + n, err->text, strlen(err->text) + 1);
    set_text(err, text);
    return false;
}

const char *error_reason(const char *text, size_t *n) {
    static const char marker[] = "error: ";
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *found = strstr(line, marker);
        const size_t length = strcspn(line, "\n");
        if (found && found < line + length && (found == line || found[-1] == ' ')) {
            found += strlen(marker);
            *n = length - (size_t)(found - line);
            return found;
        }
    }
    *n = strcspn(text, "\n");
    return text;
}

static void append_line(TextBuffer *text, const char *format, va_list args) {
    if (text->n > 0) {
        text_append(text, "\n");
    }
    text_vprintf(text, format, args);
}

void problems_error(Problems *problems, const char *format, ...) {
    va_list args;
    va_start(args, format);
    append_line(&problems->text, format, args);
    va_end(args);
    problems->n_errors++;
}

void problems_warning(Problems *problems, const char *format, ...) {
    va_list args;
    va_start(args, format);
    append_line(&problems->text, format, args);
    va_end(args);
    problems->n_warnings++;
}

void problems_free(Problems *problems) {
    text_free(&problems->text);
    *problems = (Problems){0};
}
