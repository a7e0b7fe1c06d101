/* libcsv in strict mode (RFC 4180), the parser of record: nothing is repaired, skipped or guessed.
 * Its callbacks become two, one per cell and one per record, and its errors get their place. The
 * only file that knows libcsv.
 *
 * Use: csv_strict_new, then whole or partial records through csv_strict_feed with `line` set to
 * that of the first, csv_strict_end where the file ends, csv_strict_free. */
#ifndef NNTRAIN_DATA_CSV_STRICT_H
#define NNTRAIN_DATA_CSV_STRICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Longer cells are refused: libcsv has no other limit for a quote that is never closed than the
 * memory it is given. */
enum { CSV_MOST_CELL_BYTES = 1024 * 1024 };

/* column counts from 0; the bytes are valid during the call. */
typedef void CsvCellFunction(void *context, size_t column, const char *bytes, size_t n);
/* A record of n_cells cells that began on `line`; a blank line has none. */
typedef void CsvRecordFunction(void *context, uint64_t line, size_t n_cells);

typedef struct CsvStrict {
    struct csv_parser *parser;
    const char *path; /* for messages */
    CsvCellFunction *on_cell;
    CsvRecordFunction *on_record;
    void *context;
    uint64_t line;        /* on which the cell being read starts */
    uint64_t record_line; /* on which the record being read starts */
    size_t n_cells;       /* of that record so far */
    bool after_return;    /* the LF that comes next belongs to this CR */
    bool has_lf, has_crlf;
    bool is_stopped; /* set by a callback: nothing more is to be told */
} CsvStrict;

/* Fill path, on_cell, on_record, context and line first. */
void csv_strict_new(CsvStrict *strict, char delimiter);
void csv_strict_free(CsvStrict *strict);

/* ERROR_DATA at the place of the cell that is wrong. */
bool csv_strict_feed(CsvStrict *strict, const char *bytes, size_t n, Error *err);
bool csv_strict_end(CsvStrict *strict, Error *err);

/* Fails with "path:line:column: error: message"; returns false. */
bool csv_fail_at(const char *path, ErrorCode code, uint64_t line, size_t column, Error *err,
                 const char *message);

#endif
