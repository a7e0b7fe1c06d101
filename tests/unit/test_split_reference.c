/* Sizes of parts and folds, and how many rows of each class are in them, against scikit-learn
 * (tests/reference/make_split_reference.py); groups are never divided. */
#include <stdlib.h>
#include <string.h>

#include "data/split.h"
#include "data_fixture.h"
#include "nn_reference.h"

enum { MOST_CLASSES = 16, MOST_FOLDS = 16 };

static cJSON *document;

static const cJSON *field(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const SplitMethod *method_named(const char *name) {
    const SplitMethod *method = (const SplitMethod *)kind_find(split_kinds(), name);
    assert_non_null(method);
    return method;
}

static size_t count_at(const cJSON *array, size_t index) {
    const cJSON *item = cJSON_GetArrayItem(array, (int)index);
    assert_non_null(item);
    return (size_t)item->valuedouble;
}

static size_t length_of(const cJSON *array) { return (size_t)cJSON_GetArraySize(array); }

/* A table whose last column holds "v0", "v1", ... for counts[0], counts[1], ... rows. */
typedef struct Rows {
    Table table;
    Schema schema;
    RowSet all;
} Rows;

/* The column is the target, or the group of a table without classes. Values take turns. */
static void rows_init(Rows *rows, const cJSON *counts, bool is_group) {
    TextBuffer text = {0};
    const size_t n = length_of(counts);
    size_t *left = NEW(size_t, n);
    text_append(&text, is_group ? "y,c\n" : "c\n");
    for (size_t i = 0; i < n; i++) {
        left[i] = count_at(counts, i);
    }
    for (bool any = true; any;) {
        any = false;
        for (size_t i = 0; i < n; i++) {
            if (left[i] > 0) {
                text_printf(&text, "%sv%zu\n", is_group ? "1," : "", i);
                left[i]--;
                any = true;
            }
        }
    }
    rows->table = fixture_table(text_of(&text));
    rows->schema = fixture_schema(&rows->table, is_group ? "regression" : "multiclass", 1);
    rows->all = fixture_rows(0, rows->table.n_rows);
    if (is_group) {
        rows->schema.group = 1;
    }
    memory_free(left);
    text_free(&text);
}

static void rows_free(Rows *rows) {
    memory_free(rows->all.rows);
    schema_free(&rows->schema);
    table_free(&rows->table);
}

static size_t value_of(const Rows *rows, uint32_t row) {
    const char *cell = table_cell(&rows->table, row, rows->table.n_columns - 1);
    return (size_t)strtoul(cell + 1, NULL, 10);
}

static void count_values(const Rows *rows, const RowSet *part, size_t *counts, size_t n) {
    memset(counts, 0, n * sizeof *counts);
    for (size_t i = 0; i < part->n; i++) {
        const size_t value = value_of(rows, part->rows[i]);
        assert_true(value < n);
        counts[value]++;
    }
}

static void describe(const cJSON *item, const char *what, size_t part, size_t ours, size_t theirs) {
    char *text = cJSON_PrintUnformatted(item);
    print_error("%s %zu: %zu rows, scikit-learn has %zu, in %s\n", what, part, ours, theirs, text);
    cJSON_free(text);
    assert_true(false);
}

/* ---- parts ---- */

/* Within one row of scikit-learn's number, and less than one from the share of all rows. */
static void expect_size(const cJSON *item, const char *what, size_t index, size_t ours,
                        size_t theirs, double share) {
    const bool is_near = ours <= theirs + 1 && theirs <= ours + 1;
    if (!is_near || fabs((double)ours - share) > 1 - 1e-9) {
        describe(item, what, index, ours, theirs);
    }
}

static void compare_parts(const cJSON *item, const Rows *rows, const Split *split, bool by_class) {
    const cJSON *counts = field(item, "counts");
    const size_t n = length_of(counts);
    for (size_t part = 0; part < N_PARTS; part++) {
        const cJSON *expected = cJSON_GetArrayItem(field(item, "parts"), (int)part);
        const double fraction =
            cJSON_GetArrayItem(field(item, "fractions"), (int)part)->valuedouble;
        size_t found[MOST_CLASSES], n_expected = 0;
        count_values(rows, &split->parts[part], found, n);
        for (size_t k = 0; k < n; k++) {
            const size_t theirs = count_at(expected, k);
            if (by_class) {
                expect_size(item, "class", k, found[k], theirs,
                            fraction * (double)count_at(counts, k));
            }
            n_expected += theirs;
        }
        expect_size(item, "part", part, split->parts[part].n, n_expected,
                    fraction * (double)rows->all.n);
    }
}

static SplitOptions options_of(const cJSON *item, const char *method) {
    SplitOptions options = {.method = method_named(method),
                            .fractions = {1, 0, 0},
                            .folds = (int64_t)reference_number(item, "folds", 0),
                            .seed = 3};
    const cJSON *fractions = field(item, "fractions");
    for (size_t part = 0; fractions && part < N_PARTS; part++) {
        options.fractions[part] = cJSON_GetArrayItem(fractions, (int)part)->valuedouble;
    }
    return options;
}

static void parts_are_as_large(void **state) {
    (void)state;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, field(document, "splits")) {
        Rows rows;
        Split split;
        Error err = {0};
        const char *method = reference_text(item, "method");
        rows_init(&rows, field(item, "counts"), false);
        const SplitOptions options = options_of(item, method);
        if (!split_rows(&options, &rows.table, &rows.schema, &rows.all, &split, &err)) {
            fail_msg("%s", err.text);
        }
        compare_parts(item, &rows, &split, options.method->needs_classes);
        split_free(&split);
        rows_free(&rows);
    }
}

