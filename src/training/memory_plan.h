/* How much memory training will need, known before any of it is allocated. */
#ifndef NNTRAIN_TRAINING_MEMORY_PLAN_H
#define NNTRAIN_TRAINING_MEMORY_PLAN_H

#include "training/fit.h"

/* Bytes by part. */
typedef struct MemoryPlan {
    double data;       /* of the parts given, as they are now */
    double parameters; /* with their best values and their transposed copies */
    double gradient, optimizer;
    double workspaces; /* for batches and for evaluation */
} MemoryPlan;

/* parts[0] are the training rows; absent parts have no rows. */
MemoryPlan memory_plan(const Network *network, const FitOptions *options, const Dataset *parts,
                       size_t n_parts, size_t n_threads);
double memory_plan_total(const MemoryPlan *plan);

/* ERROR_SIZE with the plan by part when it is more than memory_limit. */
bool memory_plan_check(const MemoryPlan *plan, Error *err);

/* "56 kB", "1.2 MB", "3.4 GB". */
void memory_plan_append_size(TextBuffer *out, double bytes);

#endif
