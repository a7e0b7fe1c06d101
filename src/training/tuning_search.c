#include "training/tuning_search.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { MOST_TRIALS = 1000000 };

/* ---- Statuses ---- */

/* clang-format off */
static const TrialStatus statuses[] = {
    {{.name = "ok", .help = "trained to its end"}, true, true},
    {{.name = "waiting", .help = "trained on a rung, until the others of its bracket are"}, true, false},
    {{.name = "pruned", .help = "left on a rung by better ones of its bracket"}, true, true},
    {{.name = "timeout", .help = "stopped by tuning.trial_time or tuning.max_time"}, false, true},
    {{.name = "diverged", .help = "a value was not finite"}, false, true},
    {{.name = "failed", .help = "the setting cannot be trained"}, false, true},
};
/* clang-format on */

const KindTable *trial_status_kinds(void) {
    static const KindTable table = KIND_TABLE("trial status", statuses);
    return &table;
}

const TrialStatus *trial_ok(void) { return &statuses[0]; }
const TrialStatus *trial_waiting(void) { return &statuses[1]; }
const TrialStatus *trial_pruned(void) { return &statuses[2]; }
const TrialStatus *trial_timeout(void) { return &statuses[3]; }
const TrialStatus *trial_diverged(void) { return &statuses[4]; }
const TrialStatus *trial_failed(void) { return &statuses[5]; }

void trial_result_free(TrialResult *result) {
    memory_free(result->message);
    *result = (TrialResult){0};
}

/* ---- What samplers use ---- */

/* Makes room for n trials. */
static void reserve(Search *search, size_t n) {
    const size_t n_keys = search->space->n;
    search->trials = memory_resize(search->trials, search->capacity, n, sizeof *search->trials);
    search->values = memory_resize(search->values, search->capacity * n_keys, n * n_keys,
                                   sizeof *search->values);
    search->capacity = n;
    for (size_t i = 0; i < search->n; i++) {
        search->trials[i].values = search->values + i * n_keys;
    }
}

Trial *search_add_trial(Search *search) {
    if (search->n == search->capacity) {
        reserve(search, search->n > 0 ? 2 * search->n : 16);
    }
    Trial *trial = &search->trials[search->n];
    trial->values = search->values + search->n++ * search->space->n;
    for (size_t k = 0; k < search->space->n; k++) {
        trial->values[k] = (double)NAN;
    }
    return trial;
}

double search_unit(const Search *search, size_t trial, size_t key, uint32_t purpose) {
    uint32_t words[4];
    random_words(search->random, (uint32_t)trial, (uint32_t)key, purpose, 0, words);
    const uint64_t bits = ((uint64_t)words[0] << 32 | words[1]) >> 11;
    return (double)bits * 0x1p-53;
}

void search_draw(Search *search, size_t trial) {
    double *values = search->trials[trial].values;
    for (size_t k = 0; k < search->space->n; k++) {
        const SpaceKey *key = &search->space->keys[k];
        if (space_is_active(search->space, k, values)) {
            values[k] = key->distribution->from_unit(key, search_unit(search, trial, k, 0));
        }
    }
}

void search_add_job(Search *search, size_t trial, int64_t epochs, size_t unit) {
    if (unit % search->options.n_shards == search->options.shard) {
        search->jobs[search->n_jobs++] = (Job){trial, epochs};
    }
}

bool search_is_better(const Search *search, size_t a, size_t b) {
    const TrialResult *left = &search->trials[a].result, *right = &search->trials[b].result;
    const bool has_left = left->status && left->status->has_value;
    const bool has_right = right->status && right->status->has_value;
    if (has_left != has_right) {
        return has_left;
    }
    if (!has_left || left->mean == right->mean) {
        return a < b;
    }
    return search->options.higher_is_better ? left->mean > right->mean : left->mean < right->mean;
}

/* ---- Random and grid ---- */

static void next_random(Search *search) {
    if (search->generation > 0) {
        return;
    }
    for (size_t i = 0; i < search->options.n_trials; i++) {
        search_add_trial(search);
        search_draw(search, i);
        search_add_job(search, i, 0, i);
    }
}

/* Settings of a grid: every combination, but one only where a condition does not hold. */
static size_t count_grid(const Space *space, size_t n_points) {
    size_t n = 1;
    for (size_t k = 0; k < space->n; k++) {
        const size_t size = space_grid_size(&space->keys[k], n_points);
        if (n > MOST_TRIALS / size) {
            return SIZE_MAX;
        }
        n *= size;
    }
    return n;
}

