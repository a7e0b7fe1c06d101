/* What can be known of a search before its first trial, with data that is prepared for the config
 * itself. Called after steps 1 to 6, by runs and by `nntrain check`. */
#ifndef NNTRAIN_PIPELINE_TUNE_CHECK_H
#define NNTRAIN_PIPELINE_TUNE_CHECK_H

#include "app/config.h"
#include "pipeline/source.h"
#include "pipeline/trained.h"

/* ERROR_CONFIG when the objective does not exist for these data, or a value of the space is one
 * that no trial can be trained with; all of these. Data are read again for values of [data]. True
 * without [tuning]. */
bool tune_check(const Config *config, const Source *source, const Trained *trained, Error *err);

#endif
