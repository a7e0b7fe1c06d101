/* The tree-structured Parzen estimator of Bergstra et al. 2011, "Algorithms for hyper-parameter
 * optimization", with one density over all keys (Falkner et al. 2018, "BOHB"): l is a mixture of
 * kernels around the better trials, g one around the others, and of some candidates from l the one
 * with the largest l/g is taken. Jobs of one generation do not wait for each other: those that are
 * not done count among the others ("constant liar"), so that they keep away from each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/scalar.h"
#include "training/tuning_search.h"

enum { N_START = 10, N_CANDIDATES = 24, MOST_BETTER = 25, PRIOR_TRIALS = 3, MOST_DRAWS = 64 };

/* What one trial adds to a mixture along one key: a normal kernel around its place in [0, 1], or
 * most of the weight on its choice. */
typedef struct Kernel {
    double center; /* NAN: all places, or choices, alike */
    double width;
    double inside; /* the kernel's mass between 0 and 1 */
} Kernel;

/* Kernels of n trials along all keys; the last, of no trial, are alike everywhere (the prior). */
typedef struct Mixture {
    const Space *space;
    Kernel *kernels; /* (n + 1, space->n) */
    size_t n;
} Mixture;

/* P(Z <= z). Abramowitz & Stegun 1964, 26.2.17: error below 7.5e-8. */
static double normal_cdf(double z) {
    static const double b[] = {0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429};
    const double t = 1 / (1 + 0.2316419 * fabs(z));
    double sum = 0;
    for (size_t i = sizeof b / sizeof *b; i-- > 0;) {
        sum = (sum + b[i]) * t;
    }
    const double tail = 0.3989422804014327 * scalar_exp(-0.5 * z * z) * sum;
    return z > 0 ? 1 - tail : tail;
}

/* Narrower with more trials (Scott 1992), in a space of so many keys. */
static double kernel_width(size_t n, size_t n_keys) {
    return 0.1 * scalar_power((double)(n > 0 ? n : 1), -1.0 / (double)(n_keys + 4));
}

static Kernel kernel_around(const SpaceKey *key, double value, double width) {
    if (isnan(value) || key->distribution->is_choice) {
        return (Kernel){.center = value};
    }
    const double center = key->distribution->to_unit(key, value);
    return (Kernel){center, width,
                    normal_cdf((1 - center) / width) - normal_cdf((0 - center) / width)};
}

/* Of the n trials in order. */
static Mixture mixture_of(const Search *search, const size_t *order, size_t n) {
    const Space *space = search->space;
    Mixture mixture = {space, NEW(Kernel, (n + 1) * space->n), n};
    const double width = kernel_width(n, space->n);
    for (size_t i = 0; i <= n; i++) {
        for (size_t k = 0; k < space->n; k++) {
            const double value = i < n ? search->trials[order[i]].values[k] : (double)NAN;
            mixture.kernels[i * space->n + k] = kernel_around(&space->keys[k], value, width);
        }
    }
    return mixture;
}

/* The share that a choice has with another trial's kernel: as if of n + PRIOR_TRIALS trials that
 * took the kernel's choice, PRIOR_TRIALS had been spread over all. */
static double other_choice(const SpaceKey *key, size_t n) {
    return PRIOR_TRIALS / ((double)key->choices.n * (double)(n + PRIOR_TRIALS));
}

static double kernel_at(const Kernel *kernel, const SpaceKey *key, double value, double place,
                        size_t n) {
    if (isnan(kernel->center)) {
        return key->distribution->is_choice ? 1 / (double)key->choices.n : 1;
    }
    if (key->distribution->is_choice) {
        const double rest = other_choice(key, n);
        return kernel->center == value ? 1 - (double)(key->choices.n - 1) * rest : rest;
    }
    const double z = (place - kernel->center) / kernel->width;
    return scalar_exp(-0.5 * z * z) * 0.3989422804014327 / (kernel->width * kernel->inside);
}

/* The density of a setting. */
static double mixture_at(const Mixture *mixture, const double *values, const double *places) {
    const Space *space = mixture->space;
    double sum = 0;
    for (size_t i = 0; i <= mixture->n; i++) {
        double product = 1;
        for (size_t k = 0; k < space->n; k++) {
            const Kernel *kernel = &mixture->kernels[i * space->n + k];
            product *= isnan(values[k])
                           ? 1
                           : kernel_at(kernel, &space->keys[k], values[k], places[k], mixture->n);
        }
        sum += product;
    }
    return sum / (double)(mixture->n + 1);
}

