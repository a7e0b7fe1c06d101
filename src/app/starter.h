/* A starter config: a small file with comments, as a person would write it after a look at the
 * data. It runs as it is. */
#ifndef NNTRAIN_APP_STARTER_H
#define NNTRAIN_APP_STARTER_H

#include "base/text.h"
#include "data/schema.h"
#include "data/table.h"

typedef struct StarterInput {
    const char *file;   /* the CSV, as the config names it */
    const char *config; /* path of the config, for the commands in its comments */
    const Table *table;
    const Schema *schema; /* of defaults and the target columns */
} StarterInput;

/* False when a path or name is too long for a line of a config; *out then holds no config. */
bool starter_print(TextBuffer *out, const StarterInput *input);

#endif
