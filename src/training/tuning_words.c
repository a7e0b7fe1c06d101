#include "training/tuning_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { GAP = 2, LONGEST_CELL = 24 };

/* ---- A table ---- */

/* The head in one or two lines, and a cell per trial. */
typedef struct Column {
    char *head[2];
    TextList cells;
    size_t width;
} Column;

typedef struct Columns {
    Column *items;
    size_t n;
} Columns;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void add_cell(Column *column, const char *text) {
    TextBuffer cell = {0};
    const bool is_long = strlen(text) > LONGEST_CELL;
    text_append_bytes(&cell, text, is_long ? LONGEST_CELL - 3 : strlen(text));
    text_append(&cell, is_long ? "..." : "");
    text_list_add(&column->cells, text_of(&cell));
    column->width = larger(column->width, text_width(text_of(&cell)));
    text_free(&cell);
}

/* Where the head is best broken: after a dot, else at the underscore nearest its middle. */
static size_t find_break(const char *name) {
    const size_t n = strlen(name);
    const char *dot = strchr(name, '.');
    if (dot) {
        return (size_t)(dot - name);
    }
    size_t best = n;
    for (size_t i = 1; i + 1 < n; i++) {
        const size_t longest = larger(i, n - i - 1);
        if (name[i] == '_' && (best == n || longest < larger(best, n - best - 1))) {
            best = i;
        }
    }
    return best;
}

/* After the cells are known: a head is broken where it is wider than they are. */
static void set_head(Column *column, const char *name) {
    const size_t n = strlen(name), end = n > column->width ? find_break(name) : n;
    column->head[0] = memory_copy_bytes(name, end < n ? end : 0);
    column->head[1] = memory_copy_text(name + (end < n ? end + 1 : 0));
    column->width = larger(column->width, larger(strlen(column->head[0]), strlen(column->head[1])));
}

static Column *new_column(Columns *columns) { return &columns->items[columns->n++]; }

static void add_number(Columns *columns, const Ranking *ranking, size_t n) {
    Column *column = new_column(columns);
    for (size_t i = 0; i < n; i++) {
        char text[24];
        snprintf(text, sizeof text, "%zu", ranking->order[i] + 1);
        add_cell(column, text);
    }
    set_head(column, "trial");
}

static void add_status(Columns *columns, const Ranking *ranking, const Search *search, size_t n) {
    Column *column = new_column(columns);
    for (size_t i = 0; i < n; i++) {
        add_cell(column, search->trials[ranking->order[i]].result.status->kind.name);
    }
    set_head(column, "status");
}

static void add_epochs(Columns *columns, const Ranking *ranking, const Search *search, size_t n) {
    Column *column = new_column(columns);
    for (size_t i = 0; i < n; i++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)search->trials[ranking->order[i]].epochs);
        add_cell(column, text);
    }
    set_head(column, "epochs");
}

static void add_value(Columns *columns, const Ranking *ranking, const Search *search, size_t n,
                      const char *objective) {
    Column *column = new_column(columns);
    for (size_t i = 0; i < n; i++) {
        const TrialResult *result = &search->trials[ranking->order[i]].result;
        TextBuffer text = {0};
        if (result->status->has_value) {
            text_printf(&text, "%.5g", result->mean);
        } else {
            text_append(&text, "-");
        }
        if (result->status->has_value && result->deviation > 0) {
            text_printf(&text, " +- %.2g", result->deviation);
        }
        add_cell(column, text_of(&text));
        text_free(&text);
    }
    set_head(column, objective);
}

/* Four digits tell settings apart well enough; trials.jsonl has all. */
static void add_key(Columns *columns, const Ranking *ranking, const Search *search, size_t n,
                    size_t k) {
    Column *column = new_column(columns);
    const SpaceKey *key = &search->space->keys[k];
    for (size_t i = 0; i < n; i++) {
        const double value = search->trials[ranking->order[i]].values[k];
        TextBuffer text = {0};
        if (isnan(value)) {
            text_append(&text, "-");
        } else if (key->distribution->is_choice) {
            space_append_value(&text, key, value);
        } else {
            text_printf(&text, "%.4g", value);
        }
        add_cell(column, text.n ? text_of(&text) : "\"\"");
        text_free(&text);
    }
    set_head(column, space_short_name(search->space, k));
}

