/* Scalers, imputers and encoders against scikit-learn's numbers
 * (tests/reference/make_preprocess.py). */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/categories.h"
#include "data/encoder.h"
#include "data/imputer.h"
#include "data/scaler.h"
#include "data/statistics.h"

/* The state of the tests is the parsed reference. */
static int read_reference(void **state) {
    char *bytes;
    size_t n;
    Error err;
    if (!file_read("tests/reference/preprocess.json", 1 << 24, false, &bytes, &n, &err))
        return -1;
    *state = cJSON_ParseWithLength(bytes, n);
    memory_free(bytes);
    return *state ? 0 : -1;
}

static int free_reference(void **state) {
    cJSON_Delete(*state);
    return 0;
}

static double *numbers_of(const cJSON *array, size_t *n) {
    *n = (size_t)cJSON_GetArraySize(array);
    double *numbers = NEW(double, *n);
    size_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, array) numbers[i++] = item->valuedouble;
    return numbers;
}

static const Scaler *scaler_called(const char *name) {
    const Kind *kind = kind_find(scaler_kinds(), name);
    assert_non_null(kind);
    return (const Scaler *)kind;
}

static const Imputer *imputer_called(const char *name) {
    const Kind *kind = kind_find(imputer_kinds(), name);
    assert_non_null(kind);
    return (const Imputer *)kind;
}

static const Encoder *encoder_called(const char *name) {
    const Kind *kind = kind_find(encoder_kinds(), name);
    assert_non_null(kind);
    return (const Encoder *)kind;
}

static void assert_near(double got, double expected, const char *what, const char *column) {
    const double size = expected < 0 ? -expected : expected;
    const double difference = got < expected ? expected - got : got - expected;
    if (!(difference <= 1e-12 * (size > 1 ? size : 1)))
        fail_msg("%s of '%s': got %.17g, expected %.17g", what, column, got, expected);
}

static void check_scalers_on(const cJSON *column) {
    const char *name = cJSON_GetObjectItem(column, "name")->valuestring;
    size_t n, n_queries, n_expected;
    double *values = numbers_of(cJSON_GetObjectItem(column, "values"), &n);
    double *queries = numbers_of(cJSON_GetObjectItem(column, "queries"), &n_queries);
    statistics_sort(values, n);
    const cJSON *kind;
    cJSON_ArrayForEach(kind, cJSON_GetObjectItem(column, "scaled")) {
        double *expected = numbers_of(kind, &n_expected);
        assert_int_equal(n_expected, n_queries);
        const Scaler *scaler = scaler_called(kind->string);
        Scaling scaling = {0};
        scaler->fit(values, n, &scaling);
        assert_true(scaling_is_finite(&scaling));
        for (size_t i = 0; i < n_queries; i++)
            assert_near(scaler->transform(&scaling, queries[i]), expected[i], kind->string, name);
        scaling_free(&scaling);
        memory_free(expected);
    }
    memory_free(values);
    memory_free(queries);
}

static void test_scalers_equal_scikit_learn(void **state) {
    const cJSON *reference = *state;
    const cJSON *column;
    cJSON_ArrayForEach(column, cJSON_GetObjectItem(reference, "columns")) check_scalers_on(column);
}

static void check_imputers_on(const cJSON *column) {
    const char *name = cJSON_GetObjectItem(column, "name")->valuestring;
    size_t n;
    double *values = numbers_of(cJSON_GetObjectItem(column, "values"), &n);
    statistics_sort(values, n);
    const cJSON *fill;
    cJSON_ArrayForEach(fill, cJSON_GetObjectItem(column, "fills")) {
        const Imputer *imputer = imputer_called(fill->string);
        assert_near(imputer->fill(values, n), fill->valuedouble, fill->string, name);
    }
    assert_true(imputer_called("zero")->fill(values, n) == 0.0);
    memory_free(values);
}

static void test_imputers_equal_scikit_learn(void **state) {
    const cJSON *reference = *state;
    const cJSON *column;
    cJSON_ArrayForEach(column, cJSON_GetObjectItem(reference, "columns")) check_imputers_on(column);
    assert_null(imputer_called("drop")->fill);
    assert_null(imputer_called("error")->fill);
    assert_true(imputer_called("drop")->drops_rows && imputer_called("error")->refuses);
}

static void add_cells(Categories *categories, const cJSON *cells) {
    const cJSON *cell;
    size_t row = 0;
    cJSON_ArrayForEach(cell, cells) categories_add(categories, cell->valuestring, row++);
}

static void check_onehot_on(const cJSON *example) {
    const Encoder *onehot = encoder_called("onehot");
    const size_t most = (size_t)cJSON_GetObjectItem(example, "max_categories")->valueint;
    Categories categories = {0};
    add_cells(&categories, cJSON_GetObjectItem(example, "cells"));
    const size_t n_distinct = categories.n;
    categories_keep(&categories, most);
    const bool has_other = n_distinct > most;
    const size_t width = onehot->width(categories.n + has_other);
    const cJSON *query = cJSON_GetObjectItem(example, "queries")->child;
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItem(example, "rows")) {
        size_t n;
        double *expected = numbers_of(row, &n);
        float out[8];
        assert_int_equal(n, width);
        size_t code = categories_find(&categories, query->valuestring);
        /* Without <other> the code after the last one stands for "none of them". */
        if (code == CATEGORY_NONE)
            code = categories.n;
        onehot->encode(out, code, width);
        for (size_t i = 0; i < n; i++)
            assert_near((double)out[i], expected[i], "onehot", query->valuestring);
        memory_free(expected);
        query = query->next;
    }
    categories_free(&categories);
}

