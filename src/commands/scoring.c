#include "commands/scoring.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/model_argument.h"
#include "commands/output_check.h"
#include "data/csv.h"
#include "training/thread_plan.h"

enum { MAX_SHOWN = 8 };

/* What the model wants of the columns. */
typedef struct Wanted {
    const ModelFile *model;
    bool with_target;
} Wanted;

static void wish_for(const Table *table, const char *name, CsvWish wish, CsvWish *wishes) {
    const size_t column = table_find(table, name);
    if (column < table->n_columns) {
        wishes[column] = wish;
    }
}

static void wish(const void *context, const Table *table, CsvWish *wishes) {
    const Wanted *wanted = context;
    const ModelFile *model = wanted->model;
    for (size_t i = 0; i < table->n_columns; i++) {
        wishes[i] = CSV_WISH_NOTHING;
    }
    if (model->weight_column && wanted->with_target) {
        wish_for(table, model->weight_column, CSV_WISH_ANY, wishes);
    }
    for (size_t i = 0; wanted->with_target && i < model->target.names.n; i++) {
        wish_for(table, model->target.names.items[i],
                 model->target.task->has_classes ? CSV_WISH_TEXTS : CSV_WISH_ANY, wishes);
    }
    size_t *columns = NEW(size_t, model->features.n);
    features_find(&model->features, table, columns);
    for (size_t i = 0; i < model->features.n; i++) {
        if (columns[i] < table->n_columns) {
            wishes[columns[i]] =
                model->features.items[i].is_numeric ? CSV_WISH_ANY : CSV_WISH_TEXTS;
        }
    }
    memory_free(columns);
    for (size_t i = 0; i < model->ids.n; i++) {
        wish_for(table, model->ids.items[i], CSV_WISH_TEXTS, wishes);
    }
}

static bool read_data(const CommandLine *line, const ModelFile *model, bool with_target,
                      size_t n_threads, Table *table, Problems *problems, Error *err) {
    const Wanted wanted = {model, with_target};
    CsvOptions options = {.header = model->header,
                          .missing = &model->features.missing,
                          .wishes = wish,
                          .wishes_context = &wanted,
                          .n_threads = n_threads};
    for (size_t i = 1; i < line->arguments.n; i++) {
        text_list_add(&options.files, line->arguments.items[i]);
    }
    bool good = csv_read(&options, table, problems, err);
    text_list_free(&options.files);
    return good;
}

static void tell_unknown(Console *console, const Features *features, const UnknownCount *unknown) {
    TextBuffer text = {0};
    for (size_t i = 0; i < features->n; i++) {
        if (unknown->per_feature[i]) {
            char shown[TEXT_SHOWN];
            const char *name = features->items[i].name;
            size_t n = unknown->per_feature[i];
            text_printf(
                &text,
                "warning: column '%s': %zu cell%s a category that is rare or unknown in training\n",
                text_shown(shown, name, strlen(name)), n, n == 1 ? " holds" : "s hold");
        }
    }
    console_lines(console, "", text_of(&text));
    text_free(&text);
}

static bool is_used_beside(const ModelFile *model, const char *name) {
    return text_list_has(&model->target.names, name) || text_list_has(&model->ids, name) ||
           (model->weight_column && strcmp(model->weight_column, name) == 0);
}

/* Columns that neither training nor the model knows; columns: of its features. */
static void tell_extra(Console *console, const Scoring *scoring, const size_t *columns) {
    TextList extra = {0};
    TextBuffer text = {0};
    bool *is_feature = NEW(bool, scoring->table.n_columns);
    for (size_t i = 0; i < scoring->model.features.n; i++) {
        is_feature[columns[i]] = true;
    }
    for (size_t i = 0; i < scoring->table.n_columns; i++) {
        const char *name = scoring->table.names.items[i];
        if (!is_feature[i] && !is_used_beside(&scoring->model, name)) {
            text_list_add(&extra, name);
        }
    }
    memory_free(is_feature);
    for (size_t i = 0; i < extra.n && i < MAX_SHOWN; i++) {
        char shown[TEXT_SHOWN];
        text_printf(&text, "%s%s", i ? ", " : "note: not used by the model: ",
                    text_shown(shown, extra.items[i], strlen(extra.items[i])));
    }
    if (extra.n > MAX_SHOWN) {
        text_printf(&text, " and %zu more columns", extra.n - MAX_SHOWN);
    }
    console_lines(console, "", text_of(&text));
    text_free(&text);
    text_list_free(&extra);
}

