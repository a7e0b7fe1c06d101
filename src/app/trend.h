/* The course of a number that grows by one value after the other, in a fixed number of points: when
 * they are full, each two become one. Zero-initialise. */
#ifndef NNTRAIN_APP_TREND_H
#define NNTRAIN_APP_TREND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { TREND_POINTS = 32 };

typedef struct Trend {
    double points[TREND_POINTS]; /* means of `stride` values each */
    size_t n, stride;
    double sum; /* of the values that are no point yet */
    size_t n_pending;
} Trend;

void trend_add(Trend *trend, double value);

/* At most `width` characters, the lowest point the lowest, by logarithms where
 * all are positive; empty while there are fewer than two. */
void trend_draw(TextBuffer *out, const Trend *trend, size_t width, bool has_utf8);

#endif
