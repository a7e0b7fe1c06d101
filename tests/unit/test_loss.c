/* Losses: against PyTorch, gradients against central differences, the perceptron's rule, stability
 * far out, padding, and the same bits at every level. */
#include "nn/loss.h"

#include <stdio.h>
#include <string.h>

#include "compute/kernels.h"
#include "data/task.h"
#include "nn_reference.h"

DECLARE_LEVELS(const KindTable, loss_kinds);

static const KindTable *const loss_levels[] = ALL_LEVELS(loss_kinds);
enum { N_LEVELS = sizeof loss_levels / sizeof *loss_levels };

/* Rows with room for what a loss writes. Padding of z and target is poisoned. */
typedef struct Sample {
    LossRows in;
    float *z, *target, *class_weight, *losses, *gradient;
} Sample;

static void sample_init(Sample *sample, size_t rows, size_t n_outputs, size_t n_classes) {
    const size_t row = compute_pad(n_outputs) + LANES, target_row = n_classes ? 1 : n_outputs + 1;
    *sample = (Sample){.z = NEW(float, rows *row),
                       .target = NEW(float, rows *target_row),
                       .class_weight = NULL,
                       .losses = NEW(float, rows),
                       .gradient = NEW(float, rows *row)};
    sample->in = (LossRows){.z = sample->z,
                            .target = sample->target,
                            .rows = rows,
                            .n_outputs = n_outputs,
                            .row = row,
                            .target_row = target_row,
                            .n_classes = n_classes,
                            .options = {.delta = 1, .quantile = 0.5, .gamma = 2}};
    for (size_t i = 0; i < rows * row; i++)
        sample->z[i] = sample->gradient[i] = NAN;
    for (size_t i = 0; i < rows * target_row; i++)
        sample->target[i] = NAN;
}

static void sample_free(Sample *sample) {
    memory_free(sample->z);
    memory_free(sample->target);
    memory_free(sample->class_weight);
    memory_free(sample->losses);
    memory_free(sample->gradient);
}

static const Loss *loss_named(const char *name) {
    const Loss *loss = (const Loss *)kind_find(loss_kinds(), name);
    assert_non_null(loss);
    return loss;
}

static void sample_load(Sample *sample, const cJSON *reference) {
    const size_t n = (size_t)reference_number(reference, "n_outputs", 0);
    const size_t n_classes = (size_t)reference_number(reference, "n_classes", 0);
    const size_t rows = (size_t)reference_number(reference, "rows", 0);
    sample_init(sample, rows, n, n_classes);
    memory_free(sample->z);
    memory_free(sample->target);
    LossRows *in = &sample->in;
    in->z = sample->z = reference_matrix(reference, "z", n, in->row, NAN);
    in->target = sample->target =
        reference_matrix(reference, "target", n_classes ? 1 : n, in->target_row, NAN);
    if (n_classes)
        in->class_weight = sample->class_weight =
            reference_matrix(reference, "class_weight", n, n, NAN);
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(reference, "options");
    in->options = (LossOptions){.label_smoothing = reference_number(options, "label_smoothing", 0),
                                .delta = reference_number(options, "delta", 0),
                                .quantile = reference_number(options, "quantile", 0),
                                .gamma = reference_number(options, "gamma", 0)};
}

/* Gradients in roundings of the largest in their row. */
static void check_gradient(const char *name, const Sample *sample, const double *expected) {
    const size_t n = sample->in.n_outputs, row = sample->in.row;
    for (size_t i = 0; i < sample->in.rows; i++) {
        double scale = 0;
        for (size_t j = 0; j < n; j++)
            scale = fmax(scale, fabs(expected[i * n + j]));
        for (size_t j = 0; j < row; j++)
            assert_near(name, i * row + j, sample->gradient[i * row + j],
                        j < n ? expected[i * n + j] : 0, 32, fmax(scale, 0x1p-6));
    }
}

