#include "data/csv_strict.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/csv_scan.h"

enum { FIRST_CELL_BYTES = 4096 };

bool csv_fail_at(const char *path, ErrorCode code, uint64_t line, size_t column, Error *err,
                 const char *message) {
    TextBuffer shown = {0};
    text_append_uncut(&shown, path, strlen(path));
    fail(err, code, "%s:%" PRIu64 ":%zu: error: %s", text_of(&shown), line, column, message);
    text_free(&shown);
    return false;
}

/* ---- callbacks ---- */

/* libcsv: end of a cell; bytes is NULL for an empty one without quotes. */
static void on_cell(void *bytes, size_t n, void *data) {
    CsvStrict *strict = data;
    if (strict->is_stopped) {
        return;
    }
    if (strict->n_cells == 0) {
        strict->record_line = strict->line;
    }
    strict->on_cell(strict->context, strict->n_cells, bytes ? bytes : "", n);
    strict->n_cells++;
    if (n > 0) {
        strict->line += csv_count_byte(bytes, n, '\n');
    }
}

/* libcsv: end of a line; c is CR, LF, or -1 at the end of the file. CR LF calls it twice. */
static void on_line(int c, void *data) {
    CsvStrict *strict = data;
    if (strict->is_stopped) {
        return;
    }
    const bool ends_crlf = c == '\n' && strict->after_return;
    if (!ends_crlf) {
        strict->has_crlf |= c == '\r';
        strict->has_lf |= c == '\n';
        const size_t n_cells = strict->n_cells;
        strict->n_cells = 0;
        strict->on_record(strict->context, n_cells > 0 ? strict->record_line : strict->line,
                          n_cells);
    }
    strict->after_return = c == '\r';
    strict->line += c == '\n';
}

/* ---- parsing ---- */

static void *resize_cell(void *block, size_t n) {
    return n > CSV_MOST_CELL_BYTES ? NULL : realloc(block, n);
}

void csv_strict_new(CsvStrict *strict, char delimiter) {
    strict->parser = NEW(struct csv_parser, 1);
    /* Without REPALL_NL libcsv would skip blank lines, and with them the line numbers. */
    csv_init(strict->parser,
             CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_EMPTY_IS_NULL | CSV_APPEND_NULL);
    csv_set_delim(strict->parser, (unsigned char)delimiter);
    csv_set_realloc_func(strict->parser, resize_cell);
    csv_set_blk_size(strict->parser, FIRST_CELL_BYTES);
}

void csv_strict_free(CsvStrict *strict) {
    if (strict->parser) {
        csv_free(strict->parser);
        memory_free(strict->parser);
        strict->parser = NULL;
    }
}

/* The place is where the cell starts, which is the quote that lacks its partner; seen_line is where
 * the text went wrong, 0 for the end of the file. */
static bool fail_parse(const CsvStrict *strict, uint64_t seen_line, Error *err) {
    char message[300];
    const int code = csv_error(strict->parser);
    if (code == CSV_ENOMEM || code == CSV_ETOOBIG) {
        snprintf(
            message, sizeof message,
            "the cell that starts here is longer than %d bytes; does it open with a quote that "
            "is never closed?",
            CSV_MOST_CELL_BYTES);
    } else if (seen_line == 0) {
        snprintf(message, sizeof message, "the quote that opens here is never closed");
    } else {
        snprintf(message, sizeof message,
                 "the cell that starts here has a stray quote on line %" PRIu64
                 "; a cell with quotes in it is written in quotes, each of them doubled",
                 seen_line);
    }
    return csv_fail_at(strict->path, ERROR_DATA, strict->line, strict->n_cells + 1, err, message);
}

bool csv_strict_feed(CsvStrict *strict, const char *bytes, size_t n, Error *err) {
    const uint64_t line = strict->line;
    /* The error is asked for before csv_fini, which would deliver half a record and clear it. */
    const size_t n_parsed = csv_parse(strict->parser, bytes, n, on_cell, on_line, strict);
    return strict->is_stopped || n_parsed == n ||
           fail_parse(strict, line + csv_count_byte(bytes, n_parsed, '\n'), err);
}

bool csv_strict_end(CsvStrict *strict, Error *err) {
    return strict->is_stopped || csv_fini(strict->parser, on_cell, on_line, strict) == 0 ||
           strict->is_stopped || fail_parse(strict, 0, err);
}
