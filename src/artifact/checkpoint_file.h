/* checkpoint.bin: the state of an interrupted run, with a checksum, and with what the run was made
 * of, so that it goes on with nothing else. The one before is kept as checkpoint.previous.bin.
 *
 *     magic, format version, byte order, number of sections; each section: length, bytes; SHA-256
 * of all that */
#ifndef NNTRAIN_ARTIFACT_CHECKPOINT_FILE_H
#define NNTRAIN_ARTIFACT_CHECKPOINT_FILE_H

#include "base/error.h"

/* What is kept. */
typedef enum CheckpointSection {
    CHECKPOINT_KEYS,  /* the keys of the config and their values, a line each */
    CHECKPOINT_DATA,  /* what the rows of each part are, a line each */
    CHECKPOINT_FOLDS, /* numbers of the folds that are done */
    CHECKPOINT_STATE, /* of the training loop (training/checkpoint.h); empty: it has not begun */
    N_CHECKPOINT_SECTIONS
} CheckpointSection;

typedef struct CheckpointFile {
    TextBuffer sections[N_CHECKPOINT_SECTIONS];
} CheckpointFile;

/* Into folder, whose checkpoint becomes the previous one. At any moment a good one is there, and no
 * failure takes it away. ERROR_FILE. */
bool checkpoint_file_write(const char *folder, const CheckpointFile *file, Error *err);

/* The newest one that is good; when it is not the newest, a warning says why. ERROR_FILE when there
 * is none or it cannot be read, ERROR_MODEL when all that are there are damaged or of another
 * version; then *file is zeroed. */
bool checkpoint_file_read(const char *folder, CheckpointFile *file, Problems *warnings, Error *err);

/* The bytes of a checkpoint, and back, path being that in messages; on failure *file is zeroed. */
void checkpoint_file_print(TextBuffer *out, const CheckpointFile *file);
bool checkpoint_file_parse(const char *path, const char *bytes, size_t n, CheckpointFile *file,
                           Error *err);

/* True when the folder has one, good or not. */
bool checkpoint_file_exists(const char *folder);

void checkpoint_file_free(CheckpointFile *file);

#endif
