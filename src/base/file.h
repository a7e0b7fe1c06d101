/* Files as they must be treated when nothing may be lost: whole-file reads that know folders, FIFOs
 * and devices; writes through a temporary file, fsync and rename; run folders built aside and
 * swapped in whole. */
#ifndef NNTRAIN_BASE_FILE_H
#define NNTRAIN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* Reads a regular file (or, for "-", standard input) of at most limit bytes. A gzip file is
 * unpacked when may_unpack is true. *bytes is NUL-terminated after n bytes and released with
 * memory_free. ERROR_FILE. */
bool file_read(const char *path, size_t limit, bool may_unpack, char **bytes, size_t *n,
               Error *err);

/* Writes a file so that at any moment either the old or the whole new content is there: temporary
 * in the same folder, fsync, rename, fsync of the folder. "-" writes to standard output.
 * ERROR_FILE, the old file intact. */
bool file_write(const char *path, const char *bytes, size_t n, Error *err);

bool file_exists(const char *path);
bool file_is_folder(const char *path);
/* True when both paths name the same existing file. */
bool file_is_same(const char *a, const char *b);

/* folder/name, or name alone when it is absolute or folder is empty. Released with memory_free. */
char *file_join(const char *folder, const char *name);
/* Folder part ("" when there is none) and file name without folder and last suffix. Released with
 * memory_free. */
char *file_folder_of(const char *path);
char *file_stem_of(const char *path);

/* Paths that match a shell glob, sorted bytewise; a text without * ? [ is itself. ERROR_FILE when
 * none match. */
bool file_glob(const char *pattern, TextList *out, Error *err);

/* SHA-256 as 64 lower-case hex digits and a terminator. */
void file_sha256(const void *bytes, size_t n, char hex[65]);

/* A run folder under construction: files go to "<path>.partial/", and run_folder_commit swaps it to
 * <path>, keeping what was there as "<path>.previous/". Begin takes a lock that names this process;
 * a second run on the same folder fails with ERROR_FILE and says which process holds it. A leftover
 * of a dead run is removed. */
typedef struct RunFolder {
    char *path;
    char *partial;
    int lock; /* file descriptor, -1 when not held */
} RunFolder;

bool run_folder_begin(RunFolder *run, const char *path, Error *err);
/* Path of a file inside the folder under construction; released with memory_free. */
char *run_folder_file(const RunFolder *run, const char *name);
bool run_folder_commit(RunFolder *run, Error *err);
/* Releases lock and memory; whatever was not committed stays in .partial. run may be zeroed. */
void run_folder_free(RunFolder *run);

#endif
