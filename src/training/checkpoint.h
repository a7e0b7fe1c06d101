/* The state of the training loop as bytes: weights, running statistics, optimizer, schedule, best
 * weights, the history so far and the place in the epoch. What is read goes on bit for bit, with
 * any number of threads and at any level. Numbers are as this machine stores them (little-endian
 * everywhere nntrain runs); artifact/checkpoint_file.h puts them into a file with a checksum. */
#ifndef NNTRAIN_TRAINING_CHECKPOINT_H
#define NNTRAIN_TRAINING_CHECKPOINT_H

#include "training/fit_state.h"

/* Appended to out; the run stays as it is. */
void checkpoint_write(Fit *run, TextBuffer *out);
/* Into a run that was begun on the same model, options and data. False when the bytes are not of
 * such a run; then the run is of no further use. */
bool checkpoint_read(Fit *run, const char *bytes, size_t n);

/* The same without history and clock, between two epochs: where a rollback goes back to. */
void checkpoint_write_core(Fit *run, TextBuffer *out);
bool checkpoint_read_core(Fit *run, const char *bytes, size_t n);

#endif
