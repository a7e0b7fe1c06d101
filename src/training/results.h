/* All numbers of a run under their metric paths: gates, the monitor of early stopping, the
 * objective of tuning and --print find them by results_find. Paths:
 *
 *     PART.loss, PART.METRIC                        test.accuracy
 *     PART.METRIC.low, PART.METRIC.high             bounds of the 95 % interval (bootstrap)
 *     gap.loss, gap.METRIC                          test minus train
 *     baseline.NAME.PART.METRIC                     baseline.linear.test.accuracy
 *     NUMBER                                        epochs, ...: the rows of number_kinds */
#ifndef NNTRAIN_TRAINING_RESULTS_H
#define NNTRAIN_TRAINING_RESULTS_H

#include "base/error.h"
#include "base/kind.h"
#include "data/split.h"
#include "training/evaluate.h"

/* A number of a run beside its metrics. */
typedef struct Number {
    Kind kind;
    bool higher_is_better;
} Number;

const KindTable *number_kinds(void);

/* A baseline (row of baseline_kinds, training/baseline.h) on every part; its losses are NAN. */
typedef struct BaselineResult {
    const Kind *kind;
    PartResult parts[N_PARTS];
} BaselineResult;

typedef struct Results {
    const MetricList *metrics; /* what the values of all parts are aligned with; not owned */
    PartResult parts[N_PARTS];
    BaselineResult *baselines;
    size_t n_baselines;
    double *numbers; /* one per row of number_kinds; NAN: not known */
} Results;

/* No part, no baseline, no number known. */
/* The part that says most about new rows: test, else validation, else training. */
Part results_last_part(const Results *results);

void results_init(Results *results, const MetricList *metrics);
void results_free(Results *results);

/* Sets the number of that name, which must be a row of number_kinds. */
void results_set(Results *results, const char *number, double value);

/* The value at path. False with *reason, a constant text, when there is no such path, or this run
 * has no value there: the part is empty, the metric was not chosen or is undefined. */
bool results_find(const Results *results, const char *path, double *value, const char **reason);

/* ERROR_CONFIG, in words without a place and with the likely path, unless path has one of the forms
 * above with existing names. */
bool results_check_path(const char *path, Error *err);

/* Why no run of this task with so many rows in each part has a value at path, a constant text; NULL
 * when one may have. Which metrics were chosen does not matter. */
const char *results_why_never(const char *path, const Task *task, const size_t rows[N_PARTS]);

/* The metric at path; NULL for the loss, a number, and what is no path. */
const Metric *results_metric(const char *path);

/* What every value at path is between; infinite where nothing is known, as of losses. */
void results_limits(const char *path, double *lowest, double *highest);

/* Whether path names a bound of an interval, which is known in step 8 only. */
bool results_is_bound(const char *path);

/* Whether more is better at path: of accuracy, not of losses, errors, gaps and numbers. False when
 * there is no such path. */
bool results_direction(const char *path, bool *higher_is_better);
/* The same for a path that is known to be right. */
bool results_higher_is_better(const char *path);

#endif
