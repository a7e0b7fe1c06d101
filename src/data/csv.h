/* CSV text to a Table through libcsv in strict mode (RFC 4180): nothing is repaired, skipped or
 * guessed silently. The only file that knows libcsv. */
#ifndef NNTRAIN_DATA_CSV_H
#define NNTRAIN_DATA_CSV_H

#include "base/error.h"
#include "base/text.h"
#include "data/table.h"

typedef struct CsvOptions {
    TextList files;     /* paths, globs, or "-"; several files must have equal headers */
    const char *folder; /* relative paths start here; NULL: the current folder */
    bool may_repeat;    /* a file may be there twice, and is read twice */
    bool header;        /* false: columns are c1, c2, ... */
    char delimiter;     /* 0: find out; ambiguity is an error */
    int64_t max_rows;   /* 0: all */
} CsvOptions;

/* Reads all files into one table (zero-initialised by the caller, who frees it also after an
 * error). Files may be gzip; blanks and tabs around a cell belong to it only inside quotes; blank
 * lines are allowed at the end of a file only, so an empty cell of a file with one column is "".
 * table->files are the paths as opened, folder and globs applied. Warnings (mixed line ends) go to
 * problems. ERROR_FILE when a file cannot be read, ERROR_DATA for its content, ERROR_SIZE for more
 * than 65,536 columns or 2^32 - 2 rows. */
bool csv_read(const CsvOptions *options, Table *table, Problems *problems, Error *err);

/* Appends one cell to CSV output, quoted only where RFC 4180 needs it or where blanks at its ends
 * would be lost. */
void csv_append_cell(TextBuffer *out, const char *text);

#endif
