/* Output activation and loss fit each other; what the config leaves to `auto` follows from the
 * other, and from the task. */
#ifndef NNTRAIN_PIPELINE_OUTPUT_CHOICE_H
#define NNTRAIN_PIPELINE_OUTPUT_CHOICE_H

#include "data/task.h"
#include "nn/loss.h"

/* The loss for a task when the output is known: the task's own, else the first that fits; NULL when
 * none does. */
const Loss *loss_for(const Task *task, const Output *output);

/* The output for a task when the loss is known (or NULL): the task's own, else the first that fits;
 * NULL likewise. */
const Output *output_for(const Task *task, const Loss *loss);

#endif
