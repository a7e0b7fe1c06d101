#include "app/console_text.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    STEP_INDENT = 24, /* of what follows "step N  title" */
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

/* One line of text after what stands before it, broken to the terminal's width: the other lines are
 * indented. */
static void print_wrapped(Console *console, const char *text, size_t n, size_t indent) {
    const size_t room = console->width > indent ? console->width - indent : SIZE_MAX;
    size_t length = console_fitting(text, n, room);
    while (length < n) {
        fprintf(console->stream, "%.*s\n%*s", (int)length, text, (int)indent, "");
        length += text[length] == ' ';
        text += length;
        n -= length;
        length = console_fitting(text, n, room);
    }
    fprintf(console->stream, "%.*s", (int)n, text);
}

void console_text_step(Console *console, int step, const char *title, const char *text) {
    fprintf(console->stream, "%sstep %d%s  %s%-15s%s ", console_paint(console, PAINT_QUIET), step,
            console_paint(console, PAINT_NONE), console_paint(console, PAINT_STRONG), title,
            console_paint(console, PAINT_NONE));
    print_wrapped(console, text, strlen(text), STEP_INDENT);
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
    print_wrapped(console, line + blanks, n - blanks, strlen(indent) + blanks);
    fprintf(console->stream, "%s\n", is_warning ? console_paint(console, PAINT_NONE) : "");
}

void console_text_lines(Console *console, const char *indent, const char *text) {
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

/* "error:" of each line has a colour. */
void console_text_error(Console *console, const Error *err) {
    static const char mark[] = "error:";
    for (const char *text = err->text; *text;) {
        const size_t n = strcspn(text, "\n");
        const char *word = memmem(text, n, mark, strlen(mark));
        const size_t before = word ? (size_t)(word - text) : n;
        fprintf(console->stream, "%.*s", (int)before, text);
        if (word) {
            fprintf(console->stream, "%s%s%s%.*s", console_paint(console, PAINT_ERROR), mark,
                    console_paint(console, PAINT_NONE), (int)(n - before - strlen(mark)),
                    word + strlen(mark));
        }
        fputc('\n', console->stream);
        text += n + (text[n] == '\n');
    }
}
