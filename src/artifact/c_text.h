/* Pieces of C source: identifiers made of any name, literals that a compiler reads back to the same
 * value, arrays, comments. Used by the C export. */
#ifndef NNTRAIN_ARTIFACT_C_TEXT_H
#define NNTRAIN_ARTIFACT_C_TEXT_H

#include "base/text.h"

/* Adds an identifier made of name to the list: lower case, no word of C or C++, none that is in the
 * list. Returns it; the list owns it. */
const char *c_identifier_add(TextList *taken, const char *name);

void c_append_float(TextBuffer *out, float value);   /* "0.1f" */
void c_append_double(TextBuffer *out, double value); /* "0.1"; "(double)NAN" for NaN */
void c_append_string(TextBuffer *out, const char *text);
/* Foreign text inside a comment, escaped, and not able to end it. */
void c_append_comment(TextBuffer *out, const char *text);

/* static const float NAME[n] = {...}; and the like, on lines of at most 100 columns. */
void c_append_floats(TextBuffer *out, const char *name, const float *values, size_t n);
void c_append_doubles(TextBuffer *out, const char *name, const double *values, size_t n);
/* The first n texts of a list, after "QUALIFIERS const char *const NAME[n] = ". */
void c_append_strings(TextBuffer *out, const char *qualifiers, const char *name,
                      const TextList *texts, size_t n);

#endif
