#include "data/schema_task.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { MAX_WHOLE_CLASSES = 20 };

static const Task *task_with(unsigned bit) {
    const KindTable *table = task_kinds();
    for (size_t i = 0; i < table->n; i++) {
        const Task *task = (const Task *)kind_at(table, i);
        if (task->bit == bit) {
            return task;
        }
    }
    assert(false);
    return NULL;
}

static bool is_zero_or_one(const ColumnInfo *column, const ColumnScan *scan) {
    return column->is_numeric && scan->is_whole && scan->minimum >= 0.0 && scan->maximum <= 1.0;
}

static const Task *guess_for_several(const ColumnScan *scans, const Schema *schema) {
    for (size_t i = 0; i < schema->n_targets; i++) {
        const size_t column = schema->targets[i];
        if (!is_zero_or_one(&schema->columns[column], &scans[column])) {
            return task_with(FOR_REGRESSION);
        }
    }
    return task_with(FOR_MULTILABEL);
}

static const Task *guess_for_one(const ColumnInfo *column, const ColumnScan *scan) {
    if (column->is_numeric && (!scan->is_whole || column->n_distinct > MAX_WHOLE_CLASSES)) {
        return task_with(FOR_REGRESSION);
    }
    return task_with(column->n_distinct <= 2 ? FOR_BINARY : FOR_MULTICLASS);
}

static void check_classes(const Table *table, const Schema *schema, Problems *problems) {
    const Task *task = schema->task;
    if (schema->n_targets > 1) {
        problems_error(problems,
                       "data.target: error: data.task = %s takes one target column, not %zu",
                       task->kind.name, schema->n_targets);
        return;
    }
    const size_t column = schema->targets[0], n_classes = schema->columns[column].n_distinct;
    char name[TEXT_SHOWN];
    text_shown(name, table->names.items[column], strlen(table->names.items[column]));
    if (n_classes < 2) {
        problems_error(
            problems,
            "data.target: error: column '%s' has the same value in every row; at least two "
            "classes are needed",
            name);
    } else if (n_classes > 2 && !task->outputs_per_class) {
        problems_error(
            problems,
            "data.task: error: %s needs two classes, but column '%s' has %zu%s different "
            "values; use multiclass or regression",
            task->kind.name, name, n_classes, n_classes == MAX_DISTINCT_NUMBERS ? " or more" : "");
    }
}

/* Names the first cell that is neither 0 nor 1. */
static void report_label(const Table *table, const Schema *schema, size_t column,
                         Problems *problems) {
    for (size_t row = 0; row < table->n_rows; row++) {
        const double value = table_value(table, row, column);
        if (isnan(value) || value == 0.0 || value == 1.0) {
            continue;
        }
        Error err;
        table_fail(table, row, column, &err, "is neither 0 nor 1, as data.task = %s needs",
                   schema->task->kind.name);
        problems_error(problems, "%s", err.text);
        return;
    }
}

static void check_numbers(const Table *table, const ColumnScan *scans, const Schema *schema,
                          Problems *problems) {
    for (size_t i = 0; i < schema->n_targets; i++) {
        const size_t column = schema->targets[i];
        const ColumnInfo *info = &schema->columns[column];
        if (schema->task->has_probabilities && !is_zero_or_one(info, &scans[column])) {
            report_label(table, schema, column, problems);
        } else if (!info->is_numeric && scans[column].first_text_row < table->n_rows) {
            Error err;
            table_fail(table, scans[column].first_text_row, column, &err,
                       "is not a number, as data.task = %s with %zu target column%s needs",
                       schema->task->kind.name, schema->n_targets,
                       schema->n_targets == 1 ? "" : "s");
            problems_error(problems, "%s", err.text);
        } else if (!info->is_numeric) {
            char name[TEXT_SHOWN];
            problems_error(
                problems,
                "data.target: error: column '%s' is in data.categorical, but data.task = "
                "%s needs numbers",
                text_shown(name, table->names.items[column], strlen(table->names.items[column])),
                schema->task->kind.name);
        }
    }
}

void schema_task_settle(const Task *given, const Table *table, const ColumnScan *scans,
                        Schema *schema, Problems *problems) {
    for (size_t i = 0; i < schema->n_targets; i++) {
        const size_t column = schema->targets[i];
        if (scans[column].n_present == 0) {
            char name[TEXT_SHOWN];
            problems_error(
                problems, "data.target: error: column '%s' has no value in any row",
                text_shown(name, table->names.items[column], strlen(table->names.items[column])));
            return;
        }
    }
    schema->task = given                   ? given
                   : schema->n_targets > 1 ? guess_for_several(scans, schema)
                                           : guess_for_one(&schema->columns[schema->targets[0]],
                                                           &scans[schema->targets[0]]);
    if (schema->task->has_classes) {
        check_classes(table, schema, problems);
    } else {
        check_numbers(table, scans, schema, problems);
    }
}
