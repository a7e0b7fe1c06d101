/* The checkpoints of a run: what it is made of goes into each, and a run that goes on from one must
 * be made of the same. Use: checkpoints_open where a run goes on, checkpoints_save as often as one
 * is due, checkpoints_free. */
#ifndef NNTRAIN_PIPELINE_CHECKPOINTS_H
#define NNTRAIN_PIPELINE_CHECKPOINTS_H

#include "app/config.h"
#include "app/console.h"
#include "artifact/checkpoint_file.h"
#include "pipeline/trained.h"

/* Zero-initialise but for what is borrowed. */
typedef struct Checkpoints {
    const Config *config;
    const Trained *trained; /* its steps 1 to 6 are done */
    Console *console;
    const char *folder; /* in which they lie */
    CheckpointFile file;
    bool is_kept; /* there is one in the folder */
    bool has_failed;
    double saved; /* clock_now */
} Checkpoints;

/* Reads the newest good one. Keys that may change are told. ERROR_FILE when there is none,
 * ERROR_MODEL when none is good; ERROR_CONFIG and ERROR_DATA when the run was made of other keys,
 * or of other data. */
bool checkpoints_open(Checkpoints *checkpoints, Error *err);

/* The state of the training loop; NULL when it has not begun. */
const char *checkpoints_state(const Checkpoints *checkpoints, size_t *n);

/* Writes one; state is n bytes of the training loop, none before it has begun. A failure is told
 * once, and the run goes on. */
void checkpoints_save(Checkpoints *checkpoints, const char *state, size_t n);

/* The same before training has begun, unless the last one is less than a second old. */
void checkpoints_save_at_times(Checkpoints *checkpoints);

void checkpoints_free(Checkpoints *checkpoints);

#endif
