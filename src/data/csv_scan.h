/* What can be told of a stretch of CSV text without reading cells: where its line feeds and quotes
 * are, and whether it is text at all.
 *
 * A line feed ends a record unless it is inside quotes, and it is inside when an odd number of
 * quotes stands before it. How many stand before a stretch in the middle of a file is not known
 * when it is scanned alone, so everything is told twice, for an even [0] and an odd [1] number: */
#ifndef NNTRAIN_DATA_CSV_SCAN_H
#define NNTRAIN_DATA_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* Why a byte cannot be in the text. */
typedef struct CsvFlaw {
    size_t place; /* of the byte in the stretch; SIZE_MAX when there is none */
    const char *what;
} CsvFlaw;

typedef struct CsvScan {
    size_t n_line_feeds;    /* inside quotes or not */
    bool is_odd;            /* the number of quotes */
    size_t n_ends[2];       /* line feeds that end a record */
    size_t first_record[2]; /* behind the first of them: where the first whole record may start */
    size_t last_record[2];  /* behind the last; SIZE_MAX for both when there is none */
    CsvFlaw flaws[2];       /* the first: a NUL byte, not UTF-8, a carriage return outside quotes
                               that has no line feed behind it */
} CsvScan;

/* The bytes end at a line feed, or with the file. */
void csv_scan(const char *bytes, size_t n, CsvScan *scan);

/* How many of n bytes are `byte`. */
size_t csv_count_byte(const char *bytes, size_t n, char byte);

/* Behind the line feed that ends the record at the start of n bytes; n when there is none. */
size_t csv_record_length(const char *bytes, size_t n);

#endif
