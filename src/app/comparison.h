/* Finished runs side by side: where their configs differ, and their metrics, with what is no more
 * than noise. Use: comparison_read, one of the prints, comparison_free. */
#ifndef NNTRAIN_APP_COMPARISON_H
#define NNTRAIN_APP_COMPARISON_H

#include "app/comparison_subject.h"
#include "artifact/metrics_file.h"
#include "base/error.h"
#include "base/text.h"

/* A number of every run. */
typedef struct ComparedMetric {
    char *path;         /* "test.accuracy"; "folds.accuracy": mean over folds */
    double *values;     /* (runs) NAN: none */
    double *low, *high; /* (runs) bounds within which another value says nothing; NAN: unknown */
    bool has_direction, higher_is_better;
} ComparedMetric;

typedef struct ComparedKey {
    char *name;      /* "network.hidden" */
    TextList values; /* (runs) "" where a run has no such key */
} ComparedKey;

typedef struct Comparison {
    TextList runs; /* folders as typed */
    ComparedKey *keys;
    size_t n_keys, key_capacity; /* those that differ */
    ComparedMetric *metrics;
    size_t n_metrics, metric_capacity;
    TextList subjects[N_SUBJECTS]; /* (runs) each */
    bool same_weights;             /* all runs have the same weights_sha256 */
} Comparison;

/* Reads RUN/config.ini and RUN/metrics.json, and the subjects. ERROR_FILE, ERROR_DATA. Zeroed
 * comparison; free it in any case. */
bool comparison_read(const TextList *runs, Comparison *comparison, Error *err);
void comparison_free(Comparison *comparison);

/* Is the difference of a run to the first one no more than noise? False also when that is not
 * known. */
bool comparison_is_noise(const ComparedMetric *metric, size_t run);

/* Tables for a terminal, or as Markdown. */
void comparison_print(TextBuffer *out, const Comparison *comparison, bool is_markdown);
void comparison_print_json(TextBuffer *out, const Comparison *comparison);

#endif
