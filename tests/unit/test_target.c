/* Targets: classes, yes or no, numbers. */
#include "unit.h"

#include <string.h>

#include "data/target.h"

#include "data_fixture.h"

enum { Y_ROW = 16 };

/* A target fitted on the first n_train rows of a text (all columns are targets) and used on all. */
typedef struct Trial {
    Table table;
    Schema schema;
    RowSet train, all;
    Target target;
    Error err;
    bool is_fitted, is_encoded;
    float y[32][Y_ROW];
} Trial;

static Trial *new_trial(const char *task, const char *scaler, const char *text, size_t n_train) {
    Trial *trial = NEW(Trial, 1);
    trial->table = fixture_table(text);
    trial->schema = fixture_schema(&trial->table, task, trial->table.n_columns);
    trial->train = fixture_rows(0, n_train);
    trial->all = fixture_rows(0, trial->table.n_rows);
    TargetOptions options = {NULL};
    if (scaler)
        options.scaler = (const Scaler *)kind_find(scaler_kinds(), scaler);
    trial->is_fitted = target_fit(&options, &trial->table, &trial->schema, &trial->train,
                                  &trial->target, &trial->err);
    memset(trial->y, 0xff, sizeof trial->y);
    size_t columns[Y_ROW];
    trial->is_encoded = trial->is_fitted &&
                        target_bind(&trial->target, &trial->table, columns, &trial->err) &&
                        target_encode(&trial->target, &trial->table, columns, &trial->all,
                                      trial->y[0], Y_ROW, &trial->err);
    return trial;
}

static void free_trial(Trial *trial) {
    target_free(&trial->target);
    schema_free(&trial->schema);
    table_free(&trial->table);
    memory_free(trial->train.rows);
    memory_free(trial->all.rows);
    memory_free(trial);
}

static void assert_column(const Trial *trial, size_t column, const float *expected, size_t n) {
    for (size_t row = 0; row < n; row++)
        if (!(trial->y[row][column] == expected[row]))
            fail_msg("row %zu, column %zu: got %.9g, expected %.9g", row, column,
                     (double)trial->y[row][column], (double)expected[row]);
}

#define ASSERT_COLUMN(trial, column, ...)                                                          \
    assert_column((trial), (column), (const float[]){__VA_ARGS__},                                 \
                  sizeof(float[]){__VA_ARGS__} / sizeof(float))

static void assert_refused(const char *task, const char *text, size_t n_train, const char *part) {
    Trial *trial = new_trial(task, NULL, text, n_train);
    assert_false(trial->is_encoded);
    assert_int_equal(trial->err.code, ERROR_DATA);
    if (!strstr(trial->err.text, part))
        fail_msg("'%s' is not in: %s", part, trial->err.text);
    free_trial(trial);
}

static void test_numeric_classes_are_in_numeric_order(void **state) {
    (void)state;
    Trial *trial = new_trial("multiclass", NULL, "t\n10\n9\n-1\n9\n", 4);
    assert_true(trial->is_encoded);
    assert_string_equal(trial->target.classes.items[0], "-1");
    assert_string_equal(trial->target.classes.items[1], "9");
    assert_int_equal(target_outputs(&trial->target), 3);
    assert_int_equal(target_columns(&trial->target), 1);
    ASSERT_COLUMN(trial, 0, 2.0f, 1.0f, 0.0f, 1.0f);
    ASSERT_COLUMN(trial, 1, 0.0f, 0.0f, 0.0f, 0.0f);
    free_trial(trial);
}

static void test_second_class_of_a_binary_task_is_one(void **state) {
    (void)state;
    Trial *trial = new_trial("binary", NULL, "t\nyes\nno\nyes\n", 2);
    assert_true(trial->is_encoded);
    assert_string_equal(trial->target.classes.items[1], "yes");
    assert_int_equal(target_outputs(&trial->target), 1);
    ASSERT_COLUMN(trial, 0, 1.0f, 0.0f, 1.0f);
    free_trial(trial);
}

static void test_classes_that_cannot_be_learned(void **state) {
    (void)state;
    assert_refused("binary", "t\na\na\nb\n", 2, "t.csv:2:1: error: column 't': 'a' ");
    assert_refused("multiclass", "t\na\na\na\n", 3, "only class");
    assert_refused("binary", "t\na\nb\nc\n", 3, "t.csv:4:1: error: column 't': 'c' ");
    assert_refused("multiclass", "t\n1\n2\n2.5\n", 3, "t.csv:4:1: error: column 't': '2.5' ");
    assert_refused("multiclass", "t\n1\n2\n1.0\n", 3, "two ways");
    assert_refused("multiclass", "t\n1\nNA\n2\n", 3, "t.csv:3:1: error: column 't': 'NA' ");
}

