/* What a person sees while a network trains: step lines with what was decided, progress, warnings,
 * the final table; or the same as JSON lines for programs. All of it goes to standard error;
 * standard output carries only what was asked for.
 * Use: console_init, console_choose where there are options, then tell. */
#ifndef NNTRAIN_APP_CONSOLE_H
#define NNTRAIN_APP_CONSOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "app/command_line.h"
#include "app/trend.h"
#include "artifact/notes.h"
#include "base/error.h"
#include "training/fit.h"
#include "training/results.h"

typedef struct Console Console;

/* How things are said; a row each (--log-format). What is told arrives here already filtered by -q,
 * and epochs by --progress. */
typedef struct LogFormat {
    Kind kind;
    bool is_for_people; /* progress may be drawn */
    void (*step)(Console *console, int step, const char *title, const char *text);
    void (*lines)(Console *console, const char *indent, const char *text);
    void (*epoch)(Console *console, const EpochRecord *record, const FitOptions *options,
                  const MetricList *metrics);
    void (*results)(Console *console, const Results *results);
    void (*error)(Console *console, const Error *err);
} LogFormat;
const KindTable *log_format_kinds(void);

/* What is shown of epochs; a row each (--progress). */
typedef struct ProgressStyle {
    Kind kind;
    bool (*draws)(const Console *console);  /* a bar that is rewritten */
    bool (*prints)(const Console *console); /* a line per epoch */
} ProgressStyle;
const KindTable *progress_kinds(void);

/* When there is colour; a row each (--color). */
typedef struct ColorRule {
    Kind kind;
    bool (*is_on)(const Console *console);
} ColorRule;
const KindTable *color_kinds(void);

enum { CONSOLE_LINE = 256 };

struct Console {
    FILE *stream; /* standard error */
    bool quiet;   /* nothing but errors */
    bool verbose;
    bool is_terminal; /* lines can be rewritten */
    bool has_color;
    bool has_utf8; /* by the environment's locale */
    size_t width;  /* columns of the terminal, at least 40; 0 elsewhere: lines are not broken */
    const LogFormat *format;
    const ProgressStyle *progress;
    int step;     /* of the last console_step */
    Notes *notes; /* what is told is kept here too, also when quiet; not owned; NULL: nowhere */

    size_t n_layers;             /* of the network that trains */
    double begun, last_progress; /* clock_now */
    size_t first_epoch;          /* that ended since then; 0: none yet */
    size_t shown_epoch;          /* the last one that was told; 0: none yet */
    Trend trend;                 /* of the monitored loss */
    bool has_open_line;          /* a progress line without its newline */
    char last[CONSOLE_LINE];     /* the last epoch as a line, to be left when the bar goes */
};

void console_init(Console *console, bool quiet, bool verbose);
/* --log-format, --progress and --color as typed; ERROR_USAGE, which main.c finds before any command
 * runs. */
bool console_choose(Console *console, const CommandLine *line, Error *err);

/* "step N  title      what was decided". */
void console_step(Console *console, int step, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whole lines (each ends in a newline) that stand under the last step: warnings, findings. */
void console_lines(Console *console, const char *indent, const char *text);

/* The same, but not kept in notes: what depends on the machine, or is told elsewhere in a report.
 */
void console_aside(Console *console, const char *indent, const char *text);

/* Step 7 begins: time is taken from here. */
void console_begin_progress(Console *console, size_t n_layers);

/* Told after each epoch: a line that grep finds, at most ten a second (all when verbose); on a
 * terminal one line that is rewritten. */
void console_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                   const MetricList *metrics);

/* Training ends with this epoch, which is told where it was passed over. */
void console_last_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics);

/* How far training is, on a line of its own, also when quiet: somebody asked. `where` stands in
 * front, "fold 2/5: ". */
void console_status(Console *console, const char *where, const FitStatus *status);

/* What is being done, for who asks by SIGUSR1 before anything else is described; NULL: training
 * begins, which answers itself. has_progress: interrupt_progress tells how much of it is done. */
void console_doing(const Console *console, bool has_progress, const char *what);

/* Ends a progress line that is open. */
void console_end_progress(Console *console);

/* Parts x metrics, with the baselines beneath. */
void console_results(Console *console, const Results *results);

/* The error that the program ends with. */
void console_error(Console *console, const Error *err);

#endif
