/* Completion scripts for shells, made from the tables of commands, options, keys and kinds: each
 * names commands, the options of a command and their values, `section.key=` with the key's values,
 * the words that help knows, and files with the suffixes that a command's usage shows. */
#ifndef NNTRAIN_APP_COMPLETION_H
#define NNTRAIN_APP_COMPLETION_H

#include "app/kind_tables.h"
#include "base/kind.h"
#include "base/text.h"

/* What the scripts are made from: all tables, the commands among them. */
typedef struct Completion {
    const KindTable *commands;
    const KindTables *tables;
} Completion;

void completion_bash(TextBuffer *out, const Completion *from);
void completion_zsh(TextBuffer *out, const Completion *from);
void completion_fish(TextBuffer *out, const Completion *from);

#endif
