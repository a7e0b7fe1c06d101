/* Parts of help that help.c puts together: keys (help_keys.c), kinds (help_kinds.c), tables as
 * Markdown for the README and its pages (help_markdown.c), and the manual page (help_man.c). */
#ifndef NNTRAIN_APP_HELP_PAGES_H
#define NNTRAIN_APP_HELP_PAGES_H

#include "app/command_line.h"
#include "app/kind_tables.h"
#include "app/option.h"

/* All sections and keys, one line each: key, default, values. */
void help_all_keys(TextBuffer *out);

/* What there is to say about one key. */
void help_key(TextBuffer *out, const Option *option);

/* Each adds the keys that the word names and says whether there are any: a section ("optimizer",
 * "layer.1"), a key with its section, a key alone. */
bool help_section(TextBuffer *out, const char *word);
bool help_full_key(TextBuffer *out, const char *word);
bool help_bare_key(TextBuffer *out, const char *word);

/* What [gate] is; its operators and numbers are tables. */
void help_gates(TextBuffer *out);
void help_space(TextBuffer *out);

/* A table with its rows; one row with all that is known of it. */
void help_table(TextBuffer *out, const KindTable *table);
void help_rows(TextBuffer *out, const KindTable *table, size_t indent);
void help_row(TextBuffer *out, const KindTable *table, const Kind *kind);

/* "-o, --output PATH" */
void help_option_name(TextBuffer *out, const CommandOption *option);

/* What nntrain is for, in a sentence; the smallest config, line by line. */
extern const char help_purpose[];
extern const char help_smallest_config[];

void help_markdown_keys(TextBuffer *out);
void help_markdown_kinds(TextBuffer *out, const KindTables *tables);
void help_markdown_commands(TextBuffer *out, const KindTable *commands);
/* One table, under the name of its first column. */
void help_markdown_table(TextBuffer *out, const KindTable *table);

/* The manual page, in troff with the man macros. */
void help_man(TextBuffer *out, const KindTable *commands);

#endif