/* ---- folds ---- */

static int compare_sizes(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The same numbers in any order. */
static void expect_same_sizes(const cJSON *item, const char *what, size_t *ours, size_t *theirs,
                              size_t n) {
    qsort(ours, n, sizeof *ours, compare_sizes);
    qsort(theirs, n, sizeof *theirs, compare_sizes);
    for (size_t i = 0; i < n; i++) {
        if (ours[i] != theirs[i]) {
            describe(item, what, i, ours[i], theirs[i]);
        }
    }
}

/* The validation rows of each fold, in folds (n_folds); released one by one with split_free. */
static void make_folds(const cJSON *item, const char *method, const Rows *rows, Split *folds) {
    const SplitOptions options = options_of(item, method);
    Split whole;
    Error err = {0};
    assert_true(split_rows(&options, &rows->table, &rows->schema, &rows->all, &whole, &err));
    for (size_t fold = 0; fold < (size_t)options.folds; fold++) {
        if (!split_fold(&options, &rows->table, &rows->schema, &whole, fold, &folds[fold], &err)) {
            fail_msg("%s", err.text);
        }
    }
    split_free(&whole);
}

static void compare_folds(const cJSON *item, const Rows *rows, const Split *folds, size_t n_folds,
                          bool by_class) {
    const size_t n = length_of(field(item, "counts"));
    size_t ours[MOST_FOLDS] = {0}, theirs[MOST_FOLDS] = {0};
    for (size_t k = 0; k < n; k++) {
        size_t our_class[MOST_FOLDS], their_class[MOST_FOLDS], found[MOST_CLASSES];
        for (size_t fold = 0; fold < n_folds; fold++) {
            count_values(rows, &folds[fold].parts[PART_VALIDATION], found, n);
            our_class[fold] = found[k];
            their_class[fold] = count_at(cJSON_GetArrayItem(field(item, "parts"), (int)fold), k);
            ours[fold] += our_class[fold];
            theirs[fold] += their_class[fold];
        }
        if (by_class) {
            expect_same_sizes(item, "class in fold", our_class, their_class, n_folds);
        }
    }
    expect_same_sizes(item, "fold", ours, theirs, n_folds);
}

static void folds_are_as_large(void **state) {
    (void)state;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, field(document, "folds")) {
        const size_t n_folds = (size_t)reference_number(item, "folds", 0);
        const char *method = reference_text(item, "method");
        Rows rows;
        Split folds[MOST_FOLDS];
        assert_true(n_folds <= MOST_FOLDS);
        rows_init(&rows, field(item, "counts"), false);
        make_folds(item, method, &rows, folds);
        compare_folds(item, &rows, folds, n_folds, method_named(method)->needs_classes);
        for (size_t fold = 0; fold < n_folds; fold++) {
            split_free(&folds[fold]);
        }
        rows_free(&rows);
    }
}

/* ---- groups ---- */

/* Which fold each group is in; every group is in one fold with all of its rows. */
static void expect_whole_groups(const cJSON *item, const Rows *rows, const Split *folds,
                                size_t n_folds) {
    const cJSON *sizes = field(item, "sizes");
    const size_t n = length_of(sizes);
    size_t *found = NEW(size_t, n), n_groups = 0;
    for (size_t fold = 0; fold < n_folds; fold++) {
        count_values(rows, &folds[fold].parts[PART_VALIDATION], found, n);
        for (size_t group = 0; group < n; group++) {
            if (found[group] != 0 && found[group] != count_at(sizes, group)) {
                describe(item, "group", group, found[group], count_at(sizes, group));
            }
            n_groups += found[group] > 0;
        }
    }
    assert_int_equal(n_groups, n);
    memory_free(found);
}

/* GroupKFold deals the largest groups first, nntrain in random order: a fold is at most one group
 * larger. */
static void expect_balance(const cJSON *item, const Split *folds, size_t n_folds) {
    const cJSON *sizes = field(item, "sizes");
    size_t largest_group = 0, total = 0, expected_total = 0;
    for (size_t i = 0; i < length_of(sizes); i++) {
        const size_t size = count_at(sizes, i);
        largest_group = size > largest_group ? size : largest_group;
    }
    const size_t largest_fold = count_at(field(item, "rows"), n_folds - 1);
    for (size_t fold = 0; fold < n_folds; fold++) {
        const size_t n = folds[fold].parts[PART_VALIDATION].n;
        if (n == 0 || n > largest_fold + largest_group) {
            describe(item, "fold", fold, n, largest_fold);
        }
        total += n;
        expected_total += count_at(field(item, "rows"), fold);
    }
    assert_int_equal(total, expected_total);
}

static void groups_are_whole(void **state) {
    (void)state;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, field(document, "groups")) {
        const size_t n_folds = (size_t)reference_number(item, "folds", 0);
        Rows rows;
        Split folds[MOST_FOLDS];
        assert_true(n_folds <= MOST_FOLDS);
        rows_init(&rows, field(item, "sizes"), true);
        make_folds(item, "group", &rows, folds);
        expect_whole_groups(item, &rows, folds, n_folds);
        expect_balance(item, folds, n_folds);
        for (size_t fold = 0; fold < n_folds; fold++) {
            split_free(&folds[fold]);
        }
        rows_free(&rows);
    }
}

static int load(void **state) {
    (void)state;
    document = reference_load("tests/reference/splits.json");
    return 0;
}

static int unload(void **state) {
    (void)state;
    cJSON_Delete(document);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_as_large),
        cmocka_unit_test(folds_are_as_large),
        cmocka_unit_test(groups_are_whole),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
