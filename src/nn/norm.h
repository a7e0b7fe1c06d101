/* Normalisation between a dense layer and its activation; one row each (a level file). PyTorch's
 * definitions (epsilon 1e-5; batch: biased variance for the batch, unbiased for the running one,
 * momentum 0.1). */
#ifndef NNTRAIN_NN_NORM_H
#define NNTRAIN_NN_NORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"
#include "compute/level.h"

/* One layer's normalisation over a batch. Rows are `row` floats apart; padding stays zero. */
typedef struct NormBatch {
    size_t rows, n, row;
    const float *gain, *shift; /* (n) learned */
    float *running_mean,
        *running_variance;     /* (n) batch norm only; updated by forward when training */
    float *mean, *inverse_std; /* statistics kept for backward: (n) for batch, (rows) for layer */
    float *
        normalized; /* (rows, row) z before gain and shift, kept for backward; NULL at evaluation */
} NormBatch;

typedef struct Norm {
    Kind kind;
    bool is_on;              /* false: none */
    bool has_running;        /* keeps running statistics; needs at least two rows when training */
    bool statistics_per_row; /* mean and inverse_std have one entry per row (layer), else per column
                                (batch) */
    /* z (rows, row) in place. Training uses the batch's statistics, evaluation the running ones
     * where there are. */
    void (*forward)(const NormBatch *batch, float *z, bool is_training);
    /* d_gain, d_shift (n) from dy = dL/d(output). Sums over rows run in leaves. */
    void (*learned_gradients)(const NormBatch *batch, const float *dy, float *d_gain,
                              float *d_shift);
    /* dz in place from dL/d(output) to dL/d(input). */
    void (*backward)(const NormBatch *batch, float *dz, const float *d_gain, const float *d_shift);
} Norm;

const KindTable *norm_kinds(void);

/* A batch can be worked on in parts: rows where statistics are per row or are the running ones,
 * columns else, and `learned_gradients` always. Matrices that are given along then begin at the
 * part's first row or column, and columns begin at multiples of LANES. Any cut gives the same bits.
 */
NormBatch norm_rows(const Norm *norm, const NormBatch *batch, size_t first, size_t end);
NormBatch norm_columns(const NormBatch *batch, size_t first, size_t end);

#endif
