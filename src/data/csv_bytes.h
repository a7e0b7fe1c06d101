/* The bytes of one CSV file by their place in it, whatever it is: a plain file is read where it
 * lies, a gzip file is unpacked again from its start when an earlier place is asked for, and what
 * comes through a pipe, which cannot be asked twice, is kept. Places count unpacked bytes behind a
 * byte order mark. Used by csv.c: open, read in any order, check at the end, close. */
#ifndef NNTRAIN_DATA_CSV_BYTES_H
#define NNTRAIN_DATA_CSV_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct CsvBytes CsvBytes;

/* Opens a file, "-" for standard input. ERROR_FILE when it cannot be read, ERROR_DATA when its
 * first bytes, or its name, are those of another kind of file. NULL after an error. */
CsvBytes *csv_bytes_open(const char *path, Error *err);
/* bytes may be NULL. */
void csv_bytes_close(CsvBytes *bytes);

/* Up to n bytes at a place, fewer only at the end of the file. ERROR_FILE, ERROR_DATA, with *n_read
 * bytes before what cannot be read. */
bool csv_bytes_read(CsvBytes *bytes, uint64_t place, char *to, size_t n, size_t *n_read,
                    Error *err);

/* True when several threads may read at the same time. */
bool csv_bytes_is_plain(const CsvBytes *bytes);

/* Of a plain file; 0: it is not known before the end. */
uint64_t csv_bytes_size(const CsvBytes *bytes);

/* True when the file could not be opened and read a second time. */
bool csv_bytes_is_kept(const CsvBytes *bytes);

/* ERROR_DATA when the file was written to since it was opened, which gives a mixture of old and new
 * rows. */
bool csv_bytes_check_unchanged(const CsvBytes *bytes, Error *err);

/* A number that tells this state of the file from others; 0 for what is kept. */
uint64_t csv_bytes_version(const CsvBytes *bytes);

#endif
