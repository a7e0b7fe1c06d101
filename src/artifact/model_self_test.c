/* The member "self_test" of model.json: rows as they come, and what the model says of them; see
 * model_section.h. */
#include <math.h>
#include <string.h>

#include "artifact/model_section.h"
#include "base/memory.h"
#include "compute/kernels.h"

void self_test_free(SelfTest *test) {
    text_list_free(&test->cells);
    memory_free(test->expected);
    *test = (SelfTest){0};
}

/* Outputs (rows, n_outputs) of table rows, released with memory_free; NULL when features_apply
 * fails. */
static float *predict(const ModelFile *file, const Table *table, const size_t *columns,
                      const RowSet *rows, Error *err) {
    const size_t x_row = compute_spread(file->features.n_columns);
    const size_t n_outputs = network_outputs(&file->network), row = compute_pad(n_outputs);
    float *x = NEW(float, rows->n *x_row);
    float *outputs = NULL;
    if (features_apply(&file->features, table, columns, rows, x, x_row, NULL, err)) {
        Workspace *workspace = workspace_new(&file->network, rows->n);
        const float *predictions = model_predict(&file->model, workspace, x, rows->n);
        outputs = NEW(float, rows->n *n_outputs);
        for (size_t i = 0; i < rows->n; i++) {
            memcpy(outputs + i * n_outputs, predictions + i * row, n_outputs * sizeof *outputs);
        }
        workspace_free(workspace);
    }
    memory_free(x);
    return outputs;
}

static bool all_finite(const float *values, size_t n) {
    bool finite = true;
    for (size_t i = 0; i < n; i++) {
        finite = finite && isfinite(values[i]);
    }
    return finite;
}

/* ---- Making ---- */

/* Keeps a row; not one with an output that JSON has no number for. */
static void keep_row(SelfTest *test, const Features *features, const Table *table,
                     const size_t *columns, size_t row, const float *outputs) {
    if (!all_finite(outputs, test->n_outputs)) {
        return;
    }
    table_texts(table, row, columns, features->n, &test->cells);
    memcpy(test->expected + test->n_rows * test->n_outputs, outputs,
           test->n_outputs * sizeof *outputs);
    test->n_rows++;
}

size_t model_self_test_count(size_t n) { return n < SELF_TEST_ROWS ? n : SELF_TEST_ROWS; }

size_t model_self_test_choose(size_t n, size_t index) {
    return index * n / model_self_test_count(n);
}

bool model_file_add_self_test(ModelFile *file, const Table *table, const size_t *columns,
                              const RowSet *rows, Error *err) {
    uint32_t chosen[SELF_TEST_ROWS];
    RowSet few = {chosen, model_self_test_count(rows->n)};
    for (size_t i = 0; i < few.n; i++) {
        chosen[i] = rows->rows[model_self_test_choose(rows->n, i)];
    }
    SelfTest *test = &file->self_test;
    *test = (SelfTest){.n_outputs = network_outputs(&file->network)};
    if (few.n == 0) {
        return true;
    }
    float *outputs = predict(file, table, columns, &few, err);
    if (!outputs) {
        return false;
    }
    test->expected = NEW(float, few.n * test->n_outputs);
    for (size_t i = 0; i < few.n; i++) {
        keep_row(test, &file->features, table, columns, chosen[i], outputs + i * test->n_outputs);
    }
    memory_free(outputs);
    return true;
}

/* ---- Writing and reading ---- */

void model_self_test_add(Json *root, const ModelFile *file) {
    const SelfTest *test = &file->self_test;
    const size_t n_cells = file->features.n;
    Json *array = json_add_array(root, "self_test");
    for (size_t i = 0; i < test->n_rows; i++) {
        Json *row = json_add_object(array, NULL);
        Json *input = json_add_array(row, "input");
        for (size_t j = 0; j < n_cells; j++) {
            json_add_text(input, NULL, test->cells.items[i * n_cells + j]);
        }
        json_add_floats(row, "output", test->expected + i * test->n_outputs, test->n_outputs);
    }
}

