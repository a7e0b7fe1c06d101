#include "artifact/thin.h"

#include <math.h>
#include <stdbool.h>

#include "base/memory.h"

static void keep(Thinned *thinned, const double *x, const double *y, size_t i) {
    thinned->x[thinned->n] = x[i];
    thinned->y[thinned->n++] = y[i];
}

static void keep_extremes(Thinned *thinned, const double *x, const double *y, size_t first,
                          size_t end) {
    size_t low = first, high = first;
    for (size_t i = first; i < end; i++) {
        low = isnan(y[low]) || y[i] < y[low] ? i : low;
        high = isnan(y[high]) || y[i] > y[high] ? i : high;
    }
    keep(thinned, x, y, low < high ? low : high);
    if (low != high) {
        keep(thinned, x, y, low < high ? high : low);
    }
}

void thin_line(const double *x, const double *y, size_t n, size_t most, Thinned *thinned) {
    const bool is_short = n <= most;
    const size_t n_groups = is_short ? n : most / 2;
    *thinned =
        (Thinned){.x = NEW(double, is_short ? n : most), .y = NEW(double, is_short ? n : most)};
    for (size_t group = 0; group < n_groups; group++) {
        keep_extremes(thinned, x, y, n / n_groups * group + n % n_groups * group / n_groups,
                      n / n_groups * (group + 1) + n % n_groups * (group + 1) / n_groups);
    }
}

void thinned_free(Thinned *thinned) {
    memory_free(thinned->x);
    memory_free(thinned->y);
    *thinned = (Thinned){0};
}
