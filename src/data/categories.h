/* The distinct texts of a column: counted, put in category order, found again. Serves features and
 * target.
 *
 * Category order: by value when every text is a number (ties by bytes), else by bytes. Different
 * spellings of one number ("1", "01", "1.0") are different categories. */
#ifndef NNTRAIN_DATA_CATEGORIES_H
#define NNTRAIN_DATA_CATEGORIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

typedef struct Category {
    const char *name; /* borrowed from whoever added it */
    size_t count;
    size_t first_row; /* of the table */
    double number;    /* of the name when all names are numbers */
} Category;

/* Zero-initialise; release with categories_free. */
typedef struct Categories {
    Category *items;
    size_t n, capacity;
    uint32_t *slots; /* (n_slots) index + 1 of an item, 0 when free; open addressing */
    size_t n_slots;
    bool is_numeric; /* set by categories_sort: every name is a number */
} Categories;

/* Counts one more cell that holds name, which must outlive the categories. */
void categories_add(Categories *categories, const char *name, size_t row);

/* Index of name, or CATEGORY_NONE. */
#define CATEGORY_NONE SIZE_MAX
size_t categories_find(const Categories *categories, const char *name);

/* Puts the items into category order; their indices are then the codes. */
void categories_sort(Categories *categories);

/* Keeps the most frequent items (ties in category order) and puts those into category order. */
void categories_keep(Categories *categories, size_t most);

/* Index of the most frequent item, the first one in a tie. There must be one. */
size_t categories_most_frequent(const Categories *categories);

/* The first n names of a list as categories with codes in the order of the list, which must outlive
 * them. */
void categories_from_list(Categories *categories, const TextList *names, size_t n);

/* "'a', 'b', 'c', ... (17 in all)": the first few of the first n names, escaped, for messages. */
void categories_append_few(TextBuffer *out, const TextList *names, size_t n);

void categories_free(Categories *categories);

#endif
