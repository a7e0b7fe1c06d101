/* A folder that holds files and no folders: its names, something done to each, all of it removed or
 * made durable. Nothing of it follows a symbolic link. */
#ifndef NNTRAIN_BASE_FLAT_FOLDER_H
#define NNTRAIN_BASE_FLAT_FOLDER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Appends the names of the files. ERROR_FILE, also when one of them is a folder. */
bool flat_folder_list(const char *folder, TextList *names, Error *err);

/* Appends nothing and is false where the folder cannot be listed. */
bool flat_folder_has(const char *folder, const char *name);

/* Does something to each of the files named; false with errno at the first that it fails for. */
bool flat_folder_for_each(const char *folder, const TextList *names,
                          bool (*action)(const char *path));

/* Removes a file; its not being there is fine. False with errno. */
bool flat_folder_remove_file(const char *path);

/* Removes the folder with its files. Its not being there is fine. Files for which is_last is true
 * go last, so that what is left when it is interrupted can still be told from others'. ERROR_FILE.
 */
bool flat_folder_remove(const char *folder, bool (*is_last)(const char *path), Error *err);

/* Makes the files and their names durable. ERROR_FILE. */
bool flat_folder_sync(const char *folder, Error *err);

#endif
