/* manifest.json: how a run came about. The only file of a run folder with times, host, command line
 * and versions, so that all others can be compared byte by byte; and the hashes of what went in and
 * what came out. */
#ifndef NNTRAIN_ARTIFACT_MANIFEST_H
#define NNTRAIN_ARTIFACT_MANIFEST_H

#include <stdbool.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"

/* A moment: on the calendar, and on the clock that never jumps. */
typedef struct ManifestMoment {
    struct timespec calendar;
    double steady; /* clock_now */
} ManifestMoment;

ManifestMoment manifest_now(void);

/* What is written; nothing is owned. */
typedef struct ManifestInfo {
    const char *name;   /* of the run */
    const char *status; /* "ok", "diverged", ... */
    const char *command_line;
    ManifestMoment started, finished;
    size_t threads;
    const TextList *data_files; /* paths as opened; "-" and what is no regular file has no hash */
    const char *folder;         /* where the run folder is now */
    const TextList *files; /* names of the files in it, in the order in which they are listed */
} ManifestInfo;

/* The text of manifest.json. ERROR_FILE when a file of the run folder cannot be read. */
bool manifest_print(TextBuffer *out, const ManifestInfo *info, Error *err);

#endif
