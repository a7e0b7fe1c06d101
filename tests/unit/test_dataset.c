/* Data sets: matrices of a table's rows, and batches gathered from them. */
#include "unit.h"

#include <string.h>

#include "data/dataset.h"

#include "data_fixture.h"

/* t is the target, w the weight when it is not empty, the rest features. */
static const char *const text = "t,a,c,w\n10,0,u,1\n20,1,v,0.5\n30,2,u,2\n40,3,v,0\n";
enum { N_ROWS = 4, WEIGHT = 3 };

typedef struct Fitted {
    Table table;
    Schema schema;
    RowSet rows;
    Features features;
    Target target;
    Error err;
} Fitted;

static Fitted *new_fitted(void) {
    Fitted *fitted = NEW(Fitted, 1);
    fitted->table = fixture_table(text);
    fitted->schema = fixture_schema(&fitted->table, "regression", 1);
    fitted->schema.n_features = 2; /* without w */
    fitted->rows = fixture_rows(0, N_ROWS);
    const FeatureOptions options = {
        .scaler = (const Scaler *)kind_find(scaler_kinds(), "none"),
        .imputer = (const Imputer *)kind_find(imputer_kinds(), "median"),
        .encoder = (const Encoder *)kind_find(encoder_kinds(), "onehot"),
        .max_categories = 64};
    const TargetOptions target = {(const Scaler *)kind_find(scaler_kinds(), "none")};
    Problems problems = {0};
    assert_true(features_fit(&options, &fitted->table, &fitted->schema, &fitted->rows,
                             &fitted->features, &problems, &fitted->err));
    assert_true(target_fit(&target, &fitted->table, &fitted->schema, &fitted->rows, &fitted->target,
                           &fitted->err));
    problems_free(&problems);
    return fitted;
}

static void free_fitted(Fitted *fitted) {
    features_free(&fitted->features);
    target_free(&fitted->target);
    schema_free(&fitted->schema);
    table_free(&fitted->table);
    memory_free(fitted->rows.rows);
    memory_free(fitted);
}

static void test_rows_become_numbers(void **state) {
    (void)state;
    Fitted *fitted = new_fitted();
    Dataset dataset = {0};
    fitted->rows.rows[0] = 3; /* rows 3, 1, 2 */
    fitted->rows.n = 3;
    assert_true(dataset_build(&fitted->features, &fitted->target, &fitted->table, &fitted->rows,
                              WEIGHT, NULL, &dataset, &fitted->err));
    assert_int_equal(dataset.n_rows, 3);
    assert_int_equal(dataset.n_inputs, 3);
    assert_int_equal(dataset.n_targets, 1);
    assert_int_equal(dataset.x_row, 16);
    assert_int_equal(dataset.y_row, dataset.n_targets);
    const float first[] = {3.0f, 0.0f, 1.0f, 0.0f};
    assert_memory_equal(dataset.x, first, sizeof first);
    assert_true(dataset.x[2 * 16] == 2.0f && dataset.x[2 * 16 + 1] == 1.0f);
    assert_true(dataset.y[0] == 40.0f && dataset.y[1] == 20.0f);
    assert_true(dataset.weight[0] == 0.0f && dataset.weight[2] == 2.0f);
    assert_int_equal(dataset.source[0], 3);
    assert_int_equal(dataset.source[2], 2);
    dataset_free(&dataset);
    free_fitted(fitted);
}

static void test_no_target_is_needed_to_predict(void **state) {
    (void)state;
    Fitted *fitted = new_fitted();
    Table table = fixture_table("c,a\nzz,5\n");
    RowSet rows = fixture_rows(0, 1);
    Dataset dataset = {0};
    size_t per_feature[2] = {0};
    UnknownCount unknown = {per_feature};
    assert_true(dataset_build(&fitted->features, NULL, &table, &rows, table.n_columns, &unknown,
                              &dataset, &fitted->err));
    assert_null(dataset.y);
    assert_null(dataset.weight);
    assert_true(dataset.x[0] == 5.0f);
    assert_int_equal(per_feature[1], 1);
    const uint32_t examples[] = {0, 0};
    float x[32], weight[2];
    dataset_gather(&dataset, examples, 2, x, NULL, weight);
    assert_true(x[16] == 5.0f && weight[1] == 1.0f);
    dataset_free(&dataset);
    assert_false(dataset_build(&fitted->features, &fitted->target, &table, &rows, table.n_columns,
                               NULL, &dataset, &fitted->err));
    assert_int_equal(fitted->err.code, ERROR_DATA);
    dataset_free(&dataset);
    memory_free(rows.rows);
    table_free(&table);
    free_fitted(fitted);
}

static void test_batches_are_gathered(void **state) {
    (void)state;
    enum { N = 40 };
    Fitted *fitted = new_fitted();
    Dataset dataset = {0};
    assert_true(dataset_build(&fitted->features, &fitted->target, &fitted->table, &fitted->rows,
                              WEIGHT, NULL, &dataset, &fitted->err));
    uint32_t examples[N];
    static float x[N * 16], y[N];
    float weight[N];
    for (uint32_t i = 0; i < N; i++)
        examples[i] = i * 3 % N_ROWS;
    dataset_gather(&dataset, examples, N, x, y, weight);
    for (size_t i = 0; i < N; i++) {
        assert_memory_equal(x + 16 * i, dataset.x + 16 * examples[i], 16 * sizeof *x);
        assert_true(y[i] == dataset.y[examples[i]]);
        assert_true(weight[i] == dataset.weight[examples[i]]);
    }
    dataset_gather(&dataset, examples, N, x, y, NULL);
    dataset_free(&dataset);
    free_fitted(fitted);
}

static void assert_weights_refused(const char *weights, const char *part) {
    Fitted *fitted = new_fitted();
    Table table = fixture_table(weights);
    fitted->rows.n = table.n_rows;
    Dataset dataset = {0};
    assert_false(dataset_build(&fitted->features, &fitted->target, &table, &fitted->rows, WEIGHT,
                               NULL, &dataset, &fitted->err));
    assert_int_equal(fitted->err.code, ERROR_DATA);
    if (!strstr(fitted->err.text, part))
        fail_msg("'%s' is not in: %s", part, fitted->err.text);
    dataset_free(&dataset);
    table_free(&table);
    free_fitted(fitted);
}

static void test_weights_are_checked(void **state) {
    (void)state;
    assert_weights_refused("t,a,c,w\n1,1,u,1\n1,1,u,-1\n", "t.csv:3:4: error: column 'w': '-1' ");
    assert_weights_refused("t,a,c,w\n1,1,u,1\n1,1,u,\n", "t.csv:3:4: error: column 'w': '' ");
    assert_weights_refused("t,a,c,w\n1,1,u,1e39\n", "t.csv:2:4: error: column 'w': '1e39' ");
    assert_weights_refused("t,a,c,w\n1,1,u,0\n1,1,u,0\n", "all 2 rows have weight 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_become_numbers),
        cmocka_unit_test(test_no_target_is_needed_to_predict),
        cmocka_unit_test(test_batches_are_gathered),
        cmocka_unit_test(test_weights_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
