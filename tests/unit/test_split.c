#include "data/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data_fixture.h"

enum { N_FOLDS = 5 };

static const SplitMethod *method_called(const char *name) {
    return name ? (const SplitMethod *)kind_find(split_kinds(), name) : NULL;
}

static SplitOptions options_of(const char *method) {
    return (SplitOptions){.method = method_called(method),
                          .fractions = {0.7, 0.15, 0.15},
                          .folds = N_FOLDS,
                          .seed = 7};
}

/* Each row is in exactly one part, in increasing order. */
static void expect_partition(const Split *split, size_t n_rows) {
    bool *seen = NEW(bool, n_rows);
    size_t n = 0;
    for (size_t part = 0; part < N_PARTS; part++) {
        const RowSet *rows = &split->parts[part];
        for (size_t i = 0; i < rows->n; i++, n++) {
            assert_false(seen[rows->rows[i]]);
            assert_true(i == 0 || rows->rows[i] > rows->rows[i - 1]);
            seen[rows->rows[i]] = true;
        }
    }
    assert_int_equal(n, n_rows);
    memory_free(seen);
}

static size_t count_cells(const Table *table, const RowSet *rows, size_t column, const char *cell) {
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        n += strcmp(table_cell(table, rows->rows[i], column), cell) == 0;
    }
    return n;
}

/* Column y holds class k for counts[k] rows; g is the group, row number / 4; t counts down. */
static Table class_table(const size_t *counts, size_t n_classes) {
    TextBuffer text = {0};
    text_append(&text, "y,g,t\n");
    size_t row = 0;
    for (size_t k = 0; k < n_classes; k++) {
        for (size_t i = 0; i < counts[k]; i++, row++) {
            text_printf(&text, "k%zu,g%zu,%zu\n", k, row / 4, 1000 - row);
        }
    }
    Table table = fixture_table(text_of(&text));
    text_free(&text);
    return table;
}

typedef struct Case {
    Table table;
    Schema schema;
    RowSet rows;
    Split split;
    Error err;
    bool ok;
} Case;

static Case run_split(Table table, const char *task, SplitOptions options, size_t group,
                      size_t time, size_t column) {
    Case c = {.table = table,
              .schema = fixture_schema(&table, task, 1),
              .rows = fixture_rows(0, table.n_rows)};
    c.schema.group = group;
    c.schema.time = time;
    c.schema.split = column;
    c.ok = split_rows(&options, &c.table, &c.schema, &c.rows, &c.split, &c.err);
    return c;
}

static void case_free(Case *c) {
    split_free(&c->split);
    memory_free(c->rows.rows);
    schema_free(&c->schema);
    table_free(&c->table);
}

