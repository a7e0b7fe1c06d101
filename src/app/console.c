#include "app/console.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SHOWN_METRICS = 4, LABEL_WIDTH = 22 };

void console_init(Console *console, bool quiet, bool verbose) {
    *console = (Console){
        .stream = stderr, .quiet = quiet, .verbose = verbose, .is_terminal = isatty(STDERR_FILENO)};
}

void console_step(Console *console, int step, const char *title, const char *format, ...) {
    if (console->quiet) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    fprintf(console->stream, "step %d  %-15s ", step, title);
    vfprintf(console->stream, format, arguments);
    fputc('\n', console->stream);
    va_end(arguments);
}

void console_lines(Console *console, const char *indent, const char *text) {
    console_end_progress(console);
    while (!console->quiet && *text) {
        size_t n = strcspn(text, "\n");
        fprintf(console->stream, "%s%.*s\n", indent, (int)n, text);
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
    fprintf(console->stream, "%s        %s%s", rewrite ? "\r" : "", text_of(&line),
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

static void print_number(FILE *stream, double value) {
    if (isnan(value)) {
        fprintf(stream, "  %12s", "-");
    } else {
        fprintf(stream, "  %12.5g", value);
    }
}

static void print_row(FILE *stream, const char *label, const PartResult *result, size_t n_metrics) {
    fprintf(stream, "        %-*s %7zu", LABEL_WIDTH, label, result->rows);
    print_number(stream, result->loss);
    for (size_t m = 0; m < n_metrics; m++) {
        print_number(stream, result->values[m]);
    }
    fputc('\n', stream);
}

void console_results(Console *console, const Results *results) {
    if (console->quiet) {
        return;
    }
    FILE *stream = console->stream;
    size_t n_metrics =
        results->metrics->n < MAX_SHOWN_METRICS ? results->metrics->n : MAX_SHOWN_METRICS;
    fprintf(stream, "\n        %-*s %7s  %12s", LABEL_WIDTH, "", "rows", "loss");
    for (size_t m = 0; m < n_metrics; m++) {
        fprintf(stream, "  %12.12s", results->metrics->items[m]->kind.name);
    }
    fputc('\n', stream);
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            print_row(stream, part_names[part], &results->parts[part], n_metrics);
        }
    }
    Part part = results_last_part(results);
    for (size_t b = 0; b < results->n_baselines; b++) {
        char label[64];
        snprintf(label, sizeof label, "%s: %s baseline", part_names[part],
                 results->baselines[b].kind->name);
        print_row(stream, label, &results->baselines[b].parts[part], n_metrics);
    }
    fputc('\n', stream);
}
