#include "data/csv.h"

#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/csv_delimiter.h"
#include "data/csv_files.h"
#include "data/csv_header.h"
#include "data/csv_text.h"

enum { MAX_COLUMNS = 65536, MAX_CELL = 1024 * 1024, FIRST_CAPACITY = 4096 };

/* What is known of the file being read. The callbacks of libcsv cannot stop it, so they set
 * is_stopped, which is looked at after each block. */
typedef struct Reader {
    Table *table;
    bool has_header;
    size_t max_rows; /* SIZE_MAX: all */
    const char *path;
    uint32_t source; /* index of the file */
    char delimiter;
    uint64_t line;       /* on which the cell being read starts */
    uint64_t row_line;   /* on which the row being read starts */
    size_t n_cells;      /* of that row so far */
    size_t row_start;    /* size of the table's pool before that row */
    TextList first;      /* cells of the first row, at most MAX_COLUMNS */
    bool has_first;      /* it is complete */
    size_t n_file_rows;  /* rows of this file without the header */
    uint64_t blank_line; /* first of the blank lines just passed, or 0 */
    bool after_cr;       /* the LF that comes next belongs to this CR */
    bool has_lf, has_crlf;
    uint64_t ragged_line; /* first row with a wrong number of cells, or 0 */
    size_t ragged_cells;
    size_t n_ragged;
    bool is_stopped; /* by an error or by max_rows */
    bool has_failed;
    Error *err;
} Reader;

static bool fail_at(const Reader *reader, ErrorCode code, uint64_t line, size_t column,
                    const char *message) {
    TextBuffer path = {0};
    text_append_uncut(&path, reader->path, strlen(reader->path));
    fail(reader->err, code, "%s:%" PRIu64 ":%zu: error: %s", text_of(&path), line, column, message);
    text_free(&path);
    return false;
}

static bool refuse_file(const Reader *reader, const char *message) {
    return file_fail(reader->err, ERROR_DATA, reader->path, "%s", message);
}

/* ---- storing cells ---- */

static void reserve_pool(Table *table, size_t n_more) {
    const size_t needed = table->n_pool + n_more;
    if (needed > table->pool_capacity) {
        const size_t doubled = 2 * table->pool_capacity;
        const size_t capacity = needed > doubled ? needed + FIRST_CAPACITY : doubled;
        table->pool = memory_resize(table->pool, table->pool_capacity, capacity, 1);
        table->pool_capacity = capacity;
    }
}

static void reserve_row(Table *table) {
    const size_t needed = (table->n_rows + 1) * table->n_columns;
    if (needed > table->cell_capacity) {
        const size_t doubled = 2 * table->cell_capacity;
        const size_t capacity = needed > doubled ? needed + FIRST_CAPACITY : doubled;
        table->cells =
            memory_resize(table->cells, table->cell_capacity, capacity, sizeof *table->cells);
        table->cell_capacity = capacity;
    }
    if (table->n_rows == table->row_capacity) {
        const size_t capacity = table->row_capacity ? 2 * table->row_capacity : FIRST_CAPACITY;
        table->lines =
            memory_resize(table->lines, table->row_capacity, capacity, sizeof *table->lines);
        table->sources =
            memory_resize(table->sources, table->row_capacity, capacity, sizeof *table->sources);
        table->row_capacity = capacity;
    }
}

/* Empty cells share the terminator at the start of the pool. */
static void store_cell(Table *table, size_t column, const char *bytes, size_t n) {
    size_t offset = 0;
    if (n > 0) {
        reserve_pool(table, n + 1);
        offset = table->n_pool;
        memcpy(table->pool + offset, bytes, n);
        table->pool[offset + n] = '\0';
        table->n_pool += n + 1;
    }
    table->cells[table->n_rows * table->n_columns + column] = offset;
}

/* ---- the first row: names, or the first of the data ---- */

static bool take_names(Reader *reader) {
    Table *table = reader->table;
    TextList generated = {0};
    TextBuffer message = {0};
    size_t column = 1;
    bool ok = true;
    csv_header_generate(&generated, reader->has_header ? 0 : reader->first.n);
    const TextList *names = reader->has_header ? &reader->first : &generated;
    if (reader->source > 0) {
        ok = csv_header_compare(names, &table->names, table->files.items[0], &column, &message);
    } else {
        ok = !reader->has_header || csv_header_check(names, &column, &message);
        text_list_copy(&table->names, names);
        table->n_columns = names->n;
    }
    if (!ok) {
        fail_at(reader, ERROR_DATA, reader->row_line, column, text_of(&message));
    }
    text_list_free(&generated);
    text_free(&message);
    return ok;
}

/* ---- rows ---- */