/* What a draw is a function of. */
typedef struct Draw {
    const Search *search;
    size_t trial;
    uint32_t candidate;
} Draw;

static double draw_unit(const Draw *draw, size_t k, uint32_t i) {
    return search_unit(draw->search, draw->trial, k, 1 + draw->candidate * (MOST_DRAWS + 1) + i);
}

static double draw_place(const Kernel *kernel, const Draw *draw, size_t k) {
    for (uint32_t attempt = 1; attempt <= MOST_DRAWS; attempt++) {
        const double unit = fmax(draw_unit(draw, k, attempt), 0x1p-54);
        const double place = kernel->center + kernel->width * scalar_normal_quantile(unit);
        if (place >= 0 && place < 1) {
            return place;
        }
    }
    return kernel->center;
}

static double draw_value(const Kernel *kernel, const SpaceKey *key, const Draw *draw, size_t k,
                         size_t n) {
    const double unit = draw_unit(draw, k, 0);
    if (isnan(kernel->center)) {
        return key->distribution->from_unit(key, unit);
    }
    if (!key->distribution->is_choice) {
        return key->distribution->from_unit(key, draw_place(kernel, draw, k));
    }
    const double spread = (double)key->choices.n * other_choice(key, n);
    return unit < 1 - spread ? kernel->center
                             : key->distribution->from_unit(key, (unit - 1 + spread) / spread);
}

/* A setting near one trial of the mixture. */
static void draw_setting(const Mixture *mixture, const Draw *draw, double *values, double *places) {
    const Space *space = mixture->space;
    const double unit = draw_unit(draw, space->n, 0);
    const size_t i = (size_t)(unit * (double)(mixture->n + 1));
    for (size_t k = 0; k < space->n; k++) {
        values[k] = (double)NAN;
        if (space_is_active(space, k, values)) {
            const SpaceKey *key = &space->keys[k];
            values[k] = draw_value(&mixture->kernels[i * space->n + k], key, draw, k, mixture->n);
            places[k] = key->distribution->to_unit(key, values[k]);
        }
    }
}

static int compare_trials(const void *a, const void *b, void *search) {
    const size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return left == right ? 0 : search_is_better(search, left, right) ? -1 : 1;
}

/* Trials with and without result, the best first. */
static size_t *rank_trials(Search *search) {
    size_t *order = NEW(size_t, search->n);
    for (size_t i = 0; i < search->n; i++) {
        order[i] = i;
    }
    qsort_r(order, search->n, sizeof *order, compare_trials, search);
    return order;
}

/* The candidate with the largest l/g. The trial itself is the last of the ranking. */
static void choose_setting(Search *search, size_t trial, size_t n_better) {
    const size_t n_keys = search->space->n;
    size_t *ranking = rank_trials(search);
    Mixture better = mixture_of(search, ranking, n_better);
    Mixture other = mixture_of(search, ranking + n_better, trial - n_better);
    double *values = NEW(double, n_keys), *places = NEW(double, n_keys);
    double best = -(double)INFINITY;
    Draw draw = {search, trial, 0};
    for (; draw.candidate < N_CANDIDATES; draw.candidate++) {
        draw_setting(&better, &draw, values, places);
        const double score =
            mixture_at(&better, values, places) / mixture_at(&other, values, places);
        if (score > best) {
            best = score;
            memcpy(search->trials[trial].values, values, n_keys * sizeof *values);
        }
    }
    memory_free(values);
    memory_free(places);
    memory_free(better.kernels);
    memory_free(other.kernels);
    memory_free(ranking);
}

void sampler_next_tpe(Search *search) {
    const size_t n_done = search->n;
    const size_t left = search->options.n_trials - n_done;
    size_t n_new = search->generation == 0 ? N_START : search->options.batch;
    n_new = n_new < left ? n_new : left;
    const size_t fifth = (n_done + 4) / 5;
    const size_t n_better = fifth < MOST_BETTER ? fifth : MOST_BETTER;
    for (size_t i = 0; i < n_new; i++) {
        search_add_trial(search);
        if (search->generation == 0) {
            search_draw(search, n_done + i);
        } else {
            choose_setting(search, n_done + i, n_better);
        }
        search_add_job(search, n_done + i, 0, 0);
    }
}
