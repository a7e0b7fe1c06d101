/* What the report shows of a search, kept when the search itself is gone. */
#ifndef NNTRAIN_PIPELINE_TUNE_REPORT_H
#define NNTRAIN_PIPELINE_TUNE_REPORT_H

#include "artifact/report.h"

struct Tuning;

typedef struct TuneReport {
    ReportTuning shown; /* borrows from the rest, and names from the config */
    ReportParameter *parameters;
    ReportTrial *trials;
    double *values; /* (n_trials, n_parameters) */
} TuneReport;

/* The config of the search must outlive it. */
void tune_report_take(TuneReport *report, const struct Tuning *tuning);
void tune_report_free(TuneReport *report);

#endif
