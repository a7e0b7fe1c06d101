#include "data/table.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* ---- making ---- */

enum { USUAL_BLOCK_SHIFT = 14, LEAST_BLOCK_SHIFT = 3, MOST_BLOCK_CELLS = 512 * 1024 };

/* Doubles that fill a huge page, for which the system is asked once; and bytes at most that may
 * stay unused for it at the end of all columns. */
enum { LARGE_BLOCK_SHIFT = 18, MOST_UNUSED_BYTES = 48 << 20 };

static bool has_large_blocks(size_t n_columns, size_t n_rows) {
    const double n_block = (double)((size_t)1 << LARGE_BLOCK_SHIFT), n = (double)n_rows;
    const double n_unused = ceil(n / n_block) * n_block - n;
    return n_rows != SIZE_MAX && n >= n_block &&
           n_unused * (double)n_columns * sizeof(double) <= MOST_UNUSED_BYTES;
}

static unsigned choose_block_shift(size_t n_columns, size_t n_rows) {
    if (has_large_blocks(n_columns, n_rows)) {
        return LARGE_BLOCK_SHIFT;
    }
    unsigned shift = USUAL_BLOCK_SHIFT;
    while (shift > LEAST_BLOCK_SHIFT &&
           (n_columns << shift > MOST_BLOCK_CELLS || n_rows <= (size_t)1 << (shift - 1))) {
        shift--;
    }
    return shift;
}

void table_set_names(Table *table, const TextList *names, size_t n_rows) {
    text_list_free(&table->names);
    text_list_copy(&table->names, names);
    table->n_columns = names->n;
    table->columns = NEW(Column, names->n);
    table->block_shift = choose_block_shift(names->n, n_rows);
}

static void reserve_column(Column *column, size_t n_blocks, size_t n_block) {
    const size_t size = column->form == COLUMN_NUMBERS ? sizeof(double) : sizeof(uint32_t);
    while (column->form != COLUMN_LEFT_OUT && column->n_blocks < n_blocks) {
        GROW(column->blocks, column->n_blocks, column->capacity);
        column->blocks[column->n_blocks++].any = memory_new(n_block, size);
    }
}

void table_reserve_share(Table *table, size_t n_rows, const TeamShare *share) {
    const size_t n_block = (size_t)1 << table->block_shift;
    const size_t n_blocks = (n_rows + n_block - 1) >> table->block_shift;
    const Range columns = team_range(share, table->n_columns, 1);
    for (size_t i = columns.first; i < columns.end; i++) {
        reserve_column(&table->columns[i], n_blocks, n_block);
    }
}

void table_reserve(Table *table, size_t n_rows) {
    table_reserve_share(table, n_rows, &(TeamShare){.n_threads = 1});
}

void table_add_place(Table *table, RowPlace place) {
    GROW(table->places, table->n_places, table->place_capacity);
    table->places[table->n_places++] = place;
}

double table_value_of(const char *bytes, size_t n, const TextList *missing) {
    double value;
    if (n == 0) {
        return (double)NAN;
    }
    for (size_t i = 0; missing && i < missing->n; i++) {
        const char *token = missing->items[i];
        if (token[0] == bytes[0] && strlen(token) == n && memcmp(token, bytes, n) == 0) {
            return (double)NAN;
        }
    }
    return text_to_double(bytes, n, &value) ? value : HUGE_VAL;
}

void table_put_text(Table *table, size_t row, size_t column, const char *text,
                    const TextList *missing) {
    Dictionary *texts = &table->columns[column].texts;
    assert(table->columns[column].form == COLUMN_TEXTS);
    const size_t n = strlen(text);
    const uint32_t code = dictionary_add(texts, text, n);
    texts->entries[code].value = table_value_of(text, n, missing);
    table_block(table, row, column)->codes[table_offset(table, row)] = code;
}

void table_clear_column(Table *table, size_t column, ColumnForm form) {
    Column *of = &table->columns[column];
    for (size_t i = 0; i < of->n_blocks; i++) {
        memory_free(of->blocks[i].any);
    }
    memory_free(of->blocks);
    dictionary_free(&of->texts);
    *of = (Column){.form = form};
}

