/* Names compared with patterns, and wrong names with right ones. Included by base/text.h. */
#ifndef NNTRAIN_BASE_TEXT_MATCH_H
#define NNTRAIN_BASE_TEXT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Shell-style match of * and ? (one character) against the whole name. */
bool text_matches(const char *pattern, const char *name);

/* Edits (insert, delete, replace, swap of neighbours) that turn a into b, ignoring the case of
 * ASCII letters: Damerau-Levenshtein distance in its optimal-string-alignment form. */
size_t text_distance(const char *a, const char *b);
/* The nearest of n candidates when it is near enough to be meant, else NULL. candidates[i] may be
 * NULL. */
const char *text_suggest(const char *wrong, const char *const *candidates, size_t n);

#endif
