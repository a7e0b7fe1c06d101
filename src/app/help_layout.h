/* Plain text in at most 79 columns, as a terminal has: words are wrapped, and go on under the place
 * where they began. Texts are ASCII, as all help is. */
#ifndef NNTRAIN_APP_HELP_LAYOUT_H
#define NNTRAIN_APP_HELP_LAYOUT_H

#include "base/text.h"

enum { HELP_WIDTH = 79 };

/* Appends the words of text to a line that is `at` columns long; further lines begin at column
 * `indent`. Ends the line. */
void help_wrap(TextBuffer *out, size_t at, size_t indent, const char *text);

/* A term at column `indent`, and its text from column `at` on; a term that reaches that far stands
 * on a line of its own. */
void help_item(TextBuffer *out, size_t indent, const char *term, size_t at, const char *text);

/* One fact about something, with its label: "  source     Nair & Hinton 2010". No text: nothing. */
void help_fact(TextBuffer *out, const char *label, const char *text);

#endif
