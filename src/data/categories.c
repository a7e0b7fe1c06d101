#include "data/categories.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOTS = 64, FEW = 5 };

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static size_t hash_text(const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

/* The slot that holds name, or the free one where it belongs. */
static size_t find_slot(const Categories *categories, const char *name) {
    const size_t mask = categories->n_slots - 1;
    size_t slot = hash_text(name) & mask;
    while (categories->slots[slot] != 0 &&
           strcmp(categories->items[categories->slots[slot] - 1].name, name) != 0)
        slot = (slot + 1) & mask;
    return slot;
}

static void index_anew(Categories *categories, size_t n_slots) {
    memory_free(categories->slots);
    categories->slots = NEW(uint32_t, n_slots);
    categories->n_slots = n_slots;
    for (size_t i = 0; i < categories->n; i++)
        categories->slots[find_slot(categories, categories->items[i].name)] = (uint32_t)(i + 1);
}

void categories_add(Categories *categories, const char *name, size_t row) {
    if (2 * categories->n >= categories->n_slots)
        index_anew(categories, categories->n_slots ? 2 * categories->n_slots : FIRST_SLOTS);
    const size_t slot = find_slot(categories, name);
    if (categories->slots[slot] == 0) {
        GROW(categories->items, categories->n, categories->capacity);
        categories->items[categories->n++] = (Category){.name = name, .first_row = row};
        categories->slots[slot] = (uint32_t)categories->n;
    }
    categories->items[categories->slots[slot] - 1].count++;
}

size_t categories_find(const Categories *categories, const char *name) {
    if (categories->n_slots == 0)
        return CATEGORY_NONE;
    const uint32_t found = categories->slots[find_slot(categories, name)];
    return found == 0 ? CATEGORY_NONE : found - 1;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(((const Category *)a)->name, ((const Category *)b)->name);
}

static int compare_numbers(const void *a, const void *b) {
    const double x = ((const Category *)a)->number;
    const double y = ((const Category *)b)->number;
    return x != y ? (x > y) - (x < y) : compare_names(a, b);
}

void categories_sort(Categories *categories) {
    categories->is_numeric = categories->n > 0;
    for (size_t i = 0; i < categories->n && categories->is_numeric; i++) {
        Category *item = &categories->items[i];
        categories->is_numeric = text_to_double(item->name, strlen(item->name), &item->number);
    }
    if (categories->n == 0)
        return;
    qsort(categories->items, categories->n, sizeof *categories->items,
          categories->is_numeric ? compare_numbers : compare_names);
    index_anew(categories, categories->n_slots);
}

static int compare_counts_down(const void *a, const void *b) {
    const size_t x = *(const size_t *)a;
    const size_t y = *(const size_t *)b;
    return (x < y) - (x > y);
}

/* The count that an item must exceed to be kept for certain; *n_equal of those that just reach it
 * are kept too. */
static size_t least_count_kept(const Categories *categories, size_t most, size_t *n_equal) {
    size_t *counts = NEW(size_t, categories->n);
    for (size_t i = 0; i < categories->n; i++)
        counts[i] = categories->items[i].count;
    qsort(counts, categories->n, sizeof *counts, compare_counts_down);
    const size_t least = counts[most - 1];
    *n_equal = 0;
    for (size_t i = 0; i < most; i++)
        *n_equal += counts[i] == least;
    memory_free(counts);
    return least;
}

void categories_keep(Categories *categories, size_t most) {
    assert(most >= 1);
    categories_sort(categories);
    if (categories->n <= most)
        return;
    size_t n_equal;
    const size_t least = least_count_kept(categories, most, &n_equal);
    size_t n_kept = 0;
    for (size_t i = 0; i < categories->n; i++) {
        const Category item = categories->items[i];
        if (item.count < least || (item.count == least && n_equal == 0))
            continue;
        n_equal -= item.count == least;
        categories->items[n_kept++] = item;
    }
    categories->n = n_kept;
    /* Without the rare ones all names may be numbers. */
    categories_sort(categories);
}

size_t categories_most_frequent(const Categories *categories) {
    assert(categories->n >= 1);
    size_t best = 0;
    for (size_t i = 1; i < categories->n; i++)
        if (categories->items[i].count > categories->items[best].count)
            best = i;
    return best;
}

void categories_from_list(Categories *categories, const TextList *names, size_t n) {
    assert(n <= names->n);
    for (size_t i = 0; i < n; i++)
        categories_add(categories, names->items[i], 0);
}

void categories_append_few(TextBuffer *out, const TextList *names, size_t n) {
    for (size_t i = 0; i < n && i < FEW; i++) {
        text_append(out, i == 0 ? "'" : ", '");
        text_append_escaped(out, names->items[i], strlen(names->items[i]));
        text_append(out, "'");
    }
    if (n > FEW)
        text_printf(out, ", ... (%zu in all)", n);
}

void categories_free(Categories *categories) {
    memory_free(categories->items);
    memory_free(categories->slots);
    *categories = (Categories){0};
}
