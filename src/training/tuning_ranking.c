#include "training/tuning_ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { LEAST_TRIALS = 4 };

/* ---- Order ---- */

static bool is_ok(const Search *search, size_t trial) {
    return search->trials[trial].result.status == trial_ok();
}

/* Trained to the end first, then pruned ones, those with more epochs first, then those without a
 * value. */
static int compare_trials(const void *a, const void *b, void *context) {
    const Search *search = context;
    const size_t left = *(const size_t *)a, right = *(const size_t *)b;
    const Trial *one = &search->trials[left], *other = &search->trials[right];
    if (is_ok(search, left) != is_ok(search, right)) {
        return is_ok(search, left) ? -1 : 1;
    }
    const bool has_value = one->result.status->has_value;
    if (has_value && other->result.status->has_value && one->epochs != other->epochs) {
        return one->epochs > other->epochs ? -1 : 1;
    }
    return left == right ? 0 : search_is_better(search, left, right) ? -1 : 1;
}

static double loss_to_best(const Search *search, size_t best, size_t trial) {
    return fabs(search->trials[trial].result.mean - search->trials[best].result.mean);
}

/* Equal numbers count as close even where there is no deviation. */
static void find_close(const Search *search, Ranking *ranking) {
    if (ranking->n_ok == 0) {
        return;
    }
    const size_t best = ranking->order[0];
    ranking->simplest = best;
    while (ranking->n_close < ranking->n_ok &&
           loss_to_best(search, best, ranking->order[ranking->n_close]) <=
               search->trials[best].result.deviation) {
        const size_t trial = ranking->order[ranking->n_close++];
        if (search->trials[trial].result.n_parameters <
            search->trials[ranking->simplest].result.n_parameters) {
            ranking->simplest = trial;
        }
    }
}

/* ---- Importance ---- */

/* Values of a key and of the objective. Those of different rungs cannot be compared, so that the
 * place in the order stands for them. */
typedef struct Pairs {
    double *x, *y;
    size_t n;
} Pairs;

static Pairs collect_pairs(const Search *search, const Ranking *ranking, size_t k) {
    Pairs pairs = {NEW(double, ranking->n), NEW(double, ranking->n), 0};
    const double sign = search->options.higher_is_better ? -1 : 1;
    for (size_t i = 0; i < ranking->n; i++) {
        const Trial *trial = &search->trials[ranking->order[i]];
        if (!isnan(trial->values[k]) && trial->result.status->has_value) {
            const bool has_rungs = search->options.sampler->uses_rungs;
            pairs.x[pairs.n] = trial->values[k];
            pairs.y[pairs.n++] = has_rungs ? sign * (double)i : trial->result.mean;
        }
    }
    return pairs;
}

typedef struct Ranked {
    double value;
    size_t index;
} Ranked;

static int compare_ranked(const void *a, const void *b) {
    const Ranked *left = a, *right = b;
    return left->value < right->value ? -1 : left->value > right->value;
}

/* Ranks from 1; equal values share the mean of theirs. */
static void to_ranks(double *values, size_t n) {
    Ranked *sorted = NEW(Ranked, n);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = (Ranked){values[i], i};
    }
    qsort(sorted, n, sizeof *sorted, compare_ranked);
    for (size_t first = 0, end; first < n; first = end) {
        end = first + 1;
        while (end < n && sorted[end].value == sorted[first].value) {
            end++;
        }
        for (size_t i = first; i < end; i++) {
            values[sorted[i].index] = ((double)first + 1 + (double)end) / 2;
        }
    }
    memory_free(sorted);
}

static double mean_of(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
    }
    return sum / (double)n;
}

/* Spearman 1904: the correlation of ranks. */
static double rank_correlation(Pairs *pairs) {
    to_ranks(pairs->x, pairs->n);
    to_ranks(pairs->y, pairs->n);
    const double mean_x = mean_of(pairs->x, pairs->n), mean_y = mean_of(pairs->y, pairs->n);
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < pairs->n; i++) {
        const double x = pairs->x[i] - mean_x, y = pairs->y[i] - mean_y;
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* Fisher 1925: the share of the variance that lies between groups; of ranks (Kruskal & Wallis
 * 1952), so that one bad trial does not decide. */
static double eta_squared(Pairs *pairs, size_t n_groups) {
    to_ranks(pairs->y, pairs->n);
    const double mean = mean_of(pairs->y, pairs->n);
    double between = 0, total = 0;
    for (size_t group = 0; group < n_groups; group++) {
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < pairs->n; i++) {
            if ((size_t)pairs->x[i] == group) {
                sum += pairs->y[i] - mean;
                n++;
            }
        }
        between += n > 0 ? sum * sum / (double)n : 0;
    }
    for (size_t i = 0; i < pairs->n; i++) {
        total += (pairs->y[i] - mean) * (pairs->y[i] - mean);
    }
    return total > 0 ? between / total : 0;
}

static KeyImportance importance_of(const Search *search, const Ranking *ranking, size_t k) {
    const SpaceKey *key = &search->space->keys[k];
    Pairs pairs = collect_pairs(search, ranking, k);
    KeyImportance importance = {
        .value = (double)NAN, .is_eta = key->distribution->is_choice, .n = pairs.n};
    if (pairs.n >= LEAST_TRIALS) {
        importance.value =
            importance.is_eta ? eta_squared(&pairs, key->choices.n) : rank_correlation(&pairs);
    }
    memory_free(pairs.x);
    memory_free(pairs.y);
    return importance;
}

void ranking_make(const Search *search, Ranking *ranking) {
    *ranking = (Ranking){.order = NEW(size_t, search->n),
                         .importances = NEW(KeyImportance, search->space->n)};
    for (size_t i = 0; i < search->n; i++) {
        const TrialStatus *status = search->trials[i].result.status;
        if (status && status->is_final) {
            ranking->order[ranking->n++] = i;
            ranking->n_ok += is_ok(search, i);
        }
    }
    qsort_r(ranking->order, ranking->n, sizeof *ranking->order, compare_trials, (void *)search);
    find_close(search, ranking);
    for (size_t k = 0; k < search->space->n; k++) {
        ranking->importances[k] = importance_of(search, ranking, k);
    }
}

void ranking_free(Ranking *ranking) {
    memory_free(ranking->order);
    memory_free(ranking->importances);
    *ranking = (Ranking){0};
}
