/* The lock on a run folder: a file that is locked as long as its holder lives, and whose text is
 * the number of the process that holds it. */
#ifndef NNTRAIN_BASE_RUN_FOLDER_LOCK_H
#define NNTRAIN_BASE_RUN_FOLDER_LOCK_H

#include <stdbool.h>

#include "base/error.h"

/* Takes over what a dead holder has left. *lock is the descriptor to drop, -1 after a failure.
 * ERROR_FILE, at folder and naming the process, when another holds it. */
bool run_folder_lock_take(const char *lock_path, const char *folder, int *lock, Error *err);

/* -1 is not held; becomes that. */
void run_folder_lock_drop(const char *lock_path, int *lock);

#endif
