#include "app/console.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/console_json.h"
#include "app/console_text.h"
#include "base/clock.h"
#include "base/interrupt.h"

/* ---- The rows ---- */

static bool always(const Console *console) {
    (void)console;
    return true;
}

static bool never(const Console *console) {
    (void)console;
    return false;
}

static bool can_draw(const Console *console) {
    return console->is_terminal && !console->verbose && console->format->is_for_people;
}

static bool cannot_draw(const Console *console) { return !can_draw(console); }

static bool is_written_for_people(const Console *console) { return console->format->is_for_people; }

static const ProgressStyle progress_rows[] = {
    {{.name = "auto", .help = "a bar on a terminal, lines elsewhere and with -v"},
     can_draw,
     cannot_draw},
    {{.name = "bar", .help = "one line that is rewritten"}, is_written_for_people, cannot_draw},
    {{.name = "line", .help = "a line per epoch, at most ten a second"}, never, always},
    {{.name = "none", .help = "nothing of epochs"}, never, never},
};

static const LogFormat format_rows[] = {
    {{.name = "text", .help = "for people"},
     true,
     console_text_step,
     console_text_lines,
     console_text_epoch,
     console_text_results,
     console_text_error},
    {{.name = "json", .help = "one JSON object per step, epoch, warning and error"},
     false,
     console_json_step,
     console_json_lines,
     console_json_epoch,
     console_json_results,
     console_json_error},
};

/* As https://no-color.org asks. */
static bool is_color_wanted(const Console *console) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return console->is_terminal && (!no_color || !*no_color) && term && strcmp(term, "dumb") != 0;
}

static const ColorRule color_rows[] = {
    {{.name = "auto", .help = "on a terminal, unless NO_COLOR is set"}, is_color_wanted},
    {{.name = "always", .help = "also into files and pipes"}, always},
    {{.name = "never", .help = "none"}, never},
};

const KindTable *progress_kinds(void) {
    static const KindTable table = KIND_TABLE("progress", progress_rows);
    return &table;
}

const KindTable *log_format_kinds(void) {
    static const KindTable table = KIND_TABLE("log format", format_rows);
    return &table;
}

const KindTable *color_kinds(void) {
    static const KindTable table = KIND_TABLE("color", color_rows);
    return &table;
}

/* ---- Setting up ---- */

static bool has_utf8_locale(void) {
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) {
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
        }
    }
    return false;
}

void console_init(Console *console, bool quiet, bool verbose) {
    *console = (Console){.stream = stderr,
                         .quiet = quiet,
                         .verbose = verbose,
                         .is_terminal = isatty(STDERR_FILENO),
                         .has_utf8 = has_utf8_locale(),
                         .width = console_terminal_width(),
                         .format = &format_rows[0],
                         .progress = &progress_rows[0]};
    console->has_color = is_color_wanted(console);
}

/* The row called text; *row stays as it is without a text. */
static bool choose(const char *option, const char *text, const KindTable *table, const Kind **row,
                   Error *err) {
    if (!text) {
        return true;
    }
    const Kind *found = kind_find(table, text);
    *row = found ? found : *row;
    if (!found) {
        char shown[TEXT_SHOWN];
        TextBuffer names = {0};
        kind_list_names(&names, table);
        fail(err, ERROR_USAGE, "error: --%s %s: must be one of %s", option,
             text_shown(shown, text, strlen(text)), text_of(&names));
        text_free(&names);
    }
    return found != NULL;
}

bool console_choose(Console *console, const CommandLine *line, Error *err) {
    const Kind *format = &console->format->kind, *progress = &console->progress->kind;
    const Kind *color = &color_rows[0].kind;
    const bool good = choose("log-format", line->log_format, log_format_kinds(), &format, err) &&
                      choose("progress", line->progress, progress_kinds(), &progress, err) &&
                      choose("color", line->color, color_kinds(), &color, err);
    if (good) {
        console->format = (const LogFormat *)format;
        console->progress = (const ProgressStyle *)progress;
        console->has_color = ((const ColorRule *)color)->is_on(console);
    }
    return good;
}

/* ---- Telling ---- */

void console_step(Console *console, int step, const char *title, const char *format, ...) {
    console->step = step;
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
        console->format->step(console, step, title, text_of(&text));
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
    if (!console->quiet && *text) {
        console->format->lines(console, indent, text);
    }
}