static void check_case(const cJSON *reference) {
    const char *name = reference_text(reference, "name");
    Sample sample;
    sample_load(&sample, reference);
    size_t n = 0;
    double *losses = reference_array(reference, "losses", &n);
    double *gradient = reference_array(reference, "gradient", &n);
    loss_named(name)->rows(&sample.in, sample.losses, sample.gradient);
    for (size_t i = 0; i < sample.in.rows; i++)
        assert_near(name, i, sample.losses[i], losses[i], 16, 1);
    check_gradient(name, &sample, gradient);
    /* Losses alone are the same. */
    float *alone = NEW(float, sample.in.rows);
    loss_named(name)->rows(&sample.in, alone, NULL);
    assert_memory_equal(alone, sample.losses, sample.in.rows * sizeof *alone);
    memory_free(alone);
    memory_free(losses);
    memory_free(gradient);
    sample_free(&sample);
}

static void losses_match_pytorch(void **state) {
    (void)state;
    cJSON *json = reference_load("tests/reference/losses.json");
    const cJSON *item = NULL;
    size_t seen[32] = {0};
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "cases")) {
        check_case(item);
        const Loss *loss = loss_named(reference_text(item, "name"));
        seen[loss - (const Loss *)loss_kinds()->rows]++;
    }
    for (size_t k = 0; k < loss_kinds()->n; k++)
        assert_true(seen[k] > 0);
    cJSON_Delete(json);
}

/* Sum of losses over sum of class weights is PyTorch's mean, also with label smoothing and a class
 * of weight 0. */
static void mean_matches_pytorch(void **state) {
    (void)state;
    cJSON *json = reference_load("tests/reference/losses.json");
    const cJSON *reference = cJSON_GetObjectItemCaseSensitive(json, "mean");
    Sample sample;
    sample_load(&sample, reference);
    size_t n = 0;
    double *mean = reference_array(reference, "losses", &n);
    double *gradient = reference_array(reference, "gradient", &n);
    loss_named("cross_entropy")->rows(&sample.in, sample.losses, sample.gradient);
    double sum = 0, weight = 0;
    for (size_t i = 0; i < sample.in.rows; i++) {
        sum += (double)sample.losses[i];
        weight += (double)sample.class_weight[(size_t)sample.target[i]];
    }
    assert_near("mean", 0, (float)(sum / weight), *mean, 8, 1);
    for (size_t i = 0; i < sample.in.rows * sample.in.row; i++)
        sample.gradient[i] = (float)((double)sample.gradient[i] / weight);
    check_gradient("mean", &sample, gradient);
    memory_free(mean);
    memory_free(gradient);
    sample_free(&sample);
    cJSON_Delete(json);
}

static uint32_t next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Values that look random, the same in every run; classes, bits or counts by the loss's task. */
static void sample_fill(Sample *sample, const Loss *loss, float reach) {
    uint32_t random = 99;
    const LossRows *in = &sample->in;
    const bool has_bits = !(loss->tasks & FOR_REGRESSION);
    for (size_t i = 0; i < in->rows; i++) {
        for (size_t j = 0; j < in->n_outputs; j++) {
            sample->z[i * in->row + j] = reach * ((float)next(&random) / 8388608.0f - 1.0f);
            if (!in->n_classes)
                sample->target[i * in->target_row + j] =
                    has_bits ? (float)(next(&random) % 2) : (float)(next(&random) % 4);
        }
        if (in->n_classes)
            sample->target[i * in->target_row] = (float)(next(&random) % in->n_classes);
    }
}

static double loss_at(const Loss *loss, Sample *sample, size_t i) {
    loss->rows(&sample->in, sample->losses, NULL);
    return (double)sample->losses[i];
}

/* Slope of loss i along z[i][j] by central differences, from both sides of a kink. */
static double difference(const Loss *loss, Sample *sample, size_t i, size_t j) {
    float *z = sample->z + i * sample->in.row + j;
    const float at = *z, up = at + 0x1p-7f, down = at - 0x1p-7f;
    *z = up;
    const double high = loss_at(loss, sample, i);
    *z = down;
    const double low = loss_at(loss, sample, i);
    *z = at;
    return (high - low) / ((double)up - (double)down);
}

