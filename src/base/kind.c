#include "base/kind.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

const Kind *kind_at(const KindTable *table, size_t index) {
    assert(index < table->n);
    return (const Kind *)((const char *)table->rows + index * table->stride);
}

const Kind *kind_find(const KindTable *table, const char *name) {
    for (size_t i = 0; i < table->n; i++) {
        const Kind *kind = kind_at(table, i);
        if (strcmp(kind->name, name) == 0) {
            return kind;
        }
    }
    return NULL;
}

void kind_list_names(TextBuffer *out, const KindTable *table) {
    for (size_t i = 0; i < table->n; i++) {
        text_printf(out, "%s%s", i > 0 ? ", " : "", kind_at(table, i)->name);
    }
}

const char *kind_suggest(const KindTable *table, const char *wrong) {
    const char **names = NEW(const char *, table->n);
    for (size_t i = 0; i < table->n; i++) {
        names[i] = kind_at(table, i)->name;
    }
    const char *suggestion = text_suggest(wrong, names, table->n);
    memory_free(names);
    return suggestion;
}
