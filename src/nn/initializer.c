#include "nn/initializer.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "compute/scalar.h"

/* Variances as in the papers; a uniform distribution on (-a, a) has variance a^2 / 3. */

/* The middle of one of 2^32 parts of (0, 1): never 0 or 1, and symmetric about 1/2. */
static double open_unit(uint32_t word) { return ((double)word + 0.5) * 0x1p-32; }

static double symmetric_unit(uint32_t word) { return ((double)word + 0.5) * 0x1p-31 - 1.0; }

static double normal(uint32_t word) { return scalar_normal_quantile(open_unit(word)); }

/* w = factor * draw(word of (layer, row, column)). */
static void draw_all(const InitializerMatrix *matrix, double (*draw)(uint32_t), double factor) {
    assert(matrix->fan_in <= UINT32_MAX && matrix->fan_out <= UINT32_MAX);
    for (size_t i = 0; i < matrix->fan_in; i++) {
        uint32_t words[4] = {0};
        for (size_t j = 0; j < matrix->fan_out; j++) {
            if (j % 4 == 0)
                random_words(matrix->stream, matrix->layer, (uint32_t)i, (uint32_t)(j / 4), 0,
                             words);
            matrix->w[i * matrix->row + j] = (float)(factor * draw(words[j % 4]));
        }
    }
}

static void draw_uniform(const InitializerMatrix *matrix, double variance) {
    draw_all(matrix, symmetric_unit, sqrt(3.0 * variance));
}

static void draw_normal(const InitializerMatrix *matrix, double variance) {
    draw_all(matrix, normal, sqrt(variance));
}

static void fill_with(const InitializerMatrix *matrix, float value) {
    for (size_t i = 0; i < matrix->fan_in; i++)
        for (size_t j = 0; j < matrix->fan_out; j++)
            matrix->w[i * matrix->row + j] = value;
}

static double xavier_variance(const InitializerMatrix *matrix) {
    return 2.0 / (double)(matrix->fan_in + matrix->fan_out);
}

static double he_variance(const InitializerMatrix *matrix) { return 2.0 / (double)matrix->fan_in; }

static double lecun_variance(const InitializerMatrix *matrix) {
    return 1.0 / (double)matrix->fan_in;
}

static void zeros_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    (void)settings;
    fill_with(matrix, 0.0f);
}

static void constant_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    fill_with(matrix, (float)settings->value);
}

static void normal_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    draw_all(matrix, normal, settings->std);
}

static void uniform_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    draw_all(matrix, symmetric_unit, settings->limit);
}

static void xavier_uniform_fill(const InitializerMatrix *matrix,
                                const InitializerSettings *settings) {
    (void)settings;
    draw_uniform(matrix, xavier_variance(matrix));
}

static void xavier_normal_fill(const InitializerMatrix *matrix,
                               const InitializerSettings *settings) {
    (void)settings;
    draw_normal(matrix, xavier_variance(matrix));
}

static void he_uniform_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    (void)settings;
    draw_uniform(matrix, he_variance(matrix));
}

static void he_normal_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    (void)settings;
    draw_normal(matrix, he_variance(matrix));
}

static void lecun_uniform_fill(const InitializerMatrix *matrix,
                               const InitializerSettings *settings) {
    (void)settings;
    draw_uniform(matrix, lecun_variance(matrix));
}

static void lecun_normal_fill(const InitializerMatrix *matrix,
                              const InitializerSettings *settings) {
    (void)settings;
    draw_normal(matrix, lecun_variance(matrix));
}

