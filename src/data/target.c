#include "data/target.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "data/categories.h"
#include "data/statistics.h"

/* A target is of one of three natures, told by the task's columns: names of classes, a yes or no
 * per column, numbers. */
static bool is_yes_or_no(const Task *task) { return !task->has_classes && task->has_probabilities; }

static bool is_number(const Task *task) { return !task->has_classes && !task->has_probabilities; }

/* For messages about a whole column. */
static const char *first_file(const Table *table, char out[TEXT_SHOWN]) {
    const char *file = table->files.n > 0 ? table->files.items[0] : "data";
    return text_shown(out, file, strlen(file));
}

/* The first such cell is named, and the others are counted. */
static bool refuse_missing(const Table *table, size_t row, size_t column, Error *err) {
    size_t n = 0;
    for (size_t i = 0; i < table->n_rows; i++)
        n += table_is_missing(table, i, column);
    char others[64] = "";
    if (n > 1)
        snprintf(others, sizeof others, " (%zu of %zu rows have none)", n, table->n_rows);
    return table_fail(table, row, column, err,
                      "is a missing value, and a target cannot be filled in: fill the cell in or "
                      "remove the row%s",
                      others);
}

/* ---- Classes ---- */

static bool count_classes(const Table *table, const Schema *schema, const RowSet *train,
                          Categories *classes, Error *err) {
    const size_t column = schema->targets[0];
    for (size_t i = 0; i < train->n; i++) {
        const size_t row = train->rows[i];
        if (table_is_missing(table, row, column))
            return refuse_missing(table, row, column, err);
        categories_add(classes, table_cell(table, row, column), row);
    }
    categories_sort(classes);
    return true;
}

/* Class names that are numbers must be whole, and each written in one way. */
static bool check_numeric_classes(const Table *table, size_t column, const Categories *classes,
                                  Error *err) {
    char shown[TEXT_SHOWN];
    for (size_t i = 0; classes->is_numeric && i < classes->n; i++) {
        const Category *item = &classes->items[i];
        if (item->number != floor(item->number))
            return table_fail(table, item->first_row, column, err,
                              "is no class: classes that are numbers must be whole; for a quantity "
                              "set data.task = regression");
        if (i > 0 && item->number == item[-1].number)
            return table_fail(table, item->first_row, column, err,
                              "and '%s' are one number written in two ways, which would be two "
                              "classes: write them alike",
                              text_shown(shown, item[-1].name, strlen(item[-1].name)));
    }
    return true;
}

static bool check_number_of_classes(const Task *task, const Table *table, size_t column,
                                    const Categories *classes, const TextList *names, Error *err) {
    assert(classes->n > 0);
    if (classes->n < 2)
        return table_fail(table, classes->items[0].first_row, column, err,
                          "is the only class in the training rows: at least two are needed");
    if (task->outputs_per_class || classes->n == 2)
        return true;
    TextBuffer few = {0};
    categories_append_few(&few, names, names->n);
    table_fail(table, classes->items[2].first_row, column, err,
               "is one class too many for data.task = %s; the training rows have %zu: %s",
               task->kind.name, classes->n, text_of(&few));
    text_free(&few);
    return false;
}

static bool fit_classes(const Table *table, const Schema *schema, const RowSet *train,
                        Target *target, Error *err) {
    assert(schema->n_targets == 1);
    const size_t column = schema->targets[0];
    Categories classes = {0};
    bool ok = count_classes(table, schema, train, &classes, err);
    for (size_t i = 0; ok && i < classes.n; i++)
        text_list_add(&target->classes, classes.items[i].name);
    ok = ok && check_numeric_classes(table, column, &classes, err) &&
         check_number_of_classes(target->task, table, column, &classes, &target->classes, err);
    categories_free(&classes);
    return ok;
}

/* ---- Numbers ---- */

static bool read_number(const Table *table, size_t row, size_t column, double *value, Error *err) {
    bool is_missing;
    if (!schema_number(table, row, column, value, &is_missing, err))
        return false;
    return !is_missing || refuse_missing(table, row, column, err);
}

