/* metrics.json: the final numbers of a run, under the names that metric paths have
 * (training/results.h); and another run's file, read to compare with (--baseline). */
#ifndef NNTRAIN_ARTIFACT_METRICS_FILE_H
#define NNTRAIN_ARTIFACT_METRICS_FILE_H

#include "artifact/json_read.h"
#include "base/error.h"
#include "data/features.h"
#include "data/target.h"
#include "training/gate.h"
#include "training/importance.h"
#include "training/results.h"

/* What is written; nothing is owned. */
typedef struct MetricsReport {
    const char *status;      /* "ok", "diverged", "interrupted" */
    const char *stop_reason; /* as in History */
    size_t epochs, best_epoch;
    size_t rollbacks;
    const Results *results;
    const Target *target; /* class names */
    double threshold;     /* written for binary and multilabel tasks; NAN: null */
    /* k-fold cross-validation: of the validation part the loss, then each metric (1 + metrics->n
     * values) */
    size_t n_folds; /* 0: none */
    const double *fold_mean, *fold_deviation;
    const Importance *importances;  /* one per feature, or NULL */
    const Features *features;       /* their names */
    Part importance_part;           /* whose rows they were computed of */
    const GateList *gates;          /* NULL or empty: none */
    const GateResult *gate_results; /* aligned with gates->items */
    const char *weights_sha256;
} MetricsReport;

/* The text of metrics.json. */
void metrics_file_print(TextBuffer *out, const MetricsReport *report);

/* The numbers of one part alone, as in metrics.json, with the class names: what `evaluate` tells.
 */
void metrics_file_print_part(TextBuffer *out, const PartResult *part, const MetricList *metrics,
                             const Target *target);

/* metrics.json as read. */
typedef struct MetricsFile {
    JsonDocument document;
} MetricsFile;

/* ERROR_FILE when it cannot be read, ERROR_DATA when it is no metrics.json. On failure *file is
 * zeroed. */
bool metrics_file_read(const char *path, MetricsFile *file, Error *err);
void metrics_file_free(MetricsFile *file);

/* The number at a metric path, or false; file is a const MetricsFile *, so that this is the `find`
 * of a GateBaseline. */
bool metrics_file_find(const void *file, const char *path, double *value);

#endif