static void check_differences(const Loss *loss, size_t n_outputs, size_t n_classes) {
    Sample sample;
    sample_init(&sample, 6, n_outputs, n_classes);
    sample.in.options = (LossOptions){.delta = 0.5, .quantile = 0.8, .gamma = 1.5};
    if (loss->has_label_smoothing)
        sample.in.options.label_smoothing = 0.1;
    sample_fill(&sample, loss, 2);
    loss->rows(&sample.in, sample.losses, sample.gradient);
    double largest = 0;
    for (size_t i = 0; i < sample.in.rows; i++)
        for (size_t j = 0; j < n_outputs; j++) {
            const double expected = difference(loss, &sample, i, j);
            const double gradient = (double)sample.gradient[i * sample.in.row + j];
            if (fabs(gradient - expected) > 3e-4)
                fail_msg("%s (%zu outputs) [%zu][%zu]: %g, differences %g", loss->kind.name,
                         n_outputs, i, j, gradient, expected);
            largest = fmax(largest, fabs(gradient));
        }
    assert_true(largest > 0.02);
    sample_free(&sample);
}

/* Calls check with every shape that the loss serves. */
static void for_shapes(const Loss *loss, void (*check)(const Loss *, size_t, size_t)) {
    if (loss->tasks & (FOR_BINARY | FOR_REGRESSION))
        check(loss, 1, 0);
    if (loss->tasks & (FOR_MULTILABEL | FOR_REGRESSION)) {
        check(loss, 3, 0);
        check(loss, 16, 0);
        check(loss, 19, 0);
    }
    if (loss->tasks & FOR_MULTICLASS) {
        check(loss, 3, 3);
        check(loss, 16, 16);
        check(loss, 19, 19);
    }
}

static void gradients_match_differences(void **state) {
    (void)state;
    for (size_t k = 0; k < loss_kinds()->n; k++)
        for_shapes((const Loss *)kind_at(loss_kinds(), k), check_differences);
}

/* Finite for any logit that training meets, without subnormals in the gradient, zeros in padding.
 */
static void check_far(const Loss *loss, size_t n_outputs, size_t n_classes) {
    for (float reach = 1; reach < 1e6f; reach *= 10) {
        Sample sample;
        sample_init(&sample, LEAF_ROWS, n_outputs, n_classes);
        sample_fill(&sample, loss, loss->predicts_exponential ? fminf(reach, 80) : reach);
        loss->rows(&sample.in, sample.losses, sample.gradient);
        for (size_t i = 0; i < LEAF_ROWS; i++) {
            assert_true(isfinite(sample.losses[i]));
            assert_true(sample.losses[i] >= 0 || loss->predicts_exponential);
            for (size_t j = 0; j < sample.in.row; j++) {
                const float d = sample.gradient[i * sample.in.row + j];
                assert_true(d == 0.0f || (isnormal(d) && j < n_outputs));
            }
        }
        sample_free(&sample);
    }
}

static void far_logits_are_finite(void **state) {
    (void)state;
    for (size_t k = 0; k < loss_kinds()->n; k++)
        for_shapes((const Loss *)kind_at(loss_kinds(), k), check_far);
}

static void check_nan(const Loss *loss, size_t n_outputs, size_t n_classes) {
    Sample sample;
    sample_init(&sample, 3, n_outputs, n_classes);
    sample_fill(&sample, loss, 1);
    sample.z[sample.in.row] = NAN;
    loss->rows(&sample.in, sample.losses, sample.gradient);
    assert_true(isfinite(sample.losses[0]) && isnan(sample.losses[1]) &&
                isfinite(sample.losses[2]));
    sample_free(&sample);
}

static void nan_is_kept(void **state) {
    (void)state;
    for (size_t k = 0; k < loss_kinds()->n; k++)
        for_shapes((const Loss *)kind_at(loss_kinds(), k), check_nan);
}

/* z = 0 decides for class 0: right for a row of class 0, a mistake that learns for one of class 1.
 */
