/* report.html: one page that says what a run did, for people; with charts as inline SVG and nothing
 * loaded from elsewhere. A function of what is given here alone: no times, hosts or paths. */
#ifndef NNTRAIN_ARTIFACT_REPORT_H
#define NNTRAIN_ARTIFACT_REPORT_H

#include "artifact/metrics_file.h"
#include "artifact/notes.h"
#include "artifact/weight_sample.h"
#include "data/dataset.h"
#include "nn/network.h"
#include "training/fit.h"
#include "training/predictions.h"

/* One tried setting of step 9. */
typedef struct ReportTrial {
    const double *values; /* (n_parameters); of a choice its place among the choices;
                             NAN: the key did not count */
    double objective;     /* NAN: the trial failed */
} ReportTrial;

typedef struct ReportParameter {
    const char *name;
    bool has_decades;        /* shown by its logarithm */
    const TextList *choices; /* or NULL: a number */
    double importance;       /* rank correlation, or eta squared of choices; NAN: not known */
    bool is_eta;
} ReportParameter;

typedef struct ReportTuning {
    const char *objective; /* metric path */
    bool higher_is_better;
    const ReportParameter *parameters;
    size_t n_parameters;
    const ReportTrial *trials; /* in the order in which they were tried */
    size_t n_trials;
} ReportTuning;

/* What is shown; nothing is owned. */
typedef struct ReportInput {
    const char *name; /* of the run */
    uint64_t seed;
    const char *version;
    const char *divergence;       /* the message, or NULL */
    const Notes *notes;           /* what the steps decided */
    const char *settings;         /* as INI text: the keys that are not at their default */
    const char *monitor;          /* metric path by which the best epoch was chosen */
    const MetricsReport *metrics; /* the final numbers */
    const History *history;
    const Network *network;
    const Dataset *parts; /* (N_PARTS) */
    const Table *table;
    const Schema *schema;
    Part part;                          /* whose predictions are shown */
    const Predictions *predictions;     /* of that part */
    const WeightSample *before, *after; /* NULL: not shown */
    const ReportTuning *tuning;         /* NULL: no step 9 */
} ReportInput;

/* The text of report.html. */
void report_print(TextBuffer *out, const ReportInput *in);

#endif