static double dot(const double *a, const double *b, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_scaled(double *y, const double *x, double factor, size_t n) {
    for (size_t i = 0; i < n; i++)
        y[i] += factor * x[i];
}

/* Makes the rows of q (n_vectors, length) orthonormal by the modified Gram-Schmidt process. Each
 * row is cleared of the earlier ones twice, after which it is orthogonal to working precision
 * (Giraud et al. 2005). */
static void orthonormalize(double *q, size_t n_vectors, size_t length) {
    for (size_t j = 0; j < n_vectors; j++) {
        double *const v = q + j * length;
        for (int pass = 0; pass < 2; pass++)
            for (size_t i = 0; i < j; i++)
                add_scaled(v, q + i * length, -dot(q + i * length, v, length), length);
        const double norm = sqrt(dot(v, v, length));
        for (size_t i = 0; i < length; i++)
            v[i] /= norm;
    }
}

/* The shorter side of the matrix becomes orthonormal vectors along the longer side. Element (i, j)
 * starts from the same normal value as in the other rows. */
static void orthogonal_fill(const InitializerMatrix *matrix, const InitializerSettings *settings) {
    (void)settings;
    draw_all(matrix, normal, 1.0);
    const size_t fan_in = matrix->fan_in, fan_out = matrix->fan_out;
    const bool is_wide = fan_in <= fan_out;
    const size_t n_vectors = is_wide ? fan_in : fan_out, length = is_wide ? fan_out : fan_in;
    const size_t vector_step = is_wide ? matrix->row : 1, element_step = is_wide ? 1 : matrix->row;
    double *q = memory_new(n_vectors, length * sizeof *q);
    for (size_t v = 0; v < n_vectors; v++)
        for (size_t i = 0; i < length; i++)
            q[v * length + i] = (double)matrix->w[v * vector_step + i * element_step];
    orthonormalize(q, n_vectors, length);
    for (size_t v = 0; v < n_vectors; v++)
        for (size_t i = 0; i < length; i++)
            matrix->w[v * vector_step + i * element_step] = (float)q[v * length + i];
    memory_free(q);
}

// clang-format off
static const Initializer initializers[] = {
    {.kind = {"zeros", "all zero: all units of a layer learn the same, so only for a linear model",
              "w = 0", NULL},
     .fill = zeros_fill},
    {.kind = {"constant", "all init.value: as symmetric as zeros",
              "w = value", NULL},
     .fill = constant_fill, .has_value = true},
    {.kind = {"normal", "a normal distribution with standard deviation init.std for any size",
              "w ~ N(0, std^2)", NULL},
     .fill = normal_fill, .has_std = true},
    {.kind = {"uniform", "a uniform distribution up to init.limit for any size",
              "w ~ U(-limit, limit)", NULL},
     .fill = uniform_fill, .has_limit = true},
    {.kind = {"xavier_uniform", "for sigmoid and tanh; some texts write it as 1 / sqrt(in)",
              "w ~ U(-a, a), a = sqrt(6 / (in + out)): variance 2 / (in + out)",
              "Glorot & Bengio 2010"},
     .fill = xavier_uniform_fill},
    {.kind = {"xavier_normal", "for sigmoid and tanh; some texts write it as 1 / sqrt(in)",
              "w ~ N(0, 2 / (in + out))", "Glorot & Bengio 2010"},
     .fill = xavier_normal_fill},
    {.kind = {"he_uniform", "for relu and its family; some texts write it as 2 / sqrt(in)",
              "w ~ U(-a, a), a = sqrt(6 / in): variance 2 / in", "He et al. 2015"},
     .fill = he_uniform_fill},
    {.kind = {"he_normal", "for relu and its family; some texts write it as 2 / sqrt(in)",
              "w ~ N(0, 2 / in)", "He et al. 2015"},
     .fill = he_normal_fill},
    {.kind = {"lecun_uniform", "for selu; 1 / sqrt(in) is its standard deviation, not its limit",
              "w ~ U(-a, a), a = sqrt(3 / in): variance 1 / in", "LeCun et al. 1998"},
     .fill = lecun_uniform_fill},
    {.kind = {"lecun_normal", "for selu; 1 / sqrt(in) is its standard deviation",
              "w ~ N(0, 1 / in)", "LeCun et al. 1998"},
     .fill = lecun_normal_fill},
    {.kind = {"orthogonal", "orthonormal rows or columns, the fewer of the two: keeps lengths",
              "W^T W = I or W W^T = I, W from N(0, 1) by Gram-Schmidt",
              "Saxe, McClelland & Ganguli 2014"},
     .fill = orthogonal_fill},
};
// clang-format on

const KindTable *initializer_kinds(void) {
    static const KindTable table = KIND_TABLE("initializer", initializers);
    return &table;
}