static void test_a_class_that_training_lacks_is_named(void **state) {
    (void)state;
    assert_refused("multiclass", "t\nb\na\nc\n", 2, "t.csv:4:1: error: column 't': 'c' ");
    assert_refused("multiclass", "t\nb\na\nc\n", 2, "'a', 'b'");
    assert_refused("multiclass", "t\nb\na\n\n", 2, "t.csv:4:1: error: column 't': '' ");
}

static void test_multilabel(void **state) {
    (void)state;
    Trial *trial = new_trial("multilabel", NULL, "a,b\n0,yes\n1,no\n1.0,TRUE\n0,false\n", 2);
    assert_true(trial->is_encoded);
    assert_int_equal(target_outputs(&trial->target), 2);
    assert_int_equal(target_columns(&trial->target), 2);
    ASSERT_COLUMN(trial, 0, 0.0f, 1.0f, 1.0f, 0.0f);
    ASSERT_COLUMN(trial, 1, 1.0f, 0.0f, 1.0f, 0.0f);
    free_trial(trial);
    assert_refused("multilabel", "a,b\n0,1\n1,2\n", 1, "t.csv:3:2: error: column 'b': '2' ");
    assert_refused("multilabel", "a,b\n0,1\n1,\n", 1, "missing");
}

static void test_regression_is_standardised(void **state) {
    (void)state;
    Trial *trial = new_trial("regression", NULL, "p,q\n1,100\n3,100\n5,100\n", 2);
    assert_true(trial->is_encoded);
    assert_string_equal(trial->target.scaler->kind.name, "standard");
    assert_int_equal(target_outputs(&trial->target), 2);
    ASSERT_COLUMN(trial, 0, -1.0f, 1.0f, 3.0f);
    ASSERT_COLUMN(trial, 1, 0.0f, 0.0f, 0.0f);
    assert_true(target_decode(&trial->target, 0, 3.0) == 5.0);
    assert_true(target_decode(&trial->target, 1, 0.0) == 100.0);
    free_trial(trial);
}

static void test_regression_as_it_is(void **state) {
    (void)state;
    Trial *trial = new_trial("regression", "none", "p\n1\n-3.5\n", 2);
    ASSERT_COLUMN(trial, 0, 1.0f, -3.5f);
    assert_true(target_decode(&trial->target, 0, -3.5) == -3.5);
    free_trial(trial);
}

static void test_numbers_that_cannot_be_learned(void **state) {
    (void)state;
    assert_refused("regression", "p\n1\nNA\n", 2, "t.csv:3:1: error: column 'p': 'NA' ");
    assert_refused("regression", "p\n1\nten\n", 2, "t.csv:3:1: error: column 'p': 'ten' ");
    assert_refused("regression", "p\n1\n2\n1e300\n", 2, "t.csv:4:1: error: column 'p': '1e300' ");
    assert_refused("regression", "p\n-1e308\n1e308\n1e308\n", 3, "too large");
}

static void test_targets_are_bound_by_name(void **state) {
    (void)state;
    Trial *trial = new_trial("regression", NULL, "p,q\n1,2\n3,5\n", 2);
    Table other = fixture_table("x,q,p\n1,2,3\n");
    Table lacking = fixture_table("x,q\n1,2\n");
    size_t columns[2];
    assert_true(target_bind(&trial->target, &other, columns, &trial->err));
    assert_int_equal(columns[0], 2);
    assert_int_equal(columns[1], 1);
    assert_false(target_bind(&trial->target, &lacking, columns, &trial->err));
    assert_non_null(strstr(trial->err.text, "'p'"));
    table_free(&other);
    table_free(&lacking);
    free_trial(trial);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numeric_classes_are_in_numeric_order),
        cmocka_unit_test(test_second_class_of_a_binary_task_is_one),
        cmocka_unit_test(test_classes_that_cannot_be_learned),
        cmocka_unit_test(test_a_class_that_training_lacks_is_named),
        cmocka_unit_test(test_multilabel),
        cmocka_unit_test(test_regression_is_standardised),
        cmocka_unit_test(test_regression_as_it_is),
        cmocka_unit_test(test_numbers_that_cannot_be_learned),
        cmocka_unit_test(test_targets_are_bound_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
