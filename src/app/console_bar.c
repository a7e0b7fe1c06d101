#include "app/console_text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/clock.h"

/* The bar is put together of pieces; when the terminal is too narrow, the least important ones are
 * left out, and what is left over is the bar itself. */

enum {
    INDENT = 8,
    MOST_PIECES = 8,
    PLAIN_WIDTH = 80,
    MOST_BAR = 32,
    LEAST_BAR = 6,
    TREND_WIDTH = 8,
    WIDE = 110,
    WIDEST = 140
};

typedef struct Piece {
    char text[96];
    size_t width;   /* columns */
    int importance; /* the smallest goes first */
} Piece;

typedef struct Pieces {
    Piece items[MOST_PIECES];
    size_t n;
} Pieces;

__attribute__((format(printf, 3, 4))) static void add(Pieces *pieces, int importance,
                                                      const char *format, ...) {
    Piece *piece = &pieces->items[pieces->n++];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(piece->text, sizeof piece->text, format, arguments);
    va_end(arguments);
    piece->width = text_width(piece->text);
    piece->importance = importance;
}

/* Epochs per second (or seconds of each), and how long the others would take at this speed, or
 * until run.max_time. */
static void add_times(Pieces *pieces, const Console *console, const EpochRecord *record,
                      const FitOptions *options) {
    const double seconds = clock_now() - console->begun;
    const double rate = (double)(record->epoch + 1 - console->first_epoch) / fmax(seconds, 1e-6);
    double left = (double)(options->epochs - (int64_t)record->epoch) / rate;
    if (options->max_seconds > 0) {
        left = fmin(left, fmax(options->max_seconds - seconds, 0));
    }
    const long whole = (long)(fmin(left, 3e6) + 0.5);
    if (rate >= 1) {
        add(pieces, 4, "%.0f/s", rate);
    } else {
        add(pieces, 4, "%.1f s each", 1 / rate);
    }
    if (whole >= 3600) {
        add(pieces, 7, "%ld:%02ld:%02ld left", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        add(pieces, 7, "%ld:%02ld left", whole / 60, whole % 60);
    }
}

static void add_trend(Pieces *pieces, const Console *console, bool is_wide) {
    TextBuffer trend = {0};
    trend_draw(&trend, &console->trend, is_wide ? 2 * TREND_WIDTH : TREND_WIDTH, console->has_utf8);
    if (trend.n > 0) {
        add(pieces, 5, "%s", text_of(&trend));
    }
    text_free(&trend);
}

static void collect(Pieces *pieces, const Console *console, const EpochRecord *record,
                    const FitOptions *options, const MetricList *metrics, size_t columns) {
    const PartResult *validation = &record->validation;
    add(pieces, 9, "%zu/%lld", record->epoch, (long long)options->epochs);
    add(pieces, validation->rows ? 3 : 8, "loss %.4g", record->loss);
    if (validation->rows) {
        add(pieces, 8, "%s %.4g", columns >= WIDE ? "validation" : "val", validation->loss);
    }
    add_trend(pieces, console, columns >= WIDE);
    if (validation->rows && metrics->n) {
        add(pieces, 6, "%s %.4g", metrics->items[0]->kind.name, validation->values[0]);
    }
    if (columns >= WIDEST) {
        add(pieces, 1, "rate %.3g", record->learning_rate);
    }
    add_times(pieces, console, record, options);
}

static size_t width_of(const Pieces *pieces) {
    size_t width = 0;
    for (size_t i = 0; i < pieces->n; i++) {
        width += pieces->items[i].width + 2;
    }
    return width;
}

static void drop_least(Pieces *pieces) {
    size_t least = 0;
    for (size_t i = 1; i < pieces->n; i++) {
        least = pieces->items[i].importance < pieces->items[least].importance ? i : least;
    }
    pieces->n--;
    memmove(pieces->items + least, pieces->items + least + 1,
            (pieces->n - least) * sizeof *pieces->items);
}

static void print_bar(Console *console, size_t width, double share) {
    const size_t done = (size_t)(share * (double)width + 0.5);
    fputs(console_paint(console, PAINT_BAR), console->stream);
    for (size_t i = 0; i < width; i++) {
        if (i == done) {
            fputs(console_paint(console, PAINT_NONE), console->stream);
            fputs(console_paint(console, PAINT_QUIET), console->stream);
        }
        fputs(i < done ? (console->has_utf8 ? "━" : "=") : (console->has_utf8 ? "─" : "-"),
              console->stream);
    }
    fprintf(console->stream, "%s  ", console_paint(console, PAINT_NONE));
}

void console_draw_bar(Console *console, const EpochRecord *record, const FitOptions *options,
                      const MetricList *metrics) {
    Pieces pieces = {0};
    const size_t now = console_terminal_width(), columns = now ? now : PLAIN_WIDTH;
    const size_t indent = columns >= WIDE ? INDENT : 2, room = columns - indent - 1;
    collect(&pieces, console, record, options, metrics, columns);
    while (pieces.n > 1 && width_of(&pieces) > room) {
        drop_least(&pieces);
    }
    const size_t rest = room > width_of(&pieces) ? room - width_of(&pieces) : 0;
    fprintf(console->stream, "\r%*s", (int)indent, "");
    if (rest >= LEAST_BAR + 2) {
        print_bar(console, rest - 2 < MOST_BAR ? rest - 2 : MOST_BAR,
                  (double)record->epoch / (double)options->epochs);
    }
    for (size_t i = 0; i < pieces.n; i++) {
        fprintf(console->stream, "%s%s", i ? "  " : "", pieces.items[i].text);
    }
    fputs("\033[K", console->stream);
}
