#include "data/split_cut.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/categories.h"

/* A fraction times n that is whole but for rounding counts as whole. */
static size_t round_down(double rows) { return (size_t)floor(rows + 1e-9); }

static size_t index_of_largest(const size_t *sizes, size_t n) {
    size_t largest = 0;
    for (size_t i = 1; i < n; i++) {
        largest = sizes[i] > sizes[largest] ? i : largest;
    }
    return largest;
}

/* Gives n_left rows, one each, to the parts with the largest claims that have not had theirs.
 * claims (n_parts) is used up. */
static void give_rest(double *claims, size_t n_parts, size_t n_left, size_t *sizes) {
    for (; n_left > 0; n_left--) {
        size_t best = 0;
        for (size_t part = 1; part < n_parts; part++) {
            best = claims[part] > claims[best] ? part : best;
        }
        sizes[best]++;
        claims[best] = -HUGE_VAL;
    }
}

void split_cut_sizes(const double *fractions, size_t n_parts, size_t n, size_t *sizes) {
    double *claims = NEW(double, n_parts);
    size_t n_left = n;
    for (size_t part = 0; part < n_parts; part++) {
        const double exact = fractions[part] * (double)n;
        sizes[part] = round_down(exact);
        claims[part] = fractions[part] > 0.0 ? exact - (double)sizes[part] : -HUGE_VAL;
        n_left -= sizes[part];
    }
    give_rest(claims, n_parts, n_left, sizes);
    memory_free(claims);
    for (size_t part = 0; part < n_parts; part++) {
        const size_t largest = index_of_largest(sizes, n_parts);
        if (fractions[part] > 0.0 && sizes[part] == 0 && sizes[largest] >= 2) {
            sizes[largest]--;
            sizes[part]++;
        }
    }
}

/* The first sizes[0] of the positions are of part 0, and so on. */
static void deal(const uint32_t *positions, const size_t *sizes, size_t n_parts,
                 uint32_t *part_of) {
    size_t next = 0;
    for (size_t part = 0; part < n_parts; part++) {
        for (size_t i = 0; i < sizes[part]; i++) {
            part_of[positions[next++]] = (uint32_t)part;
        }
    }
}

bool split_cut_random(const SplitCut *cut, const Table *table, const Schema *schema,
                      const RowSet *rows, uint32_t *part_of, Error *err) {
    (void)table, (void)schema, (void)err;
    uint32_t *positions = NEW(uint32_t, rows->n);
    size_t *sizes = NEW(size_t, cut->n_parts);
    for (size_t i = 0; i < rows->n; i++) {
        positions[i] = (uint32_t)i;
    }
    random_shuffle(cut->stream, 0, 0, positions, rows->n);
    split_cut_sizes(cut->fractions, cut->n_parts, rows->n, sizes);
    deal(positions, sizes, cut->n_parts, part_of);
    memory_free(sizes);
    memory_free(positions);
    return true;
}

/* ---- rows by the text of a column ---- */

/* Positions in a row set, brought together by the category of a column. */
typedef struct Strata {
    Categories names;    /* in category order, which does not depend on the order of the rows */
    uint32_t *positions; /* (rows->n) those of category 0, then of 1, ... */
    size_t *starts;      /* (names.n + 1) */
} Strata;

static void strata_init(Strata *strata, const Table *table, const RowSet *rows, size_t column) {
    *strata = (Strata){.positions = NEW(uint32_t, rows->n)};
    for (size_t i = 0; i < rows->n; i++) {
        categories_add(&strata->names, table_cell(table, rows->rows[i], column), rows->rows[i]);
    }
    categories_sort(&strata->names);
    const size_t n = strata->names.n;
    strata->starts = NEW(size_t, n + 1);
    size_t *next = NEW(size_t, n);
    for (size_t i = 0; i < n; i++) {
        strata->starts[i + 1] = strata->starts[i] + strata->names.items[i].count;
        next[i] = strata->starts[i];
    }
    for (size_t i = 0; i < rows->n; i++) {
        const char *cell = table_cell(table, rows->rows[i], column);
        strata->positions[next[categories_find(&strata->names, cell)]++] = (uint32_t)i;
    }
    memory_free(next);
}

