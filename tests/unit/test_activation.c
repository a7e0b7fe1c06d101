/* Activations and outputs: against PyTorch, gradients against central differences, values at the
 * edges, and the same bits at every level. */
#include "nn/activation.h"

#include <string.h>

#include "compute/kernels.h"
#include "data/task.h"
#include "nn_reference.h"

DECLARE_LEVELS(const KindTable, activation_kinds);
DECLARE_LEVELS(const KindTable, output_kinds);

static const KindTable *const activation_levels[] = ALL_LEVELS(activation_kinds);
static const KindTable *const output_levels[] = ALL_LEVELS(output_kinds);
enum { N_LEVELS = sizeof activation_levels / sizeof *activation_levels };

static const Activation *activation_at(size_t index) {
    return (const Activation *)kind_at(activation_kinds(), index);
}

static const Activation *activation_named(const char *name) {
    const Activation *activation = (const Activation *)kind_find(activation_kinds(), name);
    assert_non_null(activation);
    return activation;
}

static const Output *output_named(const char *name) {
    const Output *output = (const Output *)kind_find(output_kinds(), name);
    assert_non_null(output);
    return output;
}

/* Values in (-reach, reach) that look random, the same in every run. */
static void fill(float *x, size_t n, float reach) {
    uint32_t state = 12345;
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = reach * ((float)(state >> 8) / 8388608.0f - 1.0f);
    }
}

static void check_activation(const cJSON *reference) {
    const char *name = reference_text(reference, "name");
    const Activation *activation = activation_named(name);
    size_t n = 0;
    double *y = reference_array(reference, "y", &n);
    double *slope = reference_array(reference, "slope", &n);
    float *z = reference_matrix(reference, "z", n, n, 0);
    float *actual = NEW(float, n), *d = NEW(float, n), *ones = NEW(float, n);
    for (size_t i = 0; i < n; i++)
        ones[i] = 1;
    activation->forward(actual, z, n);
    activation->backward(d, ones, z, actual, n);
    /* GELU's tail is a difference from 1, as in PyTorch's float32; slopes are written in 1 - y. */
    const double scale = strcmp(name, "gelu") == 0 ? 1 : 0;
    for (size_t i = 0; i < n; i++) {
        assert_near(name, i, actual[i], y[i], 8, scale);
        assert_near(name, i, d[i], slope[i], 8, 1);
    }
    memory_free(y);
    memory_free(slope);
    memory_free(z);
    memory_free(actual);
    memory_free(d);
    memory_free(ones);
}

static void activations_match_pytorch(void **state) {
    (void)state;
    cJSON *json = reference_load("tests/reference/activations.json");
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(json, "activations"), *item = NULL;
    assert_int_equal(cJSON_GetArraySize(array), activation_kinds()->n);
    cJSON_ArrayForEach(item, array) check_activation(item);
    cJSON_Delete(json);
}

static void check_output(const cJSON *reference) {
    const char *name = reference_text(reference, "name");
    const Output *output = output_named(name);
    const size_t n = (size_t)reference_number(reference, "n", 0), row = compute_pad(n) + LANES;
    /* The padding of what goes in is poisoned: it must not be seen. */
    float *z = reference_matrix(reference, "z", n, row, NAN);
    float *dy = reference_matrix(reference, "dy", n, row, NAN);
    size_t count = 0;
    double *y = reference_array(reference, "y", &count);
    double *dz = reference_array(reference, "dz", &count);
    const size_t rows = count / n;
    float *actual = NEW(float, rows *row), *d = NEW(float, rows *row);
    memset(actual, 0x7f, rows * row * sizeof *actual);
    memset(d, 0x7f, rows * row * sizeof *d);
    output->forward(actual, z, rows, n, row);
    if (output->backward)
        output->backward(d, dy, actual, rows, n, row);
    for (size_t i = 0; i < rows * row; i++) {
        const size_t j = i % row, at = i / row * n + j;
        assert_near(name, i, actual[i], j < n ? y[at] : 0, 64, 0x1p-60);
        if (output->backward)
            assert_near(name, i, d[i], j < n ? dz[at] : 0, 8, 1);
    }
    memory_free(z);
    memory_free(dy);
    memory_free(y);
    memory_free(dz);
    memory_free(actual);
    memory_free(d);
}

