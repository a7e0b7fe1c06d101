/* The nine steps in which a network is built, as calls in order (pipeline.c). */
#ifndef NNTRAIN_PIPELINE_PIPELINE_H
#define NNTRAIN_PIPELINE_PIPELINE_H

#include "app/config.h"
#include "app/console.h"
#include "artifact/metrics_file.h"
#include "pipeline/folds.h"
#include "pipeline/source.h"
#include "pipeline/trained.h"
#include "pipeline/tune_report.h"

typedef struct PipelineInput {
    const Config *config;
    Console *console;
    const char *command_line;
    const char *baseline; /* path of another run's metrics.json, or NULL */
    const char *print;    /* metric path that is asked for at the end, or NULL */
    bool resumes;         /* goes on with the interrupted run */
} PipelineInput;

/* What a run ends with, for those who print it. */
typedef struct Outcome {
    Source loaded; /* what source borrows from, after a search that changed data; or zeroed */
    Source source;
    Config tuned;          /* the best setting of a search, or zeroed */
    bool is_only_searched; /* a shard: its trials are all there is */
    TuneReport tuning;     /* what a search found, or zeroed */
    Folds folds;
    Trained trained;
    Evaluated evaluated;
    MetricsFile baseline;     /* of --baseline, or zeroed */
    GateResult *gate_results; /* one per gate */
    char *metrics_json;       /* as written */
    char weights_sha256[65];
    Error divergence; /* of step 7, or zeroed */
} Outcome;

/* Trains, evaluates and writes the run folder. Zero-initialise outcome; free it in any case.
 * Failing with ERROR_DIVERGED or ERROR_GATE leaves a complete run folder; a signal leaves an
 * interrupted one; any other error leaves what was there. */
bool pipeline_run(const PipelineInput *in, Outcome *outcome, Error *err);
void outcome_free(Outcome *outcome);

/* Steps 1 to 6 with nothing trained or written: what `check` needs. */
bool pipeline_prepare(const Config *config, Console *console, Source *source, Trained *trained,
                      Error *err);

#endif
