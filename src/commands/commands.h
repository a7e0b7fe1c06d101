/* The commands, one row each. Each command is a file of its own here, with one function. */
#ifndef NNTRAIN_COMMANDS_COMMANDS_H
#define NNTRAIN_COMMANDS_COMMANDS_H

#include "app/command_line.h"

const KindTable *command_kinds(void);

/* The command that runs when the first argument names none: train. */
const Command *command_default(void);

bool command_train(const CommandLine *line, Error *err);
bool command_check(const CommandLine *line, Error *err);
bool command_predict(const CommandLine *line, Error *err);
bool command_evaluate(const CommandLine *line, Error *err);
bool command_compare(const CommandLine *line, Error *err);
bool command_export(const CommandLine *line, Error *err);
bool command_inspect(const CommandLine *line, Error *err);
bool command_merge(const CommandLine *line, Error *err);
bool command_verify(const CommandLine *line, Error *err);
bool command_init(const CommandLine *line, Error *err);
bool command_help(const CommandLine *line, Error *err);

#endif
