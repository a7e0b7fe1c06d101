/* Tables, schemas and row sets written down in a test, without files. */
#ifndef NNTRAIN_TESTS_DATA_FIXTURE_H
#define NNTRAIN_TESTS_DATA_FIXTURE_H

#include <string.h>

#include "base/memory.h"
#include "data/schema.h"
#include "data/table.h"

static inline void fixture_add_cell(Table *table, const char *cell, size_t n) {
    table->pool = memory_resize(table->pool, table->n_pool, table->n_pool + n + 1, 1);
    table->cells = memory_resize(table->cells, table->cell_capacity, table->cell_capacity + 1,
                                 sizeof *table->cells);
    table->cells[table->cell_capacity++] = table->n_pool;
    memcpy(table->pool + table->n_pool, cell, n);
    table->n_pool += n + 1;
    table->pool_capacity = table->n_pool;
}

/* Lines of cells between commas, the first one the header; no quotes. The file is "t.csv". */
static inline Table fixture_table(const char *text) {
    Table table = {0};
    text_list_add(&table.files, "t.csv");
    for (size_t line = 0; *text; line++) {
        for (bool more = true; more; text++) {
            const size_t n = strcspn(text, ",\n");
            if (line == 0)
                text_list_add_bytes(&table.names, text, n);
            else
                fixture_add_cell(&table, text, n);
            text += n;
            more = *text == ',';
        }
        table.n_rows = line;
    }
    table.n_columns = table.names.n;
    table.row_capacity = table.n_rows;
    table.lines = NEW(uint64_t, table.n_rows);
    table.sources = NEW(uint32_t, table.n_rows);
    for (size_t row = 0; row < table.n_rows; row++)
        table.lines[row] = row + 2;
    return table;
}

/* Is every cell of the column missing ("" or "NA") or a number? */
static inline bool fixture_is_numeric(const Table *table, size_t column, const TextList *missing) {
    for (size_t row = 0; row < table->n_rows; row++) {
        const char *cell = table_cell(table, row, column);
        double number;
        if (!schema_is_missing(missing, cell) && !text_to_double(cell, strlen(cell), &number))
            return false;
    }
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
        schema.columns[i].is_numeric = fixture_is_numeric(table, i, &schema.missing);
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
