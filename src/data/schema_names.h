/* Names and globs of the options to columns of a table, with messages for those that match none.
 * Used by schema.c. */
#ifndef NNTRAIN_DATA_SCHEMA_NAMES_H
#define NNTRAIN_DATA_SCHEMA_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "data/table.h"

/* How the options named a column. */
typedef enum Naming { NOT_NAMED, NAMED_BY_GLOB, NAMED } Naming;

/* Column called name, or n_columns after an error "key: error: ..." with the nearest name. */
size_t schema_name_find(const Table *table, const char *key, const char *name, Problems *problems);

/* Raises naming (n_columns) for the columns that the items mean. A column that is called as an item
 * is NAMED; else an item with * or ? is a glob. Each item must match something. */
void schema_names_mark(const Table *table, const char *key, const TextList *items, Naming *naming,
                       Problems *problems);

#endif
