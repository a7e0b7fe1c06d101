#include "artifact/predictions_file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/scoring.h"

/* The model's id columns that this table has; returns their count. */
static size_t find_ids(const Scoring *scoring, size_t *ids) {
    size_t n = 0;
    for (size_t i = 0; i < scoring->model.ids.n; i++) {
        size_t column = table_find(&scoring->table, scoring->model.ids.items[i]);
        if (column < scoring->table.n_columns) {
            ids[n++] = column;
        }
    }
    return n;
}

static bool write_predictions(const CommandLine *line, const Scoring *scoring, Error *err) {
    Predictions predictions = {0};
    size_t *ids = NEW(size_t, scoring->model.ids.n);
    evaluate_predict(&scoring->evaluation, &scoring->model.model, &scoring->model.loss,
                     &scoring->dataset, &predictions);
    PredictionsReport report = {.predictions = &predictions,
                                .target = &scoring->model.target,
                                .source = scoring->dataset.source,
                                .table = &scoring->table,
                                .ids = ids,
                                .n_ids = find_ids(scoring, ids)};
    TextBuffer text = {0};
    predictions_file_print(&text, &report);
    bool good = interrupt_signal() ? interrupt_fail(err) : scoring_write(line, scoring, &text, err);
    text_free(&text);
    memory_free(ids);
    predictions_free(&predictions);
    return good;
}

bool command_predict(const CommandLine *line, Error *err) {
    Console console;
    Scoring scoring = {0};
    bool good = scoring_load(line, false, &console, &scoring, err) &&
                write_predictions(line, &scoring, err);
    scoring_free(&scoring);
    return good;
}
