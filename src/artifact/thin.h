/* Long series to as many points as a chart can show, without losing a peak. */
#ifndef NNTRAIN_ARTIFACT_THIN_H
#define NNTRAIN_ARTIFACT_THIN_H

#include <stddef.h>

/* Points of a line; owned. */
typedef struct Thinned {
    double *x, *y;
    size_t n;
} Thinned;

/* Of n points in the order of x: all of them up to `most`, else the lowest and the highest y of
 * each of most / 2 equal groups, in their order. */
void thin_line(const double *x, const double *y, size_t n, size_t most, Thinned *thinned);
void thinned_free(Thinned *thinned);

#endif
