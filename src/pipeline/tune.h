/* Step 9, tuning: the search of [tuning]. Each trial is a run of the same steps with some keys set
 * otherwise (tune_trial.h); what decides which is a sampler (training/tuning_search.h). */
#ifndef NNTRAIN_PIPELINE_TUNE_H
#define NNTRAIN_PIPELINE_TUNE_H

#include "app/console.h"
#include "artifact/trials_file.h"
#include "pipeline/source.h"
#include "pipeline/tune_trial.h"

/* Where results that are known already come from; one reader per file. */
typedef struct KnownTrials {
    TrialsReader *readers;
    size_t n;
} KnownTrials;

/* A search from its beginning to its end. */
typedef struct Tuning {
    const Config *config;
    Console *console;
    Search search;
    Ranking ranking;
    TrialsHeader header;
    char config_sha256[65], data_sha256[65];
    KnownTrials known;
    TrialsReader ahead; /* known as well, in any order */
    TrialsWriter writer;
    TrialsWriter ahead_writer;
    bool is_out_of_time;
} Tuning;

/* What decides about the results, as 64 hex digits: keys that only say where, how fast or how long
 * are left out, and the shard. */
void tune_config_sha256(const Config *config, char hex[65]);

/* Readies a search; the config must outlive it. Free it in any case. */
bool tuning_init(Tuning *tuning, const Config *config, Console *console, const char *data_sha256,
                 Error *err);
/* Takes results from the trials.jsonl at path, if there is one; ERROR_DATA when it is of another
 * search: the message ends with way_out, and names the keys that the config.ini beside it has
 * otherwise. *shard: which part it is, left as it is
 * when there is no search in it. */
bool tuning_know(Tuning *tuning, const char *path, const char *way_out, size_t *shard, Error *err);
/* Takes what ended before its turn from the file at path, if there is one. */
bool tuning_know_ahead(Tuning *tuning, const char *path, Error *err);
/* Runs what is not known, into the trials.jsonl at path. ground NULL: everything must be known.
 * What ends before its turn is kept in the file ahead (NULL: nowhere), which nobody needs at the
 * end. A signal leaves the files to go on with. */
bool tuning_run(Tuning *tuning, const TrialGround *ground, const char *path, const char *ahead,
                Error *err);
/* Tells the leaderboard; ERROR_TUNING when there are too few trials with a value. */
void tuning_tell(const Tuning *tuning);
bool tuning_check(const Tuning *tuning, Error *err);
/* leaderboard.json, and the config of the best setting as it can be run from `folder`. */
bool tuning_write_leaderboard(const Tuning *tuning, const char *path, Error *err);
bool tuning_print_best(const Tuning *tuning, const char *folder, TextBuffer *out, Error *err);
/* Values of the best trial, (space.n). */
const double *tuning_best(const Tuning *tuning);
void tuning_free(Tuning *tuning);

/* Hash of the numbers that networks are given. */
void tune_data_sha256(const Prepared *prepared, size_t n, char hex[65]);

#endif
