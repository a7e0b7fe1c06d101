#include "pipeline/source.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "artifact/model_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/csv_files.h"

/* A file that is not there is told where its name stands. */
static bool check_there(const Config *config, const char *key, const TextList *paths, Error *err) {
    for (size_t i = 0; i < paths->n; i++) {
        const char *path = paths->items[i];
        if (strcmp(path, "-") != 0 && !file_exists(path)) {
            const char *why = strerror(errno);
            char shown[TEXT_SHOWN];
            return fail(err, ERROR_FILE, "%s: error: data.%s: cannot read %s: %s",
                        config_place(config, "data", key), key,
                        text_shown(shown, path, strlen(path)), why);
        }
    }
    return true;
}

/* The files of all parts in one list, data.file first. */
static bool list_files(const Config *config, TextList *files, FileCounts *counts, Error *err) {
    const TextList *groups[N_PARTS] = {&config->csv.files, &config->validation_files,
                                       &config->test_files};
    static const char *const keys[N_PARTS] = {"file", "validation_file", "test_file"};
    for (Part part = 0; part < N_PARTS; part++) {
        TextList paths = {0};
        const bool good =
            groups[part]->n == 0 || (csv_files_list(groups[part], config->folder, &paths, err) &&
                                     check_there(config, keys[part], &paths, err));
        for (size_t i = 0; good && i < paths.n; i++) {
            text_list_add(files, paths.items[i]);
        }
        counts->ends[part] = files->n;
        text_list_free(&paths);
        if (!good) {
            return false;
        }
    }
    return true;
}

/* Within one key a file may not be named twice; in two parts it is suspicious, but may be meant. */
static bool check_parts(const TextList *files, const FileCounts *counts, Problems *problems,
                        Error *err) {
    static const char *const keys[N_PARTS] = {"data.file", "data.validation_file",
                                              "data.test_file"};
    for (Part part = PART_VALIDATION; part < N_PARTS; part++) {
        for (size_t i = counts->ends[part - 1]; i < counts->ends[part]; i++) {
            size_t same = 0;
            while (same < counts->ends[part - 1] &&
                   !csv_files_are_same(files->items[same], files->items[i])) {
                same++;
            }
            if (same == counts->ends[part - 1]) {
                continue;
            }
            Part other = same < counts->ends[PART_TRAIN] ? PART_TRAIN : PART_VALIDATION;
            if (strcmp(files->items[i], "-") == 0) {
                return file_fail(err, ERROR_DATA, "-",
                                 "can be read only once, but both %s and %s name it", keys[other],
                                 keys[part]);
            }
            char shown[TEXT_SHOWN];
            problems_warning(problems,
                             "%s: warning: both %s and %s name it: %s and %s rows are the same",
                             text_shown(shown, files->items[i], strlen(files->items[i])),
                             keys[other], keys[part], part_names[other], part_names[part]);
        }
    }
    return true;
}

static bool read_table(const Config *config, Table *table, FileCounts *counts, Problems *problems,
                       Error *err) {
    CsvOptions options = config->csv;
    options.files = (TextList){0};
    options.folder = NULL;
    options.may_repeat = true; /* in two parts */
    options.missing = &config->schema.missing;
    options.wishes = schema_wishes;
    options.wishes_context = &config->schema;
    options.n_threads = (size_t)config->threads;
    bool good = list_files(config, &options.files, counts, err) &&
                check_parts(&options.files, counts, problems, err) &&
                csv_read(&options, table, problems, err);
    text_list_free(&options.files);
    return good;
}

static bool infer_schema(const Config *config, Source *source, Problems *problems, Error *err) {
    Problems found = {0};
    bool good = schema_infer(&config->schema, &source->table, &source->schema, &found);
    if (!good) {
        fail(err, ERROR_DATA, "%s", text_of(&found.text));
    } else if (found.n_warnings) {
        text_printf(&problems->text, "%s%s", problems->text.n ? "\n" : "", text_of(&found.text));
        problems->n_warnings += found.n_warnings;
    }
    problems_free(&found);
    return good;
}

