/* What a starter config says of columns, and how it writes their names. Used by starter.c. */
#ifndef NNTRAIN_APP_STARTER_COLUMNS_H
#define NNTRAIN_APP_STARTER_COLUMNS_H

#include "base/text.h"
#include "data/schema.h"
#include "data/table.h"

/* Features that stand out; arrays of column indices. */
typedef struct StarterColumns {
    size_t *ids;     /* a text of its own, or the next whole number, in every row */
    size_t *empty;   /* no value in any row */
    size_t *diverse; /* text, mostly different from row to row */
    size_t n_ids, n_empty, n_diverse;
    bool has_missing;    /* in a feature that stays one */
    bool has_categories; /* a feature that stays one is text */
} StarterColumns;

/* Zeroed columns. Ids are left features when nothing else would be left to learn from. */
void starter_columns_find(const Table *table, const Schema *schema, StarterColumns *columns);
void starter_columns_free(StarterColumns *columns);

/* "key = NAME, NAME" and a newline, on more lines when it is long; every name so that the config
 * means this column. */
void starter_append_columns(TextBuffer *out, const char *key, const Table *table,
                            const size_t *indices, size_t n);

/* "key = PATH" and a newline; false when the line would be too long. */
bool starter_append_path(TextBuffer *out, const char *key, const char *path);

#endif
