/* The head that all rows of all kinds share (activation, loss, optimizer, scaler, metric, command,
 * ...), and what can be done with any table of them: find by name, list names, suggest. Options
 * hold a pointer to the row. */
#ifndef NNTRAIN_BASE_KIND_H
#define NNTRAIN_BASE_KIND_H

#include <stddef.h>

#include "base/text.h"

typedef struct Kind {
    const char *name;    /* as written in a config */
    const char *help;    /* one line */
    const char *formula; /* one line of mathematics, or NULL */
    const char *source;  /* paper or textbook of the formula, or NULL */
} Kind;

/* Rows are structs whose first member is a Kind. */
typedef struct KindTable {
    const char *noun; /* "activation" */
    const void *rows;
    size_t n;
    size_t stride;
} KindTable;

#define KIND_TABLE(noun_, rows_)                                                                   \
    { (noun_), (rows_), sizeof(rows_) / sizeof *(rows_), sizeof *(rows_) }

/* Tables are reached through functions of this type, so that a table can depend on the machine. */
typedef const KindTable *KindTableFunction(void);

const Kind *kind_at(const KindTable *table, size_t index);
/* The row called name, or NULL. Cast to the row's type: the Kind is its first member. */
const Kind *kind_find(const KindTable *table, const char *name);
/* "linear, step, sigmoid, ..." */
void kind_list_names(TextBuffer *out, const KindTable *table);
/* The name most likely meant, or NULL. */
const char *kind_suggest(const KindTable *table, const char *wrong);

#endif
