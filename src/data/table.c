#include "data/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void table_free(Table *table) {
    text_list_free(&table->files);
    text_list_free(&table->names);
    memory_free(table->pool);
    memory_free(table->cells);
    memory_free(table->lines);
    memory_free(table->sources);
    *table = (Table){0};
}

const char *table_cell(const Table *table, size_t row, size_t column) {
    return table->pool + table->cells[row * table->n_columns + column];
}

size_t table_find(const Table *table, const char *name) {
    const size_t index = text_list_find(&table->names, name);
    if (index < table->names.n || name[0] != '#') {
        return index;
    }
    uint64_t number = 0;
    if (!text_to_uint64(name + 1, strlen(name + 1), &number)) {
        return table->n_columns;
    }
    return number >= 1 && number <= table->n_columns ? (size_t)number - 1 : table->n_columns;
}

const char *table_place(const Table *table, size_t row, char out[TEXT_SHOWN]) {
    const char *file = table->files.items[table->sources[row]];
    char shown[TEXT_SHOWN];
    text_shown(shown, file, strlen(file));
    /* A shown path has at most 80 characters of 4 bytes, so the line number always fits. */
    snprintf(out, TEXT_SHOWN, "%.320s:%" PRIu64, shown, table->lines[row]);
    return out;
}

bool table_fail(const Table *table, size_t row, size_t column, Error *err, const char *format,
                ...) {
    const char *file = table->files.items[table->sources[row]];
    const char *name = table->names.items[column], *cell = table_cell(table, row, column);
    TextBuffer text = {0};
    text_append_uncut(&text, file, strlen(file));
    text_printf(&text, ":%" PRIu64 ":%zu: error: column '", table->lines[row], column + 1);
    text_append_escaped(&text, name, strlen(name));
    text_append(&text, "': '");
    text_append_escaped(&text, cell, strlen(cell));
    text_append(&text, "' ");
    va_list args;
    va_start(args, format);
    text_vprintf(&text, format, args);
    va_end(args);
    fail(err, ERROR_DATA, "%s", text_of(&text));
    text_free(&text);
    return false;
}
