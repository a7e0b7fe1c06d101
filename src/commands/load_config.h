/* What train and check share: the config of the command line, loaded, its problems told. */
#ifndef NNTRAIN_COMMANDS_LOAD_CONFIG_H
#define NNTRAIN_COMMANDS_LOAD_CONFIG_H

#include "app/command_line.h"
#include "app/config.h"
#include "app/console.h"

/* Zeroed config; free it in any case. Warnings go to the console, or are errors when they are not
 * allowed. */
bool load_config(const CommandLine *line, bool warnings_are_errors, Console *console,
                 Config *config, Error *err);

#endif
