#include "nn/regularizer.h"

#include <math.h>
#include <string.h>
#include <stdbool.h>

#include "compute/kernels.h"

static double l1_size(const float *w, size_t n) { return compute_kernels()->sum_magnitudes(w, n); }

static void l1_add_gradient(float *gradient, const float *w, float strength, size_t n) {
    compute_kernels()->add_signs(gradient, w, strength, n);
}

static double l2_size(const float *w, size_t n) {
    return 0.5 * compute_kernels()->sum_squares(w, n);
}

static void l2_add_gradient(float *gradient, const float *w, float strength, size_t n) {
    compute_kernels()->add_scaled(gradient, w, strength, n);
}

/* The small number is PyTorch's clip_grad_norm_'s. */
static void clip_by_norm(float *gradient, size_t n, double limit, double norm) {
    const double factor = limit / (norm + 1e-6);
    if (factor < 1.0)
        compute_kernels()->scale(gradient, gradient, (float)factor, n);
}

static void clip_by_value(float *gradient, size_t n, double limit, double norm) {
    (void)norm;
    compute_kernels()->clip(gradient, gradient, (float)limit, n);
}

// clang-format off
static const Penalty penalties[] = {
    {.kind = {"l1", "makes weights small and many of them almost 0",
              "loss + l1 sum |w|", "Tibshirani 1996"},
     .strength = offsetof(Tensor, l1), .size = l1_size, .add_gradient = l1_add_gradient},
    {.kind = {"l2", "makes weights small",
              "loss + l2 / 2 sum w^2", "Krogh & Hertz 1992"},
     .strength = offsetof(Tensor, l2), .size = l2_size, .add_gradient = l2_add_gradient},
};

static const Clipping clippings[] = {
    {.kind = {"clip_norm", "scales the whole gradient down to a largest L2 norm",
              "g <- g min(1, limit / (|g| + 1e-6))", "Pascanu, Mikolov & Bengio 2013"},
     .limit = offsetof(GradientLimits, norm), .clip = clip_by_norm},
    {.kind = {"clip_value", "limits each value of the gradient",
              "g <- min(max(g, -limit), limit)", NULL},
     .limit = offsetof(GradientLimits, value), .clip = clip_by_value},
};
// clang-format on

const KindTable *penalty_kinds(void) {
    static const KindTable table = KIND_TABLE("penalty", penalties);
    return &table;
}

const KindTable *clipping_kinds(void) {
    static const KindTable table = KIND_TABLE("clipping", clippings);
    return &table;
}

double penalty_strength(const Penalty *penalty, const Tensor *tensor) {
    double strength;
    memcpy(&strength, (const char *)tensor + penalty->strength, sizeof strength);
    return strength;
}

double clipping_limit(const Clipping *clipping, const GradientLimits *limits) {
    double limit;
    memcpy(&limit, (const char *)limits + clipping->limit, sizeof limit);
    return limit;
}

/* LANES columns at a time, so that rows are read in whole vectors. */
static void limit_columns(float *w, size_t rows, size_t columns, size_t row, double limit) {
    double squares[LANES] = {0};
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            squares[j] += (double)w[i * row + j] * (double)w[i * row + j];
    float factors[LANES];
    bool has_long = false;
    for (size_t j = 0; j < columns; j++) {
        const bool is_long = squares[j] > limit * limit;
        factors[j] = is_long ? (float)(limit / sqrt(squares[j])) : 1.0f;
        has_long |= is_long;
    }
    if (!has_long)
        return;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            w[i * row + j] *= factors[j];
}

void regularizer_limit_norms(float *w, size_t rows, size_t columns, size_t row, double limit) {
    for (size_t j = 0; j < columns; j += LANES) {
        const size_t n = columns - j < LANES ? columns - j : LANES;
        limit_columns(w + j, rows, n, row, limit);
    }
}
