#include "nn/norm.h"

static float *from(float *array, size_t first) { return array != NULL ? array + first : NULL; }

NormBatch norm_rows(const Norm *norm, const NormBatch *batch, size_t first, size_t end) {
    NormBatch part = *batch;
    part.rows = end - first;
    part.normalized = from(batch->normalized, first * batch->row);
    if (norm->statistics_per_row) {
        part.mean = from(batch->mean, first);
        part.inverse_std = from(batch->inverse_std, first);
    }
    return part;
}

NormBatch norm_columns(const NormBatch *batch, size_t first, size_t end) {
    NormBatch part = *batch;
    part.n = end - first;
    part.gain = batch->gain + first;
    part.shift = batch->shift + first;
    part.running_mean = from(batch->running_mean, first);
    part.running_variance = from(batch->running_variance, first);
    part.mean = from(batch->mean, first);
    part.inverse_std = from(batch->inverse_std, first);
    part.normalized = from(batch->normalized, first);
    return part;
}
