/* How much a model owes to each input feature; one row per method. Use: find the row, call compute.
 */
#ifndef NNTRAIN_TRAINING_IMPORTANCE_H
#define NNTRAIN_TRAINING_IMPORTANCE_H

#include <stdint.h>

#include "base/kind.h"
#include "data/dataset.h"
#include "data/features.h"
#include "nn/model.h"

enum { IMPORTANCE_REPEATS = 5 };

/* Loss with the feature shuffled minus loss as it is, over the repeats. */
typedef struct Importance {
    double mean;
    double std; /* population standard deviation, as scikit-learn's importances_std */
} Importance;

/* What importance is computed of; nothing is owned. */
typedef struct ImportanceInput {
    const Model *model;
    const LossFunction *loss;
    const Features *features; /* a feature is shuffled with all its columns of x */
    const Dataset *dataset;   /* with targets and at least one row */
    Team *team;               /* that does the work; NULL: the caller alone */
} ImportanceInput;

/* A way to measure it; importances (features->n). The order of repeat r of feature f is a function
 * of (seed, f, r). */
typedef struct ImportanceMethod {
    Kind kind;
    void (*compute)(const ImportanceInput *in, uint64_t seed, size_t n_repeats,
                    Importance *importances);
} ImportanceMethod;

const KindTable *importance_kinds(void);

#endif