static bool fail_ragged(const Reader *reader) {
    const size_t expected = reader->table->n_columns, found = reader->ragged_cells;
    char message[400];
    int n = snprintf(message, sizeof message, "the row has %zu cell%s, but the %s has %zu", found,
                     found == 1 ? "" : "s", reader->has_header ? "header" : "first row", expected);
    if (reader->n_ragged > 1) {
        n += snprintf(message + n, sizeof message - (size_t)n,
                      "; %zu more row%s of the file %s wrong as well", reader->n_ragged - 1,
                      reader->n_ragged == 2 ? "" : "s", reader->n_ragged == 2 ? "is" : "are");
    }
    const char other =
        expected == 1 ? csv_delimiter_other(reader->table->names.items[0], reader->delimiter) : 0;
    if (other) {
        snprintf(message + n, sizeof message - (size_t)n, "; is the delimiter %s? (data.delimiter)",
                 csv_delimiter_name(other));
    }
    return fail_at(reader, ERROR_DATA, reader->ragged_line,
                   (found < expected ? found : expected) + 1, message);
}

/* Without REPALL_NL libcsv would skip blank lines, and with them the line numbers. */
static bool fail_blank_line(const Reader *reader) {
    if (reader->n_ragged > 0) {
        return fail_ragged(reader);
    }
    return fail_at(reader, ERROR_DATA, reader->blank_line, 1,
                   "a blank line; they are allowed only at the end of the file (an empty cell of a "
                   "file with one column is written as \"\")");
}

static void stop(Reader *reader, bool has_failed) {
    reader->is_stopped = true;
    reader->has_failed = has_failed;
}

static void finish_row(Reader *reader) {
    Table *table = reader->table;
    if (reader->n_cells != table->n_columns) {
        table->n_pool = reader->row_start;
        if (reader->n_ragged++ == 0) {
            reader->ragged_line = reader->row_line;
            reader->ragged_cells = reader->n_cells;
        }
        return;
    }
    table->lines[table->n_rows] = reader->row_line;
    table->sources[table->n_rows] = reader->source;
    table->n_rows++;
    reader->n_file_rows++;
    if (table->n_rows >= UINT32_MAX) {
        fail_at(reader, ERROR_SIZE, reader->row_line, 1,
                "the limit of 4294967294 rows is passed; set data.max_rows");
        stop(reader, true);
    } else if (table->n_rows == reader->max_rows) {
        stop(reader, false);
    }
}

static void finish_first_row(Reader *reader) {
    reader->has_first = true;
    if (reader->n_cells > MAX_COLUMNS) {
        char message[100];
        snprintf(message, sizeof message, "%zu columns; the limit is %d", reader->n_cells,
                 MAX_COLUMNS);
        fail_at(reader, ERROR_SIZE, reader->row_line, MAX_COLUMNS + 1, message);
        stop(reader, true);
        return;
    }
    if (!take_names(reader)) {
        stop(reader, true);
        return;
    }
    if (reader->has_header) {
        return;
    }
    reserve_row(reader->table);
    for (size_t i = 0; i < reader->first.n; i++) {
        store_cell(reader->table, i, reader->first.items[i], strlen(reader->first.items[i]));
    }
    finish_row(reader);
}

/* libcsv: end of a cell; bytes is NULL for an empty one without quotes. */
static void on_cell(void *bytes, size_t n, void *data) {
    Reader *reader = data;
    if (reader->is_stopped) {
        return;
    }
    if (reader->n_cells == 0) {
        reader->row_line = reader->line;
        reader->row_start = reader->table->n_pool;
        if (reader->has_first) {
            reserve_row(reader->table);
        }
    }
    if (!reader->has_first) {
        if (reader->n_cells < MAX_COLUMNS) {
            text_list_add_bytes(&reader->first, bytes ? bytes : "", n);
        }
    } else if (reader->n_cells < reader->table->n_columns) {
        store_cell(reader->table, reader->n_cells, bytes, n);
    }
    reader->n_cells++;
    if (n > 0) {
        reader->line += csv_count_byte(bytes, n, '\n');
    }
}

static void on_filled_row(Reader *reader) {
    if (reader->blank_line) {
        fail_blank_line(reader);
        stop(reader, true);
    } else if (!reader->has_first) {
        finish_first_row(reader);
    } else {
        finish_row(reader);
    }
    reader->n_cells = 0;
}

/* libcsv: end of a line; c is CR, LF, or -1 at the end of the file. CR LF calls it twice. */
static void on_row(int c, void *data) {
    Reader *reader = data;
    if (reader->is_stopped) {
        return;
    }
    const bool ends_crlf = c == '\n' && reader->after_cr;
    if (!ends_crlf) {
        reader->has_crlf |= c == '\r';
        reader->has_lf |= c == '\n';
        if (reader->n_cells > 0) {
            on_filled_row(reader);
        } else if (reader->blank_line == 0) {
            reader->blank_line = reader->line;
        }
    }
    reader->after_cr = c == '\r';
    reader->line += c == '\n';
}

/* ---- one file ---- */

/* libcsv has no other limit for an unterminated quote than the memory that it is given. */
static void *resize_cell(void *block, size_t n) { return n > MAX_CELL ? NULL : realloc(block, n); }

/* The place is where the cell starts, which is the quote that lacks its partner; seen_line is where
 * the text went wrong, 0 for the end of the file. */