static void print_line(TextBuffer *out, const Columns *columns, size_t first, size_t end,
                       const char *(*cell)(const Column *column, size_t row), size_t row) {
    for (size_t c = 0; c < end; c++) {
        if (c > 0 && c < first) {
            continue; /* the first one stands in every part */
        }
        const char *text = cell(&columns->items[c], row);
        text_printf(out, "%*s", (int)(columns->items[c].width - text_width(text)), "");
        text_printf(out, "%s%s", text, c + 1 < end ? "  " : "\n");
    }
}

static const char *head_of(const Column *column, size_t row) { return column->head[row]; }
static const char *cell_of(const Column *column, size_t row) { return column->cells.items[row]; }

/* Columns [first, end) after the first one; the head has one line where no name was broken. */
static void print_part(TextBuffer *out, const Columns *columns, size_t first, size_t end) {
    bool is_broken = *columns->items[0].head[0] != '\0';
    for (size_t c = first; c < end; c++) {
        is_broken = is_broken || *columns->items[c].head[0];
    }
    for (size_t row = is_broken ? 0 : 1; row < 2; row++) {
        print_line(out, columns, first, end, head_of, row);
    }
    for (size_t row = 0; row < columns->items[0].cells.n; row++) {
        print_line(out, columns, first, end, cell_of, row);
    }
}

static void print_parts(TextBuffer *out, const Columns *columns, size_t width) {
    for (size_t first = 1, end; first < columns->n; first = end) {
        size_t used = columns->items[0].width + GAP + columns->items[first].width;
        end = first + 1;
        while (end < columns->n &&
               (width == 0 || used + GAP + columns->items[end].width <= width)) {
            used += GAP + columns->items[end++].width;
        }
        print_part(out, columns, first, end);
    }
}

static void free_columns(Columns *columns) {
    for (size_t c = 0; c < columns->n; c++) {
        memory_free(columns->items[c].head[0]);
        memory_free(columns->items[c].head[1]);
        text_list_free(&columns->items[c].cells);
    }
    memory_free(columns->items);
}

void tuning_append_table(TextBuffer *out, const Ranking *ranking, const Search *search, size_t n,
                         const char *objective, size_t width) {
    const size_t n_rows = ranking->n < n ? ranking->n : n;
    if (n_rows == 0) {
        return;
    }
    Columns columns = {.items = NEW(Column, search->space->n + 4)};
    add_number(&columns, ranking, n_rows);
    add_value(&columns, ranking, search, n_rows, objective);
    add_status(&columns, ranking, search, n_rows);
    if (search->options.sampler->uses_rungs) {
        add_epochs(&columns, ranking, search, n_rows);
    }
    for (size_t k = 0; k < search->space->n; k++) {
        add_key(&columns, ranking, search, n_rows, k);
    }
    print_parts(out, &columns, width);
    free_columns(&columns);
}

/* ---- Lines ---- */

void tuning_append_noise(TextBuffer *out, const Ranking *ranking, const Search *search) {
    if (ranking->n_close < 2) {
        return;
    }
    const TrialResult *best = &search->trials[ranking->order[0]].result;
    const Trial *simplest = &search->trials[ranking->simplest];
    if (best->deviation > 0) {
        text_printf(out, "within one standard deviation (%.3g) of the best: ", best->deviation);
    } else {
        text_append(out, "as good as the best: ");
    }
    text_printf(out, "%zu trials, simplest: trial %zu with %zu parameters (", ranking->n_close,
                ranking->simplest + 1, simplest->result.n_parameters);
    space_append_setting(out, search->space, simplest->values);
    text_append(out, ")\n");
}

void tuning_append_importances(TextBuffer *out, const Ranking *ranking, const Search *search) {
    for (size_t k = 0; k < search->space->n; k++) {
        const KeyImportance *importance = &ranking->importances[k];
        text_printf(out, "%-32s ", search->space->keys[k].name);
        if (isnan(importance->value)) {
            text_append(out, "too few trials\n");
        } else {
            text_printf(out, "%5.2f  %s\n", importance->value,
                        importance->is_eta ? "eta squared of ranks" : "rank correlation");
        }
    }
}
