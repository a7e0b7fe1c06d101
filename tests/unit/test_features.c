/* Features: fitted on some rows of a table, applied to others. */
#include "unit.h"

#include <string.h>

#include "data/features.h"

#include "data_fixture.h"

enum { X_ROW = 32 };

static FeatureOptions options_of(const char *scaler, const char *imputer, const char *encoder) {
    return (FeatureOptions){.scaler = (const Scaler *)kind_find(scaler_kinds(), scaler),
                            .imputer = (const Imputer *)kind_find(imputer_kinds(), imputer),
                            .encoder = (const Encoder *)kind_find(encoder_kinds(), encoder),
                            .max_categories = 64};
}

/* Features fitted on the first n_train rows of a text, applied to all of its rows. */
typedef struct Trial {
    Table table;
    Schema schema;
    RowSet train, all;
    Features features;
    Problems problems;
    Error err;
    bool is_fitted, is_applied;
    size_t unknown[X_ROW];
    float x[32][X_ROW];
} Trial;

static void apply_to(Trial *trial, const Table *table, const RowSet *rows) {
    size_t columns[X_ROW];
    UnknownCount unknown = {trial->unknown};
    memset(trial->x, 0xff, sizeof trial->x);
    trial->is_applied = features_bind(&trial->features, table, columns, NULL, &trial->err) &&
                        features_apply(&trial->features, table, columns, rows, trial->x[0], X_ROW,
                                       &unknown, &trial->err);
}

static Trial *new_trial(const FeatureOptions *options, const char *text, size_t n_train) {
    Trial *trial = NEW(Trial, 1);
    trial->table = fixture_table(text);
    trial->schema = fixture_schema(&trial->table, NULL, 0);
    trial->train = fixture_rows(0, n_train);
    trial->all = fixture_rows(0, trial->table.n_rows);
    trial->is_fitted = features_fit(options, &trial->table, &trial->schema, &trial->train,
                                    &trial->features, &trial->problems, &trial->err);
    if (trial->is_fitted)
        apply_to(trial, &trial->table, &trial->all);
    return trial;
}

static void free_trial(Trial *trial) {
    features_free(&trial->features);
    problems_free(&trial->problems);
    schema_free(&trial->schema);
    table_free(&trial->table);
    memory_free(trial->train.rows);
    memory_free(trial->all.rows);
    memory_free(trial);
}

static void assert_row(const Trial *trial, size_t row, const float *expected, size_t n) {
    for (size_t i = 0; i < X_ROW; i++) {
        const float wanted = i < n ? expected[i] : 0.0f;
        if (!(trial->x[row][i] == wanted))
            fail_msg("row %zu, column %zu: got %.9g, expected %.9g", row, i,
                     (double)trial->x[row][i], (double)wanted);
    }
}

#define ASSERT_ROW(trial, row, ...)                                                                \
    assert_row((trial), (row), (const float[]){__VA_ARGS__},                                       \
               sizeof(float[]){__VA_ARGS__} / sizeof(float))

static void assert_names(const Features *features, const char *expected) {
    TextBuffer text = {0};
    text_join_list(&text, &features->column_names);
    assert_string_equal(text_of(&text), expected);
    assert_int_equal(features->column_names.n, features->n_columns);
    text_free(&text);
}

