#include "data/imputer.h"

#include "data/statistics.h"

static double fill_median(const double *sorted, size_t n) {
    return statistics_quantile(sorted, n, 1, 2);
}

static double fill_zero(const double *sorted, size_t n) {
    (void)sorted;
    (void)n;
    return 0.0;
}

/* clang-format off */
static const Imputer imputers[] = {
    {{"median", "the median of the training rows", "the middle x, or the mean of both", NULL},
     fill_median, .fills_category = false},
    {{"mean", "the mean of the training rows", "sum x / n", NULL},
     statistics_mean, .fills_category = false},
    {{"zero", "0 in the units of the column", "0", NULL},
     fill_zero, .fills_category = false},
    {{"mode", "the most frequent value or category of the training rows", NULL, NULL},
     statistics_mode, .fills_category = true},
    {{"drop", "rows with a missing cell are left out", NULL, NULL},
     NULL, .drops_rows = true},
    {{"error", "a missing cell is an error", NULL, NULL},
     NULL, .refuses = true},
};
/* clang-format on */

const KindTable *imputer_kinds(void) {
    static const KindTable table = KIND_TABLE("imputer", imputers);
    return &table;
}
