/* What -o of predict, evaluate and export, and --summary and --junit, may write over: their own
 * work, and no file of the user or of a run. */
#ifndef NNTRAIN_COMMANDS_OUTPUT_CHECK_H
#define NNTRAIN_COMMANDS_OUTPUT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Whether the first bytes of a file are those of what may be replaced, such as exporter_made. */
typedef bool OutputIsOwn(const char *head, size_t n);

/* ERROR_FILE when a regular file with content is at path (links are followed) and is: with is_own,
 * none of these; without, a config (.ini), or in a run folder a file that a run has written there,
 * predictions excepted. */
bool output_check(const char *path, OutputIsOwn *is_own, Error *err);

#endif
