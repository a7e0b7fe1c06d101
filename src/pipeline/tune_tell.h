/* What a person sees of step 9: a line per trial, and the leaderboard at the end. */
#ifndef NNTRAIN_PIPELINE_TUNE_TELL_H
#define NNTRAIN_PIPELINE_TUNE_TELL_H

#include "app/config.h"
#include "app/console.h"
#include "training/tuning_ranking.h"

/* How far a search is. */
typedef struct TuneProgress {
    double begin; /* clock_now */
    size_t best;  /* trial */
    bool has_best;
    size_t n_done;         /* of all */
    size_t n_told, n_jobs; /* of this generation */
    double generation_begin;
    size_t n_known;
} TuneProgress;

void tune_tell_begin(Console *console, const Config *config, const Search *search,
                     size_t n_workers);
void tune_begin_generation(TuneProgress *progress, const Search *search);
/* The trial's result has been told to the search. */
void tune_tell_trial(TuneProgress *progress, Console *console, const Search *search, size_t trial,
                     bool was_known);
void tune_tell_end(Console *console, const char *objective, const Search *search,
                   const Ranking *ranking, bool is_out_of_time);

#endif
