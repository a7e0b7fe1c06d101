/* What was typed: the command, its arguments, overrides of config keys, and options. One row per
 * option; getopt_long does the splitting. */
#ifndef NNTRAIN_APP_COMMAND_LINE_H
#define NNTRAIN_APP_COMMAND_LINE_H

#include "base/error.h"
#include "base/kind.h"
#include "base/text.h"

typedef struct CommandLine CommandLine;

/* A command: one row each (commands/commands.c). */
typedef struct Command {
    Kind kind;
    const char *usage; /* "CONFIG.ini [SECTION.KEY=VALUE ...]" */
    size_t min_arguments, max_arguments;
    bool takes_overrides;
    bool (*run)(const CommandLine *line, Error *err);
} Command;

struct CommandLine {
    const Command *command;
    TextList arguments;  /* without overrides and options */
    TextList overrides;  /* "section.key=value" */
    TextBuffer original; /* the whole line, for the manifest */
    bool help, version, quiet, verbose, json, markdown, gradients, resume;
    char *output, *print, *baseline, *target, *level, *threads, *format;
    char *progress, *color, *log_format, *summary, *junit;
};

/* An option; `commands` names those that take it, comma-separated, or is "*". */
typedef struct CommandOption {
    Kind kind;
    int letter;           /* short form, or 0 */
    const char *argument; /* what follows, or NULL */
    const char *commands;
    size_t offset;       /* of a bool, or of a char * when there is an argument */
    bool is_path;        /* the argument is a file's */
    const char *choices; /* the noun of the table that the argument is a row of, or NULL */
} CommandOption;

const KindTable *command_option_kinds(void);

/* Reads argv. The first argument that is no command is taken as a config to train. Mistakes are
 * ERROR_USAGE. default_command is what runs then. Zero-initialise line; free it in any case. */
bool command_line_read(int argc, char **argv, const KindTable *commands,
                       const Command *default_command, CommandLine *line, Error *err);
/* The number of --threads, 0 for auto; *threads is left alone when the option is not given. */
bool command_line_threads(const CommandLine *line, int64_t *threads, Error *err);
void command_line_free(CommandLine *line);

/* True when every command takes the option; when its list of commands holds this one. */
bool command_option_is_for_all(const CommandOption *option);
bool command_option_is_for(const CommandOption *option, const Command *command);

#endif
