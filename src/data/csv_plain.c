#include "data/csv_plain.h"

enum { MOST_CELL_BYTES = CSV_MOST_CELL_BYTES / 16 };

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* The delimiter or line end behind the cell that starts at a byte; NULL for one that is not plain.
 */
static const char *find_cell_end(const char *at, const char *end, char delimiter) {
    const char *last = end - at > MOST_CELL_BYTES ? at + MOST_CELL_BYTES : end;
    const char *next = at;
    while (next < last && *next != delimiter && *next != '\n' && *next != '\r' && *next != '"') {
        next++;
    }
    if (next == last || *next == '"' || (next > at && (is_blank(*at) || is_blank(next[-1])))) {
        return NULL;
    }
    return next;
}

static bool ends_cell(const char *at, const char *end, char delimiter) {
    return at < end && (*at == delimiter || *at == '\n' || *at == '\r');
}

/* Reads one cell; returns the byte behind it, or NULL. */
static const char *read_cell(CsvRows *rows, size_t column, const char *at, const char *end) {
    const CsvCells *cells = &rows->cells[column];
    const char delimiter = rows->file->delimiter;
    if (cells->form == COLUMN_NUMBERS && !rows->file->has_number_tokens) {
        double value;
        const char *next = text_read_double(at, end, &value);
        if (next && ends_cell(next, end, delimiter)) {
            cells->block.numbers[rows->offset] = value;
            return next;
        }
    }
    const char *next = find_cell_end(at, end, delimiter);
    if (next) {
        csv_rows_store(rows, column, at, (size_t)(next - at));
    }
    return next;
}

const char *csv_plain_read(CsvRows *rows, const char *at, const char *end) {
    const size_t n_columns = rows->table->n_columns;
    if (*at == '\n' || *at == '\r') {
        return NULL;
    }
    for (size_t column = 0; column < n_columns; column++, at++) {
        at = read_cell(rows, column, at, end);
        if (!at) {
            return NULL;
        }
        const bool is_last = column + 1 == n_columns;
        if (is_last ? *at == rows->file->delimiter : *at != rows->file->delimiter) {
            return NULL;
        }
    }
    /* Behind the line end, or between CR and LF. */
    if (at[-1] == '\n') {
        rows->has_lf = true;
        return at;
    }
    if (at == end || *at != '\n') {
        return NULL;
    }
    rows->has_crlf = true;
    return at + 1;
}