static void assert_says(const char *text, const char *part) {
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

static void test_only_training_rows_are_fitted(void **state) {
    (void)state;
    const FeatureOptions options = options_of("minmax", "median", "onehot");
    Trial *trial = new_trial(&options, "a,c\n0,u\n10,v\n20,w\n", 2);
    assert_true(trial->is_applied);
    assert_names(&trial->features, "a, c=u, c=v");
    ASSERT_ROW(trial, 0, 0.0f, 1.0f, 0.0f);
    ASSERT_ROW(trial, 1, 1.0f, 0.0f, 1.0f);
    ASSERT_ROW(trial, 2, 2.0f, 0.0f, 0.0f);
    assert_int_equal(trial->unknown[0], 0);
    assert_int_equal(trial->unknown[1], 1);
    assert_int_equal(trial->problems.n_warnings, 0);
    free_trial(trial);
}

static void test_missing_numbers(void **state) {
    (void)state;
    FeatureOptions options = options_of("none", "mean", "onehot");
    options.missing_indicator = true;
    Trial *trial = new_trial(&options, "a,b\n1,5\n,6\n4,7\nNA,\n", 3);
    assert_true(trial->is_applied);
    assert_names(&trial->features, "a, a is missing, b");
    ASSERT_ROW(trial, 0, 1.0f, 0.0f, 5.0f);
    ASSERT_ROW(trial, 1, 2.5f, 1.0f, 6.0f);
    ASSERT_ROW(trial, 3, 2.5f, 1.0f, 6.0f);
    free_trial(trial);
}

static void test_missing_categories_have_their_own(void **state) {
    (void)state;
    const FeatureOptions options = options_of("none", "median", "onehot");
    Trial *trial = new_trial(&options, "c,d\nu,x\n,x\nv,y\nv,\n", 3);
    assert_true(trial->is_applied);
    assert_names(&trial->features, "c=u, c=v, c=<missing>, d=x, d=y");
    ASSERT_ROW(trial, 1, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f);
    /* d had no missing cell in training: an unknown category. */
    ASSERT_ROW(trial, 3, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f);
    assert_true(trial->features.items[0].has_missing && !trial->features.items[1].has_missing);
    assert_int_equal(trial->features.items[0].fill_code, 2);
    assert_int_equal(trial->unknown[1], 1);
    free_trial(trial);
}

static void test_mode_fills_the_most_frequent_category(void **state) {
    (void)state;
    const FeatureOptions options = options_of("none", "mode", "ordinal");
    Trial *trial = new_trial(&options, "c,n\nu,3\nv,3\nv,1\n,1\n", 4);
    assert_true(trial->is_applied);
    assert_false(trial->features.items[0].has_missing);
    ASSERT_ROW(trial, 3, 1.0f, 1.0f);
    free_trial(trial);
}

static void test_rare_categories_share_other(void **state) {
    (void)state;
    FeatureOptions options = options_of("none", "median", "onehot");
    options.max_categories = 2;
    Trial *trial = new_trial(&options, "c\n10\n9\n9\n10\nr\ns\nt\n", 6);
    assert_true(trial->is_applied);
    /* Of the kept ones all are numbers, and so in numeric order. */
    assert_names(&trial->features, "c=9, c=10, c=<other>");
    assert_true(trial->features.items[0].has_other);
    assert_int_equal(feature_n_named(&trial->features.items[0]), 2);
    ASSERT_ROW(trial, 0, 0.0f, 1.0f, 0.0f);
    ASSERT_ROW(trial, 4, 0.0f, 0.0f, 1.0f);
    ASSERT_ROW(trial, 6, 0.0f, 0.0f, 1.0f);
    assert_int_equal(trial->unknown[0], 3);
    free_trial(trial);
}

static void test_codes_have_a_place_for_unknown(void **state) {
    (void)state;
    FeatureOptions options = options_of("none", "median", "embedding");
    Trial *trial = new_trial(&options, "c\nb\na\n\nzz\n\n", 3);
    assert_true(trial->is_applied);
    assert_names(&trial->features, "c");
    const Feature *feature = &trial->features.items[0];
    assert_true(feature->has_other && feature->has_missing);
    assert_int_equal(feature->categories.n, 4);
    assert_int_equal(feature->embedding_dim, 2);
    ASSERT_ROW(trial, 0, 1.0f);
    ASSERT_ROW(trial, 2, 2.0f);
    ASSERT_ROW(trial, 3, 3.0f);
    free_trial(trial);
    options.embedding_dim = 5;
    trial = new_trial(&options, "c\nb\na\n", 2);
    assert_int_equal(trial->features.items[0].embedding_dim, 5);
    free_trial(trial);
}

static void test_unknown_can_be_an_error(void **state) {
    (void)state;
    FeatureOptions options = options_of("none", "median", "embedding");
    options.unknown_is_error = true;
    Trial *trial = new_trial(&options, "c\nb\na\nzz\n", 2);
    assert_true(trial->is_fitted && !trial->is_applied);
    assert_int_equal(trial->err.code, ERROR_DATA);
    assert_says(trial->err.text, "t.csv:4:1: error: column 'c': 'zz' ");
    assert_says(trial->err.text, "'a', 'b'");
    assert_false(trial->features.items[0].has_other);
    free_trial(trial);
    options.max_categories = 1;
    trial = new_trial(&options, "c\nb\na\n", 2);
    assert_false(trial->is_fitted);
    assert_says(trial->err.text, "has 2 categories");
    free_trial(trial);
}

static void test_missing_cells_can_be_refused(void **state) {
    (void)state;
    static const char *const imputers[] = {"error", "drop"};
    static const char *const texts[] = {"n,c\n1,u\n2,v\n,u\n", "n,c\n1,u\n2,v\n3,\n"};
    static const char *const places[] = {"t.csv:4:1: error: ", "t.csv:4:2: error: "};
    for (size_t i = 0; i < 4; i++) {
        const FeatureOptions options = options_of("standard", imputers[i / 2], "onehot");
        Trial *trial = new_trial(&options, texts[i % 2], 2);
        assert_true(trial->is_fitted && !trial->is_applied);
        assert_says(trial->err.text, places[i % 2]);
        assert_says(trial->err.text, imputers[i / 2]);
        free_trial(trial);
    }
    const FeatureOptions options = options_of("standard", "error", "onehot");
    for (size_t i = 0; i < 2; i++) {
        Trial *trial = new_trial(&options, texts[i], 3);
        assert_false(trial->is_fitted);
        assert_says(trial->err.text, places[i]);
        free_trial(trial);
    }
}

static void test_rows_with_missing_cells_are_dropped(void **state) {
    (void)state;
    const FeatureOptions options = options_of("none", "drop", "onehot");
    const FeatureOptions keeping = options_of("none", "mean", "onehot");
    Trial *trial = new_trial(&options, "n,c\n1,u\n,v\n3,\n4,v\n", 1);
    size_t n_dropped, columns[2];
    assert_true(features_drop_missing(&keeping, &trial->table, &trial->schema, &trial->all,
                                      &n_dropped, &trial->err));
    assert_int_equal(n_dropped, 0);
    RowSet copy = fixture_rows(0, 4);
    assert_true(features_bind(&trial->features, &trial->table, columns, NULL, &trial->err));
    features_drop_incomplete(&trial->features, &trial->table, columns, &copy, &n_dropped);
    assert_int_equal(n_dropped, 2);
    assert_int_equal(copy.n, 2);
    assert_true(features_drop_missing(&options, &trial->table, &trial->schema, &trial->all,
                                      &n_dropped, &trial->err));
    assert_int_equal(n_dropped, 2);
    assert_int_equal(trial->all.n, 2);
    assert_int_equal(trial->all.rows[1], 3);
    RowSet bad = {copy.rows, 1};
    copy.rows[0] = 1;
    assert_false(features_drop_missing(&options, &trial->table, &trial->schema, &bad, &n_dropped,
                                       &trial->err));
    assert_int_equal(trial->err.code, ERROR_DATA);
    memory_free(copy.rows);
    free_trial(trial);
}

static void test_columns_without_information_are_told(void **state) {
    (void)state;
    const FeatureOptions options = options_of("standard", "median", "onehot");
    Trial *trial = new_trial(&options, "n,c,m\n0.1,u,1\n0.1,u,2\n0.1,u,3\n", 3);
    assert_true(trial->is_applied);
    assert_int_equal(trial->problems.n_warnings, 2);
    assert_says(text_of(&trial->problems.text), "column 'n' is constant");
    assert_says(text_of(&trial->problems.text), "column 'c' is constant");
    assert_true(trial->x[0][0] == 0.0f && trial->x[2][0] == 0.0f);
    free_trial(trial);
    trial = new_trial(&options, "n,m\n1,\n2,NA\n3,7\n", 2);
    assert_false(trial->is_fitted);
    assert_says(trial->err.text, "column 'm' has no value");
    free_trial(trial);
}

static void test_ids_are_told(void **state) {
    (void)state;
    const FeatureOptions options = options_of("standard", "median", "onehot");
    TextBuffer text = {0};
    text_append(&text, "id\n");
    for (int i = 0; i < 20; i++)
        text_printf(&text, "row%d\n", i);
    Trial *trial = new_trial(&options, text_of(&text), 19);
    assert_int_equal(trial->problems.n_warnings, 0);
    free_trial(trial);
    trial = NEW(Trial, 1);
    trial->table = fixture_table(text_of(&text));
    trial->schema = fixture_schema(&trial->table, NULL, 0);
    trial->train = fixture_rows(0, 20);
    assert_true(features_fit(&options, &trial->table, &trial->schema, &trial->train,
                             &trial->features, &trial->problems, &trial->err));
    assert_says(text_of(&trial->problems.text), "column 'id' has another category in each");
    free_trial(trial);
    text_free(&text);
}

static void test_timestamps_keep_their_precision(void **state) {
    (void)state;
    const FeatureOptions options = options_of("minmax", "median", "onehot");
    Trial *trial = new_trial(&options, "t\n1700000000.25\n1700000000.5\n1700000001.25\n", 3);
    ASSERT_ROW(trial, 0, 0.0f);
    ASSERT_ROW(trial, 1, 0.25f);
    ASSERT_ROW(trial, 2, 1.0f);
    free_trial(trial);
}

static void test_values_beyond_float_are_errors(void **state) {
    (void)state;
    const FeatureOptions none = options_of("none", "median", "onehot");
    Trial *trial = new_trial(&none, "n\n1\n2\n-1e39\n", 2);
    assert_true(trial->is_fitted && !trial->is_applied);
    assert_says(trial->err.text, "t.csv:4:1: error: column 'n': '-1e39' ");
    free_trial(trial);
    const FeatureOptions minmax = options_of("minmax", "median", "onehot");
    trial = new_trial(&minmax, "n\n1e308\n-1e308\n", 2);
    assert_false(trial->is_fitted);
    assert_says(trial->err.text, "too large to be scaled");
    free_trial(trial);
    const FeatureOptions quantile = options_of("quantile", "median", "onehot");
    trial = new_trial(&quantile, "n\n1\n3\n1e308\n2\n", 2);
    ASSERT_ROW(trial, 2, 1.0f);
    ASSERT_ROW(trial, 3, 0.5f);
    free_trial(trial);
}

static void test_columns_are_matched_by_name(void **state) {
    (void)state;
    const FeatureOptions options = options_of("none", "median", "onehot");
    Trial *trial = new_trial(&options, "width,c\n1,u\n2,v\n", 2);
    Table other = fixture_table("c,extra,width\nv,0,7\n");
    RowSet rows = fixture_rows(0, 1);
    apply_to(trial, &other, &rows);
    ASSERT_ROW(trial, 0, 7.0f, 0.0f, 1.0f);
    size_t columns[2], n_extra;
    assert_true(features_bind(&trial->features, &other, columns, &n_extra, &trial->err));
    assert_int_equal(n_extra, 1);
    Table lacking = fixture_table("widht,d\n1,2\n");
    assert_false(features_bind(&trial->features, &lacking, columns, &n_extra, &trial->err));
    assert_int_equal(trial->err.code, ERROR_DATA);
    assert_says(trial->err.text, "'width' (did you mean 'widht'?), 'c'");
    table_free(&lacking);
    table_free(&other);
    memory_free(rows.rows);
    free_trial(trial);
}

static void test_text_in_a_numeric_column(void **state) {
    (void)state;
    const FeatureOptions options = options_of("standard", "median", "onehot");
    Trial *trial = new_trial(&options, "n\n1\n2\n", 2);
    Table other = fixture_table("n\n5\nten\n");
    RowSet rows = fixture_rows(0, 2);
    apply_to(trial, &other, &rows);
    assert_false(trial->is_applied);
    assert_says(trial->err.text, "t.csv:3:1: error: column 'n': 'ten' ");
    table_free(&other);
    memory_free(rows.rows);
    free_trial(trial);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_training_rows_are_fitted),
        cmocka_unit_test(test_missing_numbers),
        cmocka_unit_test(test_missing_categories_have_their_own),
        cmocka_unit_test(test_mode_fills_the_most_frequent_category),
        cmocka_unit_test(test_rare_categories_share_other),
        cmocka_unit_test(test_codes_have_a_place_for_unknown),
        cmocka_unit_test(test_unknown_can_be_an_error),
        cmocka_unit_test(test_missing_cells_can_be_refused),
        cmocka_unit_test(test_rows_with_missing_cells_are_dropped),
        cmocka_unit_test(test_columns_without_information_are_told),
        cmocka_unit_test(test_ids_are_told),
        cmocka_unit_test(test_timestamps_keep_their_precision),
        cmocka_unit_test(test_values_beyond_float_are_errors),
        cmocka_unit_test(test_columns_are_matched_by_name),
        cmocka_unit_test(test_text_in_a_numeric_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