static bool build_dataset(Scoring *scoring, bool with_target, Console *console, Error *err) {
    const ModelFile *model = &scoring->model;
    size_t *columns = NEW(size_t, model->features.n);
    UnknownCount unknown = {NEW(size_t, model->features.n)};
    size_t n_dropped = 0;
    size_t weight = model->weight_column && with_target
                        ? table_find(&scoring->table, model->weight_column)
                        : scoring->table.n_columns;
    if (with_target && model->weight_column && weight == scoring->table.n_columns) {
        TextBuffer text = {0};
        text_printf(&text, "note: no column '%s': every row weighs the same", model->weight_column);
        console_lines(console, "", text_of(&text));
        text_free(&text);
    }
    bool good = features_bind(&model->features, &scoring->table, columns, NULL, err);
    if (good) {
        features_drop_incomplete(&model->features, &scoring->table, columns, &scoring->rows,
                                 &n_dropped);
        good = dataset_build(&model->features, with_target ? &model->target : NULL, &scoring->table,
                             &scoring->rows, weight, &unknown, &scoring->dataset, err);
    }
    if (good) {
        tell_extra(console, scoring, columns);
        tell_unknown(console, &model->features, &unknown);
    }
    if (good && n_dropped) {
        TextBuffer text = {0};
        text_printf(
            &text,
            "warning: %zu rows with missing cells were left out (the model was trained with "
            "preprocess.impute = drop)\n",
            n_dropped);
        console_lines(console, "", text_of(&text));
        text_free(&text);
    }
    memory_free(columns);
    memory_free(unknown.per_feature);
    return good;
}

bool scoring_load(const CommandLine *line, bool with_target, Console *console, Scoring *scoring,
                  Error *err) {
    Problems problems = {0};
    int64_t n_threads = 0;
    console_init(console, line->quiet, line->verbose);
    console_choose(console, line, NULL);
    console_doing(console, true, "reading the model and the data");
    scoring->model_path = model_argument_path(line, err);
    bool good = scoring->model_path && command_line_threads(line, &n_threads, err) &&
                model_file_read(scoring->model_path, &scoring->model, err) &&
                read_data(line, &scoring->model, with_target, (size_t)n_threads, &scoring->table,
                          &problems, err);
    console_lines(console, "", text_of(&problems.text));
    problems_free(&problems);
    if (!good) {
        return false;
    }
    console_doing(console, false, with_target ? "evaluating" : "predicting");
    scoring->rows = (RowSet){NEW(uint32_t, scoring->table.n_rows), scoring->table.n_rows};
    for (size_t i = 0; i < scoring->rows.n; i++) {
        scoring->rows.rows[i] = (uint32_t)i;
    }
    scoring->evaluation = (Evaluation){.target = &scoring->model.target,
                                       .threshold = scoring->model.threshold,
                                       .wants_confusion = scoring->model.target.task->has_classes};
    if (!build_dataset(scoring, with_target, console, err)) {
        return false;
    }
    const double time = thread_plan_forward_time(&scoring->model.network, scoring->dataset.n_rows);
    scoring->evaluation.team = team_start(thread_plan_choose((size_t)n_threads, time));
    return true;
}

void scoring_free(Scoring *scoring) {
    team_stop(scoring->evaluation.team);
    dataset_free(&scoring->dataset);
    memory_free(scoring->rows.rows);
    table_free(&scoring->table);
    model_file_free(&scoring->model);
    memory_free(scoring->model_path);
    *scoring = (Scoring){0};
}

bool scoring_write(const CommandLine *line, const Scoring *scoring, const TextBuffer *text,
                   Error *err) {
    const char *path = line->output ? line->output : "-";
    for (size_t i = 0; i < line->arguments.n; i++) {
        const char *read = i > 0 ? line->arguments.items[i] : scoring->model_path;
        if (file_is_same(path, read)) {
            return file_fail(err, ERROR_FILE, path,
                             "would be replaced, but it is read; give another path with -o");
        }
    }
    return output_check(path, NULL, err) && file_write(path, text_of(text), text->n, err);
}