static void test_onehot_equals_scikit_learn(void **state) {
    const cJSON *reference = *state;
    const cJSON *encoded = cJSON_GetObjectItem(reference, "encoded");
    const cJSON *example;
    cJSON_ArrayForEach(example, cJSON_GetObjectItem(encoded, "onehot")) check_onehot_on(example);
}

static void test_ordinal_equals_scikit_learn(void **state) {
    const cJSON *reference = *state;
    const cJSON *example =
        cJSON_GetObjectItem(cJSON_GetObjectItem(reference, "encoded"), "ordinal");
    const Encoder *ordinal = encoder_called("ordinal");
    Categories categories = {0};
    add_cells(&categories, cJSON_GetObjectItem(example, "cells"));
    categories_sort(&categories);
    const cJSON *query = cJSON_GetObjectItem(example, "queries")->child;
    const cJSON *expected;
    cJSON_ArrayForEach(expected, cJSON_GetObjectItem(example, "codes")) {
        float out = -1.0f;
        ordinal->encode(&out, categories_find(&categories, query->valuestring), categories.n);
        assert_near((double)out, expected->valuedouble, "ordinal", query->valuestring);
        query = query->next;
    }
    assert_int_equal(ordinal->width(17), 1);
    categories_free(&categories);
}

static void test_category_order(void **state) {
    (void)state;
    static const char *const numeric[] = {"1", "1.0", "2", "10"};
    static const char *const mixed[] = {"1", "1.0", "10", "2", "x"};
    Categories categories = {0};
    for (size_t i = 0; i < 4; i++)
        categories_add(&categories, numeric[3 - i], i);
    categories_sort(&categories);
    assert_true(categories.is_numeric);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(categories.items[i].name, numeric[i]);
        assert_int_equal(categories_find(&categories, numeric[i]), i);
    }
    categories_add(&categories, "x", 4);
    categories_sort(&categories);
    assert_false(categories.is_numeric);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(categories.items[i].name, mixed[i]);
    assert_true(categories_find(&categories, "11") == CATEGORY_NONE);
    categories_free(&categories);
}

static void test_ties_keep_the_first_in_order(void **state) {
    (void)state;
    static const char *const cells[] = {"d", "c", "b", "a", "d", "d", "c", "b"};
    Categories categories = {0};
    for (size_t i = 0; i < 8; i++)
        categories_add(&categories, cells[i], i);
    categories_keep(&categories, 2);
    assert_int_equal(categories.n, 2);
    assert_string_equal(categories.items[0].name, "b");
    assert_string_equal(categories.items[1].name, "d");
    assert_int_equal(categories_most_frequent(&categories), 1);
    assert_true(categories_find(&categories, "c") == CATEGORY_NONE);
    categories_free(&categories);
}

static void test_many_categories_are_found(void **state) {
    (void)state;
    enum { N = 5000 };
    static char names[N][8];
    Categories categories = {0};
    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%zu", (i * 7919) % N);
        categories_add(&categories, names[i], i);
    }
    categories_sort(&categories);
    assert_int_equal(categories.n, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(categories_find(&categories, names[i]), (i * 7919) % N);
    categories_free(&categories);
}

static void test_linear_scalers_are_undone(void **state) {
    (void)state;
    const double values[] = {-3.0, 1.0, 2.5, 2.5, 40.0};
    const KindTable *table = scaler_kinds();
    for (size_t i = 0; i < table->n; i++) {
        const Scaler *scaler = (const Scaler *)kind_at(table, i);
        if (!scaler->is_linear)
            continue;
        Scaling scaling = {0};
        scaler->fit(values, 5, &scaling);
        const double scaled = scaler->transform(&scaling, 7.25);
        assert_near(scaling_undo(&scaling, scaled), 7.25, "undone", scaler->kind.name);
        scaling_free(&scaling);
    }
}

static void test_values_too_large_are_noticed(void **state) {
    (void)state;
    const double values[] = {-1.7e308, 1.7e308, 1.7e308};
    static const char *const names[] = {"standard", "minmax", "robust"};
    for (size_t i = 0; i < 3; i++) {
        Scaling scaling = {0};
        scaler_called(names[i])->fit(values, 3, &scaling);
        assert_false(scaling_is_finite(&scaling));
    }
}

static void test_auto_width_of_embeddings(void **state) {
    (void)state;
    assert_int_equal(encoder_auto_width(1), 1);
    assert_int_equal(encoder_auto_width(2), 1);
    assert_int_equal(encoder_auto_width(7), 4);
    assert_int_equal(encoder_auto_width(1000), 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalers_equal_scikit_learn),
        cmocka_unit_test(test_imputers_equal_scikit_learn),
        cmocka_unit_test(test_onehot_equals_scikit_learn),
        cmocka_unit_test(test_ordinal_equals_scikit_learn),
        cmocka_unit_test(test_category_order),
        cmocka_unit_test(test_ties_keep_the_first_in_order),
        cmocka_unit_test(test_many_categories_are_found),
        cmocka_unit_test(test_linear_scalers_are_undone),
        cmocka_unit_test(test_values_too_large_are_noticed),
        cmocka_unit_test(test_auto_width_of_embeddings),
    };
    return cmocka_run_group_tests(tests, read_reference, free_reference);
}