static void add_row(RowSet *rows, uint32_t row) { rows->rows[rows->n++] = row; }

/* Rows of files from `first` up to `end`. */
static RowSet rows_of_files(const RowSet *rows, const Table *table, size_t first, size_t end) {
    RowSet chosen = {.rows = NEW(uint32_t, rows->n)};
    for (size_t i = 0; i < rows->n; i++) {
        size_t file = table_file(table, rows->rows[i]);
        if (file >= first && file < end) {
            add_row(&chosen, rows->rows[i]);
        }
    }
    return chosen;
}

/* Files of their own replace the split for validation and test; training keeps what the split gave
 * to them. */
static bool split_source(const Config *config, Source *source, const FileCounts *counts,
                         Error *err) {
    SplitOptions options = config->split;
    RowSet own = rows_of_files(&source->rows, &source->table, 0, counts->ends[PART_TRAIN]);
    for (Part part = PART_VALIDATION; part < N_PARTS; part++) {
        if (counts->ends[part] > counts->ends[part - 1]) {
            options.fractions[PART_TRAIN] += options.fractions[part];
            options.fractions[part] = 0;
        }
    }
    bool good = split_rows(&options, &source->table, &source->schema, &own, &source->split, err);
    for (Part part = PART_VALIDATION; good && part < N_PARTS; part++) {
        if (counts->ends[part] > counts->ends[part - 1]) {
            memory_free(source->split.parts[part].rows);
            source->split.parts[part] = rows_of_files(&source->rows, &source->table,
                                                      counts->ends[part - 1], counts->ends[part]);
        }
    }
    memory_free(own.rows);
    return good;
}

/* What follows the reading: roles, rows, parts. */
static bool source_plan(const Config *config, Source *source, Problems *problems, Error *err) {
    if (!infer_schema(config, source, problems, err)) {
        return false;
    }
    source->rows.rows = NEW(uint32_t, source->table.n_rows);
    for (size_t row = 0; row < source->table.n_rows; row++) {
        add_row(&source->rows, (uint32_t)row);
    }
    return features_drop_missing(&config->features, &source->table, &source->schema, &source->rows,
                                 &source->n_dropped, err) &&
           split_source(config, source, &source->files, err);
}

bool source_load(const Config *config, Source *source, Problems *problems, Error *err) {
    return read_table(config, &source->table, &source->files, problems, err) &&
           source_plan(config, source, problems, err);
}

bool source_share(const Config *config, const Source *loaded, Source *source, Problems *problems,
                  Error *err) {
    *source = (Source){.table = loaded->table, .files = loaded->files, .is_borrowed = true};
    return source_plan(config, source, problems, err);
}

static void keep_examples(const Config *config, Source *source) {
    const RowSet *train = &source->split.parts[PART_TRAIN];
    const size_t n_columns = source->table.n_columns;
    Table *examples = &source->examples;
    size_t *columns = NEW(size_t, n_columns);
    for (size_t i = 0; i < n_columns; i++) {
        columns[i] = i;
    }
    text_list_copy(&examples->files, &source->table.files);
    table_set_names(examples, &source->table.names, SELF_TEST_ROWS);
    table_reserve(examples, SELF_TEST_ROWS);
    examples->n_rows = model_self_test_count(train->n);
    for (size_t row = 0; row < examples->n_rows; row++) {
        const size_t chosen = train->rows[model_self_test_choose(train->n, row)];
        TextList cells = {0};
        table_texts(&source->table, chosen, columns, n_columns, &cells);
        for (size_t i = 0; i < n_columns; i++) {
            table_put_text(examples, row, i, cells.items[i], &config->schema.missing);
        }
        table_add_place(examples, (RowPlace){.line = table_line(&source->table, chosen),
                                             .row = (uint32_t)row,
                                             .file = (uint32_t)table_file(&source->table, chosen)});
        text_list_free(&cells);
    }
    memory_free(columns);
}

