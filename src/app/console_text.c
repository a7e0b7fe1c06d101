#include "app/console_text.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    STEP_INDENT = 24,  /* of what follows "step N  title" */
    NARROW_INDENT = 8, /* of all further lines of a narrow terminal */
    ERROR_INDENT = 4,
    MIN_WIDTH = 40
};

const char *console_paint(const Console *console, Paint paint) {
    static const char *const codes[] = {
        [PAINT_NONE] = "\033[0m",     [PAINT_QUIET] = "\033[2m",  [PAINT_STRONG] = "\033[1m",
        [PAINT_WARNING] = "\033[33m", [PAINT_ERROR] = "\033[31m", [PAINT_BAR] = "\033[34m"};
    return console->has_color ? codes[paint] : "";
}

size_t console_terminal_width(void) {
    struct winsize size;
    const bool good = isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    if (!good || size.ws_col == 0) {
        return 0;
    }
    return size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
}

size_t console_fitting(const char *text, size_t n, size_t room) {
    size_t end = 0, blank = 0;
    for (size_t columns = 0; end < n; end++) {
        columns += ((unsigned char)text[end] & 0xC0) != 0x80;
        if (columns > room) {
            return blank > 0 ? blank : end;
        }
        blank = text[end] == ' ' ? end : blank;
    }
    return n;
}

bool console_is_narrow(const Console *console) {
    return console->width > 0 && console->width < CONSOLE_NARROW;
}

static size_t room_after(const Console *console, size_t at) {
    return console->width == 0 ? SIZE_MAX : console->width > at ? console->width - at : 0;
}

/* One line of text from column `at` on, broken to the terminal's width: further lines begin at
 * column `indent`. A word that would be cut goes on a further line whole. */
static void print_wrapped(Console *console, const char *text, size_t n, size_t at, size_t indent) {
    size_t length = console_fitting(text, n, room_after(console, at));
    if (length < n && text[length] != ' ' && at > indent) {
        length = 0;
    }
    while (length < n) {
        fprintf(console->stream, "%.*s\n%*s", (int)length, text, (int)indent, "");
        length += text[length] == ' ';
        text += length;
        n -= length;
        length = console_fitting(text, n, room_after(console, indent));
    }
    fprintf(console->stream, "%.*s", (int)n, text);
}

void console_text_step(Console *console, int step, const char *title, const char *text) {
    fprintf(console->stream, "%sstep %d%s  %s%-15s%s ", console_paint(console, PAINT_QUIET), step,
            console_paint(console, PAINT_NONE), console_paint(console, PAINT_STRONG), title,
            console_paint(console, PAINT_NONE));
    print_wrapped(console, text, strlen(text), STEP_INDENT,
                  console_is_narrow(console) ? NARROW_INDENT : STEP_INDENT);
    fputc('\n', console->stream);
}

/* Warnings have a colour; what goes on on another line is indented as the line is. */
static void print_line(Console *console, const char *indent, const char *line, size_t n) {
    static const char mark[] = "warning: ";
    const bool is_warning = memmem(line, n, mark, strlen(mark)) != NULL;
    fputs(indent, console->stream);
    fputs(is_warning ? console_paint(console, PAINT_WARNING) : "", console->stream);
    size_t blanks = 0;
    while (blanks < n && line[blanks] == ' ') {
        fputc(line[blanks++], console->stream);
    }
    const size_t at = strlen(indent) + blanks;
    print_wrapped(console, line + blanks, n - blanks, at, at);
    fprintf(console->stream, "%s\n", is_warning ? console_paint(console, PAINT_NONE) : "");
}

void console_text_lines(Console *console, const char *indent, const char *text) {
    if (console_is_narrow(console) && strlen(indent) > NARROW_INDENT) {
        indent += strlen(indent) - NARROW_INDENT;
    }
    while (*text) {
        const size_t n = strcspn(text, "\n");
        print_line(console, indent, text, n);
        text += n + (text[n] == '\n');
    }
}

void console_epoch_line(TextBuffer *out, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics) {
    text_printf(out, "epoch %zu/%lld  train.loss %.5g", record->epoch, (long long)options->epochs,
                record->loss);
    if (record->validation.rows) {
        text_printf(out, "  validation.loss %.5g", record->validation.loss);
        if (metrics->n) {
            text_printf(out, "  validation.%s %.5g", metrics->items[0]->kind.name,
                        record->validation.values[0]);
        }
    }
    text_printf(out, "  rate %.3g", record->learning_rate);
}

void console_text_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics) {
    TextBuffer line = {0};
    console_epoch_line(&line, record, options, metrics);
    fprintf(console->stream, "        %s\n", text_of(&line));
    text_free(&line);
}

/* "error:" of the line has a colour. */
static void print_error(Console *console, const char *line, size_t n) {
    static const char mark[] = "error:";
    const char *word = memmem(line, n, mark, strlen(mark));
    size_t at = 0;
    if (word) {
        at = (size_t)(word - line) + strlen(mark);
        fprintf(console->stream, "%.*s%s%s%s", (int)(word - line), line,
                console_paint(console, PAINT_ERROR), mark, console_paint(console, PAINT_NONE));
    }
    print_wrapped(console, line + at, n - at, at, ERROR_INDENT);
    fputc('\n', console->stream);
}

void console_text_error(Console *console, const Error *err) {
    for (const char *text = err->text; *text;) {
        const size_t n = strcspn(text, "\n");
        print_error(console, text, n);
        text += n + (text[n] == '\n');
    }
}
