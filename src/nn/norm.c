#include "nn/norm.h"

#include <stdint.h>

#include "compute/kernels.h"
#include "compute/vector.h"

static const float EPSILON = 1e-5f;
static const float MOMENTUM = 0.1f;

/* Sums over rows for 16 neighbouring columns: sequential inside a leaf, leaves by the fixed binary
 * tree. */
typedef struct ColumnSums {
    V stack[64];
    size_t height;
    uint64_t n_leaves;
} ColumnSums;

static inline void push_leaf(ColumnSums *sums, V leaf) {
    sums->stack[sums->height++] = leaf;
    for (uint64_t pairs = ++sums->n_leaves; pairs % 2 == 0; pairs /= 2) {
        sums->height--;
        sums->stack[sums->height - 1] =
            v_add(sums->stack[sums->height - 1], sums->stack[sums->height]);
    }
}

static inline V finish_leaves(const ColumnSums *sums) {
    V sum = sums->stack[sums->height - 1];
    for (size_t i = sums->height - 1; i > 0; i--) {
        sum = v_add(sums->stack[i - 1], sum);
    }
    return sum;
}

static inline size_t leaf_end(size_t rows, size_t first) {
    return rows - first < LEAF_ROWS ? rows : first + LEAF_ROWS;
}

/* sum of x - center, to the first or the second power */
static V sum_deviations(const float *x, size_t rows, size_t row, V center, bool is_squared) {
    ColumnSums sums;
    sums.height = 0;
    sums.n_leaves = 0;
    for (size_t first = 0; first < rows; first += LEAF_ROWS) {
        V leaf = v_zero();
        for (size_t i = first; i < leaf_end(rows, first); i++) {
            const V deviation = v_sub(v_load(x + i * row), center);
            leaf = is_squared ? v_fma(deviation, deviation, leaf) : v_add(leaf, deviation);
        }
        push_leaf(&sums, leaf);
    }
    return finish_leaves(&sums);
}

/* sum of x y */
static V sum_products(const float *x, const float *y, size_t rows, size_t row) {
    ColumnSums sums;
    sums.height = 0;
    sums.n_leaves = 0;
    for (size_t first = 0; first < rows; first += LEAF_ROWS) {
        V leaf = v_zero();
        for (size_t i = first; i < leaf_end(rows, first); i++) {
            leaf = v_fma(v_load(x + i * row), v_load(y + i * row), leaf);
        }
        push_leaf(&sums, leaf);
    }
    return finish_leaves(&sums);
}

static inline V inverse_of(V variance) {
    return v_div(v_set(1.0f), v_sqrt(v_add(variance, v_set(EPSILON))));
}

/* running + MOMENTUM (seen - running) */
static void update_running(float *running, V seen) {
    const V old = v_load(running);
    v_store(running, v_fma(v_set(MOMENTUM), v_sub(seen, old), old));
}

static void batch_statistics(const NormBatch *batch, const float *z, size_t column) {
    const V n = v_set((float)batch->rows);
    const V mean = v_div(sum_deviations(z, batch->rows, batch->row, v_zero(), false), n);
    const V squares = sum_deviations(z, batch->rows, batch->row, mean, true);
    v_store(batch->mean + column, mean);
    v_store(batch->inverse_std + column, inverse_of(v_div(squares, n)));
    update_running(batch->running_mean + column, mean);
    update_running(batch->running_variance + column,
                   v_div(squares, v_set((float)(batch->rows - 1))));
}

/* Padding columns have gain and shift 0, so they stay 0. */
static void batch_forward(const NormBatch *batch, float *z, bool is_training) {
    for (size_t j = 0; j < batch->n; j += LANES) {
        V mean, inverse_std;
        if (is_training) {
            batch_statistics(batch, z + j, j);
            mean = v_load(batch->mean + j);
            inverse_std = v_load(batch->inverse_std + j);
        } else {
            mean = v_load(batch->running_mean + j);
            inverse_std = inverse_of(v_load(batch->running_variance + j));
        }
        const V gain = v_load(batch->gain + j), shift = v_load(batch->shift + j);
        for (size_t i = 0; i < batch->rows; i++) {
            const size_t at = i * batch->row + j;
            const V normalized = v_mul(v_sub(v_load(z + at), mean), inverse_std);
            if (batch->normalized != NULL) {
                v_store(batch->normalized + at, normalized);
            }
            v_store(z + at, v_fma(normalized, gain, shift));
        }
    }
}

/* d_shift = sum dy, d_gain = sum dy x over rows; x = normalized z. */
static void learned_gradients(const NormBatch *batch, const float *dy, float *d_gain,
                              float *d_shift) {
    for (size_t j = 0; j < batch->n; j += LANES) {
        v_store(d_shift + j, sum_deviations(dy + j, batch->rows, batch->row, v_zero(), false));
        v_store(d_gain + j, sum_products(dy + j, batch->normalized + j, batch->rows, batch->row));
    }
}