void console_results(Console *console, const Results *results) {
    if (!console->quiet) {
        console->format->results(console, results);
    }
}

void console_error(Console *console, const Error *err) {
    console_end_progress(console);
    console->format->error(console, err);
}

/* ---- Progress ---- */

void console_begin_progress(Console *console, size_t n_layers) {
    console->n_layers = n_layers;
    console->begun = clock_now();
    console->first_epoch = console->shown_epoch = 0;
    console->trend = (Trend){0};
}

/* True when the last progress was shown less than a tenth of a second ago. */
static bool is_too_soon(Console *console) {
    const double now = clock_now();
    if (now - console->last_progress < 0.1) {
        return true;
    }
    console->last_progress = now;
    return false;
}

static void draw(Console *console, const EpochRecord *record, const FitOptions *options,
                 const MetricList *metrics) {
    TextBuffer line = {0};
    console_epoch_line(&line, record, options, metrics);
    snprintf(console->last, sizeof console->last, "%s", text_of(&line));
    text_free(&line);
    console_draw_bar(console, record, options, metrics);
    console->has_open_line = true;
}

static void show_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                       const MetricList *metrics) {
    if (console->progress->draws(console)) {
        draw(console, record, options, metrics);
    } else {
        console->format->epoch(console, record, options, metrics);
    }
    console->shown_epoch = record->epoch;
    fflush(console->stream);
}

/* Is anything shown of epochs? */
static bool has_progress(const Console *console) {
    return !console->quiet &&
           (console->progress->draws(console) || console->progress->prints(console));
}

void console_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                   const MetricList *metrics) {
    console->first_epoch = console->first_epoch ? console->first_epoch : record->epoch;
    trend_add(&console->trend, record->validation.rows ? record->validation.loss : record->loss);
    if (has_progress(console)) {
        const bool shows_all = console->verbose && console->progress->prints(console);
        if (shows_all || !is_too_soon(console)) {
            show_epoch(console, record, options, metrics);
        }
    }
}

void console_last_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics) {
    if (has_progress(console) && console->shown_epoch != record->epoch) {
        show_epoch(console, record, options, metrics);
    }
}

/* "95.2 s", "12 min", "3.5 h" */
static void append_duration(TextBuffer *line, double seconds) {
    if (seconds < 120) {
        text_printf(line, "%.1f s", seconds);
    } else if (seconds < 7200) {
        text_printf(line, "%.0f min", seconds / 60);
    } else {
        text_printf(line, "%.1f h", seconds / 3600);
    }
}

void console_status(Console *console, const char *where, const FitStatus *status) {
    console_end_progress(console);
    TextBuffer line = {0};
    text_printf(&line, "%sepoch %zu/%zu, batch %zu/%zu", where, status->epoch, status->n_epochs,
                status->batch, status->n_batches);
    if (!isnan(status->loss)) {
        text_printf(&line, ", train.loss %.5g", status->loss);
    }
    text_append(&line, ", ");
    append_duration(&line, status->seconds);
    if (!isnan(status->seconds_left)) {
        text_append(&line, ", at most ");
        append_duration(&line, status->seconds_left);
        text_append(&line, " left");
    }
    text_append(&line, "\n");
    console->format->lines(console, "", text_of(&line));
    text_free(&line);
}

/* As a line of the log; the percentage comes behind the last word. */
void console_doing(const Console *console, bool has_progress, const char *what) {
    TextBuffer text = {0};
    char *line = NULL;
    size_t n = 0;
    Console writer = *console;
    writer.width = 0;
    writer.stream = open_memstream(&line, &n);
    if (what && writer.stream) {
        text_printf(&text, "%s%%", what);
        writer.format->lines(&writer, "", text_of(&text));
    }
    if (writer.stream) {
        fclose(writer.stream);
    }
    char *mark = what && line ? strrchr(line, '%') : NULL;
    if (mark) {
        *mark = '\0';
        text_free(&text);
        text_append(&text, line);
        text_append(&text, has_progress ? "" : mark + 1);
    }
    interrupt_describe(mark ? text_of(&text) : "", mark && has_progress ? mark + 1 : NULL);
    text_free(&text);
    free(line);
}

void console_end_progress(Console *console) {
    if (console->has_open_line) {
        console->has_open_line = false;
        fputs("\r\033[K", console->stream);
        console_text_lines(console, "        ", console->last);
    }
}
