#include "data/csv_rows.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/csv_plain.h"
#include "data/csv_scan.h"

void csv_rows_init(CsvRows *rows, const Table *table) {
    rows->table = table;
    rows->texts = NEW(Dictionary, table->n_columns);
    rows->codes = NEW(uint32_t *, table->n_columns);
    rows->has_text = NEW(bool, table->n_columns);
    rows->cells = NEW(CsvCells, table->n_columns);
}

void csv_rows_free(CsvRows *rows, const Table *table) {
    for (size_t i = 0; rows->texts && i < table->n_columns; i++) {
        dictionary_free(&rows->texts[i]);
        memory_free(rows->codes[i]);
    }
    memory_free(rows->codes);
    memory_free(rows->texts);
    memory_free(rows->has_text);
    memory_free(rows->cells);
    memory_free(rows->places);
    *rows = (CsvRows){0};
}

/* ---- cells ---- */

void csv_rows_store(CsvRows *rows, size_t column, const char *bytes, size_t n) {
    const CsvCells *cells = &rows->cells[column];
    if (cells->form == COLUMN_TEXTS) {
        cells->block.codes[rows->offset] = dictionary_add(&rows->texts[column], bytes, n);
    } else if (cells->form == COLUMN_NUMBERS) {
        const double value = table_value_of(bytes, n, rows->file->missing);
        rows->has_text[column] |= isinf(value);
        cells->block.numbers[rows->offset] = value;
    }
}

/* Points cells to the block that the row is in. */
static void find_cells(CsvRows *rows) {
    const Table *table = rows->table;
    for (size_t i = 0; i < table->n_columns; i++) {
        rows->cells[i].form = table->columns[i].form;
        if (rows->cells[i].form != COLUMN_LEFT_OUT) {
            rows->cells[i].block = *table_block(table, rows->row, i);
        }
    }
}

/* ---- rows ---- */

static void begin_row(CsvRows *rows) {
    const size_t offset = table_offset(rows->table, rows->row);
    if (offset == 0 || rows->row == rows->first_row) {
        find_cells(rows);
    }
    rows->offset = offset;
}

/* The row that began on a line is complete. */
static void end_row(CsvRows *rows, uint64_t line) {
    if (line != rows->next_line || rows->row == rows->first_row) {
        GROW(rows->places, rows->n_places, rows->place_capacity);
        rows->places[rows->n_places++] =
            (RowPlace){line, rows->record_place, (uint32_t)rows->row, rows->file->index};
    }
    rows->next_line = line + 1;
    rows->n_filled++;
    rows->row++;
    rows->end_row = rows->row;
}

static void stop(CsvRows *rows) {
    rows->has_failed = true;
    rows->strict.is_stopped = true;
}

static void on_cell(void *context, size_t column, const char *bytes, size_t n) {
    CsvRows *rows = context;
    if (column < rows->table->n_columns) {
        csv_rows_store(rows, column, bytes, n);
    }
}

static void on_record(void *context, uint64_t line, size_t n_cells) {
    CsvRows *rows = context;
    if (n_cells == 0) {
        rows->blank_line = rows->blank_line ? rows->blank_line : line;
        rows->row++;
        return;
    }
    if (rows->blank_line) {
        rows->failed_blank = rows->blank_line;
        stop(rows);
        return;
    }
    if (n_cells != rows->table->n_columns && rows->n_ragged++ == 0) {
        rows->ragged_line = line;
        rows->ragged_cells = n_cells;
    }
    end_row(rows, line);
}

/* The record that starts at a byte, through libcsv; returns the byte behind it. */
static const char *read_strictly(CsvRows *rows, const char *at, const char *end) {
    const size_t length = csv_record_length(at, (size_t)(end - at));
    if (!csv_strict_feed(&rows->strict, at, length, &rows->err)) {
        stop(rows);
    }
    return at + length;
}

/* ---- all ---- */

static void forget(CsvRows *rows) {
    rows->end_row = rows->row = rows->first_row;
    rows->n_filled = rows->n_ragged = rows->n_places = 0;
    rows->blank_line = rows->ragged_line = rows->failed_blank = 0;
    rows->has_lf = rows->has_crlf = rows->has_failed = false;
    rows->next_line = 0;
    for (size_t i = 0; i < rows->table->n_columns; i++) {
        dictionary_clear(&rows->texts[i]);
        rows->has_text[i] = false;
    }
}

static void read_records(CsvRows *rows) {
    const char *at = rows->bytes, *end = rows->bytes + rows->n;
    while (at < end && !rows->strict.is_stopped && rows->row < rows->row_limit) {
        begin_row(rows);
        rows->record_place = rows->place + (uint64_t)(at - rows->bytes);
        const char *next =
            rows->file->has_plain_path && !rows->blank_line ? csv_plain_read(rows, at, end) : NULL;
        if (next) {
            end_row(rows, rows->strict.line++);
            at = next;
        } else {
            at = read_strictly(rows, at, end);
        }
    }
}

void csv_rows_read(CsvRows *rows) {
    forget(rows);
    rows->strict = (CsvStrict){.path = rows->file->path,
                               .on_cell = on_cell,
                               .on_record = on_record,
                               .context = rows,
                               .line = rows->line};
    csv_strict_new(&rows->strict, rows->file->delimiter);
    read_records(rows);
    const bool is_whole = rows->ends_file && !rows->is_cut && rows->row < rows->row_limit;
    if (!rows->has_failed && is_whole && !csv_strict_end(&rows->strict, &rows->err)) {
        stop(rows);
    }
    rows->has_lf |= rows->strict.has_lf;
    rows->has_crlf |= rows->strict.has_crlf;
    csv_strict_free(&rows->strict);
}
