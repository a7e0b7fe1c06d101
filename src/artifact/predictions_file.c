#include "artifact/predictions_file.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "data/csv.h"

/* ---- Cells ---- */

/* A line under construction; the comma goes before every cell but the first. */
typedef struct Line {
    TextBuffer *out;
    bool has_cells;
} Line;

static void begin_cell(Line *line) {
    text_append(line->out, line->has_cells ? "," : "");
    line->has_cells = true;
}

static void add_cell(Line *line, const char *text) {
    begin_cell(line);
    csv_append_cell(line->out, text);
}

/* "prefix_name" as one cell. */
static void add_joined(Line *line, const char *prefix, const char *name) {
    TextBuffer text = {0};
    text_append(&text, prefix);
    text_append(&text, "_");
    text_append(&text, name);
    add_cell(line, text_of(&text));
    text_free(&text);
}

/* What is not finite is an empty cell: no value. */
static void add_value(Line *line, double value) {
    char text[TEXT_NUMBER];
    begin_cell(line);
    if (isfinite(value)) {
        text_append_bytes(line->out, text, text_from_double(text, value));
    }
}

static void add_score(Line *line, double score) {
    char text[TEXT_NUMBER];
    begin_cell(line);
    if (isfinite((float)score)) {
        text_append_bytes(line->out, text, text_from_float(text, (float)score));
    }
}

static void end_line(const Line *line) { text_append(line->out, "\n"); }

/* ---- Header ---- */

static const char *score_prefix(const Predictions *predictions) {
    return predictions->has_probabilities ? "probability" : "score";
}

static void add_class_names(Line *line, const PredictionsReport *report) {
    if (report->has_truth) {
        add_cell(line, "truth");
    }
    add_cell(line, "prediction");
    for (size_t i = 0; i < report->predictions->n_classes; i++) {
        add_joined(line, score_prefix(report->predictions), report->target->classes.items[i]);
    }
}

/* What a number is called, and a label of several. */
static void add_named(Line *line, const PredictionsReport *report, const char *what, size_t i) {
    const TextList *names = &report->target->names;
    if (names->n == 1 && report->predictions->n_scores == 0) {
        add_cell(line, what);
    } else {
        add_joined(line, what, names->items[i]);
    }
}

static void add_target_names(Line *line, const PredictionsReport *report) {
    const TextList *names = &report->target->names;
    const bool has_scores = report->predictions->n_scores > 0;
    for (size_t i = 0; i < names->n; i++) {
        if (report->has_truth) {
            add_named(line, report, "truth", i);
        }
        add_named(line, report, "prediction", i);
        if (has_scores) {
            add_joined(line, score_prefix(report->predictions), names->items[i]);
        }
    }
}

static void add_header(TextBuffer *out, const PredictionsReport *report) {
    Line line = {.out = out};
    if (report->has_row) {
        add_cell(&line, "row");
    }
    for (size_t i = 0; i < report->n_ids; i++) {
        add_cell(&line, report->table->names.items[report->ids[i]]);
    }
    (report->predictions->n_classes > 0 ? add_class_names : add_target_names)(&line, report);
    end_line(&line);
}

/* ---- Rows ---- */

static void add_class(Line *line, const PredictionsReport *report, size_t row) {
    const Predictions *predictions = report->predictions;
    if (report->has_truth) {
        add_cell(line, report->target->classes.items[(size_t)predictions->truth[row]]);
    }
    add_cell(line, report->target->classes.items[(size_t)predictions->decided[row]]);
    for (size_t i = 0; i < predictions->n_scores; i++) {
        add_score(line, predictions->scores[row * predictions->n_scores + i]);
    }
}

static void add_targets(Line *line, const PredictionsReport *report, size_t row) {
    const Predictions *predictions = report->predictions;
    for (size_t i = 0; i < predictions->n_targets; i++) {
        if (report->has_truth) {
            add_value(line, report->targets ? table_value(report->table, report->source[row],
                                                          report->targets[i])
                                            : predictions->truth[row * predictions->n_targets + i]);
        }
        add_value(line, predictions->decided[row * predictions->n_targets + i]);
        if (predictions->n_scores > 0) {
            add_score(line, predictions->scores[row * predictions->n_scores + i]);
        }
    }
}

static void add_row(TextBuffer *out, const PredictionsReport *report, size_t row) {
    Line line = {.out = out};
    const size_t source = report->source[row];
    if (report->has_row) {
        begin_cell(&line);
        text_printf(out, "%zu", source + 1);
    }
    for (size_t i = 0; i < report->n_ids; i++) {
        add_cell(&line, table_cell(report->table, source, report->ids[i]));
    }
    (report->predictions->n_classes > 0 ? add_class : add_targets)(&line, report, row);
    end_line(&line);
}

void predictions_file_print(TextBuffer *out, const PredictionsReport *report) {
    add_header(out, report);
    for (size_t row = 0; row < report->predictions->n; row++) {
        add_row(out, report, row);
    }
}
