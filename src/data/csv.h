/* CSV files to a Table (RFC 4180): nothing is repaired, skipped or guessed silently. How it is
 * done:
 *
 *     csv_bytes    the bytes of a plain file, a gzip file, a pipe
 *     csv_wave     as much text as the threads read at a time, cut into stretches of whole records
 *     csv_scan       where the records of a stretch are
 *     csv_rows       their cells into columns: csv_plain, or csv_strict, which is libcsv
 *     csv_join     the stretches together again, in the order of the file
 *     csv_first    the names, and from the first rows which columns are numbers
 *
 * A column that was taken for numbers and turns out to hold a text is read again, as texts, in a
 * second pass. Neither that, nor the threads, nor the sizes of stretches change the outcome. */
#ifndef NNTRAIN_DATA_CSV_H
#define NNTRAIN_DATA_CSV_H

#include "base/error.h"
#include "base/text.h"
#include "data/table.h"

/* What a column is wanted for. */
typedef enum CsvWish {
    CSV_WISH_ANY,     /* numbers where all cells are numbers or mean "no value", else texts */
    CSV_WISH_CLASSES, /* the same, but texts where there are few numbers, all of them whole */
    CSV_WISH_TEXTS,   /* as they are written */
    CSV_WISH_NOTHING  /* not read */
} CsvWish;

/* More different whole numbers than these are no classes. */
enum { CSV_MOST_CLASSES = 50 };

/* Sets the wishes (n_columns), which are CSV_WISH_ANY, by the names of the columns. */
typedef void CsvWishes(const void *context, const Table *table, CsvWish *wishes);

typedef struct CsvOptions {
    TextList files;          /* paths, globs, or "-"; several files must have equal headers */
    const char *folder;      /* relative paths start here; NULL: the current folder */
    bool may_repeat;         /* a file may be there twice, and is read twice */
    bool header;             /* false: columns are c1, c2, ... */
    char delimiter;          /* 0: find out; ambiguity is an error */
    int64_t max_rows;        /* 0: all */
    const TextList *missing; /* texts that mean "no value", as "" always does; NULL: none */
    CsvWishes *wishes;       /* NULL: none */
    const void *wishes_context;
    size_t n_threads;   /* 0: as many as there are processors */
    size_t stretch;     /* bytes that a thread reads at a time; 0: what is fast */
    bool is_all_strict; /* libcsv reads every record: slower, the same outcome */
} CsvOptions;

/* Reads all files into one table (zero-initialised by the caller, who frees it also after an
 * error). Files may be gzip; blanks and tabs around a cell belong to it only inside quotes; blank
 * lines are allowed at the end of a file only, so an empty cell of a file with one column is "".
 * table->files are the paths as opened, folder and globs applied. Warnings (mixed line ends) go to
 * problems. ERROR_FILE when a file cannot be read, ERROR_DATA for its content (the first mistake in
 * it), ERROR_SIZE for more than 65,536 columns or 2^32 - 2 rows. */
bool csv_read(const CsvOptions *options, Table *table, Problems *problems, Error *err);

/* Appends one cell to CSV output, quoted only where RFC 4180 needs it or where blanks at its ends
 * would be lost. */
void csv_append_cell(TextBuffer *out, const char *text);

#endif
