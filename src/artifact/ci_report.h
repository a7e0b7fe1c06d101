/* What a CI system shows of a run: a summary in Markdown for its job page, and gates as the test
 * cases of a JUnit file. Both are also made of runs that ended in an error. */
#ifndef NNTRAIN_ARTIFACT_CI_REPORT_H
#define NNTRAIN_ARTIFACT_CI_REPORT_H

#include "artifact/metrics_file.h"
#include "artifact/notes.h"
#include "base/error.h"

/* What is shown; nothing is owned. */
typedef struct CiReport {
    const char *name;             /* of the run, or of the config when the run has none yet */
    const char *folder;           /* of the run */
    const MetricsReport *metrics; /* NULL: the run had no numbers when it ended */
    const Notes *notes;
    const Error *error; /* NULL: all went well */
} CiReport;

void ci_summary_print(TextBuffer *out, const CiReport *report);
void ci_junit_print(TextBuffer *out, const CiReport *report);

#endif
