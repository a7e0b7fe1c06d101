/* What -o of predict, evaluate and export, and --summary and --junit, may write over: their own
 * work, and no file of the user or of a run. */
#ifndef NNTRAIN_COMMANDS_OUTPUT_CHECK_H
#define NNTRAIN_COMMANDS_OUTPUT_CHECK_H

#include <stdbool.h>

#include "base/error.h"

/* ERROR_FILE when a regular file with content is at path (links are followed) and is: for an
 * export, no earlier export; for a result, a config (.ini), or in a run folder a file
 * that a run has written there, predictions excepted. */
bool output_check(const char *path, bool is_export, Error *err);

#endif
