#include "artifact/scale.h"

#include <math.h>

#include "compute/scalar.h"

void range_add(ScaleRange *range, double value) {
    if (!isfinite(value) || (range->is_log && value <= 0)) {
        return;
    }
    range->low = range->is_set && range->low < value ? range->low : value;
    range->high = range->is_set && range->high > value ? range->high : value;
    range->is_set = true;
}

void range_add_all(ScaleRange *range, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        range_add(range, values[i]);
    }
}

void range_choose_log(ScaleRange *range, double ratio) {
    range->is_log = range->is_set && range->low > 0 && range->high / range->low >= ratio;
}

/* The power of ten at or below a positive value. */
static double power_below(double value) {
    double power = 1;
    while (power > value) {
        power /= 10;
    }
    while (power * 10 <= value) {
        power *= 10;
    }
    return power;
}

/* 1, 2 or 5 times a power of ten, at least `step`. */
static double round_step(double step) {
    const double power = power_below(step);
    return step <= power       ? power
           : step <= 2 * power ? 2 * power
           : step <= 5 * power ? 5 * power
                               : 10 * power;
}

static double step_of(const ScaleRange *range, size_t wanted) {
    const double step = (range->high / (double)wanted) - (range->low / (double)wanted);
    return isfinite(step) && step > 1e-300 ? round_step(step) : 0;
}

static void round_linear(ScaleRange *range) {
    const double step = step_of(range, 4);
    if (step > 0) {
        range->low = floor(range->low / step) * step;
        range->high = ceil(range->high / step) * step;
    }
}

void range_round(ScaleRange *range) {
    if (!range->is_set) {
        *range = (ScaleRange){.low = 0, .high = 1, .is_set = true};
    }
    if (range->is_log) {
        range->low = power_below(range->low);
        const double above = power_below(range->high);
        range->high = above < range->high || above == range->low ? above * 10 : above;
        return;
    }
    if (range->low == range->high) {
        const double room = range->low == 0 ? 1 : fabs(range->low) / 2;
        range->low -= room;
        range->high += room;
    }
    round_linear(range);
}

static double share_of(const ScaleRange *range, double value) {
    if (!range->is_log) {
        return (value / 2 - range->low / 2) / (range->high / 2 - range->low / 2);
    }
    const double low = scalar_log(range->low);
    return value <= 0 ? 0 : (scalar_log(value) - low) / (scalar_log(range->high) - low);
}

double scale_at(const Scale *scale, double value) {
    const double share = share_of(&scale->range, value);
    const double held = share > -0.02 ? share < 1.02 ? share : 1.02 : -0.02;
    return scale->from + held * (scale->to - scale->from);
}

static size_t log_ticks(const ScaleRange *range, double ticks[SCALE_TICKS]) {
    size_t decades = 0, n = 0;
    for (double tick = range->low; tick < range->high * 0.999 && decades < 700; tick *= 10) {
        decades++;
    }
    const size_t stride = decades / 5 + 1;
    size_t i = 0;
    for (double tick = range->low; tick <= range->high * 1.001 && n < SCALE_TICKS; tick *= 10) {
        if (i++ % stride == 0) {
            ticks[n++] = tick;
        }
    }
    return n;
}

/* The next smaller step, where the round ones leave fewer than three ticks in an axis that is not
 * rounded itself. */
static double step_of_three(const ScaleRange *range, double step) {
    const double n = floor(range->high / step + 1e-9) - ceil(range->low / step - 1e-9) + 1;
    return n < 3 ? round_step(step * 0.4 * (1 - 1e-9)) : step;
}

size_t scale_ticks(const ScaleRange *range, size_t wanted, double ticks[SCALE_TICKS]) {
    if (range->is_log) {
        return log_ticks(range, ticks);
    }
    const double whole = step_of(range, wanted);
    size_t n = 0;
    if (whole == 0) {
        return 0;
    }
    const double step = step_of_three(range, whole);
    const double first = ceil(range->low / step - 1e-9);
    for (double i = first; i * step <= range->high + step * 1e-6 && n < SCALE_TICKS; i++) {
        ticks[n++] = i * step + 0; /* + 0: no minus zero */
    }
    return n;
}
