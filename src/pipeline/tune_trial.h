/* One trial of a search: the same steps as a run, 1 to 8, with some keys set otherwise, and nothing
 * told or written. Trials share prepared data read-only and can run at the same time. */
#ifndef NNTRAIN_PIPELINE_TUNE_TRIAL_H
#define NNTRAIN_PIPELINE_TUNE_TRIAL_H

#include "app/config.h"
#include "pipeline/source.h"
#include "training/tuning_search.h"

/* What all trials have in common. */
typedef struct TrialGround {
    const Config *config;
    const Source *source;
    int64_t threads;    /* of each trial; 0: as many as are worth it */
    Prepared *prepared; /* (n_parts) for settings that change nothing about data */
    size_t n_parts;     /* folds, or 1 */
} TrialGround;

/* Prepares the data of each fold. The test rows of every part are left out. */
bool trial_ground_init(TrialGround *ground, const Config *config, const Source *source, Error *err);
void trial_ground_free(TrialGround *ground);

/* Adds the keys of a setting; epochs 0: as the setting says. */
void trial_settings(const Config *base, const double *values, int64_t epochs, Ini *settings);
/* The config of a setting. Mistakes are ERROR_CONFIG. */
bool trial_config(const Config *base, const double *values, int64_t epochs, Config *config,
                  Error *err);

/* Whether the setting needs data of its own: keys of step 1, or the loss, which may change the
 * target's scaling. *reads: it must be read again. */
bool trial_changes_data(const Space *space, const double *values, bool *reads);

/* The data under a setting's config: read again, or cut from the table that there is. */
bool trial_source(const TrialGround *ground, const Config *config, const double *values,
                  Source *source, Error *err);

/* Steps 1 to 6 for the setting whose config is given, of its first fold: whether it can be trained,
 * as far as can be known without doing so. */
bool trial_check(const TrialGround *ground, const Config *config, const double *values, Error *err);

/* Trains and evaluates; whatever goes wrong is in the result. False only when a signal came.
 * seconds: left for it; 0: no limit. */
bool trial_run(const TrialGround *ground, const double *values, int64_t epochs, double seconds,
               TrialResult *result);

#endif
