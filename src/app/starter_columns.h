/* What a starter config says of columns, and how it writes their names. Used by starter.c. */
#ifndef NNTRAIN_APP_STARTER_COLUMNS_H
#define NNTRAIN_APP_STARTER_COLUMNS_H

#include "base/text.h"
#include "data/schema.h"
#include "data/table.h"

/* Features that stand out; arrays of column indices. */
typedef struct StarterColumns {
    size_t *ids;     /* a text of its own, or a higher whole number, in every row */
    size_t *empty;   /* no value in any row */
    size_t *same;    /* one value in all of them */
    size_t *dates;   /* texts that are times; the column `time` is not among them */
    size_t *remarks; /* a text of its own in every row that has one, and some have none */
    size_t *diverse; /* text, mostly different from row to row; still features */
    size_t n_ids, n_empty, n_same, n_dates, n_remarks, n_diverse;
    size_t time;   /* times that never fall from row to row; the table's n_columns: none */
    size_t rising; /* the same of numbers, which stay a feature */
    size_t widest; /* of the features that stay, the text with the most values, or none */
    bool may_split_by_time;
    bool has_missing; /* in a feature that stays one */
} StarterColumns;

/* Zeroed columns. Only empty columns are left out when nothing else would be left to learn
 * from. */
void starter_columns_find(const Table *table, const Schema *schema, bool may_split_by_time,
                          StarterColumns *columns);
void starter_columns_free(StarterColumns *columns);

/* The schema's lines of columns (schema_describe), with the roles that the starter gives. */
void starter_columns_describe(TextBuffer *out, const StarterColumns *columns, const Schema *schema,
                              const Table *table);

/* "key = NAME, NAME" and a newline, on more lines when it is long; every name so that the config
 * means this column. */
void starter_append_columns(TextBuffer *out, const char *key, const Table *table,
                            const size_t *indices, size_t n);

/* "key = PATH" and a newline; false when the line would be too long. */
bool starter_append_path(TextBuffer *out, const char *key, const char *path);

#endif