static bool fit_number(const Table *table, const Schema *schema, const RowSet *train, size_t index,
                       double *values, Target *target, Error *err) {
    const size_t column = schema->targets[index];
    for (size_t i = 0; i < train->n; i++) {
        if (!read_number(table, train->rows[i], column, &values[i], err))
            return false;
        values[i] += 0.0; /* -0 becomes 0 */
    }
    statistics_sort(values, train->n);
    target->scaler->fit(values, train->n, &target->scalings[index]);
    if (scaling_is_finite(&target->scalings[index]))
        return true;
    char file[TEXT_SHOWN], shown[TEXT_SHOWN];
    const char *name = table->names.items[column];
    return fail(err, ERROR_DATA,
                "%s: error: target column '%s' has values from %g to %g, too large to be scaled",
                first_file(table, file), text_shown(shown, name, strlen(name)), values[0],
                values[train->n - 1]);
}

static bool fit_numbers(const TargetOptions *options, const Table *table, const Schema *schema,
                        const RowSet *train, Target *target, Error *err) {
    target->scaler = options->scaler;
    if (!target->scaler)
        target->scaler = (const Scaler *)kind_find(scaler_kinds(), "standard");
    assert(target->scaler->is_linear);
    target->scalings = NEW(Scaling, schema->n_targets);
    double *values = NEW(double, train->n);
    bool ok = true;
    for (size_t i = 0; ok && i < schema->n_targets; i++)
        ok = fit_number(table, schema, train, i, values, target, err);
    memory_free(values);
    return ok;
}

/* ---- All natures ---- */

bool target_fit(const TargetOptions *options, const Table *table, const Schema *schema,
                const RowSet *train, Target *target, Error *err) {
    assert(train->n > 0 && schema->n_targets > 0);
    target->task = schema->task;
    for (size_t i = 0; i < schema->n_targets; i++)
        text_list_add(&target->names, table->names.items[schema->targets[i]]);
    if (target->task->has_classes)
        return fit_classes(table, schema, train, target, err);
    return !is_number(target->task) || fit_numbers(options, table, schema, train, target, err);
}

/* Cells that target_fit has read without a mistake. */
static bool is_constant(const Table *table, const RowSet *train, size_t column) {
    Error ignored = {0};
    double first = 0.0;
    for (size_t i = 0; i < train->n; i++) {
        double value;
        if (!read_number(table, train->rows[i], column, &value, &ignored))
            return false;
        if (i == 0)
            first = value;
        if (value != first)
            return false;
    }
    return true;
}

void target_warn_constant(const Table *table, const Schema *schema, const RowSet *train,
                          Problems *problems) {
    for (size_t i = 0; is_number(schema->task) && i < schema->n_targets; i++) {
        const char *name = table->names.items[schema->targets[i]];
        char file[TEXT_SHOWN], shown[TEXT_SHOWN];
        if (is_constant(table, train, schema->targets[i]))
            problems_warning(problems,
                             "%s: warning: target column '%s' is constant in the training rows, "
                             "so there is nothing to learn",
                             first_file(table, file), text_shown(shown, name, strlen(name)));
    }
}

void target_free(Target *target) {
    for (size_t i = 0; target->scalings && i < target->names.n; i++)
        scaling_free(&target->scalings[i]);
    memory_free(target->scalings);
    text_list_free(&target->names);
    text_list_free(&target->classes);
    *target = (Target){0};
}

size_t target_outputs(const Target *target) {
    if (target->task->outputs_per_class)
        return target->classes.n;
    return target_columns(target);
}

size_t target_columns(const Target *target) {
    return target->task->has_classes ? 1 : target->names.n;
}

bool target_bind(const Target *target, const Table *table, size_t *columns, Error *err) {
    for (size_t i = 0; i < target->names.n; i++) {
        const char *name = target->names.items[i];
        columns[i] = text_list_find(&table->names, name);
        if (columns[i] < table->n_columns)
            continue;
        char file[TEXT_SHOWN], shown[TEXT_SHOWN];
        return fail(err, ERROR_DATA, "%s:1: error: the header has no target column '%s'",
                    first_file(table, file), text_shown(shown, name, strlen(name)));
    }
    return true;
}

