/* history.jsonl: one JSON object per epoch on a line of its own, written as it happens.
 * Use: history_file_open, history_file_add per epoch, history_file_close. */
#ifndef NNTRAIN_ARTIFACT_HISTORY_FILE_H
#define NNTRAIN_ARTIFACT_HISTORY_FILE_H

#include "base/error.h"
#include "training/fit.h"

/* Zero-initialise. */
typedef struct HistoryFile {
    char *path; /* NULL: not open */
    int fd;
    TextBuffer line;
} HistoryFile;

/* Opens the file and keeps its first n_kept lines (0: a new file), so that a run that goes on from
 * a checkpoint continues behind it. ERROR_FILE, also when there are fewer lines; then *file is
 * closed. */
bool history_file_open(HistoryFile *file, const char *path, size_t n_kept, Error *err);

/* Appends the line of an epoch, in one write. metrics are those that record->validation is aligned
 * with, n_layers the length of record->layers. ERROR_FILE. */
bool history_file_add(HistoryFile *file, const EpochRecord *record, const MetricList *metrics,
                      size_t n_layers, Error *err);

/* ERROR_FILE when the system reports a write that failed only now; closed in any case. A zeroed or
 * closed file may be given. */
bool history_file_close(HistoryFile *file, Error *err);

/* The line alone, with its newline. */
void history_file_print(TextBuffer *out, const EpochRecord *record, const MetricList *metrics,
                        size_t n_layers);

#endif
