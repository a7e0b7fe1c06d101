#include "commands/commands.h"
#include "pipeline/tune_merge.h"

bool command_merge(const CommandLine *line, Error *err) {
    if (!line->output) {
        return fail(err, ERROR_USAGE, "error: merge needs --output FOLDER for what it makes");
    }
    Console console;
    console_init(&console, line->quiet, line->verbose);
    return tune_merge(&line->arguments, line->output, &console, err);
}