static void strata_free(Strata *strata) {
    categories_free(&strata->names);
    memory_free(strata->positions);
    memory_free(strata->starts);
    *strata = (Strata){0};
}

/* ---- stratified ---- */

/* Rows of one class for each part: the rows of the class by its fractions rounded down, and the
 * rest to the parts that lag most behind their share of all classes so far. */
static void size_class(const SplitCut *cut, size_t n_class, size_t n_so_far, size_t *totals,
                       double *claims, size_t *sizes) {
    size_t n_left = n_class;
    for (size_t part = 0; part < cut->n_parts; part++) {
        const double exact = cut->fractions[part] * (double)n_class;
        const double lag = cut->fractions[part] * (double)n_so_far - (double)totals[part];
        sizes[part] = round_down(exact);
        n_left -= sizes[part];
        claims[part] = exact > (double)sizes[part] + 1e-9 ? lag - (double)sizes[part] : -HUGE_VAL;
    }
    give_rest(claims, cut->n_parts, n_left, sizes);
    if (cut->first_is_train && sizes[0] == 0) {
        sizes[index_of_largest(sizes, cut->n_parts)]--;
        sizes[0]++;
    }
    for (size_t part = 0; part < cut->n_parts; part++) {
        totals[part] += sizes[part];
    }
}

/* A part with a fraction that got no row takes one from the largest part, of the class that has
 * most rows there. sizes is (n_classes, n_parts). */
static void fill_empty_parts(const SplitCut *cut, size_t n_classes, size_t *totals, size_t *sizes) {
    for (size_t part = 0; part < cut->n_parts; part++) {
        const size_t donor = index_of_largest(totals, cut->n_parts);
        if (cut->fractions[part] <= 0.0 || totals[part] > 0 || totals[donor] < 2) {
            continue;
        }
        size_t from = 0;
        for (size_t i = 1; i < n_classes; i++) {
            from = sizes[i * cut->n_parts + donor] > sizes[from * cut->n_parts + donor] ? i : from;
        }
        const bool is_last_in_train = cut->first_is_train && donor == 0;
        if (sizes[from * cut->n_parts + donor] < (is_last_in_train ? 2u : 1u)) {
            continue;
        }
        sizes[from * cut->n_parts + donor]--;
        sizes[from * cut->n_parts + part]++;
        totals[donor]--;
        totals[part]++;
    }
}

static bool check_classes(const SplitCut *cut, const Table *table, size_t column,
                          const Strata *strata, Error *err) {
    for (size_t i = 0; i < strata->names.n && !cut->first_is_train; i++) {
        if (strata->names.items[i].count < 2) {
            return table_fail(table, strata->names.items[i].first_row, column, err,
                              "is the only row of its class, and folds need two of each: the fold "
                              "that holds it would train without the class");
        }
    }
    return true;
}

bool split_cut_stratified(const SplitCut *cut, const Table *table, const Schema *schema,
                          const RowSet *rows, uint32_t *part_of, Error *err) {
    Strata strata;
    const size_t column = schema->targets[0], n_parts = cut->n_parts;
    strata_init(&strata, table, rows, column);
    const size_t n_classes = strata.names.n;
    size_t *sizes = NEW(size_t, n_classes * n_parts), *totals = NEW(size_t, n_parts);
    double *claims = NEW(double, n_parts);
    for (size_t i = 0; i < n_classes; i++) {
        size_class(cut, strata.names.items[i].count, strata.starts[i + 1], totals, claims,
                   sizes + i * n_parts);
    }
    fill_empty_parts(cut, n_classes, totals, sizes);
    for (size_t i = 0; i < n_classes; i++) {
        uint32_t *positions = strata.positions + strata.starts[i];
        random_shuffle(cut->stream, (uint32_t)i + 1, 0, positions, strata.names.items[i].count);
        deal(positions, sizes + i * n_parts, n_parts, part_of);
    }
    const bool ok = check_classes(cut, table, column, &strata, err);
    memory_free(claims);
    memory_free(totals);
    memory_free(sizes);
    strata_free(&strata);
    return ok;
}