/* ---- Encoding ---- */

typedef struct Encoding {
    const Target *target;
    const Table *table;
    const size_t *columns;
    Categories classes; /* with their codes */
} Encoding;

static bool encode_class(const Encoding *encoding, size_t row, float *y, Error *err) {
    const size_t column = encoding->columns[0];
    if (table_is_missing(encoding->table, row, column))
        return refuse_missing(encoding->table, row, column, err);
    const char *cell = table_cell(encoding->table, row, column);
    const size_t code = categories_find(&encoding->classes, cell);
    if (code != CATEGORY_NONE) {
        y[0] = (float)code;
        return true;
    }
    const TextList *classes = &encoding->target->classes;
    TextBuffer few = {0};
    categories_append_few(&few, classes, classes->n);
    table_fail(encoding->table, row, column, err,
               "is a class that no training row has (known: %s): leave the row out, or split so "
               "that training sees it",
               text_of(&few));
    text_free(&few);
    return false;
}

static bool encode_yes_or_no(const Encoding *encoding, size_t row, size_t index, float *y,
                             Error *err) {
    static const struct {
        const char *text;
        float value;
    } words[] = {{"true", 1.0f}, {"yes", 1.0f}, {"false", 0.0f}, {"no", 0.0f}};
    const size_t column = encoding->columns[index];
    const double number = table_value(encoding->table, row, column);
    if (isnan(number))
        return refuse_missing(encoding->table, row, column, err);
    if (number == 0.0 || number == 1.0) {
        *y = number == 1.0 ? 1.0f : 0.0f;
        return true;
    }
    const char *cell = isinf(number) ? table_cell(encoding->table, row, column) : "";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(cell, words[i].text) == 0) {
            *y = words[i].value;
            return true;
        }
    return table_fail(encoding->table, row, column, err,
                      "is neither 0 nor 1 (or false, no, true, yes), as a %s target must be",
                      encoding->target->task->kind.name);
}

static bool encode_number(const Encoding *encoding, size_t row, size_t index, float *y,
                          Error *err) {
    const Target *target = encoding->target;
    const size_t column = encoding->columns[index];
    double value;
    if (!read_number(encoding->table, row, column, &value, err))
        return false;
    const double scaled = target->scaler->transform(&target->scalings[index], value);
    *y = (float)scaled;
    if (isfinite(*y))
        return true;
    return table_fail(
        encoding->table, row, column, err,
        "is %g after scaling (preprocess.target_scale = %s), beyond the range of a 32-bit "
        "float",
        scaled, target->scaler->kind.name);
}

static bool encode_row(const Encoding *encoding, size_t row, float *y, Error *err) {
    const Task *task = encoding->target->task;
    if (task->has_classes)
        return encode_class(encoding, row, y, err);
    const bool yes_or_no = is_yes_or_no(task);
    for (size_t i = 0; i < encoding->target->names.n; i++)
        if (!(yes_or_no ? encode_yes_or_no : encode_number)(encoding, row, i, &y[i], err))
            return false;
    return true;
}

bool target_encode(const Target *target, const Table *table, const size_t *columns,
                   const RowSet *rows, float *y, size_t y_row, Error *err) {
    const size_t n_columns = target_columns(target);
    assert(y_row >= n_columns);
    Encoding encoding = {target, table, columns, {0}};
    categories_from_list(&encoding.classes, &target->classes, target->classes.n);
    bool ok = true;
    for (size_t i = 0; ok && i < rows->n; i++) {
        float *out = y + i * y_row;
        memset(out + n_columns, 0, (y_row - n_columns) * sizeof *out);
        ok = encode_row(&encoding, rows->rows[i], out, err);
    }
    categories_free(&encoding.classes);
    return ok;
}

double target_decode(const Target *target, size_t name_index, double scaled) {
    return scaling_undo(&target->scalings[name_index], scaled);
}
