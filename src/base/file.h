/* Files as they must be treated when nothing may be lost: whole-file reads that know folders, FIFOs
 * and devices, and writes through a temporary file, fsync and rename. The program must ignore
 * SIGPIPE and SIGXFSZ, so that a write that they would end fails here and is reported.
 * Paths are the matter of base/file_path.h, run folders of base/run_folder.h. */
#ifndef NNTRAIN_BASE_FILE_H
#define NNTRAIN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/file_path.h"

/* Reads a regular file (or, for "-", standard input) of at most limit bytes. A gzip file is
 * unpacked when may_unpack is true, and the limit holds for the unpacked bytes as well. *bytes is
 * NUL-terminated after *n bytes and released with memory_free. ERROR_FILE; ERROR_SIZE over the
 * limit; ERROR_DATA for a damaged gzip file and a file that changes while it is read. */
bool file_read(const char *path, size_t limit, bool may_unpack, char **bytes, size_t *n,
               Error *err);

/* Writes a file so that at any moment either the old or the whole new content is there: temporary
 * in the same folder, fsync, rename, fsync of the folder. A symbolic link stays and its target is
 * replaced; devices and FIFOs are written to. "-" writes to standard output, after what stdio
 * holds. ERROR_FILE, the old file intact. */
bool file_write(const char *path, const char *bytes, size_t n, Error *err);

/* The same for a file that is never held as a whole: fill adds its parts in order, and gives back
 * at once the false that adding one answered. */
typedef struct FileSink FileSink;
typedef bool FileFill(FileSink *sink, const void *context);
bool file_sink_add(FileSink *sink, const char *bytes, size_t n);
bool file_write_parts(const char *path, FileFill *fill, const void *context, Error *err);

/* All of the bytes, to what is open; false with errno. */
bool file_write_descriptor(int fd, const char *bytes, size_t n);

/* Creates a folder and the folders it is in, as far as they are missing. ERROR_FILE. */
bool file_make_folder(const char *path, Error *err);

/* Makes the names in a folder ("" is the current one) survive a power loss. ERROR_FILE. */
bool file_sync_folder(const char *path, Error *err);

/* SHA-256 as 64 lower-case hex digits and a terminator. */
void file_sha256(const void *bytes, size_t n, char hex[65]);

#endif
