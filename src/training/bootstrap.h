/* Confidence intervals of metrics by the percentile bootstrap (Efron & Tibshirani 1993): rows are
 * drawn with replacement, as many as there are, and the metric is computed of each such resample.
 */
#ifndef NNTRAIN_TRAINING_BOOTSTRAP_H
#define NNTRAIN_TRAINING_BOOTSTRAP_H

#include <stdint.h>

#include "training/evaluate.h"

/* Bounds of the 95 % interval of each metric into low and high (metrics->n): the 2.5 and 97.5
 * percentiles, interpolated linearly, of the resamples in which it is defined; NAN when there are
 * none. Row r of resample s is a function of (seed, s, r). */
void bootstrap_intervals(const Predictions *predictions, const MetricList *metrics,
                         size_t n_resamples, uint64_t seed, double *low, double *high);

/* The same into result->low and ->high, which are allocated. */
void bootstrap_part(const Predictions *predictions, const MetricList *metrics, size_t n_resamples,
                    uint64_t seed, PartResult *result);

#endif
