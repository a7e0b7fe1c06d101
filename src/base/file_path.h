/* What is at a path, and paths taken apart and put together. Included by base/file.h. */
#ifndef NNTRAIN_BASE_FILE_PATH_H
#define NNTRAIN_BASE_FILE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Symbolic links are followed. */
bool file_exists(const char *path);
/* Nothing is there, which is more than that it cannot be looked at. */
bool file_is_missing(const char *path);
bool file_is_folder(const char *path);
/* True when both paths name the same existing file. */
bool file_is_same(const char *a, const char *b);

/* folder/name, or name alone when it is absolute or folder is empty. Released with memory_free. */
char *file_join(const char *folder, const char *name);
/* Folder part ("" when there is none) and file name without folder and last suffix, of a path
 * whose slashes at the end do not count. Released with memory_free. */
char *file_folder_of(const char *path);
char *file_stem_of(const char *path);

/* path, which is meant from folder `from`, as it is written from folder `to`
 * ("../../data/iris.csv"); both folders may be relative to the current one and need not exist. An
 * absolute path stays. Released with memory_free. */
char *file_relative(const char *from, const char *path, const char *to);

/* The path that is left when the last part of path is no symbolic link any more; nothing needs to
 * be there. Released with memory_free; NULL with errno = ELOOP for links in a circle. */
char *file_follow_links(const char *path);

/* Appends the paths that match a shell glob, sorted bytewise. A text without * ? [ and the name of
 * an existing file are themselves. ERROR_FILE when none match. */
bool file_glob(const char *pattern, TextList *out, Error *err);

/* Fills *err with "PATH: error: ...", the path escaped for print ("-" as "standard input"), and
 * returns false. */
bool file_fail(Error *err, ErrorCode code, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
