/* A run folder under construction: files go to "PATH.partial/", and run_folder_commit swaps it to
 * PATH, keeping what was there as "PATH.previous/". A lock, the file "PATH.lock", is held from
 * begin to free, and its text is the number of the process that holds it. Folders that no run has
 * made are never moved or removed: a run folder is flat and, when finished, has RUN_FOLDER_MARK in
 * it. */
#ifndef NNTRAIN_BASE_RUN_FOLDER_H
#define NNTRAIN_BASE_RUN_FOLDER_H

#include <stdbool.h>

#include "base/error.h"

/* The file that tells a finished run from any other folder; written before the commit. */
#define RUN_FOLDER_MARK "manifest.json"
/* The empty file that tells the .partial of a run from any other folder, also from the run that it
 * is exchanged with; gone after the commit. */
#define RUN_FOLDER_OPEN_MARK ".nntrain-run"
/* What an interrupted run goes on from: its newest state, and the one before. */
#define RUN_FOLDER_STATE     "checkpoint.bin"
#define RUN_FOLDER_OLD_STATE "checkpoint.previous.bin"
/* A result that grows while the run goes, and that it goes on from as well. */
#define RUN_FOLDER_TRIALS "trials.jsonl"
/* Results whose turn to be in it has not come. */
#define RUN_FOLDER_TRIALS_AHEAD "trials_ahead.jsonl"
/* The config that a search was begun with, which one that goes on is held against. */
#define RUN_FOLDER_CONFIG "config.ini"

typedef struct RunFolder {
    char *path; /* a symbolic link is followed, and stays */
    char *partial;
    char *previous;
    char *interrupted; /* where begin puts a .partial that could be gone on with */
    char *lock_path;
    int lock;           /* file descriptor, -1 when not held */
    bool has_put_aside; /* begin did so */
    bool has_made;      /* begin made .partial; resume found it */
    bool has_replaced;  /* by run_folder_commit: what was there is in previous */
} RunFolder;

/* Makes the folders above path, takes the lock and makes a .partial with nothing but its mark. A
 * second run on the same folder fails and names the process that holds it. The lock of a dead run
 * is taken over; its .partial becomes .interrupted, in place of an older one, when there is a state
 * to go on from in it, and is removed otherwise. ERROR_FILE, then *run is zeroed. */
bool run_folder_begin(RunFolder *run, const char *path, Error *err);
/* The same, but goes on with the .partial that is there; ERROR_FILE when there is none. */
bool run_folder_resume(RunFolder *run, const char *path, Error *err);
/* Removes all but the state, the trials and their config from the .partial that is gone on with:
 * the rest is made anew. */
bool run_folder_clear(const RunFolder *run, Error *err);
/* Path of a file inside the folder under construction; released with memory_free. */
char *run_folder_file(const RunFolder *run, const char *name);
/* Swaps the folder in, once, and removes the state from it. ERROR_FILE: PATH is as before, and the
 * run is still in .partial. */
bool run_folder_commit(RunFolder *run, Error *err);
/* Releases lock and memory; whatever was not committed stays in .partial. run may be zeroed. */
void run_folder_free(RunFolder *run);

#endif