static void perceptron_learns_from_mistakes(void **state) {
    (void)state;
    static const struct {
        float z, target, loss, gradient;
    } cases[] = {{2, 1, 0, 0}, {-2, 0, 0, 0}, {-2, 1, 2, -1},
                 {2, 0, 2, 1}, {0, 0, 0, 0},  {0, 1, 0, -1}};
    enum { N = sizeof cases / sizeof *cases };
    const Loss *loss = loss_named("perceptron");
    assert_true(loss->learns_from_mistakes_only);
    Sample sample;
    sample_init(&sample, N, 1, 0);
    for (size_t i = 0; i < N; i++) {
        sample.z[i * sample.in.row] = cases[i].z;
        sample.target[i * sample.in.target_row] = cases[i].target;
    }
    loss->rows(&sample.in, sample.losses, sample.gradient);
    for (size_t i = 0; i < N; i++) {
        assert_true(sample.losses[i] == cases[i].loss);
        assert_true(sample.gradient[i * sample.in.row] == cases[i].gradient);
    }
    sample_free(&sample);
}

static void kinks_have_subgradient_zero(void **state) {
    (void)state;
    static const char *const names[] = {"mae", "quantile"};
    for (size_t k = 0; k < 2; k++) {
        Sample sample;
        sample_init(&sample, 1, 1, 0);
        sample.z[0] = sample.target[0] = 3;
        loss_named(names[k])->rows(&sample.in, sample.losses, sample.gradient);
        assert_true(sample.losses[0] == 0.0f && sample.gradient[0] == 0.0f);
        sample_free(&sample);
    }
}

/* A row of class c counts class_weight[c] times, for two classes with one output too. */
static void binary_classes_have_weights(void **state) {
    (void)state;
    static const float weight[2] = {0.5f, 3};
    static const char *const names[] = {"binary_cross_entropy", "focal", "hinge", "perceptron"};
    for (size_t k = 0; k < 4; k++) {
        const Loss *loss = loss_named(names[k]);
        Sample plain, weighted;
        sample_init(&plain, 40, 1, 2);
        sample_init(&weighted, 40, 1, 2);
        sample_fill(&plain, loss, 2);
        sample_fill(&weighted, loss, 2);
        weighted.in.class_weight = weight;
        loss->rows(&plain.in, plain.losses, plain.gradient);
        loss->rows(&weighted.in, weighted.losses, weighted.gradient);
        for (size_t i = 0; i < 40; i++) {
            const float w = weight[(size_t)plain.target[i * plain.in.target_row]];
            const size_t at = i * plain.in.row;
            assert_true(weighted.losses[i] == w * plain.losses[i]);
            assert_true(weighted.gradient[at] == w * plain.gradient[at]);
        }
        sample_free(&plain);
        sample_free(&weighted);
    }
}

/* The worked example: one sigmoid unit, y = 0; dL/dz = p. */
static void gradient_of_one_logit_is_its_probability(void **state) {
    (void)state;
    Sample sample;
    sample_init(&sample, 1, 1, 0);
    sample.z[0] = 0;
    sample.target[0] = 0;
    loss_named("binary_cross_entropy")->rows(&sample.in, sample.losses, sample.gradient);
    assert_true(sample.gradient[0] == 0.5f);
    assert_near("log 2", 0, sample.losses[0], log(2), 2, 0);
    sample_free(&sample);
}

