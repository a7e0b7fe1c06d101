#include "data/statistics.h"

#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

void statistics_sort(double *values, size_t n) {
    if (n > 1)
        qsort(values, n, sizeof *values, compare_doubles);
}

double statistics_mean(const double *sorted, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += sorted[i];
    return sum / (double)n;
}

double statistics_deviation(const double *sorted, size_t n) {
    const double mean = statistics_mean(sorted, n);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (sorted[i] - mean) * (sorted[i] - mean);
    return sqrt(sum / (double)n);
}

double statistics_quantile(const double *sorted, size_t n, size_t numerator, size_t denominator) {
    const size_t scaled = (n - 1) * numerator;
    const size_t below = scaled / denominator;
    const size_t remainder = scaled % denominator;
    if (remainder == 0)
        return sorted[below];
    const double part = (double)remainder / (double)denominator;
    const double step = sorted[below + 1] - sorted[below];
    /* From the nearer end, as numpy: the result is then monotone in the position. */
    return part < 0.5 ? sorted[below] + step * part : sorted[below + 1] - step * (1.0 - part);
}

double statistics_mode(const double *sorted, size_t n) {
    double mode = sorted[0];
    size_t most = 0;
    size_t start = 0;
    for (size_t i = 1; i <= n; i++) {
        if (i < n && sorted[i] == sorted[start])
            continue;
        if (i - start > most) {
            most = i - start;
            mode = sorted[start];
        }
        start = i;
    }
    return mode;
}