void table_free(Table *table) {
    for (size_t i = 0; i < table->n_columns; i++) {
        table_clear_column(table, i, COLUMN_LEFT_OUT);
    }
    for (size_t i = 0; table->sources && i < table->files.n; i++) {
        csv_bytes_close(table->sources[i].kept);
    }
    memory_free(table->columns);
    memory_free(table->places);
    memory_free(table->sources);
    text_list_free(&table->files);
    text_list_free(&table->names);
    *table = (Table){0};
}

/* ---- places ---- */

/* The last place that is not behind the row. */
static const RowPlace *find_place(const Table *table, size_t row) {
    size_t low = 0, high = table->n_places;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        *(table->places[middle].row <= row ? &low : &high) = middle;
    }
    return &table->places[low];
}

size_t table_file(const Table *table, size_t row) {
    return table->n_places ? find_place(table, row)->file : 0;
}

uint64_t table_line(const Table *table, size_t row) {
    if (table->n_places == 0) {
        return row + 1;
    }
    const RowPlace *place = find_place(table, row);
    return place->line + (row - place->row);
}

const char *table_place(const Table *table, size_t row, char out[TEXT_SHOWN]) {
    const char *file = table->files.items[table_file(table, row)];
    char shown[TEXT_SHOWN];
    text_shown(shown, file, strlen(file));
    /* A shown path has at most 80 characters of 4 bytes, so the line number always fits. */
    snprintf(out, TEXT_SHOWN, "%.320s:%" PRIu64, shown, table_line(table, row));
    return out;
}

/* ---- cells ---- */

const char *table_cell(const Table *table, size_t row, size_t column) {
    assert(table->columns[column].form == COLUMN_TEXTS);
    return dictionary_text(&table->columns[column].texts, table_code(table, row, column));
}

/* All cells of a row from its file; *cells is empty when they cannot be had. */
static void read_again(const Table *table, size_t row, TextList *cells) {
    const RowPlace *place = table->n_places && table->sources ? find_place(table, row) : NULL;
    if (place &&
        (!csv_again_read(&table->sources[place->file], place->place, row - place->row, cells) ||
         cells->n != table->n_columns)) {
        text_list_free(cells);
    }
}

static void add_text(const Table *table, size_t row, size_t column, const TextList *again,
                     TextList *cells) {
    char shortest[TEXT_NUMBER + 1] = "";
    if (table->columns[column].form == COLUMN_TEXTS) {
        text_list_add(cells, table_cell(table, row, column));
    } else if (again->n > 0) {
        text_list_add(cells, again->items[column]);
    } else {
        if (table->columns[column].form == COLUMN_NUMBERS &&
            !table_is_missing(table, row, column)) {
            shortest[text_from_double(shortest, table_value(table, row, column))] = '\0';
        }
        text_list_add(cells, shortest);
    }
}

void table_texts(const Table *table, size_t row, const size_t *columns, size_t n, TextList *cells) {
    TextList again = {0};
    bool has_all = true;
    for (size_t i = 0; i < n; i++) {
        has_all = has_all && table->columns[columns[i]].form == COLUMN_TEXTS;
    }
    if (!has_all) {
        read_again(table, row, &again);
    }
    for (size_t i = 0; i < n; i++) {
        add_text(table, row, columns[i], &again, cells);
    }
    text_list_free(&again);
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

bool table_fail(const Table *table, size_t row, size_t column, Error *err, const char *format,
                ...) {
    const char *file = table->files.items[table_file(table, row)];
    const char *name = table->names.items[column];
    TextBuffer text = {0};
    TextList cells = {0};
    table_texts(table, row, &column, 1, &cells);
    text_append_uncut(&text, file, strlen(file));
    text_printf(&text, ":%" PRIu64 ":%zu: error: column '", table_line(table, row), column + 1);
    text_append_escaped(&text, name, strlen(name));
    text_append(&text, "': '");
    text_append_escaped(&text, cells.items[0], strlen(cells.items[0]));
    text_append(&text, "' ");
    va_list args;
    va_start(args, format);
    text_vprintf(&text, format, args);
    va_end(args);
    fail(err, ERROR_DATA, "%s", text_of(&text));
    text_free(&text);
    text_list_free(&cells);
    return false;
}
