/* How many threads a piece of work is worth. The number changes no result, only the time. */
#ifndef NNTRAIN_TRAINING_THREAD_PLAN_H
#define NNTRAIN_TRAINING_THREAD_PLAN_H

#include "nn/network.h"

/* Microseconds that one thread takes, roughly, by the level in use: for a training step of so many
 * rows, and for as many rows to go forward. */
double thread_plan_step_time(const Network *network, size_t rows);
double thread_plan_forward_time(const Network *network, size_t rows);

/* wanted, or when that is 0, as many threads as there are processors and as have enough to do:
 * threads that meet every few microseconds cost more than they give. */
size_t thread_plan_choose(size_t wanted, double microseconds);

#endif
