/* Rows of validation and test that are in training too; see doctor.h. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/doctor.h"

typedef struct HashedRow {
    uint64_t hash;
    size_t row;
} HashedRow;

static int compare_rows(const void *a, const void *b) {
    const HashedRow *left = a, *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    return left->row < right->row ? -1 : left->row > right->row;
}

/* Features and targets: what a network sees. */
static uint64_t hash_row(const Table *table, const Schema *schema, size_t row) {
    uint64_t hash = 0;
    for (size_t i = 0; i < schema->n_features; i++) {
        hash = doctor_mix(hash, doctor_cell_hash(table, row, schema->features[i]));
    }
    for (size_t i = 0; i < schema->n_targets; i++) {
        hash = doctor_mix(hash, doctor_cell_hash(table, row, schema->targets[i]));
    }
    return hash;
}

static bool is_same_row(const Table *table, const Schema *schema, size_t a, size_t b) {
    for (size_t i = 0; i < schema->n_features; i++) {
        const size_t column = schema->features[i];
        if (!doctor_cells_equal(table, a, column, b, column)) {
            return false;
        }
    }
    for (size_t i = 0; i < schema->n_targets; i++) {
        const size_t column = schema->targets[i];
        if (!doctor_cells_equal(table, a, column, b, column)) {
            return false;
        }
    }
    return true;
}

/* A training row that is the same, or NULL. */
static const HashedRow *find_same(const Table *table, const Schema *schema, const HashedRow *known,
                                  size_t n, size_t row) {
    const uint64_t hash = hash_row(table, schema, row);
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (known[middle].hash < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < n && known[low].hash == hash; low++) {
        if (is_same_row(table, schema, known[low].row, row)) {
            return &known[low];
        }
    }
    return NULL;
}

static void find_in_part(const Table *table, const Schema *schema, const Split *split, Part part,
                         const HashedRow *known, Problems *problems) {
    const RowSet *rows = &split->parts[part];
    size_t n_same = 0, first = 0, original = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const HashedRow *same =
            find_same(table, schema, known, split->parts[PART_TRAIN].n, rows->rows[i]);
        if (same && n_same++ == 0) {
            first = rows->rows[i];
            original = same->row;
        }
    }
    if (n_same > 0) {
        char place[TEXT_SHOWN], other[TEXT_SHOWN];
        problems_warning(problems,
                         "%s: warning: %zu of %zu %s rows %s training row (this one is %s): what "
                         "is measured on %s is too good; remove repeated rows, or keep them "
                         "together with data.group",
                         table_place(table, first, place), n_same, rows->n, part_names[part],
                         n_same == 1 ? "is also a" : "are also a",
                         table_place(table, original, other), n_same == 1 ? "it" : "them");
    }
}

void doctor_examine_rows(const Table *table, const Schema *schema, const Split *split,
                         Problems *problems) {
    const RowSet *train = &split->parts[PART_TRAIN];
    HashedRow *known = NEW(HashedRow, train->n);
    for (size_t i = 0; i < train->n; i++) {
        known[i] = (HashedRow){hash_row(table, schema, train->rows[i]), train->rows[i]};
    }
    if (train->n > 0) {
        qsort(known, train->n, sizeof *known, compare_rows);
    }
    find_in_part(table, schema, split, PART_VALIDATION, known, problems);
    find_in_part(table, schema, split, PART_TEST, known, problems);
    memory_free(known);
}
