/* Some weights of every weight matrix, always the same ones, so that their distributions before and
 * after training can be compared without a copy of the model. */
#ifndef NNTRAIN_ARTIFACT_WEIGHT_SAMPLE_H
#define NNTRAIN_ARTIFACT_WEIGHT_SAMPLE_H

#include "nn/model.h"

enum { WEIGHT_SAMPLE = 4096 }; /* of each matrix at most */

typedef struct WeightSample {
    float *values; /* (n_layers, WEIGHT_SAMPLE) */
    size_t *n;     /* (n_layers) how many there are */
    size_t n_layers;
} WeightSample;

void weight_sample_take(WeightSample *sample, const Model *model);
void weight_sample_free(WeightSample *sample);

#endif
