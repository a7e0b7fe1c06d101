/* The first argument of predict, evaluate, export and inspect: a model.json, or the run folder that
 * holds one. */
#ifndef NNTRAIN_COMMANDS_MODEL_ARGUMENT_H
#define NNTRAIN_COMMANDS_MODEL_ARGUMENT_H

#include "app/command_line.h"

/* The path of the model file, released with memory_free; it need not be there. NULL and ERROR_USAGE
 * when a later argument is the model instead, NULL and ERROR_FILE for a folder without one. */
char *model_argument_path(const CommandLine *line, Error *err);

#endif
