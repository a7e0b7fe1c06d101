/* What the steps make on their way: one network from prepared data to trained weights, and the
 * numbers of step 8. */
#ifndef NNTRAIN_PIPELINE_TRAINED_H
#define NNTRAIN_PIPELINE_TRAINED_H

#include <stdint.h>

#include "pipeline/source.h"
#include "training/fit.h"
#include "training/importance.h"
#include "training/results.h"

typedef struct Trained {
    Prepared data;      /* step 1 */
    Network network;    /* step 2 */
    FitOptions options; /* steps 3 and 6 */
    Model model;        /* steps 4 and 7 */
    uint32_t start_sum; /* CRC-32 of init.from's parameters, step 4; 0: drawn */
    LossFunction loss;  /* step 5 */
    MetricList metrics; /* step 5 */
    History history;    /* step 7 */
    size_t n_threads;   /* step 3 */
    Team *team;         /* from step 7 on */
    bool has_diverged;  /* step 7 ended early; the model holds the best finite weights */
} Trained;

/* Zeroed at first; free it in any case. */
void trained_free(Trained *trained);

typedef struct Evaluated {
    double threshold;
    Predictions predictions[N_PARTS];
    Results results;
    Importance *importances; /* one per feature, or NULL */
    Part importance_part;    /* of which rows */
} Evaluated;

void evaluated_free(Evaluated *evaluated);

#endif
