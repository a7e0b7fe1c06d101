/* A file read as a stream of bytes, unpacked where it is gzip (several members too), as it is where
 * it is not. Unlike gzread, it refuses whatever follows the last member and is not padding. For
 * whole files in memory see base/gzip.h. */
#ifndef NNTRAIN_BASE_GZIP_READER_H
#define NNTRAIN_BASE_GZIP_READER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct GzipReader GzipReader;

/* Takes the descriptor over. */
GzipReader *gzip_reader_new(int descriptor);
/* Closes the descriptor; reader may be NULL. */
void gzip_reader_free(GzipReader *reader);

/* The next 1 to n bytes, *n_read = 0 only at the end. False: *damage says what is wrong with the
 * gzip file, or is NULL and errno says why it cannot be read. All bytes before the damage are given
 * first, whatever n is. */
bool gzip_reader_read(GzipReader *reader, char *bytes, size_t n, size_t *n_read,
                      const char **damage);

#endif
