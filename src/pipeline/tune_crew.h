/* Workers that run the jobs of one generation at the same time; results are handed over in the
 * order of the jobs, whichever ended first. */
#ifndef NNTRAIN_PIPELINE_TUNE_CREW_H
#define NNTRAIN_PIPELINE_TUNE_CREW_H

#include "pipeline/tune_trial.h"

/* One job of a generation. A result that is known from before is not worked for. */
typedef struct CrewJob {
    Job job;
    const double *values;
    TrialResult result;
    bool is_done, was_known;
} CrewJob;

/* Told, one at a time, of a job that is done before one in front of it. */
typedef void CrewKeeper(void *context, const CrewJob *job);

typedef struct CrewOptions {
    const TrialGround *ground;
    CrewKeeper *keep; /* by the worker; NULL: nobody */
    void *keeper;
    size_t n_workers;
    double deadline;      /* clock_now, to begin and to end jobs; 0: none */
    double trial_seconds; /* 0: no limit */
} CrewOptions;

/* Told of each job that is done, in order; is_last_ready: the next one is not done yet. */
typedef bool CrewReceiver(void *context, size_t job, bool is_last_ready, Error *err);

/* Returns when all jobs are done or were not begun because time is up; the latter, always the last
 * ones, stay not done. False when receive failed, or a signal came. */
bool crew_run(const CrewOptions *options, CrewJob *jobs, size_t n, CrewReceiver *receive,
              void *context, Error *err);

#endif
