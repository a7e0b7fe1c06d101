/* Metric paths that a run is asked for: what can be known of them before training is checked then.
 * All errors are ERROR_CONFIG. */
#ifndef NNTRAIN_PIPELINE_PATH_CHECK_H
#define NNTRAIN_PIPELINE_PATH_CHECK_H

#include "app/config.h"
#include "artifact/metrics_file.h"
#include "pipeline/trained.h"

/* The metric that path ends with must be among those of the run. Words without a place. */
bool path_check_metric(const char *path, const Task *task, const Output *output,
                       const MetricList *metrics, Error *err);

/* The same after step 6, and that the parts of path have rows, and intervals where
 * their bounds are asked for. */
bool path_check(const Config *config, const char *path, const Trained *trained, Error *err);
bool path_check_gates(const Config *config, const Trained *trained, Error *err);

/* Gates that end in .drop need another run's number; baseline is NULL without --baseline. */
bool path_check_drops(const Config *config, const MetricsFile *baseline, Error *err);

#endif