static void outputs_match_pytorch(void **state) {
    (void)state;
    cJSON *json = reference_load("tests/reference/activations.json");
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(json, "outputs"), *item = NULL;
    size_t seen[8] = {0};
    cJSON_ArrayForEach(item, array) {
        check_output(item);
        const Output *output = output_named(reference_text(item, "name"));
        seen[output - (const Output *)output_kinds()->rows]++;
    }
    for (size_t i = 0; i < output_kinds()->n; i++)
        assert_true(seen[i] > 0);
    cJSON_Delete(json);
}

/* Central differences of the float function, in double: truncation h^2 f'''/6 and rounding u/h. */
static void gradients_match_differences(void **state) {
    (void)state;
    enum { N = 101 };
    const float h = 0x1p-7f;
    float z[N], dy[N], y[N], dz[N], up[N], down[N];
    fill(z, N, 4);
    fill(dy, N, 2);
    for (size_t k = 0; k < activation_kinds()->n; k++) {
        const Activation *activation = activation_at(k);
        activation->forward(y, z, N);
        activation->backward(dz, dy, z, y, N);
        for (size_t i = 0; i < N; i++) {
            up[i] = z[i] + h;
            down[i] = z[i] - h;
        }
        double largest = 0, width[N];
        for (size_t i = 0; i < N; i++)
            width[i] = (double)up[i] - (double)down[i];
        activation->forward(up, up, N);
        activation->forward(down, down, N);
        for (size_t i = 0; i < N; i++) {
            if (fabsf(z[i]) < 2 * h)
                continue; /* a kink */
            const double slope = ((double)up[i] - (double)down[i]) / width[i];
            const double gradient = (double)dz[i] / (double)dy[i];
            if (fabs(slope - gradient) > 2e-4)
                fail_msg("%s at %g: %g, differences %g", activation->kind.name, (double)z[i],
                         gradient, slope);
            largest = fmax(largest, fabs(gradient));
        }
        assert_true(strcmp(activation->kind.name, "step") == 0 ? largest == 0 : largest > 0.1);
    }
}

/* Any count, and arrays that are the same. */
static void counts_and_aliases(void **state) {
    (void)state;
    enum { N = 50 };
    float z[N], y[N], dz[N], dy[N], short_y[N], in_place[N];
    fill(z, N, 3);
    fill(dy, N, 1);
    for (size_t k = 0; k < activation_kinds()->n; k++) {
        const Activation *activation = activation_at(k);
        activation->forward(y, z, N);
        activation->backward(dz, dy, z, y, N);
        for (size_t n = 0; n <= N; n += 7) {
            for (size_t i = 0; i < N; i++)
                short_y[i] = 77;
            activation->forward(short_y, z, n);
            assert_memory_equal(short_y, y, n * sizeof *y);
            for (size_t i = n; i < N; i++)
                assert_true(short_y[i] == 77.0f);
        }
        memcpy(in_place, z, sizeof z);
        activation->forward(in_place, in_place, N);
        assert_memory_equal(in_place, y, sizeof y);
        memcpy(in_place, dy, sizeof dy);
        activation->backward(in_place, in_place, z, y, N);
        assert_memory_equal(in_place, dz, sizeof dz);
    }
}

static void nan_is_kept(void **state) {
    (void)state;
    float z[3] = {1, NAN, -1}, y[3];
    for (size_t k = 0; k < activation_kinds()->n; k++) {
        activation_at(k)->forward(y, z, 3);
        assert_true(isfinite(y[0]) && isnan(y[1]) && isfinite(y[2]));
    }
}

/* No subnormal, no NaN for finite input, however large; no derivative reaches 2. */
static void extremes_are_finite(void **state) {
    (void)state;
    static const float z[] = {-3e38f, -1e5f, -104, -90, -87.5f, -87, 87, 90, 104, 1e5f, 3e38f};
    enum { N = sizeof z / sizeof *z };
    float y[N], dz[N], dy[N];
    for (size_t i = 0; i < N; i++)
        dy[i] = 1e-20f;
    for (size_t k = 0; k < activation_kinds()->n; k++) {
        const Activation *activation = activation_at(k);
        activation->forward(y, z, N);
        activation->backward(dz, dy, z, y, N);
        for (size_t i = 0; i < N; i++) {
            const int kind = fpclassify(y[i]), slope_kind = fpclassify(dz[i]);
            if (strcmp(activation->kind.name, "selu") != 0 || fabsf(z[i]) < 1e38f)
                assert_true(kind == FP_NORMAL || kind == FP_ZERO);
            assert_true(slope_kind == FP_NORMAL || slope_kind == FP_ZERO);
            assert_true(fabsf(dz[i]) < 2 * dy[i]);
        }
    }
}

