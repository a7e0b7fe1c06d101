/* Analytic functions with a space each, for samplers: what a search finds without any training. */
#ifndef NNTRAIN_TESTS_SEARCH_FUNCTIONS_H
#define NNTRAIN_TESTS_SEARCH_FUNCTIONS_H

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "training/tuning_search.h"

typedef struct SearchFunction {
    const char *name;
    const char *keys[8][2]; /* name, distribution; the first without a name ends them */
    double (*value)(const double *x);
} SearchFunction;

static double square(double x) { return x * x; }

static inline double sphere(const double *x) {
    return square(x[0] - 1) + square(x[1] + 2) + square(x[2] - 3);
}

static inline double branin(const double *x) {
    const double pi = 3.14159265358979323846;
    return square(x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6) +
           10 * (1 - 1 / (8 * pi)) * cos(x[0]) + 10;
}

static inline double rosenbrock(const double *x) {
    return 100 * square(x[1] - x[0] * x[0]) + square(1 - x[0]) + 100 * square(x[2] - x[1] * x[1]) +
           square(1 - x[1]);
}

/* As hyperparameters are: a rate, a width, a choice, and a key that counts for one choice only. */
static inline double training(const double *x) {
    const double rate = log10(x[0]) + 2.5, width = (x[1] - 48) / 32;
    const double momentum = isnan(x[3]) ? 0.3 : square(x[3] - 0.9);
    return square(rate) + 0.3 * square(width) + momentum + 0.2 * (x[2] != 1);
}

static const SearchFunction search_functions[] = {
    {"sphere",
     {{"a.x", "uniform -5 .. 5"}, {"a.y", "uniform -5 .. 5"}, {"a.z", "uniform -5 .. 5"}},
     sphere},
    {"branin", {{"a.x", "uniform -5 .. 10"}, {"a.y", "uniform 0 .. 15"}}, branin},
    {"rosenbrock",
     {{"a.x", "uniform -2 .. 2"}, {"a.y", "uniform -2 .. 2"}, {"a.z", "uniform -2 .. 2"}},
     rosenbrock},
    {"training",
     {{"a.rate", "log 1e-5 .. 1"},
      {"a.width", "int 8 .. 128 step 8"},
      {"a.name", "choice adam, sgd, rmsprop"},
      {"a.momentum", "uniform 0 .. 1 if a.name is sgd"}},
     training},
};
enum { N_SEARCH_FUNCTIONS = sizeof search_functions / sizeof *search_functions };

static inline void function_space(const SearchFunction *function, Space *space) {
    Error err;
    for (size_t k = 0; function->keys[k][0]; k++) {
        space_add(space, function->keys[k][0], function->keys[k][1], "here", &err);
    }
    space_link(space, &err);
}

static inline SearchOptions function_options(const char *sampler, size_t n_trials, uint64_t seed) {
    return (SearchOptions){.sampler = (const Sampler *)kind_find(sampler_kinds(), sampler),
                           .seed = seed,
                           .n_trials = n_trials,
                           .grid_points = 5,
                           .batch = 4,
                           .min_epochs = 1,
                           .max_epochs = 27,
                           .eta = 3,
                           .n_shards = 1};
}

/* The least value that a search finds. */
static inline double search_least(const SearchFunction *function, const SearchOptions *options) {
    Space space = {0};
    Search search;
    Error err;
    double least = (double)INFINITY;
    function_space(function, &space);
    search_init(&search, &space, options, &err);
    while (search_next(&search)) {
        for (size_t j = 0; j < search.n_jobs; j++) {
            const double value = function->value(search.trials[search.jobs[j].trial].values);
            TrialResult result = {.status = trial_ok(), .mean = value};
            least = fmin(least, value);
            search_tell(&search, j, &result);
        }
    }
    search_free(&search);
    space_free(&space);
    return least;
}

#endif