/* ---- groups ---- */

/* Part of each group (n_groups), taken in the given order. */
static void place_groups(const SplitCut *cut, const Strata *strata, const uint32_t *order,
                         size_t n_rows, size_t *n_groups_in, uint32_t *part_of_group) {
    double *lacks = NEW(double, cut->n_parts);
    for (size_t part = 0; part < cut->n_parts; part++) {
        lacks[part] =
            cut->fractions[part] > 0.0 ? cut->fractions[part] * (double)n_rows : -HUGE_VAL;
    }
    for (size_t i = 0; i < strata->names.n; i++) {
        size_t best = 0;
        for (size_t part = 1; part < cut->n_parts; part++) {
            best = lacks[part] > lacks[best] ? part : best;
        }
        lacks[best] -= (double)strata->names.items[order[i]].count;
        n_groups_in[best]++;
        part_of_group[order[i]] = (uint32_t)best;
    }
    memory_free(lacks);
}

/* A part with a fraction that got no group takes the last one of the part that has most. */
static void fill_groupless_parts(const SplitCut *cut, const uint32_t *order, size_t n_groups,
                                 size_t *n_groups_in, uint32_t *part_of_group) {
    for (size_t part = 0; part < cut->n_parts; part++) {
        const size_t donor = index_of_largest(n_groups_in, cut->n_parts);
        if (cut->fractions[part] <= 0.0 || n_groups_in[part] > 0 || n_groups_in[donor] < 2) {
            continue;
        }
        size_t last = n_groups - 1;
        while (part_of_group[order[last]] != donor) {
            last--;
        }
        part_of_group[order[last]] = (uint32_t)part;
        n_groups_in[donor]--;
        n_groups_in[part]++;
    }
}

static bool check_groups(const SplitCut *cut, const Table *table, const Schema *schema,
                         const RowSet *rows, size_t n_groups, Error *err) {
    for (size_t i = 0; i < rows->n; i++) {
        const size_t row = rows->rows[i];
        if (table_is_missing(table, row, schema->group)) {
            return table_fail(table, row, schema->group, err,
                              "is a missing value, but each row needs its group");
        }
    }
    if (!cut->first_is_train && n_groups < cut->n_parts) {
        return fail(
            err, ERROR_DATA,
            "split.folds: error: %zu folds need as many groups, but the rows to cut have %zu",
            cut->n_parts, n_groups);
    }
    return true;
}

bool split_cut_group(const SplitCut *cut, const Table *table, const Schema *schema,
                     const RowSet *rows, uint32_t *part_of, Error *err) {
    Strata strata;
    strata_init(&strata, table, rows, schema->group);
    const size_t n = strata.names.n;
    uint32_t *order = NEW(uint32_t, n), *part_of_group = NEW(uint32_t, n);
    size_t *n_groups_in = NEW(size_t, cut->n_parts);
    for (size_t i = 0; i < n; i++) {
        order[i] = (uint32_t)i;
    }
    random_shuffle(cut->stream, 0, 0, order, n);
    place_groups(cut, &strata, order, rows->n, n_groups_in, part_of_group);
    fill_groupless_parts(cut, order, n, n_groups_in, part_of_group);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = strata.starts[i]; j < strata.starts[i + 1]; j++) {
            part_of[strata.positions[j]] = part_of_group[i];
        }
    }
    const bool ok = check_groups(cut, table, schema, rows, n, err);
    memory_free(n_groups_in);
    memory_free(part_of_group);
    memory_free(order);
    strata_free(&strata);
    return ok;
}
