/* The sections of a report; each has a row in report.c. A section is left
 * out when its report_has_... says that there is nothing to show. */
#ifndef NNTRAIN_ARTIFACT_REPORT_SECTIONS_H
#define NNTRAIN_ARTIFACT_REPORT_SECTIONS_H

#include "artifact/report.h"

void report_head(const ReportInput *in, TextBuffer *out); /* title and what came out */

void report_results(const ReportInput *in, TextBuffer *out);

void report_steps(const ReportInput *in, TextBuffer *out);

bool report_has_curves(const ReportInput *in);
void report_curves(const ReportInput *in, TextBuffer *out);

bool report_has_layers(const ReportInput *in);
void report_layers(const ReportInput *in, TextBuffer *out);

bool report_has_weights(const ReportInput *in);
void report_weights(const ReportInput *in, TextBuffer *out);

bool report_has_confusion(const ReportInput *in);
void report_confusion(const ReportInput *in, TextBuffer *out);

bool report_has_ranking(const ReportInput *in);
void report_ranking(const ReportInput *in, TextBuffer *out);

bool report_has_calibration(const ReportInput *in);
/* Within the section of the ranking. */
void report_calibration_chart(const ReportInput *in, TextBuffer *out);
void report_calibration_table(const ReportInput *in, TextBuffer *out);

bool report_has_residuals(const ReportInput *in);
void report_residuals(const ReportInput *in, TextBuffer *out);

bool report_has_importance(const ReportInput *in);
void report_importance(const ReportInput *in, TextBuffer *out);

bool report_has_tuning(const ReportInput *in);
void report_tuning(const ReportInput *in, TextBuffer *out);

void report_data(const ReportInput *in, TextBuffer *out);

void report_reproduce(const ReportInput *in, TextBuffer *out);

#endif
