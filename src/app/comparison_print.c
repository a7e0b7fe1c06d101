/* Comparisons as tables and as JSON; see comparison.h. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/comparison.h"
#include "artifact/json.h"
#include "base/memory.h"

enum { GAP = 2, MOST_WIDTH = 40 };

/* Cells row by row, the first column being names. */
typedef struct Grid {
    TextList cells;
    size_t n_columns;
} Grid;

static void add_cell(Grid *grid, const char *text) { text_list_add(&grid->cells, text); }

static void add_foreign(Grid *grid, const char *text) {
    TextBuffer shown = {0};
    text_append_escaped(&shown, text, strlen(text));
    add_cell(grid, text_of(&shown));
    text_free(&shown);
}

/* ---- Printing a grid ---- */

static size_t column_width(const Grid *grid, size_t column) {
    size_t widest = 0;
    for (size_t i = column; i < grid->cells.n; i += grid->n_columns) {
        const size_t width = text_width(grid->cells.items[i]);
        widest = width > widest ? width : widest;
    }
    return widest < MOST_WIDTH ? widest : MOST_WIDTH;
}

static void print_plain(TextBuffer *out, const Grid *grid) {
    size_t *widths = NEW(size_t, grid->n_columns);
    for (size_t j = 0; j < grid->n_columns; j++) {
        widths[j] = column_width(grid, j);
    }
    for (size_t i = 0; i < grid->cells.n; i++) {
        const size_t column = i % grid->n_columns;
        const bool is_last = column + 1 == grid->n_columns;
        const char *text = grid->cells.items[i];
        text_append(out, text);
        for (size_t at = text_width(text); !is_last && at < widths[column] + GAP; at++) {
            text_append(out, " ");
        }
        while (is_last && out->n > 0 && out->bytes[out->n - 1] == ' ') {
            out->bytes[--out->n] = '\0';
        }
        text_append(out, is_last ? "\n" : text_width(text) > widths[column] ? "  " : "");
    }
    memory_free(widths);
}

static void print_markdown(TextBuffer *out, const Grid *grid) {
    for (size_t i = 0; i < grid->cells.n; i++) {
        const size_t column = i % grid->n_columns;
        text_append(out, column == 0 ? "| " : " ");
        for (const char *at = grid->cells.items[i]; *at; at++) {
            text_append(out, strchr("|<*_`", *at) ? "\\" : "");
            text_append_bytes(out, at, 1);
        }
        text_append(out, column + 1 == grid->n_columns ? " |\n" : " |");
        if (i + 1 == grid->n_columns) {
            for (size_t j = 0; j < grid->n_columns; j++) {
                text_append(out, "|---");
            }
            text_append(out, "|\n");
        }
    }
}

static void print_grid(TextBuffer *out, Grid *grid, bool is_markdown) {
    assert(grid->n_columns > 0);
    (is_markdown ? print_markdown : print_plain)(out, grid);
    text_list_free(&grid->cells);
}

/* ---- The tables ---- */

static void add_head(Grid *grid, const Comparison *comparison, const char *title) {
    grid->n_columns = 1 + comparison->runs.n;
    add_cell(grid, title);
    for (size_t i = 0; i < comparison->runs.n; i++) {
        add_foreign(grid, comparison->runs.items[i]);
    }
}

static void print_keys(TextBuffer *out, const Comparison *comparison, bool is_markdown) {
    Grid grid = {0};
    if (comparison->n_keys == 0) {
        text_append(out, "The configs are the same.\n");
        return;
    }
    add_head(&grid, comparison, "config");
    for (size_t i = 0; i < comparison->n_keys; i++) {
        add_foreign(&grid, comparison->keys[i].name);
        for (size_t run = 0; run < comparison->runs.n; run++) {
            add_foreign(&grid, comparison->keys[i].values.items[run]);
        }
    }
    print_grid(out, &grid, is_markdown);
}

/* "better", "worse", "~" or nothing, for a run beside the first one. */
static const char *verdict(const ComparedMetric *metric, size_t run) {
    const double first = metric->values[0], value = metric->values[run];
    if (run == 0 || isnan(first) || isnan(value) || first == value) {
        return "";
    }
    if (comparison_is_noise(metric, run)) {
        return "~";
    }
    if (!metric->has_direction) {
        return "";
    }
    return (value > first) == metric->higher_is_better ? "better" : "worse";
}

static void add_value(Grid *grid, const ComparedMetric *metric, size_t run) {
    char text[96] = "-";
    if (isfinite(metric->values[run])) {
        snprintf(text, sizeof text, "%.5g", metric->values[run]);
    }
    if (isfinite(metric->low[run])) {
        const size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, " (%.4g..%.4g)", metric->low[run], metric->high[run]);
    }
    const char *said = verdict(metric, run);
    const size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "%s%s", *said ? " " : "", said);
    add_cell(grid, text);
}