/* The values of combination i, the last key running fastest; false for one that repeats another. */
static bool set_grid_values(const Search *search, size_t i, double *values) {
    const Space *space = search->space;
    const size_t n_points = search->options.grid_points;
    for (size_t k = space->n; k-- > 0;) {
        const size_t size = space_grid_size(&space->keys[k], n_points);
        values[k] = (double)(i % size);
        i /= size;
    }
    for (size_t k = 0; k < space->n; k++) {
        const size_t index = (size_t)values[k];
        if (space_is_active(space, k, values)) {
            values[k] = space_grid_value(&space->keys[k], index, n_points);
        } else if (index > 0) {
            return false;
        } else {
            values[k] = (double)NAN;
        }
    }
    return true;
}

static void next_grid(Search *search) {
    if (search->generation > 0) {
        return;
    }
    const size_t n = count_grid(search->space, search->options.grid_points);
    double *values = NEW(double, search->space->n);
    for (size_t i = 0; i < n; i++) {
        if (set_grid_values(search, i, values)) {
            Trial *trial = search_add_trial(search);
            for (size_t k = 0; k < search->space->n; k++) {
                trial->values[k] = values[k];
            }
            search_add_job(search, search->n - 1, 0, search->n - 1);
        }
    }
    memory_free(values);
}

/* clang-format off */
/* To add a sampler: its function that makes the jobs of a generation, and its row. */
static const Sampler samplers[] = {
    {{.name = "grid", .help = "every combination; ranges as tuning.grid_points values"},
     next_grid, true, false, false},
    {{.name = "random", .help = "settings drawn at random",
      .source = "Bergstra & Bengio 2012"},
     next_random, false, false, false},
    {{.name = "halving", .help = "random settings in brackets; the best of each rung train for more epochs",
      .formula = "1 of eta goes on to eta times as many epochs, up to training.epochs",
      .source = "Jamieson & Talwalkar 2016"},
     sampler_next_halving, false, true, false},
    {{.name = "hyperband", .help = "halving with brackets that begin on different rungs",
      .source = "Li et al. 2018"},
     sampler_next_hyperband, false, true, false},
    {{.name = "tpe", .help = "settings that look like the best ones so far (tree-structured Parzen estimator)",
      .formula = "max l(x)/g(x), the densities of the better and of the other settings",
      .source = "Bergstra et al. 2011"},
     sampler_next_tpe, false, false, true},
};
/* clang-format on */

const KindTable *sampler_kinds(void) {
    static const KindTable table = KIND_TABLE("search method", samplers);
    return &table;
}

/* ---- The search ---- */

static bool check_options(const Space *space, const SearchOptions *options, Error *err) {
    const Sampler *sampler = options->sampler;
    if (sampler->is_exhaustive && count_grid(space, options->grid_points) > MOST_TRIALS) {
        return fail(err, ERROR_CONFIG, "the grid has more than %d settings", MOST_TRIALS);
    }
    if (sampler->learns && options->n_shards > 1) {
        return fail(err, ERROR_CONFIG, "%s cannot be sharded: each trial learns from all others",
                    sampler->kind.name);
    }
    return true;
}

size_t search_n_trials(const Search *search) {
    return search->options.sampler->is_exhaustive ? search->n : search->options.n_trials;
}

bool search_init(Search *search, const Space *space, const SearchOptions *options, Error *err) {
    assert(options->n_shards > options->shard);
    *search = (Search){
        .space = space, .options = *options, .random = random_stream(options->seed, RANDOM_TUNING)};
    return check_options(space, options, err);
}

bool search_next(Search *search) {
    const size_t most = search->options.sampler->is_exhaustive
                            ? count_grid(search->space, search->options.grid_points)
                            : search->options.n_trials;
    if (!search->jobs) {
        reserve(search, most);
        search->jobs = NEW(Job, most);
        search->pruned = NEW(size_t, search->options.sampler->uses_rungs ? most : 1);
    }
    search->n_jobs = 0;
    search->n_pruned = 0;
    search->options.sampler->next(search);
    search->generation++;
    return search->n_jobs > 0;
}

void search_tell(Search *search, size_t job, TrialResult *result) {
    Trial *trial = &search->trials[search->jobs[job].trial];
    trial_result_free(&trial->result);
    trial->result = *result;
    trial->epochs = search->jobs[job].epochs;
    *result = (TrialResult){0};
    const bool may_rise = search->options.sampler->uses_rungs && trial->epochs > 0 &&
                          trial->epochs < search->options.max_epochs;
    if (may_rise && trial->result.status->has_value) {
        trial->result.status = trial_waiting();
    }
}

void search_free(Search *search) {
    for (size_t i = 0; i < search->n; i++) {
        trial_result_free(&search->trials[i].result);
    }
    memory_free(search->trials);
    memory_free(search->values);
    memory_free(search->jobs);
    memory_free(search->pruned);
    *search = (Search){0};
}
