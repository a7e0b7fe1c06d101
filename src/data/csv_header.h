/* The rules for the first row of a CSV file when it holds the names of the columns. Used by csv.c.
 */
#ifndef NNTRAIN_DATA_CSV_HEADER_H
#define NNTRAIN_DATA_CSV_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* How many names are numbers, as most are where a row is taken for a header. */
size_t csv_header_count_numbers(const TextList *names);

/* Each name is there, once, and not all of them are numbers. When false, *column is the 1-based
 * column to blame and message says why. */
bool csv_header_check(const TextList *names, size_t *column, TextBuffer *message);

/* The same names in the same order; first_file is where `known` comes from. */
bool csv_header_compare(const TextList *names, const TextList *known, const char *first_file,
                        size_t *column, TextBuffer *message);

/* c1, c2, ... for a file without header. */
void csv_header_generate(TextList *names, size_t n);

#endif
