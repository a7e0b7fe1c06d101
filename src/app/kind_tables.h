/* Every table of kinds that the program has: those that keys choose from, found through the table
 * of options, and the few that no key chooses from. */
#ifndef NNTRAIN_APP_KIND_TABLES_H
#define NNTRAIN_APP_KIND_TABLES_H

#include "app/option.h"
#include "base/kind.h"
#include "base/text.h"

typedef struct KindTables {
    const KindTable **items;
    size_t n, capacity;
} KindTables;

/* Zeroed tables; in the order of the keys. commands is the one table that this room cannot see. */
void kind_tables_list(KindTables *tables, const KindTable *commands);
void kind_tables_free(KindTables *tables);

/* "network.activation, layer.N.activation": the keys that choose from a table. */
void kind_table_keys(TextBuffer *out, const KindTable *table);

/* True when word names the table: its noun, the noun's first word, or a plural of these; blanks of
 * the noun may be written as - or _. */
bool kind_table_is_called(const KindTable *table, const char *word);

#endif