static void test_sizes(void **state) {
    (void)state;
    static const struct {
        double fractions[3];
        size_t n, sizes[3];
    } cases[] = {
        {{0.7, 0.15, 0.15}, 100, {70, 15, 15}},
        {{0.7, 0.15, 0.15}, 10, {7, 2, 1}},
        {{0.7, 0.15, 0.15}, 4, {2, 1, 1}},
        {{0.7, 0.15, 0.15}, 3, {1, 1, 1}},
        {{0.7, 0.15, 0.15}, 2, {1, 1, 0}},
        {{0.7, 0.15, 0.15}, 1, {1, 0, 0}},
        {{0.98, 0.01, 0.01}, 10, {8, 1, 1}},
        {{0.29, 0.71, 0.0}, 100, {29, 71, 0}},
        {{1.0, 0.0, 0.0}, 5, {5, 0, 0}},
        {{0.1, 0.1, 0.8}, 2, {1, 0, 1}},
        {{0.7, 0.15, 0.15}, 4000000000u, {2800000000u, 600000000u, 600000000u}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t sizes[3];
        split_cut_sizes(cases[i].fractions, 3, cases[i].n, sizes);
        for (size_t part = 0; part < 3; part++) {
            assert_int_equal(sizes[part], cases[i].sizes[part]);
        }
    }
}

static void test_random(void **state) {
    (void)state;
    const size_t counts[] = {100};
    Case a = run_split(class_table(counts, 1), "regression", options_of(NULL), 3, 3, 3);
    Case b = run_split(class_table(counts, 1), "regression", options_of("random"), 3, 3, 3);
    SplitOptions other_seed = options_of("random");
    other_seed.seed = 8;
    Case c = run_split(class_table(counts, 1), "regression", other_seed, 3, 3, 3);
    assert_true(a.ok && b.ok && c.ok);
    assert_ptr_equal(a.split.method, method_called("random"));
    expect_partition(&a.split, 100);
    assert_int_equal(a.split.parts[PART_TRAIN].n, 70);
    assert_int_equal(a.split.parts[PART_TEST].n, 15);
    const RowSet *x = &a.split.parts[PART_TEST], *y = &b.split.parts[PART_TEST];
    assert_memory_equal(x->rows, y->rows, x->n * sizeof *x->rows);
    assert_memory_not_equal(x->rows, c.split.parts[PART_TEST].rows, x->n * sizeof *x->rows);
    case_free(&a);
    case_free(&b);
    case_free(&c);
}

/* Each class and each total is within one row of its share. */
static void test_stratified(void **state) {
    (void)state;
    const size_t counts[] = {50, 33, 7, 20, 13, 11, 9, 3, 41};
    const size_t n_classes = sizeof counts / sizeof *counts;
    Case c = run_split(class_table(counts, n_classes), "multiclass", options_of(NULL), 3, 3, 3);
    assert_true(c.ok);
    assert_ptr_equal(c.split.method, method_called("stratified"));
    expect_partition(&c.split, c.table.n_rows);
    const SplitOptions options = options_of(NULL);
    for (size_t part = 0; part < N_PARTS; part++) {
        const double share = options.fractions[part];
        const RowSet *rows = &c.split.parts[part];
        assert_true(fabs((double)rows->n - share * (double)c.table.n_rows) <= 1.0);
        for (size_t k = 0; k < n_classes; k++) {
            const char name[] = {'k', (char)('0' + k), '\0'};
            const double n = (double)count_cells(&c.table, rows, 0, name);
            assert_true(fabs(n - share * (double)counts[k]) < 1.0);
        }
    }
    case_free(&c);
}

static void test_rare_classes(void **state) {
    (void)state;
    const size_t counts[] = {1, 1, 1, 1, 30, 2};
    Case c = run_split(class_table(counts, 6), "multiclass", options_of("stratified"), 3, 3, 3);
    assert_true(c.ok);
    for (size_t k = 0; k < 6; k++) {
        const char name[] = {'k', (char)('0' + k), '\0'};
        assert_true(count_cells(&c.table, &c.split.parts[PART_TRAIN], 0, name) >= 1);
    }
    assert_true(c.split.parts[PART_VALIDATION].n >= 1 && c.split.parts[PART_TEST].n >= 1);
    case_free(&c);
    /* Two classes of two rows: each part gets a row, and train both classes. */
    const size_t few[] = {2, 2};
    c = run_split(class_table(few, 2), "binary", options_of("stratified"), 3, 3, 3);
    assert_true(c.ok);
    assert_int_equal(c.split.parts[PART_TRAIN].n, 2);
    assert_int_equal(c.split.parts[PART_VALIDATION].n, 1);
    assert_int_equal(count_cells(&c.table, &c.split.parts[PART_TRAIN], 0, "k0"), 1);
    case_free(&c);
}

static void test_group(void **state) {
    (void)state;
    const size_t counts[] = {200};
    Case c = run_split(class_table(counts, 1), "regression", options_of(NULL), 1, 3, 3);
    assert_true(c.ok);
    assert_ptr_equal(c.split.method, method_called("group"));
    expect_partition(&c.split, 200);
    for (size_t part = 0; part < N_PARTS; part++) {
        const RowSet *rows = &c.split.parts[part];
        for (size_t i = 0; i < rows->n; i++) {
            const char *group = table_cell(&c.table, rows->rows[i], 1);
            assert_int_equal(count_cells(&c.table, rows, 1, group), 4);
        }
    }
    assert_true(abs((int)c.split.parts[PART_TRAIN].n - 140) <= 4);
    case_free(&c);
    const size_t few[] = {12};
    SplitOptions options = options_of("group");
    options.fractions[PART_TRAIN] = 0.98;
    options.fractions[PART_VALIDATION] = options.fractions[PART_TEST] = 0.01;
    c = run_split(class_table(few, 1), "regression", options, 1, 3, 3);
    assert_true(c.ok);
    for (size_t part = 0; part < N_PARTS; part++) {
        assert_int_equal(c.split.parts[part].n, 4);
    }
    case_free(&c);
    c = run_split(fixture_table("y,g\n1,a\n2,NA\n"), "regression", options, 1, 2, 2);
    assert_false(c.ok);
    assert_non_null(strstr(c.err.text, "t.csv:3:2: error: column 'g': 'NA' is a missing value"));
    case_free(&c);
}

static void test_time(void **state) {
    (void)state;
    const size_t counts[] = {20};
    Case c = run_split(class_table(counts, 1), "regression", options_of(NULL), 3, 2, 3);
    assert_true(c.ok);
    assert_ptr_equal(c.split.method, method_called("time"));
    expect_partition(&c.split, 20);
    /* t counts down from 1000, so that the last rows are the oldest. */
    assert_int_equal(c.split.parts[PART_TEST].rows[0], 0);
    assert_int_equal(c.split.parts[PART_TEST].n, 3);
    assert_int_equal(c.split.parts[PART_VALIDATION].rows[0], 3);
    assert_int_equal(c.split.parts[PART_TRAIN].rows[0], 6);
    Split fold;
    const SplitOptions options = options_of(NULL);
    assert_false(split_fold(&options, &c.table, &c.schema, &c.split, 0, &fold, &c.err));
    assert_int_equal(c.err.code, ERROR_CONFIG);
    case_free(&c);
    c = run_split(fixture_table("y,t\n1,2024-02-01\n2,2024-01-31T10:00\n3,2023-12-01\n"),
                  "regression", options, 2, 1, 2);
    assert_true(c.ok);
    assert_int_equal(c.split.parts[PART_TRAIN].rows[0], 2);
    assert_int_equal(c.split.parts[PART_TEST].rows[0], 0);
    case_free(&c);
    c = run_split(fixture_table("y,t\n1,2024-02-01\n2,3/4/2024\n"), "regression", options, 2, 1, 2);
    assert_false(c.ok);
    assert_non_null(
        strstr(c.err.text, "t.csv:3:2: error: column 't': '3/4/2024' cannot be ordered"));
    case_free(&c);
}

static void test_column(void **state) {
    (void)state;
    Case c = run_split(fixture_table("y,s\n1,test\n2,train\n3,validation\n4,train\n"), "regression",
                       options_of(NULL), 2, 2, 1);
    assert_true(c.ok);
    assert_ptr_equal(c.split.method, method_called("column"));
    expect_partition(&c.split, 4);
    assert_int_equal(c.split.parts[PART_TRAIN].n, 2);
    assert_int_equal(c.split.parts[PART_TEST].rows[0], 0);
    case_free(&c);
    c = run_split(fixture_table("y,s\n1,train\n2,val\n"), "regression", options_of(NULL), 2, 2, 1);
    assert_false(c.ok);
    assert_string_equal(
        c.err.text,
        "t.csv:3:2: error: column 's': 'val' is no part; write train, validation or test");
    case_free(&c);
    c = run_split(fixture_table("y,s\n1,test\n"), "regression", options_of(NULL), 2, 2, 1);
    assert_false(c.ok);
    assert_non_null(strstr(c.err.text, "no row for training"));
    case_free(&c);
}

static void expect_config_error(SplitOptions options, const char *part) {
    const size_t counts[] = {10};
    Case c = run_split(class_table(counts, 1), "regression", options, 3, 3, 3);
    assert_false(c.ok);
    assert_int_equal(c.err.code, ERROR_CONFIG);
    assert_non_null(strstr(c.err.text, part));
    case_free(&c);
}

static void test_config_errors(void **state) {
    (void)state;
    expect_config_error(options_of("group"), "group needs data.group");
    expect_config_error(options_of("time"), "time needs data.time");
    expect_config_error(options_of("column"), "column needs split.column");
    expect_config_error(options_of("stratified"), "stratified needs a target of classes");
    SplitOptions options = options_of("random");
    options.fractions[PART_TEST] = 0.2;
    expect_config_error(options, "sum to 1");
}

/* Every row that is no test row validates in exactly one fold, and trains in the others. */
static void expect_folds(Case *c, const SplitOptions *options, size_t least, size_t most) {
    size_t *validated = NEW(size_t, c->table.n_rows);
    for (size_t fold = 0; fold < (size_t)options->folds; fold++) {
        Split split = {0};
        if (!split_fold(options, &c->table, &c->schema, &c->split, fold, &split, &c->err)) {
            fail_msg("%s", c->err.text);
        }
        expect_partition(&split, c->table.n_rows);
        const RowSet *test = &c->split.parts[PART_TEST], *rows = &split.parts[PART_VALIDATION];
        assert_int_equal(split.parts[PART_TEST].n, test->n);
        assert_memory_equal(split.parts[PART_TEST].rows, test->rows, test->n * sizeof *test->rows);
        assert_in_range(rows->n, least, most);
        for (size_t i = 0; i < rows->n; i++) {
            validated[rows->rows[i]]++;
        }
        split_free(&split);
    }
    size_t sum = 0;
    for (size_t i = 0; i < c->table.n_rows; i++) {
        assert_true(validated[i] <= 1);
        sum += validated[i];
    }
    assert_int_equal(sum, c->table.n_rows - c->split.parts[PART_TEST].n);
    memory_free(validated);
}

static void test_folds(void **state) {
    (void)state;
    const size_t counts[] = {50, 30, 20};
    const SplitOptions options = options_of(NULL);
    Case c = run_split(class_table(counts, 3), "multiclass", options, 3, 3, 3);
    expect_folds(&c, &options, 16, 18);
    case_free(&c);
    c = run_split(class_table(counts, 3), "regression", options, 3, 3, 3);
    expect_folds(&c, &options, 17, 17);
    case_free(&c);
    c = run_split(class_table(counts, 3), "multiclass", options, 1, 3, 3);
    expect_folds(&c, &options, 12, 24);
    Split split = {0};
    assert_true(split_fold(&options, &c.table, &c.schema, &c.split, 1, &split, &c.err));
    const RowSet *rows = &split.parts[PART_VALIDATION];
    assert_int_equal(count_cells(&c.table, rows, 1, table_cell(&c.table, rows->rows[0], 1)), 4);
    split_free(&split);
    case_free(&c);
}

static void test_fold_errors(void **state) {
    (void)state;
    const size_t rare[] = {20, 1}, few[] = {4};
    const SplitOptions options = options_of(NULL);
    Split split;
    Case c = run_split(class_table(rare, 2), "binary", options, 3, 3, 3);
    assert_true(c.ok);
    assert_false(split_fold(&options, &c.table, &c.schema, &c.split, 0, &split, &c.err));
    assert_non_null(
        strstr(c.err.text, "t.csv:22:1: error: column 'y': 'k1' is the only row of its class"));
    case_free(&c);
    c = run_split(class_table(few, 1), "regression", options, 3, 3, 3);
    assert_false(split_fold(&options, &c.table, &c.schema, &c.split, 0, &split, &c.err));
    assert_non_null(strstr(c.err.text, "5 folds need as many rows, but there are 3"));
    case_free(&c);
    const size_t some[] = {16};
    c = run_split(class_table(some, 1), "regression", options, 1, 3, 3);
    assert_false(split_fold(&options, &c.table, &c.schema, &c.split, 0, &split, &c.err));
    assert_non_null(strstr(c.err.text, "need as many groups"));
    case_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),      cmocka_unit_test(test_random),
        cmocka_unit_test(test_stratified), cmocka_unit_test(test_rare_classes),
        cmocka_unit_test(test_group),      cmocka_unit_test(test_time),
        cmocka_unit_test(test_column),     cmocka_unit_test(test_config_errors),
        cmocka_unit_test(test_folds),      cmocka_unit_test(test_fold_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
