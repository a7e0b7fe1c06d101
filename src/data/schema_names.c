#include "data/schema_names.h"

#include <string.h>

#include "data/csv_delimiter.h"

/* A wrong delimiter shows here: the only column is then called as the whole header line. */
static void append_way_out(TextBuffer *message, const Table *table, const char *name) {
    const char *nearest =
        text_suggest(name, (const char *const *)table->names.items, table->names.n);
    if (nearest) {
        text_append(message, "; did you mean '");
        text_append_escaped(message, nearest, strlen(nearest));
        text_append(message, "'?");
    } else if (table->n_columns == 1 && csv_delimiter_other(table->names.items[0], 0)) {
        text_append(message, "; the only column is '");
        text_append_escaped(message, table->names.items[0], strlen(table->names.items[0]));
        text_append(message, "': is data.delimiter right?");
    } else {
        TextBuffer names = {0};
        text_join_list(&names, &table->names);
        text_append(message, "; the columns are ");
        text_append_escaped(message, text_of(&names), names.n);
        text_free(&names);
    }
}

static void report_unknown(const Table *table, const char *key, const char *name,
                           Problems *problems) {
    TextBuffer message = {0};
    text_printf(&message, "%s: error: no column '", key);
    text_append_escaped(&message, name, strlen(name));
    text_append(&message, "'");
    append_way_out(&message, table, name);
    problems_error(problems, "%s", text_of(&message));
    text_free(&message);
}

size_t schema_name_find(const Table *table, const char *key, const char *name, Problems *problems) {
    const size_t column = table_find(table, name);
    if (column == table->n_columns) {
        report_unknown(table, key, name, problems);
    }
    return column;
}

static size_t mark_matches(const Table *table, const char *pattern, Naming *naming) {
    size_t n_matches = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (text_matches(pattern, table->names.items[i])) {
            n_matches++;
            naming[i] = naming[i] == NAMED ? NAMED : NAMED_BY_GLOB;
        }
    }
    return n_matches;
}

void schema_names_mark(const Table *table, const char *key, const TextList *items, Naming *naming,
                       Problems *problems) {
    for (size_t i = 0; i < items->n; i++) {
        const char *item = items->items[i];
        if (table_find(table, item) < table->n_columns || !strpbrk(item, "*?")) {
            const size_t column = schema_name_find(table, key, item, problems);
            if (column < table->n_columns) {
                naming[column] = NAMED;
            }
        } else if (mark_matches(table, item, naming) == 0) {
            char shown[TEXT_SHOWN];
            problems_error(problems, "%s: error: '%s' matches no column", key,
                           text_shown(shown, item, strlen(item)));
        }
    }
}
