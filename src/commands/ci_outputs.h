/* --summary and --junit of a run: checked before it, written after it however it ended. */
#ifndef NNTRAIN_COMMANDS_CI_OUTPUTS_H
#define NNTRAIN_COMMANDS_CI_OUTPUTS_H

#include "app/command_line.h"
#include "pipeline/pipeline.h"

/* That the files can be written; ERROR_FILE. */
bool ci_outputs_check(const CommandLine *line, Error *err);

/* error is what the run ended with, or NULL. ERROR_FILE. */
bool ci_outputs_write(const CommandLine *line, const PipelineInput *in, const Outcome *outcome,
                      const Error *error, Error *err);

#endif
