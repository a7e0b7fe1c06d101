/* Values to pixels along an axis, linear or logarithmic, with round ticks. Arithmetic that gives
 * the same bits everywhere. */
#ifndef NNTRAIN_ARTIFACT_SCALE_H
#define NNTRAIN_ARTIFACT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialise, then range_add values; what is not finite is left out, and values up to 0 of a
 * logarithmic axis are drawn at its low end. */
typedef struct ScaleRange {
    double low, high;
    bool is_set;
    bool is_log;
} ScaleRange;

void range_add(ScaleRange *range, double value);
void range_add_all(ScaleRange *range, const double *values, size_t n);
/* Logarithmic when all values are positive and the largest is `ratio` times the smallest or more.
 */
void range_choose_log(ScaleRange *range, double ratio);
/* Widened to the next ticks; an empty range becomes 0 to 1, a single value gets room around it. */
void range_round(ScaleRange *range);

typedef struct Scale {
    ScaleRange range;
    double from, to; /* pixels of low and high */
} Scale;

/* The pixel of a value, held within a little of the axis. */
double scale_at(const Scale *scale, double value);

enum { SCALE_TICKS = 16 };
/* Round values within the range, at most SCALE_TICKS; returns how many. */
size_t scale_ticks(const ScaleRange *range, size_t wanted, double ticks[SCALE_TICKS]);

#endif
