/* A search: trials with their settings and results, in generations. A sampler (one row each) makes
 * the jobs of a generation from what earlier generations found, so that the outcome does not depend
 * on who runs the jobs or in which order they end:
 *
 *     search_init(&search, &space, &options);
 *     while (search_next(&search))
 *         for each job: run it, then search_tell(&search, job, &result);
 *     search_free(&search);
 *
 * Every random value is a function of (seed, trial, key). Nothing here trains anything. */
#ifndef NNTRAIN_TRAINING_TUNING_SEARCH_H
#define NNTRAIN_TRAINING_TUNING_SEARCH_H

#include <stdint.h>

#include "base/random.h"
#include "training/tuning_space.h"

/* What became of a trial. */
typedef struct TrialStatus {
    Kind kind;
    bool has_value; /* of the objective */
    bool is_final;  /* the trial has no more to run */
} TrialStatus;

const KindTable *trial_status_kinds(void);
const TrialStatus *trial_ok(void);
const TrialStatus *trial_waiting(void); /* on a rung, for the others of its bracket */
const TrialStatus *trial_pruned(void);
const TrialStatus *trial_timeout(void);
const TrialStatus *trial_diverged(void);
const TrialStatus *trial_failed(void);

/* What a job gives. */
typedef struct TrialResult {
    const TrialStatus *status; /* ok, timeout, diverged, failed */
    double mean, deviation;    /* of the objective over folds and repeats; NAN without a value */
    size_t n_parameters;       /* of the network; 0: not known */
    char *message;             /* why there is no value, or NULL; owned */
} TrialResult;

void trial_result_free(TrialResult *result);

typedef struct Trial {
    double *values; /* (space->n), the search's */
    int64_t epochs; /* of the last job; 0: as the setting says */
    size_t bracket, rung;
    TrialResult result; /* status NULL: not run (another shard's, or time was up) */
} Trial;

typedef struct Job {
    size_t trial;
    int64_t epochs; /* 0: as the setting says */
} Job;

typedef struct Sampler Sampler;

typedef struct SearchOptions {
    const Sampler *sampler;
    uint64_t seed;
    size_t n_trials;
    size_t grid_points;
    size_t batch;                   /* jobs of a generation, where each learns from the others */
    int64_t min_epochs, max_epochs; /* of rungs */
    size_t eta;                     /* one of so many goes up to the next rung */
    size_t shard, n_shards;         /* 0 of 1: everything */
    bool higher_is_better;
} SearchOptions;

typedef struct Search {
    const Space *space;
    SearchOptions options;
    RandomStream random;
    Trial *trials;
    size_t n, capacity;
    double *values; /* of all trials, (capacity, space->n) */
    Job *jobs;      /* of this generation, by trial */
    size_t n_jobs;
    size_t *pruned; /* trials that the last search_next took out */
    size_t n_pruned;
    size_t generation; /* how many there have been */
} Search;

struct Sampler {
    Kind kind;
    /* Adds trials and jobs (search_add_trial, search_add_job), or nothing when all is done. */
    void (*next)(Search *search);
    bool is_exhaustive; /* takes every setting, however many trials are asked for */
    bool uses_rungs;    /* allots epochs */
    bool learns;        /* later trials depend on earlier ones: no shards */
};

const KindTable *sampler_kinds(void);

/* Makes room for what the options ask for. ERROR_CONFIG, in words without a place, when the sampler
 * cannot do it. The space must outlive the search. */
bool search_init(Search *search, const Space *space, const SearchOptions *options, Error *err);
/* The next generation; false when the search is over. All jobs of the last one must be told. */
bool search_next(Search *search);
/* Takes what the job gave; the message becomes the search's own. */
void search_tell(Search *search, size_t job, TrialResult *result);
void search_free(Search *search);

/* How many trials there will be, those of other shards too. */
size_t search_n_trials(const Search *search);

/* For samplers. The new trial has every value NAN. */
Trial *search_add_trial(Search *search);
/* Draws each value of a trial at random. */
void search_draw(Search *search, size_t trial);
/* A uniform number in [0, 1) with 53 bits; the same for the same counters. */
double search_unit(const Search *search, size_t trial, size_t key, uint32_t purpose);
/* unit says to which shard the job belongs. */
void search_add_job(Search *search, size_t trial, int64_t epochs, size_t unit);
/* Whether a is better than b: a value before none, then by the objective, then the earlier trial.
 */
bool search_is_better(const Search *search, size_t a, size_t b);

/* The samplers that have a file of their own. */
void sampler_next_halving(Search *search);
void sampler_next_hyperband(Search *search);
void sampler_next_tpe(Search *search);
/* Rungs between min_epochs and max_epochs. */
size_t search_n_rungs(const SearchOptions *options);

#endif
