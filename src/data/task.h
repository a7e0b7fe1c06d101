/* What is to be learned: one row per task. Losses, metrics and output activations state in columns
 * of their own rows which tasks they serve, through the bits given here. */
#ifndef NNTRAIN_DATA_TASK_H
#define NNTRAIN_DATA_TASK_H

#include <stdbool.h>

#include "base/kind.h"

enum {
    FOR_BINARY = 1,
    FOR_MULTICLASS = 2,
    FOR_MULTILABEL = 4,
    FOR_REGRESSION = 8,
    FOR_CLASSES = FOR_BINARY | FOR_MULTICLASS
};

typedef struct Task {
    Kind kind;
    unsigned bit;           /* one of the bits above */
    bool has_classes;       /* one target column of class names */
    bool has_probabilities; /* outputs are probabilities */
    bool outputs_per_class; /* one network output per class, else one per target column */
    const char *output;     /* name of the output activation that `network.output = auto` chooses */
    const char *loss;       /* name of the loss that `loss.name = auto` chooses */
} Task;

const KindTable *task_kinds(void);

#endif