static bool differs(const ComparedMetric *metric, size_t n_runs) {
    bool same = true;
    for (size_t run = 1; run < n_runs; run++) {
        same = same && (metric->values[run] == metric->values[0] ||
                        (isnan(metric->values[run]) && isnan(metric->values[0])));
    }
    return !same;
}

static void print_metrics(TextBuffer *out, const Comparison *comparison, bool is_markdown) {
    Grid grid = {0};
    bool has_noise = false, has_bounds = false;
    add_head(&grid, comparison, "metric");
    for (size_t i = 0; i < comparison->n_metrics; i++) {
        const ComparedMetric *metric = &comparison->metrics[i];
        if (!differs(metric, comparison->runs.n)) {
            continue;
        }
        add_foreign(&grid, metric->path);
        for (size_t run = 0; run < comparison->runs.n; run++) {
            add_value(&grid, metric, run);
            has_noise = has_noise || verdict(metric, run)[0] == '~';
            has_bounds = has_bounds || isfinite(metric->low[run]);
        }
    }
    if (grid.cells.n == grid.n_columns) {
        text_list_free(&grid.cells);
        text_append(out, "All metrics are the same.\n");
        return;
    }
    print_grid(out, &grid, is_markdown);
    if (!has_bounds) {
        text_append(out, "\nWhat of it is noise is not known: evaluation.bootstrap = 1000 or "
                         "split.folds = 5 tells.\n");
    } else if (has_noise) {
        text_append(out, "\n~ no more than noise: one value is within the 95 % interval of the "
                         "other\n  (test.*, by evaluation.bootstrap) or within its standard "
                         "deviation (folds.*)\n");
    }
}

static void print_subjects(TextBuffer *out, const Comparison *comparison) {
    bool differ = false;
    for (Subject subject = 0; subject < N_SUBJECTS; subject++) {
        if (subject_differs(&comparison->subjects[subject])) {
            text_printf(out, "%s%s", differ ? ", " : "\nnote: the runs differ in ",
                        subject_names[subject]);
            differ = true;
        }
    }
    text_append(out, differ ? ": numbers of other data, tasks or losses say little about which run "
                              "is better\n"
                            : "");
}

void comparison_print(TextBuffer *out, const Comparison *comparison, bool is_markdown) {
    print_keys(out, comparison, is_markdown);
    text_append(out, "\n");
    print_metrics(out, comparison, is_markdown);
    print_subjects(out, comparison);
    text_append(out, comparison->same_weights ? "\nThe weights are the same.\n" : "");
}

/* ---- JSON ---- */

static void add_metric(Json *list, const ComparedMetric *metric, size_t n_runs) {
    Json *out = json_add_object(list, NULL);
    json_add_text(out, "path", metric->path);
    json_add_doubles(out, "values", metric->values, n_runs);
    json_add_doubles(out, "low", metric->low, n_runs);
    json_add_doubles(out, "high", metric->high, n_runs);
    Json *differences = json_add_array(out, "differences");
    Json *noise = json_add_array(out, "noise");
    for (size_t run = 1; run < n_runs; run++) {
        json_add_double(differences, NULL, metric->values[run] - metric->values[0]);
        if (isnan(metric->low[0]) && isnan(metric->low[run])) {
            json_add_null(noise, NULL);
        } else {
            json_add_bool(noise, NULL, comparison_is_noise(metric, run));
        }
    }
    if (metric->has_direction) {
        json_add_bool(out, "higher_is_better", metric->higher_is_better);
    } else {
        json_add_null(out, "higher_is_better");
    }
}

void comparison_print_json(TextBuffer *out, const Comparison *comparison) {
    Json *root = json_new_object();
    json_add_text(root, "format", "nntrain.comparison");
    json_add_integer(root, "format_version", 1);
    json_add_texts(root, "runs", &comparison->runs);
    json_add_bool(root, "same_weights", comparison->same_weights);
    Json *subjects = json_add_array(root, "differ_in");
    for (Subject subject = 0; subject < N_SUBJECTS; subject++) {
        if (subject_differs(&comparison->subjects[subject])) {
            json_add_text(subjects, NULL, subject_names[subject]);
        }
    }
    Json *keys = json_add_array(root, "config");
    for (size_t i = 0; i < comparison->n_keys; i++) {
        Json *key = json_add_object(keys, NULL);
        json_add_text(key, "key", comparison->keys[i].name);
        json_add_texts(key, "values", &comparison->keys[i].values);
    }
    Json *metrics = json_add_array(root, "metrics");
    for (size_t i = 0; i < comparison->n_metrics; i++) {
        add_metric(metrics, &comparison->metrics[i], comparison->runs.n);
    }
    json_print(out, root, NULL);
    json_free(root);
}
