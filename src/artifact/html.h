/* Pieces of an HTML page: foreign text made harmless, and numbers as people read them. Everything
 * that is not the program's own text goes through html_text. */
#ifndef NNTRAIN_ARTIFACT_HTML_H
#define NNTRAIN_ARTIFACT_HTML_H

#include "base/text.h"

/* Appends text for element content or a quoted attribute: & < > " ' as references; control,
 * invisible, bidirectional and invalid bytes as \xNN. */
void html_text(TextBuffer *out, const char *text);

/* The same, cut to n characters with an ellipsis where it is longer. */
void html_cut(TextBuffer *out, const char *text, size_t n);

/* Appends a number with so many significant digits: a true minus sign, exponents without zeros; a
 * dash for what is not finite. */
void html_number(TextBuffer *out, double value, int digits);
/* The same as a cell of a table. */
void html_number_cell(TextBuffer *out, double value, int digits);

#endif
