/* What was told of a run, step by step, kept for its report. Zero-initialise. */
#ifndef NNTRAIN_ARTIFACT_NOTES_H
#define NNTRAIN_ARTIFACT_NOTES_H

#include <stddef.h>

typedef struct Note {
    int step;    /* 1..9; 0: before the first */
    char *title; /* of a step; NULL: one more line under it */
    char *text;
} Note;

typedef struct Notes {
    Note *items;
    size_t n, capacity;
} Notes;

void notes_add_step(Notes *notes, int step, const char *title, const char *text);
/* Each line of text under the last step. A place before "warning: " is left out: it says where
 * files lay, not what the run is. */
void notes_add_lines(Notes *notes, const char *text);
/* Leaves steps [first, last] out: they were decided anew. */
void notes_forget(Notes *notes, int first, int last);
void notes_free(Notes *notes);

#endif
