/* The distinct texts of a column and their codes: 0, 1, ... in the order in which they were added.
 */
#ifndef NNTRAIN_DATA_DICTIONARY_H
#define NNTRAIN_DATA_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

typedef struct DictionaryEntry {
    size_t offset; /* of the text in the pool, with a terminator */
    uint32_t hash;
    uint32_t length;
    double value; /* for whoever adds texts: see Column */
} DictionaryEntry;

/* Zero-initialise; release with dictionary_free. */
typedef struct Dictionary {
    char *pool;
    size_t n_pool, pool_capacity;
    DictionaryEntry *entries;
    size_t n, capacity;
    uint32_t *slots; /* (n_slots) code + 1, 0 when free; open addressing */
    size_t n_slots;
} Dictionary;

/* Code of a text of n bytes, which is added where it is new. */
uint32_t dictionary_add(Dictionary *dictionary, const char *bytes, size_t n);

/* The same, for an entry of another dictionary. */
uint32_t dictionary_add_entry(Dictionary *dictionary, const Dictionary *from, size_t code);

/* The text of a code; valid until the next one is added. */
static inline const char *dictionary_text(const Dictionary *dictionary, size_t code) {
    return dictionary->pool + dictionary->entries[code].offset;
}

/* Forgets all texts, and keeps the memory. */
void dictionary_clear(Dictionary *dictionary);
void dictionary_free(Dictionary *dictionary);

#endif
