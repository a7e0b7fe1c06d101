/* What the console says to programs: one JSON object a line, each with its "event". */
#ifndef NNTRAIN_APP_CONSOLE_JSON_H
#define NNTRAIN_APP_CONSOLE_JSON_H

#include "app/console.h"

void console_json_step(Console *console, int step, const char *title, const char *text);
void console_json_lines(Console *console, const char *indent, const char *text);
void console_json_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics);
void console_json_results(Console *console, const Results *results);
void console_json_error(Console *console, const Error *err);

#endif
