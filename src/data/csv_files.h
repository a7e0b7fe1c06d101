/* The files that make one table: globs and relative paths resolved, and none of them twice where
 * that is a mistake. */
#ifndef NNTRAIN_DATA_CSV_FILES_H
#define NNTRAIN_DATA_CSV_FILES_H

#include "base/error.h"
#include "base/text.h"

/* Paths as they can be opened: names (paths, globs, "-") relative to folder (NULL: the current
 * one). A name that exists is not taken for a glob. ERROR_FILE when a glob matches nothing,
 * ERROR_DATA when two names are the same file. */
bool csv_files_list(const TextList *names, const char *folder, TextList *paths, Error *err);

/* The same, but files may be there twice. */
bool csv_files_resolve(const TextList *names, const char *folder, TextList *paths, Error *err);

/* True when both paths lead to one file. */
bool csv_files_are_same(const char *a, const char *b);

#endif
