#include "data/scaler.h"

#include <math.h>

#include "base/memory.h"
#include "data/statistics.h"

enum { MOST_QUANTILES = 1000 };

static void set_linear(Scaling *scaling, double center, double scale) {
    scaling->center = center;
    scaling->scale = scale == 0.0 ? 1.0 : scale;
}

static double transform_linear(const Scaling *scaling, double value) {
    return (value - scaling->center) / scaling->scale;
}

static void fit_standard(const double *sorted, size_t n, Scaling *scaling) {
    /* The mean of equal values may differ from them by rounding; the value itself does not. */
    if (sorted[0] == sorted[n - 1])
        set_linear(scaling, sorted[0], 0.0);
    else
        set_linear(scaling, statistics_mean(sorted, n), statistics_deviation(sorted, n));
}

static void fit_minmax(const double *sorted, size_t n, Scaling *scaling) {
    set_linear(scaling, sorted[0], sorted[n - 1] - sorted[0]);
}

static void fit_robust(const double *sorted, size_t n, Scaling *scaling) {
    const double low = statistics_quantile(sorted, n, 1, 4);
    const double high = statistics_quantile(sorted, n, 3, 4);
    set_linear(scaling, statistics_quantile(sorted, n, 1, 2), high - low);
}

static void fit_none(const double *sorted, size_t n, Scaling *scaling) {
    (void)sorted;
    (void)n;
    set_linear(scaling, 0.0, 1.0);
}

static double transform_none(const Scaling *scaling, double value) {
    (void)scaling;
    return value;
}

static void fit_quantile(const double *sorted, size_t n, Scaling *scaling) {
    set_linear(scaling, 0.0, 1.0);
    scaling->n_quantiles = n < MOST_QUANTILES ? n : MOST_QUANTILES;
    scaling->quantiles = NEW(double, scaling->n_quantiles);
    const size_t last = scaling->n_quantiles - 1;
    scaling->quantiles[0] = sorted[0];
    for (size_t i = 1; i <= last; i++) {
        const double quantile = statistics_quantile(sorted, n, i, last);
        const double before = scaling->quantiles[i - 1];
        scaling->quantiles[i] = quantile < before ? before : quantile;
    }
}

/* How many of the quantiles are below value, or (with may_equal) not above it. */
static size_t count_below(const Scaling *scaling, double value, bool may_equal) {
    size_t low = 0;
    size_t high = scaling->n_quantiles;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const double quantile = scaling->quantiles[middle];
        if (quantile < value || (may_equal && quantile == value))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double transform_quantile(const Scaling *scaling, double value) {
    const double *quantiles = scaling->quantiles;
    const size_t last = scaling->n_quantiles - 1;
    if (value <= quantiles[0])
        return 0.0;
    if (value >= quantiles[last])
        return 1.0;
    const size_t first = count_below(scaling, value, false);
    const size_t after = count_below(scaling, value, true);
    /* A value equal to a run of quantiles gets the middle of the run: the mean of interpolating
     * forward and backward. */
    if (after > first)
        return 0.5 * (double)(first + after - 1) / (double)last;
    const double below = quantiles[first - 1];
    const double part = (value - below) / (quantiles[first] - below);
    return ((double)(first - 1) + part) / (double)last;
}

/* clang-format off */
static const Scaler scalers[] = {
    {{"standard", "mean 0, standard deviation 1",
      "z = (x - mean) / sqrt(sum (x - mean)^2 / n)", "scikit-learn StandardScaler"},
     fit_standard, transform_linear, true, false},
    {{"minmax", "training rows fill 0 to 1",
      "z = (x - min) / (max - min)", "scikit-learn MinMaxScaler"},
     fit_minmax, transform_linear, true, false},
    {{"robust", "median 0, interquartile range 1; outliers move neither",
      "z = (x - median) / (q75 - q25)", "scikit-learn RobustScaler"},
     fit_robust, transform_linear, true, false},
    {{"quantile", "the rank among at most 1000 quantiles of the training rows, 0 to 1",
      "z = F(x), F the piecewise linear distribution function, clipped to [0, 1]",
      "scikit-learn QuantileTransformer, uniform output"},
     fit_quantile, transform_quantile, false, false},
    {{"none", "values as they are", "z = x", NULL},
     fit_none, transform_none, true, true},
};
/* clang-format on */

const KindTable *scaler_kinds(void) {
    static const KindTable table = KIND_TABLE("scaler", scalers);
    return &table;
}

const Scaler *scaler_identity(void) {
    const Scaler *row = scalers;
    while (!row->is_identity) {
        row++;
    }
    return row;
}

double scaling_undo(const Scaling *scaling, double scaled) {
    return scaled * scaling->scale + scaling->center;
}

bool scaling_is_finite(const Scaling *scaling) {
    bool finite = isfinite(scaling->center) && isfinite(scaling->scale);
    for (size_t i = 0; i < scaling->n_quantiles; i++)
        finite = finite && isfinite(scaling->quantiles[i]);
    return finite;
}

void scaling_free(Scaling *scaling) {
    memory_free(scaling->quantiles);
    *scaling = (Scaling){0};
}
