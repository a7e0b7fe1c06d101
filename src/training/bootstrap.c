#include "training/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"

static const double tail = 0.025;

/* Room for n rows of the same shape as predictions; without a loss of its own. */
static Predictions make_room(const Predictions *predictions) {
    Predictions room = *predictions;
    size_t n = predictions->n;
    room.scores = predictions->scores != NULL ? NEW(double, n * predictions->n_scores) : NULL;
    room.decided = NEW(double, n * predictions->n_targets);
    room.truth = NEW(double, n * predictions->n_targets);
    room.weight = predictions->weight != NULL ? NEW(double, n) : NULL;
    return room;
}

static void copy_row(double *to, size_t i, const double *from, size_t j, size_t columns) {
    if (from != NULL) {
        memcpy(to + i * columns, from + j * columns, columns * sizeof *to);
    }
}

static void draw_rows(Predictions *room, const Predictions *predictions, RandomStream stream,
                      size_t resample) {
    for (size_t i = 0; i < room->n; i++) {
        uint32_t words[4];
        random_words(stream, (uint32_t)resample, (uint32_t)i, 0, 0, words);
        size_t j = random_below(words[0], words[1], (uint32_t)room->n);
        copy_row(room->scores, i, predictions->scores, j, room->n_scores);
        copy_row(room->decided, i, predictions->decided, j, room->n_targets);
        copy_row(room->truth, i, predictions->truth, j, room->n_targets);
        copy_row(room->weight, i, predictions->weight, j, 1);
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Percentile of n sorted values by linear interpolation. */
static double percentile(const double *sorted, size_t n, double share) {
    double place = share * (double)(n - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

/* Moves the defined values to the front; returns how many there are. */
static size_t drop_undefined(double *values, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i])) {
            values[kept++] = values[i];
        }
    }
    return kept;
}

void bootstrap_intervals(const Predictions *predictions, const MetricList *metrics,
                         size_t n_resamples, uint64_t seed, double *low, double *high) {
    RandomStream stream = random_stream(seed, RANDOM_BOOTSTRAP);
    Evaluation evaluation = {.metrics = metrics};
    Predictions room = make_room(predictions);
    double *values = NEW(double, n_resamples * metrics->n); /* (metrics, resamples) */
    for (size_t s = 0; s < n_resamples && !interrupt_signal(); s++) {
        PartResult result;
        interrupt_progress((double)s / (double)n_resamples);
        draw_rows(&room, predictions, stream, s);
        evaluate_metrics(&evaluation, &room, &result);
        for (size_t m = 0; m < result.n_metrics; m++) {
            values[m * n_resamples + s] = result.values[m];
        }
        part_result_free(&result);
    }
    for (size_t m = 0; m < metrics->n; m++) {
        double *own = values + m * n_resamples;
        size_t n = predictions->n > 0 ? drop_undefined(own, n_resamples) : 0;
        qsort(own, n, sizeof *own, by_size);
        low[m] = n > 0 ? percentile(own, n, tail) : (double)NAN;
        high[m] = n > 0 ? percentile(own, n, 1 - tail) : (double)NAN;
    }
    memory_free(values);
    predictions_free(&room);
}

void bootstrap_part(const Predictions *predictions, const MetricList *metrics, size_t n_resamples,
                    uint64_t seed, PartResult *result) {
    memory_free(result->low);
    memory_free(result->high);
    result->low = NEW(double, metrics->n);
    result->high = NEW(double, metrics->n);
    bootstrap_intervals(predictions, metrics, n_resamples, seed, result->low, result->high);
}
