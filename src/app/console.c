#include "app/console.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    STEP_INDENT = 24, /* of what follows "step N  title" */
    MIN_WIDTH = 40
};

/* Columns of the terminal; 0 where there is none, or it does not say. */
static size_t terminal_width(void) {
    struct winsize size;
    const bool good = isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    if (!good || size.ws_col == 0) {
        return 0;
    }
    return size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
}

void console_init(Console *console, bool quiet, bool verbose) {
    *console = (Console){.stream = stderr,
                         .quiet = quiet,
                         .verbose = verbose,
                         .is_terminal = isatty(STDERR_FILENO),
                         .width = terminal_width()};
}

/* Bytes of the first n bytes of text that fit a line of room columns: up to a blank where there is
 * one. Characters of UTF-8 count one column. */
static size_t fitting(const char *text, size_t n, size_t room) {
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
    size_t length = fitting(text, n, room);
    while (length < n) {
        fprintf(console->stream, "%.*s\n%*s", (int)length, text, (int)indent, "");
        length += text[length] == ' ';
        text += length;
        n -= length;
        length = fitting(text, n, room);
    }
    fprintf(console->stream, "%.*s\n", (int)n, text);
}

void console_step(Console *console, int step, const char *title, const char *format, ...) {
    if (console->quiet && !console->notes) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    TextBuffer text = {0};
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    if (console->notes) {
        notes_add_step(console->notes, step, title, text_of(&text));
    }
    if (!console->quiet) {
        fprintf(console->stream, "step %d  %-15s ", step, title);
        print_wrapped(console, text_of(&text), text.n, STEP_INDENT);
    }
    text_free(&text);
}

void console_lines(Console *console, const char *indent, const char *text) {
    if (console->notes) {
        notes_add_lines(console->notes, text);
    }
    console_aside(console, indent, text);
}

void console_aside(Console *console, const char *indent, const char *text) {
    console_end_progress(console);
    while (!console->quiet && *text) {
        size_t n = strcspn(text, "\n");
        fputs(indent, console->stream);
        print_wrapped(console, text, n, strlen(indent));
        text += n + (text[n] == '\n');
    }
}

/* True when the last progress was shown less than a tenth of a second ago. */
static bool is_too_soon(Console *console) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)(now.tv_sec - console->last_progress.tv_sec) +
                     1e-9 * (double)(now.tv_nsec - console->last_progress.tv_nsec);
    if (seconds < 0.1) {
        return true;
    }
    console->last_progress = now;
    return false;
}

void console_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                   const MetricList *metrics) {
    bool is_last = (int64_t)record->epoch == options->epochs;
    if (console->quiet || (!console->verbose && !is_last && is_too_soon(console))) {
        return;
    }
    bool rewrite = console->is_terminal && !console->verbose;
    TextBuffer line = {0};
    text_printf(&line, "epoch %zu/%lld  train.loss %.5g", record->epoch, (long long)options->epochs,
                record->loss);
    if (record->validation.rows) {
        text_printf(&line, "  validation.loss %.5g", record->validation.loss);
        if (metrics->n) {
            text_printf(&line, "  validation.%s %.5g", metrics->items[0]->kind.name,
                        record->validation.values[0]);
        }
    }
    text_printf(&line, "  rate %.3g", record->learning_rate);
    /* A line that is longer than the terminal would not be rewritten, but repeated. */
    size_t length =
        rewrite && console->width ? fitting(text_of(&line), line.n, console->width - 9) : line.n;
    fprintf(console->stream, "%s        %.*s%s", rewrite ? "\r" : "", (int)length, text_of(&line),
            rewrite ? "\033[K" : "\n");
    console->has_open_line = rewrite;
    fflush(console->stream);
    text_free(&line);
}

void console_end_progress(Console *console) {
    if (console->has_open_line) {
        fputc('\n', console->stream);
        console->has_open_line = false;
    }
}

/* The final table: a column for the rows, one for the loss, one for each metric that is shown. */
typedef struct ResultsTable {
    FILE *stream;
    const MetricList *metrics;
    size_t n_shown;
    int label_width;
} ResultsTable;

enum { MAX_SHOWN_METRICS = 4, TABLE_INDENT = 8, ROWS_WIDTH = 7, NUMBER_WIDTH = 11 };

static int metric_width(const ResultsTable *table, size_t metric) {
    const int n = (int)strlen(table->metrics->items[metric]->kind.name);
    return n > NUMBER_WIDTH ? n : NUMBER_WIDTH;
}

static void print_number(FILE *stream, int width, double value) {
    if (isnan(value)) {
        fprintf(stream, "  %*s", width, "-");
    } else {
        fprintf(stream, "  %*.5g", width, value);
    }
}

static void print_row(const ResultsTable *table, const char *label, const PartResult *result) {
    fprintf(table->stream, "%*s%-*s%*zu", TABLE_INDENT, "", table->label_width, label, ROWS_WIDTH,
            result->rows);
    print_number(table->stream, NUMBER_WIDTH, result->loss);
    for (size_t m = 0; m < table->n_shown; m++) {
        print_number(table->stream, metric_width(table, m), result->values[m]);
    }
    fputc('\n', table->stream);
}

static void print_head(const ResultsTable *table) {
    fprintf(table->stream, "\n%*s%-*s%*s  %*s", TABLE_INDENT, "", table->label_width, "",
            ROWS_WIDTH, "rows", NUMBER_WIDTH, "loss");
    for (size_t m = 0; m < table->n_shown; m++) {
        fprintf(table->stream, "  %*s", metric_width(table, m),
                table->metrics->items[m]->kind.name);
    }
    fputc('\n', table->stream);
}

enum { MAX_LABEL = 64 };

static void label_baseline(char label[MAX_LABEL], Part part, const Kind *baseline) {
    snprintf(label, MAX_LABEL, "%s: %s baseline", part_names[part], baseline->name);
}

/* The label's column is as wide as the longest; as many metrics as a terminal is wide enough for.
 */
static void fit_table(ResultsTable *table, const Console *console, const Results *results,
                      Part part) {
    table->label_width = (int)strlen(part_names[PART_VALIDATION]);
    for (size_t b = 0; b < results->n_baselines; b++) {
        char label[MAX_LABEL];
        label_baseline(label, part, results->baselines[b].kind);
        const int n = (int)strlen(label);
        table->label_width = n > table->label_width ? n : table->label_width;
    }
    const int first_columns = TABLE_INDENT + table->label_width + ROWS_WIDTH + 2 + NUMBER_WIDTH;
    size_t width = (size_t)first_columns;
    while (table->n_shown < table->metrics->n && table->n_shown < MAX_SHOWN_METRICS) {
        width += 2 + (size_t)metric_width(table, table->n_shown);
        if (table->n_shown > 0 && console->width > 0 && width > console->width) {
            return;
        }
        table->n_shown++;
    }
}

void console_results(Console *console, const Results *results) {
    if (console->quiet) {
        return;
    }
    const Part last = results_last_part(results);
    ResultsTable table = {.stream = console->stream, .metrics = results->metrics};
    fit_table(&table, console, results, last);
    print_head(&table);
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            print_row(&table, part_names[part], &results->parts[part]);
        }
    }
    for (size_t b = 0; b < results->n_baselines; b++) {
        char label[MAX_LABEL];
        label_baseline(label, last, results->baselines[b].kind);
        print_row(&table, label, &results->baselines[b].parts[last]);
    }
    fputc('\n', console->stream);
}
