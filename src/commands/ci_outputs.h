/* --summary and --junit of a run: checked before it, written after it however it ended. */
#ifndef NNTRAIN_COMMANDS_CI_OUTPUTS_H
#define NNTRAIN_COMMANDS_CI_OUTPUTS_H

#include "app/command_line.h"
#include "pipeline/pipeline.h"

/* That the files can be written, and that no config, no file of a run, and, of what is overwritten
 * whole, nothing but an older file for --junit is there; ERROR_FILE. */
bool ci_outputs_check(const CommandLine *line, Error *err);

/* That they are none of the files that the run reads; ERROR_FILE. */
bool ci_outputs_check_inputs(const CommandLine *line, const Config *config, Error *err);

/* error is what the run ended with, or NULL. ERROR_FILE. */
bool ci_outputs_write(const CommandLine *line, const PipelineInput *in, const Outcome *outcome,
                      const Error *error, Error *err);

#endif