static void columns_state_the_truth(void **state) {
    (void)state;
    for (size_t k = 0; k < loss_kinds()->n; k++) {
        const Loss *loss = (const Loss *)kind_at(loss_kinds(), k);
        assert_true(loss->tasks != 0 && loss->outputs != NULL);
        char names[64];
        snprintf(names, sizeof names, "%s", loss->outputs);
        char *rest = NULL;
        for (char *name = strtok_r(names, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
            const Output *output = (const Output *)kind_find(output_kinds(), name);
            assert_non_null(output);
            assert_true((output->tasks & loss->tasks) != 0);
            assert_true(loss->on_logits || output->backward != NULL);
        }
    }
}

/* The same bits, or two NaNs. */
static bool is_same(float a, float b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* One row alone takes another way than many rows: the bits are the same, also of rows with NaN and
 * infinite logits, and padding stays zero. */
static void check_rows_alone(Sample *sample, const Loss *loss) {
    const LossRows all = sample->in;
    loss->rows(&all, sample->losses, sample->gradient);
    float *gradient = NEW(float, all.row), *without = NEW(float, all.rows);
    loss->rows(&all, without, NULL);
    for (size_t i = 0; i < all.rows; i++) {
        float alone = 0;
        LossRows one = all;
        one.rows = 1;
        one.z += i * all.row;
        one.target += i * all.target_row;
        loss->rows(&one, &alone, gradient);
        assert_true(is_same(alone, sample->losses[i]) && is_same(alone, without[i]));
        for (size_t j = 0; j < all.row; j++) {
            assert_true(is_same(gradient[j], sample->gradient[i * all.row + j]));
            assert_true(j < all.n_outputs || gradient[j] == 0.0f);
        }
    }
    memory_free(gradient);
    memory_free(without);
}

static void cross_entropy_is_the_same_for_one_row_and_many(void **state) {
    (void)state;
    const Loss *loss = loss_named("cross_entropy");
    for (size_t n = 2; n <= 18; n++) {
        for (size_t rows = 1; rows <= LEAF_ROWS; rows += n) {
            Sample sample;
            sample_init(&sample, rows, n, n);
            sample_fill(&sample, loss, 12);
            sample.z[0] = INFINITY;
            sample.z[rows / 2 * sample.in.row + 1] = NAN;
            sample.z[rows / 3 * sample.in.row + n - 1] = -INFINITY;
            for (int options = 0; options < 4; options++) {
                sample.in.options.label_smoothing = options % 2 ? 0.1 : 0;
                if (options == 2) {
                    sample.in.class_weight = sample.class_weight = NEW(float, n);
                    for (size_t c = 0; c < n; c++)
                        sample.class_weight[c] = (float)c; /* the first 0 */
                }
                check_rows_alone(&sample, loss);
            }
            sample_free(&sample);
        }
    }
}

static void check_levels(const Loss *loss, size_t n_outputs, size_t n_classes) {
    const size_t index = (size_t)(loss - (const Loss *)loss_kinds()->rows);
    Sample expected, sample;
    sample_init(&expected, LEAF_ROWS - 3, n_outputs, n_classes);
    sample_init(&sample, LEAF_ROWS - 3, n_outputs, n_classes);
    sample_fill(&expected, loss, 12);
    sample_fill(&sample, loss, 12);
    if (loss->has_label_smoothing)
        expected.in.options.label_smoothing = sample.in.options.label_smoothing = 0.1;
    ((const Loss *)kind_at(loss_levels[0], index))
        ->rows(&expected.in, expected.losses, expected.gradient);
    for (size_t level = 1; level < N_LEVELS; level++) {
        if (!is_level_supported(level))
            continue;
        ((const Loss *)kind_at(loss_levels[level], index))
            ->rows(&sample.in, sample.losses, sample.gradient);
        assert_memory_equal(sample.losses, expected.losses, sample.in.rows * sizeof(float));
        assert_memory_equal(sample.gradient, expected.gradient,
                            sample.in.rows * sample.in.row * sizeof(float));
    }
    sample_free(&expected);
    sample_free(&sample);
}

static void levels_agree(void **state) {
    (void)state;
    assert_int_equal(level_kinds()->n, N_LEVELS);
    for (size_t k = 0; k < loss_kinds()->n; k++)
        for_shapes((const Loss *)kind_at(loss_kinds(), k), check_levels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_match_pytorch),
        cmocka_unit_test(mean_matches_pytorch),
        cmocka_unit_test(gradients_match_differences),
        cmocka_unit_test(far_logits_are_finite),
        cmocka_unit_test(nan_is_kept),
        cmocka_unit_test(perceptron_learns_from_mistakes),
        cmocka_unit_test(kinks_have_subgradient_zero),
        cmocka_unit_test(binary_classes_have_weights),
        cmocka_unit_test(gradient_of_one_logit_is_its_probability),
        cmocka_unit_test(cross_entropy_is_the_same_for_one_row_and_many),
        cmocka_unit_test(columns_state_the_truth),
        cmocka_unit_test(levels_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
