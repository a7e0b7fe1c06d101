/* Lists of words, blanks between them, that all completion scripts are made of. */
#ifndef NNTRAIN_APP_COMPLETION_WORDS_H
#define NNTRAIN_APP_COMPLETION_WORDS_H

#include "app/command_line.h"
#include "app/completion.h"
#include "app/option.h"

/* What an option of the command line, or a key, can be given; nothing when it is free text. */
void completion_option_values(TextBuffer *out, const Completion *from, const CommandOption *option);
void completion_key_values(TextBuffer *out, const Option *option);

/* "ini", "json csv csv.gz": the suffixes in the command's usage. */
void completion_suffixes(TextBuffer *out, const Command *command);

/* What `nntrain help` explains, each word once. */
void completion_topics(TextBuffer *out, const Completion *from);

/* "section.key" of every key, those of layers with `number` in the place of N. */
void completion_keys(TextList *out, const char *number);
/* The same for one key. */
void completion_key_name(TextBuffer *out, const Option *option, const char *number);

/* Calls visit for every key, those of layers too. */
void completion_each_key(void (*visit)(const Option *option, void *context), void *context);

#endif
