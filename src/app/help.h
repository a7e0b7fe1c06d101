/* The texts of `nntrain help`, made from the tables of commands, options, keys and kinds. Each page
 * is at most 100 columns wide. */
#ifndef NNTRAIN_APP_HELP_H
#define NNTRAIN_APP_HELP_H

#include "app/command_line.h"
#include "base/error.h"
#include "base/kind.h"
#include "base/text.h"

/* Commands, options, exit codes, the smallest config, and where to go next. */
void help_overview(TextBuffer *out, const KindTable *commands);
void help_command(TextBuffer *out, const Command *command);

/* Everything that the word names: a command, a page, a section, a key, a table of kinds, a kind.
 * ERROR_USAGE with the likely word when it names nothing. */
bool help_topic(TextBuffer *out, const KindTable *commands, const char *word, Error *err);

#endif