/* dz = gain / std (dy - d_shift / rows - x d_gain / rows)   (Ioffe & Szegedy 2015) */
static void batch_backward(const NormBatch *batch, float *dz, const float *d_gain,
                           const float *d_shift) {
    const V rows = v_set((float)batch->rows);
    for (size_t j = 0; j < batch->n; j += LANES) {
        const V mean_shift = v_div(v_load(d_shift + j), rows);
        const V mean_gain = v_div(v_load(d_gain + j), rows);
        const V factor = v_mul(v_load(batch->gain + j), v_load(batch->inverse_std + j));
        for (size_t i = 0; i < batch->rows; i++) {
            const size_t at = i * batch->row + j;
            const V centered = v_sub(v_load(dz + at), mean_shift);
            v_store(dz + at,
                    v_mul(factor, v_fnma(v_load(batch->normalized + at), mean_gain, centered)));
        }
    }
}

/* v with the lanes from column n on set to zero. */
static inline V cut_tail(V v, size_t column, size_t n) {
    if (n - column >= LANES) {
        return v;
    }
    float lanes[LANES];
    v_store(lanes, v);
    return v_load_n(lanes, n - column);
}

static void layer_forward_row(const NormBatch *batch, float *z, size_t row) {
    const float n = (float)batch->n;
    V sum = v_zero();
    for (size_t j = 0; j < batch->n; j += LANES) {
        sum = v_add(sum, v_load(z + j));
    }
    const V mean = v_set(v_sum(sum) / n);
    V squares = v_zero();
    for (size_t j = 0; j < batch->n; j += LANES) {
        const V deviation = cut_tail(v_sub(v_load(z + j), mean), j, batch->n);
        squares = v_fma(deviation, deviation, squares);
    }
    const V inverse_std = inverse_of(v_set(v_sum(squares) / n));
    for (size_t j = 0; j < batch->n; j += LANES) {
        const V deviation = cut_tail(v_sub(v_load(z + j), mean), j, batch->n);
        const V normalized = v_mul(deviation, inverse_std);
        if (batch->normalized != NULL) {
            v_store(batch->normalized + row * batch->row + j, normalized);
        }
        v_store(z + j, v_fma(normalized, v_load(batch->gain + j), v_load(batch->shift + j)));
    }
    if (batch->normalized != NULL) {
        v_store_n(batch->mean + row, mean, 1);
        v_store_n(batch->inverse_std + row, inverse_std, 1);
    }
}

static void layer_forward(const NormBatch *batch, float *z, bool is_training) {
    (void)is_training; /* a row is normalised by itself, whoever asks */
    for (size_t i = 0; i < batch->rows; i++) {
        layer_forward_row(batch, z + i * batch->row, i);
    }
}

/* dz = 1 / std (g - mean(g) - x mean(g x)), g = dy gain, means over the row   (Ba, Kiros & Hinton
 * 2016) */
static void layer_backward_row(const NormBatch *batch, float *dz, size_t row) {
    const float *x = batch->normalized + row * batch->row;
    const float n = (float)batch->n;
    V sum = v_zero(), products = v_zero();
    for (size_t j = 0; j < batch->n; j += LANES) {
        const V g = v_mul(v_load(dz + j), v_load(batch->gain + j));
        sum = v_add(sum, g);
        products = v_fma(g, v_load(x + j), products);
    }
    const V mean = v_set(v_sum(sum) / n), mean_product = v_set(v_sum(products) / n);
    const V inverse_std = v_set(batch->inverse_std[row]);
    for (size_t j = 0; j < batch->n; j += LANES) {
        const V g = v_mul(v_load(dz + j), v_load(batch->gain + j));
        const V d = v_fnma(v_load(x + j), mean_product, v_sub(g, mean));
        v_store(dz + j, cut_tail(v_mul(inverse_std, d), j, batch->n));
    }
}

static void layer_backward(const NormBatch *batch, float *dz, const float *d_gain,
                           const float *d_shift) {
    (void)d_gain, (void)d_shift; /* the means are those of the row */
    for (size_t i = 0; i < batch->rows; i++) {
        layer_backward_row(batch, dz + i * batch->row, i);
    }
}

/* clang-format off */
static const Norm rows[] = {
    {.kind = {"none", "no normalisation", NULL, NULL}},
    {.kind = {"batch", "each unit over the rows of the batch; running statistics when predicting",
              "y = gain (z - mean) / sqrt(variance + 1e-5) + shift, over rows",
              "Ioffe & Szegedy 2015, Batch normalization"},
     .is_on = true, .has_running = true, .forward = batch_forward,
     .learned_gradients = learned_gradients, .backward = batch_backward},
    {.kind = {"layer", "each row over the units of the layer",
              "y = gain (z - mean) / sqrt(variance + 1e-5) + shift, over units",
              "Ba, Kiros & Hinton 2016, Layer normalization"},
     .is_on = true, .statistics_per_row = true, .forward = layer_forward,
     .learned_gradients = learned_gradients, .backward = layer_backward},
};
/* clang-format on */

extern const KindTable AT_LEVEL(norm_kinds);
const KindTable AT_LEVEL(norm_kinds) = KIND_TABLE("norm", rows);
