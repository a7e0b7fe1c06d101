#include "artifact/weight_sample.h"

#include "base/memory.h"

/* Every weight of a small matrix; of a large one those at equal distances. */
static size_t take_tensor(const Tensor *tensor, const float *parameters, float *values) {
    const size_t n = tensor->rows * tensor->columns;
    const size_t n_taken = n < WEIGHT_SAMPLE ? n : WEIGHT_SAMPLE;
    for (size_t i = 0; i < n_taken; i++) {
        const size_t at = n / n_taken * i + n % n_taken * i / n_taken;
        const size_t row = at / tensor->columns, column = at % tensor->columns;
        values[i] = parameters[tensor->offset + row * tensor->row + column];
    }
    return n_taken;
}

void weight_sample_take(WeightSample *sample, const Model *model) {
    const Network *network = model->network;
    *sample = (WeightSample){.values = NEW(float, network->n_layers *WEIGHT_SAMPLE),
                             .n = NEW(size_t, network->n_layers),
                             .n_layers = network->n_layers};
    for (size_t l = 0; l < network->n_layers; l++) {
        const Tensor *tensor = &network->tensors[network->layers[l].weight];
        sample->n[l] = take_tensor(tensor, model->parameters, sample->values + l * WEIGHT_SAMPLE);
    }
}

void weight_sample_free(WeightSample *sample) {
    memory_free(sample->values);
    memory_free(sample->n);
    *sample = (WeightSample){0};
}
