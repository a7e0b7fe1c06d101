/* Unpacking of gzip files (RFC 1952) that were read whole. */
#ifndef NNTRAIN_BASE_GZIP_H
#define NNTRAIN_BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>

bool gzip_is_packed(const char *bytes, size_t n);

typedef enum GzipResult {
    GZIP_OK,
    GZIP_DAMAGED, /* also: cut short, or followed by something else */
    GZIP_TOO_LONG /* unpacks to more than limit bytes */
} GzipResult;

/* Unpacks all members of the file. *out is NUL-terminated after *n_out bytes and released with
 * memory_free; NULL unless GZIP_OK. */
GzipResult gzip_unpack(const char *bytes, size_t n, size_t limit, char **out, size_t *n_out);

#endif
