/* What a person sees while a network trains: step lines with what was decided, progress, warnings,
 * the final table. All of it goes to standard error; standard output carries only what was asked
 * for. */
#ifndef NNTRAIN_APP_CONSOLE_H
#define NNTRAIN_APP_CONSOLE_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "artifact/notes.h"
#include "base/error.h"
#include "training/fit.h"
#include "training/results.h"

typedef struct Console {
    FILE *stream; /* standard error */
    bool quiet;   /* nothing but errors */
    bool verbose;
    bool is_terminal; /* progress on one line that is rewritten */
    size_t width;     /* columns of the terminal, at least 40; 0 elsewhere: lines are not broken */
    struct timespec last_progress;
    bool has_open_line; /* a progress line without its newline */
    Notes *notes; /* what is told is kept here too, also when quiet; not owned; NULL: nowhere */
} Console;

void console_init(Console *console, bool quiet, bool verbose);

/* "step N  title      what was decided". */
void console_step(Console *console, int step, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whole lines (each ends in a newline) that stand under the last step: warnings, findings. */
void console_lines(Console *console, const char *indent, const char *text);

/* The same, but not kept in notes: what depends on the machine, or is told elsewhere in a report.
 */
void console_aside(Console *console, const char *indent, const char *text);

/* Told after each epoch: a line that grep finds, at most ten a second (all when verbose); on a
 * terminal one line that is rewritten. */
void console_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                   const MetricList *metrics);

/* Ends a progress line that is open. */
void console_end_progress(Console *console);

/* Parts x metrics, with the baselines beneath. */
void console_results(Console *console, const Results *results);

#endif
