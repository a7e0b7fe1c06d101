/* Tables, schemas and row sets written down in a test, without files. */
#ifndef NNTRAIN_TESTS_DATA_FIXTURE_H
#define NNTRAIN_TESTS_DATA_FIXTURE_H

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/schema.h"
#include "data/table.h"

/* Lines of cells between commas, the first one the header; no quotes. "NA" and "?" mean "no value".
 * All columns hold texts. The file is "t.csv". */
static inline Table fixture_table(const char *text) {
    Table table = {0};
    TextList names = {0}, missing = {0};
    text_list_add(&table.files, "t.csv");
    text_list_add(&missing, "NA");
    text_list_add(&missing, "?");
    for (size_t line = 0; *text; line++) {
        size_t column = 0;
        for (bool more = true; more; text++, column++) {
            const size_t n = strcspn(text, ",\n");
            char *cell = memory_copy_bytes(text, n);
            if (line == 0)
                text_list_add(&names, cell);
            else
                table_put_text(&table, line - 1, column, cell, &missing);
            memory_free(cell);
            text += n;
            more = *text == ',';
        }
        if (line == 0)
            table_set_names(&table, &names, SIZE_MAX);
        table.n_rows = line;
        table_reserve(&table, line + 1);
    }
    table_add_place(&table, (RowPlace){.line = 2});
    text_list_free(&names);
    text_list_free(&missing);
    return table;
}

/* Is every cell of the column missing ("" or "NA") or a number? */
static inline bool fixture_is_numeric(const Table *table, size_t column) {
    for (size_t row = 0; row < table->n_rows; row++)
        if (table_value(table, row, column) == HUGE_VAL)
            return false;
    return true;
}

/* The first n_targets columns are targets of the task, the others features. */
static inline Schema fixture_schema(const Table *table, const char *task, size_t n_targets) {
    Schema schema = {.n_columns = table->n_columns, .n_targets = n_targets};
    schema.n_features = table->n_columns - n_targets;
    schema.columns = NEW(ColumnInfo, schema.n_columns);
    schema.targets = NEW(size_t, n_targets);
    schema.features = NEW(size_t, schema.n_features);
    schema.weight = schema.group = schema.time = schema.split = table->n_columns;
    text_list_add(&schema.missing, "NA");
    if (task)
        schema.task = (const Task *)kind_find(task_kinds(), task);
    for (size_t i = 0; i < schema.n_columns; i++) {
        schema.columns[i].role = i < n_targets ? ROLE_TARGET : ROLE_FEATURE;
        schema.columns[i].is_numeric = fixture_is_numeric(table, i);
        if (i < n_targets)
            schema.targets[i] = i;
        else
            schema.features[i - n_targets] = i;
    }
    return schema;
}

/* Rows first, first + 1, ... of a table; released with memory_free(rows.rows). */
static inline RowSet fixture_rows(size_t first, size_t n) {
    RowSet rows = {NEW(uint32_t, n), n};
    for (size_t i = 0; i < n; i++)
        rows.rows[i] = (uint32_t)(first + i);
    return rows;
}

#endif