static bool get_row(const JsonAt *row, const Features *features, SelfTest *test, Error *err) {
    TextList cells;
    float *outputs;
    size_t n_outputs;
    if (!json_is_object(row, err) || !json_has_only(row, "input output", err) ||
        !json_get_texts(row, "input", &cells, err)) {
        return false;
    }
    for (size_t i = 0; i < cells.n; i++) {
        text_list_add(&test->cells, cells.items[i]);
    }
    const size_t n_cells = cells.n;
    text_list_free(&cells);
    if (!json_get_floats(row, "output", &outputs, &n_outputs, err)) {
        return false;
    }
    const bool fits = n_cells == features->n && n_outputs == test->n_outputs;
    if (fits) {
        memcpy(test->expected + test->n_rows++ * n_outputs, outputs, n_outputs * sizeof *outputs);
    }
    memory_free(outputs);
    return fits ||
           json_fail(row, err, "must have %zu cells and %zu outputs", features->n, test->n_outputs);
}

bool model_self_test_get(const JsonAt *root, ModelFile *file, Error *err) {
    SelfTest *test = &file->self_test;
    JsonAt array;
    if (!json_get_array(root, "self_test", &array, err)) {
        return false;
    }
    if (json_length(&array) > SELF_TEST_ROWS) {
        return json_fail(&array, err, "has %zu rows, more than %d", json_length(&array),
                         SELF_TEST_ROWS);
    }
    test->n_outputs = network_outputs(&file->network);
    test->expected = NEW(float, json_length(&array) * test->n_outputs);
    for (JsonAt row = json_first(&array); row.value; json_next(&row)) {
        if (!get_row(&row, &file->features, test, err)) {
            return false;
        }
    }
    return true;
}

/* ---- Running ---- */

/* The rows as a table, columns in the order of the features. */
static Table make_table(const Features *features, const SelfTest *test) {
    Table table = {.n_rows = test->n_rows};
    TextList names = {0};
    text_list_add(&table.files, "self_test");
    for (size_t i = 0; i < features->n; i++) {
        text_list_add(&names, features->items[i].name);
    }
    table_set_names(&table, &names, test->n_rows);
    table_reserve(&table, test->n_rows);
    const size_t n = features->n;
    for (size_t row = 0; row < test->n_rows; row++) {
        for (size_t i = 0; i < n; i++) {
            table_put_text(&table, row, i, test->cells.items[row * n + i], &features->missing);
        }
    }
    text_list_free(&names);
    return table;
}

static bool compare(const char *path, const ModelFile *file, const Table *table, Error *err) {
    const SelfTest *test = &file->self_test;
    size_t *columns = NEW(size_t, file->features.n);
    uint32_t chosen[SELF_TEST_ROWS];
    for (size_t i = 0; i < file->features.n; i++) {
        columns[i] = i;
    }
    for (uint32_t i = 0; i < test->n_rows; i++) {
        chosen[i] = i;
    }
    const RowSet rows = {chosen, test->n_rows};
    Error why = {0};
    float *outputs = predict(file, table, columns, &rows, &why);
    memory_free(columns);
    if (!outputs) {
        return fail(err, ERROR_MODEL, "%s: error: the self test of the model cannot be run: %s",
                    path, why.text);
    }
    const size_t n = test->n_rows * test->n_outputs;
    const bool is_same = memcmp(outputs, test->expected, n * sizeof *outputs) == 0;
    memory_free(outputs);
    return is_same || fail(err, ERROR_MODEL,
                           "%s: error: the self test of the model fails: it does not give the "
                           "outputs that it gave "
                           "when it was written",
                           path);
}

bool model_self_test_run(const char *path, const ModelFile *file, Error *err) {
    if (file->self_test.n_rows == 0) {
        return true;
    }
    Table table = make_table(&file->features, &file->self_test);
    const bool good = compare(path, file, &table, err);
    table_free(&table);
    return good;
}
