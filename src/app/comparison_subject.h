/* What a run is about, as its files tell: two runs that differ in it have numbers of different
 * things. */
#ifndef NNTRAIN_APP_COMPARISON_SUBJECT_H
#define NNTRAIN_APP_COMPARISON_SUBJECT_H

#include "base/text.h"

typedef enum Subject { SUBJECT_DATA, SUBJECT_TASK, SUBJECT_LOSS, N_SUBJECTS } Subject;

extern const char *const subject_names[N_SUBJECTS]; /* "data", "task", "loss" */

/* Adds a text to each list: the hashes of the data files (RUN/manifest.json), the names of task and
 * loss (RUN/model.json); "" for what is not known, as where the file is missing. */
void subject_read(const char *run, TextList lists[N_SUBJECTS]);

/* Do the runs of the list differ in it, as far as known? */
bool subject_differs(const TextList *list);

#endif
