#include "data/dictionary.h"

#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOTS = 64, FIRST_POOL = 1024 };

/* Eight bytes at a time, each step a multiplication modulo 2^64 whose high bits, which depend on
 * all others, are folded into the low ones. */
static uint32_t hash_bytes(const char *bytes, size_t n) {
    const uint64_t multiplier = UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio */
    uint64_t hash = n, eight;
    for (; n >= 8; n -= 8, bytes += 8) {
        memcpy(&eight, bytes, 8);
        hash = (hash ^ eight) * multiplier;
        hash ^= hash >> 32;
    }
    eight = 0;
    memcpy(&eight, bytes, n);
    hash = (hash ^ eight) * multiplier;
    return (uint32_t)(hash >> 32);
}

static void index_anew(Dictionary *dictionary, size_t n_slots) {
    memory_free(dictionary->slots);
    dictionary->slots = NEW(uint32_t, n_slots);
    dictionary->n_slots = n_slots;
    for (size_t i = 0; i < dictionary->n; i++) {
        size_t slot = dictionary->entries[i].hash & (n_slots - 1);
        while (dictionary->slots[slot] != 0) {
            slot = (slot + 1) & (n_slots - 1);
        }
        dictionary->slots[slot] = (uint32_t)(i + 1);
    }
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find_slot(const Dictionary *dictionary, uint32_t hash, const char *bytes, size_t n) {
    const size_t mask = dictionary->n_slots - 1;
    size_t slot = hash & mask;
    for (; dictionary->slots[slot] != 0; slot = (slot + 1) & mask) {
        const DictionaryEntry *entry = &dictionary->entries[dictionary->slots[slot] - 1];
        if (entry->hash == hash && entry->length == n &&
            memcmp(dictionary->pool + entry->offset, bytes, n) == 0) {
            break;
        }
    }
    return slot;
}

static size_t add_to_pool(Dictionary *dictionary, const char *bytes, size_t n) {
    const size_t offset = dictionary->n_pool, needed = offset + n + 1;
    if (needed > dictionary->pool_capacity) {
        const size_t half_more = dictionary->pool_capacity + dictionary->pool_capacity / 2;
        const size_t capacity = needed > half_more ? needed + FIRST_POOL : half_more;
        dictionary->pool = memory_resize(dictionary->pool, dictionary->pool_capacity, capacity, 1);
        dictionary->pool_capacity = capacity;
    }
    memcpy(dictionary->pool + offset, bytes, n);
    dictionary->pool[offset + n] = '\0';
    dictionary->n_pool = needed;
    return offset;
}

static uint32_t add_hashed(Dictionary *dictionary, uint32_t hash, const char *bytes, size_t n) {
    if (2 * dictionary->n >= dictionary->n_slots) {
        index_anew(dictionary, dictionary->n_slots ? 2 * dictionary->n_slots : FIRST_SLOTS);
    }
    const size_t slot = find_slot(dictionary, hash, bytes, n);
    if (dictionary->slots[slot] == 0) {
        const size_t offset = add_to_pool(dictionary, bytes, n);
        GROW(dictionary->entries, dictionary->n, dictionary->capacity);
        dictionary->entries[dictionary->n++] =
            (DictionaryEntry){.offset = offset, .hash = hash, .length = (uint32_t)n};
        dictionary->slots[slot] = (uint32_t)dictionary->n;
    }
    return dictionary->slots[slot] - 1;
}

uint32_t dictionary_add(Dictionary *dictionary, const char *bytes, size_t n) {
    return add_hashed(dictionary, hash_bytes(bytes, n), bytes, n);
}

uint32_t dictionary_add_entry(Dictionary *dictionary, const Dictionary *from, size_t code) {
    const DictionaryEntry *entry = &from->entries[code];
    return add_hashed(dictionary, entry->hash, from->pool + entry->offset, entry->length);
}

void dictionary_clear(Dictionary *dictionary) {
    dictionary->n = 0;
    dictionary->n_pool = 0;
    if (dictionary->slots) {
        memset(dictionary->slots, 0, dictionary->n_slots * sizeof *dictionary->slots);
    }
}

void dictionary_free(Dictionary *dictionary) {
    memory_free(dictionary->pool);
    memory_free(dictionary->entries);
    memory_free(dictionary->slots);
    *dictionary = (Dictionary){0};
}
