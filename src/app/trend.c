#include "app/trend.h"

#include <math.h>

static void halve(Trend *trend) {
    for (size_t i = 0; i < TREND_POINTS / 2; i++) {
        trend->points[i] = (trend->points[2 * i] + trend->points[2 * i + 1]) / 2;
    }
    trend->n = TREND_POINTS / 2;
    trend->stride *= 2;
}

void trend_add(Trend *trend, double value) {
    if (!isfinite(value)) {
        return;
    }
    trend->stride = trend->stride ? trend->stride : 1;
    trend->sum += value;
    if (++trend->n_pending == trend->stride) {
        if (trend->n == TREND_POINTS) {
            halve(trend);
            if (trend->n_pending < trend->stride) {
                return;
            }
        }
        trend->points[trend->n++] = trend->sum / (double)trend->n_pending;
        trend->sum = 0;
        trend->n_pending = 0;
    }
}

void trend_draw(TextBuffer *out, const Trend *trend, size_t width, bool has_utf8) {
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {"_", "_", ".", ".", "-", "-", "^", "^"};
    enum { LEVELS = sizeof blocks / sizeof *blocks };
    const size_t n = trend->n < width ? trend->n : width;
    if (n < 2) {
        return;
    }
    double low = trend->points[0], high = low;
    for (size_t i = 1; i < trend->n; i++) {
        low = fmin(low, trend->points[i]);
        high = fmax(high, trend->points[i]);
    }
    const bool is_log = low > 0;
    for (size_t i = 0; i < n; i++) {
        const double value = trend->points[i * (trend->n - 1) / (n - 1)];
        const double share = high <= low ? 0
                             : is_log    ? log(value / low) / log(high / low)
                                         : (value - low) / (high - low);
        const size_t level = (size_t)(share * (LEVELS - 1) + 0.5);
        text_append(out, (has_utf8 ? blocks : plain)[level]);
    }
}
