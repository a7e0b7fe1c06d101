/* What the hidden units do at the end of an epoch, over the first rows of the training data: units
 * that are dead, and outputs that are saturated. */
#ifndef NNTRAIN_TRAINING_ACTIVITY_H
#define NNTRAIN_TRAINING_ACTIVITY_H

#include "data/dataset.h"
#include "nn/model.h"
#include "training/fit.h"

enum { ACTIVITY_ROWS = 256 };

/* Fills dead_units and saturated_units of records (network->n_layers). The workspace holds
 * ACTIVITY_ROWS rows. */
void activity_measure(const Model *model, Workspace *workspace, const Dataset *data,
                      LayerRecord *records);

#endif