/* Of predictions_PART.csv: ids, and numbers to predict as they were read. */
static bool is_kept(const Config *config, const Schema *schema, size_t column) {
    bool found = false;
    for (size_t i = 0; i < schema->n_ids; i++) {
        found = found || schema->ids[i] == column;
    }
    for (size_t i = 0; config->predictions && i < schema->n_targets; i++) {
        found = found || (schema->targets[i] == column && schema->columns[column].is_numeric);
    }
    return found;
}

void source_release_columns(const Config *config, Source *source) {
    keep_examples(config, source);
    for (size_t i = 0; i < source->table.n_columns; i++) {
        if (!is_kept(config, &source->schema, i)) {
            table_clear_column(&source->table, i, COLUMN_LEFT_OUT);
        }
    }
    memory_free(source->rows.rows); /* how many there are is still asked for */
    source->rows.rows = NULL;
    malloc_trim(0);
}

const Table *source_examples(const Source *source, RowSet *rows) {
    const bool is_released = source->examples.n_columns > 0;
    const RowSet *train = &source->split.parts[PART_TRAIN];
    rows->n = model_self_test_count(train->n);
    rows->rows = NEW(uint32_t, rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        rows->rows[i] =
            is_released ? (uint32_t)i : train->rows[model_self_test_choose(train->n, i)];
    }
    return is_released ? &source->examples : &source->table;
}

void source_free(Source *source) {
    table_free(&source->examples);
    split_free(&source->split);
    schema_free(&source->schema);
    if (!source->is_borrowed) {
        table_free(&source->table);
    }
    memory_free(source->rows.rows);
    *source = (Source){0};
}

static void count_unknown(const UnknownCount *unknown, Prepared *prepared) {
    for (size_t i = 0; i < prepared->features.n; i++) {
        prepared->n_unknown += unknown->per_feature[i];
        if (unknown->per_feature[i] > unknown->per_feature[prepared->most_unknown]) {
            prepared->most_unknown = i;
        }
    }
}

static bool build_parts(const Source *source, const Split *split, Prepared *prepared, Error *err) {
    UnknownCount unknown = {NEW(size_t, prepared->features.n)};
    bool good = true;
    for (Part part = 0; good && part < N_PARTS; part++) {
        good = dataset_build(&prepared->features, &prepared->target, &source->table,
                             &split->parts[part], source->schema.weight,
                             part == PART_TRAIN ? NULL : &unknown, &prepared->parts[part], err);
    }
    count_unknown(&unknown, prepared);
    memory_free(unknown.per_feature);
    return good;
}

static bool check_target_scaler(const Config *config, const Source *source, Error *err) {
    const Scaler *scaler = config->target_scaler;
    return !scaler || scaler->is_linear || source->schema.task->has_probabilities ||
           fail(err, ERROR_CONFIG,
                "%s: error: preprocess.target_scale = %s cannot be undone in the predictions; "
                "choose another, or auto",
                config_place(config, "preprocess", "target_scale"), scaler->kind.name);
}

bool prepared_build(const Config *config, const Source *source, const Split *split,
                    Prepared *prepared, Problems *problems, Error *err) {
    TargetOptions target = {config->target_scaler};
    const RowSet *train = &split->parts[PART_TRAIN];
    if (config->loss && config->loss->predicts_exponential && !target.scaler) {
        target.scaler = scaler_identity(); /* counts are predicted as exp(output) */
    }
    bool good = check_target_scaler(config, source, err) &&
                features_fit(&config->features, &source->table, &source->schema, train,
                             &prepared->features, problems, err) &&
                target_fit(&target, &source->table, &source->schema, train, &prepared->target, err);
    if (good) {
        target_warn_constant(&source->table, &source->schema, train, problems);
    }
    return good && build_parts(source, split, prepared, err);
}

void prepared_free(Prepared *prepared) {
    for (Part part = 0; part < N_PARTS; part++) {
        dataset_free(&prepared->parts[part]);
    }
    features_free(&prepared->features);
    target_free(&prepared->target);
    *prepared = (Prepared){0};
}
