/* Cells as they are written, read a second time from where they lie: a column of numbers does not
 * keep their texts, which only messages and examples ask for. Used by table.c. */
#ifndef NNTRAIN_DATA_CSV_AGAIN_H
#define NNTRAIN_DATA_CSV_AGAIN_H

#include "base/text.h"
#include "data/csv_bytes.h"

/* How a file was read. */
typedef struct CsvSource {
    const char *path; /* the caller's */
    char delimiter;
    uint64_t version; /* csv_bytes_version */
    CsvBytes *kept;   /* owned; NULL when the file can be opened again */
} CsvSource;

/* All cells of the record that is n_before records behind the one at a place of the file. False,
 * without a message, when the file is gone or not as it was. */
bool csv_again_read(const CsvSource *source, uint64_t place, size_t n_before, TextList *cells);

#endif