static bool fail_parse(const Reader *reader, int code, uint64_t seen_line) {
    char message[300];
    if (reader->n_ragged > 0) {
        return fail_ragged(reader);
    }
    if (code == CSV_ENOMEM || code == CSV_ETOOBIG) {
        snprintf(
            message, sizeof message,
            "the cell that starts here is longer than %d bytes; does it open with a quote that "
            "is never closed?",
            MAX_CELL);
    } else if (seen_line == 0) {
        snprintf(message, sizeof message, "the quote that opens here is never closed");
    } else {
        snprintf(message, sizeof message,
                 "the cell that starts here has a stray quote on line %" PRIu64
                 "; a cell with quotes in it is written in quotes, each of them doubled",
                 seen_line);
    }
    return fail_at(reader, ERROR_DATA, reader->line, reader->n_cells + 1, message);
}

static bool feed(Reader *reader, struct csv_parser *parser, CsvText *text) {
    const char *bytes;
    size_t n = 0;
    do {
        if (!csv_text_next(text, &bytes, &n, reader->err)) {
            return false;
        }
        /* The error is asked for before csv_fini, which would deliver half a row and clear it. */
        const size_t n_parsed = csv_parse(parser, bytes, n, on_cell, on_row, reader);
        if (!reader->is_stopped && n_parsed < n) {
            return fail_parse(reader, csv_error(parser), csv_text_line_at(text, bytes + n_parsed));
        }
    } while (n > 0 && !reader->is_stopped);
    if (!reader->is_stopped && csv_fini(parser, on_cell, on_row, reader) != 0) {
        return fail_parse(reader, csv_error(parser), 0);
    }
    return !reader->has_failed;
}

static bool parse(Reader *reader, CsvText *text) {
    struct csv_parser parser;
    csv_init(&parser,
             CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_EMPTY_IS_NULL | CSV_APPEND_NULL);
    csv_set_delim(&parser, (unsigned char)reader->delimiter);
    csv_set_realloc_func(&parser, resize_cell);
    csv_set_blk_size(&parser, FIRST_CAPACITY);
    const bool ok = feed(reader, &parser, text);
    csv_free(&parser);
    return ok;
}

static bool choose_delimiter(Reader *reader, const CsvOptions *options, const CsvText *text) {
    char tied[2];
    reader->delimiter = options->delimiter;
    if (options->delimiter || csv_delimiter_find(text->buffer, text->n_buffered, text->at_end,
                                                 &reader->delimiter, tied)) {
        return true;
    }
    char message[200];
    snprintf(message, sizeof message, "both %s and %s could be the delimiter; set data.delimiter",
             csv_delimiter_name(tied[0]), csv_delimiter_name(tied[1]));
    return refuse_file(reader, message);
}

static bool check_rows(const Reader *reader) {
    if (reader->n_ragged > 0) {
        return fail_ragged(reader);
    }
    if (!reader->has_first) {
        return refuse_file(reader, reader->blank_line ? "the file has nothing but blank lines"
                                                      : "the file is empty");
    }
    return reader->n_file_rows > 0 || refuse_file(reader, "the file has a header, but no rows");
}

/* A file without header whose first row has a text in it, such as a class, passes for a header. */
static void warn_numeric_names(const Reader *reader, const char *path, Problems *problems) {
    const TextList *names = &reader->table->names;
    const size_t n_numbers = csv_header_count_numbers(names);
    if (reader->has_header && n_numbers > 0 && 2 * n_numbers >= names->n) {
        problems_warning(problems,
                         "%s:1: warning: %zu of %zu column names are numbers; if the file has no "
                         "header, set data.header = false",
                         path, n_numbers, names->n);
    }
}

static bool read_file(Reader *reader, const CsvOptions *options, Problems *problems) {
    CsvText text = {0};
    const bool ok = csv_text_open(&text, reader->path, reader->err) &&
                    choose_delimiter(reader, options, &text) && parse(reader, &text) &&
                    check_rows(reader);
    csv_text_close(&text);
    char shown[TEXT_SHOWN];
    const char *path = text_shown(shown, reader->path, strlen(reader->path));
    if (ok && reader->source == 0) {
        warn_numeric_names(reader, path, problems);
    }
    if (ok && reader->has_lf && reader->has_crlf) {
        problems_warning(problems, "%s: warning: some lines end in CR LF and some in LF", path);
    }
    return ok;
}

bool csv_read(const CsvOptions *options, Table *table, Problems *problems, Error *err) {
    bool (*list)(const TextList *, const char *, TextList *, Error *) =
        options->may_repeat ? csv_files_resolve : csv_files_list;
    if (!list(&options->files, options->folder, &table->files, err)) {
        return false;
    }
    const size_t max_rows = options->max_rows > 0 ? (size_t)options->max_rows : SIZE_MAX;
    reserve_pool(table, 1);
    table->n_pool = 1; /* the shared empty cell */
    bool ok = true;
    for (size_t i = 0; ok && i < table->files.n && table->n_rows < max_rows; i++) {
        Reader reader = {.table = table,
                         .has_header = options->header,
                         .max_rows = max_rows,
                         .path = table->files.items[i],
                         .source = (uint32_t)i,
                         .line = 1,
                         .err = err};
        ok = read_file(&reader, options, problems);
        text_list_free(&reader.first);
    }
    return ok;
}