static void step_decides_above_zero(void **state) {
    (void)state;
    const float z[4] = {0, 1e-30f, -1e-30f, 2};
    float y[4];
    activation_named("step")->forward(y, z, 4);
    assert_true(y[0] == 0.0f && y[1] == 1.0f && y[2] == 0.0f && y[3] == 1.0f);
}

static void check_columns(const Activation *activation) {
    const float far = activation->middle + activation->reach;
    float z[2] = {30, 0}, y[2];
    activation->forward(y, z, 2);
    if (activation->saturates)
        assert_true(fabsf(y[0] - far) < 0.05f && fabsf(y[1] - activation->middle) < 1e-6f);
    assert_non_null(activation->initializer);
}

static void columns_state_the_truth(void **state) {
    (void)state;
    for (size_t k = 0; k < activation_kinds()->n; k++)
        check_columns(activation_at(k));
    assert_true(activation_named("relu")->can_die);
    assert_null(output_named("step")->backward);
    assert_true(output_named("softmax")->tasks == FOR_MULTICLASS);
}

static void check_level(const KindTable *table, const KindTable *portable) {
    enum { N = 1003 };
    static float z[N], y[N], expected[N], dy[N], dz[N], expected_dz[N];
    fill(dy, N, 1e-3f);
    assert_int_equal(table->n, portable->n);
    for (size_t k = 0; k < table->n; k++) {
        const Activation *a = (const Activation *)kind_at(table, k);
        const Activation *b = (const Activation *)kind_at(portable, k);
        for (float reach = 0.01f; reach < 1e4f; reach *= 10) {
            fill(z, N, reach);
            a->forward(y, z, N);
            b->forward(expected, z, N);
            assert_memory_equal(y, expected, sizeof y);
            a->backward(dz, dy, z, y, N);
            b->backward(expected_dz, dy, z, y, N);
            assert_memory_equal(dz, expected_dz, sizeof dz);
        }
    }
}

static void check_output_level(const KindTable *table, const KindTable *portable) {
    enum { N = 37, ROW = 48, ROWS = 5 };
    static float z[ROWS * ROW], y[ROWS * ROW], expected[ROWS * ROW], dz[ROWS * ROW];
    static float expected_dz[ROWS * ROW];
    fill(z, ROWS * ROW, 20);
    for (size_t k = 0; k < table->n; k++) {
        const Output *a = (const Output *)kind_at(table, k);
        const Output *b = (const Output *)kind_at(portable, k);
        a->forward(y, z, ROWS, N, ROW);
        b->forward(expected, z, ROWS, N, ROW);
        assert_memory_equal(y, expected, sizeof y);
        if (a->backward) {
            a->backward(dz, z, y, ROWS, N, ROW);
            b->backward(expected_dz, z, y, ROWS, N, ROW);
            assert_memory_equal(dz, expected_dz, sizeof dz);
        }
    }
}

static void levels_agree(void **state) {
    (void)state;
    assert_int_equal(level_kinds()->n, N_LEVELS);
    for (size_t level = 1; level < N_LEVELS; level++)
        if (is_level_supported(level)) {
            check_level(activation_levels[level], activation_levels[0]);
            check_output_level(output_levels[level], output_levels[0]);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_match_pytorch),
        cmocka_unit_test(outputs_match_pytorch),
        cmocka_unit_test(gradients_match_differences),
        cmocka_unit_test(counts_and_aliases),
        cmocka_unit_test(nan_is_kept),
        cmocka_unit_test(extremes_are_finite),
        cmocka_unit_test(step_decides_above_zero),
        cmocka_unit_test(columns_state_the_truth),
        cmocka_unit_test(levels_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
