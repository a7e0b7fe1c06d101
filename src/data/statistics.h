/* Summaries of a column of numbers that is already sorted. Sums run from the smallest value to the
 * largest in double, so that the result does not depend on the order of the rows. */
#ifndef NNTRAIN_DATA_STATISTICS_H
#define NNTRAIN_DATA_STATISTICS_H

#include <stddef.h>

/* Sorts in place, increasing. The values are finite and n may be 0. */
void statistics_sort(double *values, size_t n);

/* The functions below need n >= 1. A sum that overflows gives a result that is not finite. */
double statistics_mean(const double *sorted, size_t n);

/* sqrt(sum (x - mean)^2 / n): of the whole population, in two passes. */
double statistics_deviation(const double *sorted, size_t n);

/* Linear interpolation at position (n - 1) * numerator / denominator, as numpy.percentile does by
 * default; numerator <= denominator. The median is 1/2. */
double statistics_quantile(const double *sorted, size_t n, size_t numerator, size_t denominator);

/* The most frequent value, the smallest of them in a tie. */
double statistics_mode(const double *sorted, size_t n);

#endif
