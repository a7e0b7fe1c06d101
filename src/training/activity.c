#include "training/activity.h"

#include <math.h>

/* Outputs within this share of the reach from an end are saturated: the gradient of tanh is below
 * 0.1 there. */
static const float saturated_share = 0.95F;

static double dead_share(const float *y, size_t rows, size_t row, size_t n_units) {
    size_t dead = 0;
    for (size_t unit = 0; unit < n_units; unit++) {
        size_t i = 0;
        while (i < rows && y[i * row + unit] == 0) {
            i++;
        }
        dead += i == rows;
    }
    return (double)dead / (double)n_units;
}

static double saturated_outputs(const Activation *activation, const float *y, size_t rows,
                                size_t row, size_t n_units) {
    size_t n_saturated = 0;
    float bound = saturated_share * activation->reach;
    for (size_t i = 0; i < rows; i++) {
        for (size_t unit = 0; unit < n_units; unit++) {
            n_saturated += fabsf(y[i * row + unit] - activation->middle) > bound;
        }
    }
    return (double)n_saturated / (double)(rows * n_units);
}

void activity_measure(const Model *model, Workspace *workspace, const Dataset *data,
                      LayerRecord *records) {
    const Network *network = model->network;
    size_t rows = data->n_rows < ACTIVITY_ROWS ? data->n_rows : ACTIVITY_ROWS;
    model_forward(model, workspace, data->x, rows);
    for (size_t l = 0; l < network->n_layers; l++) {
        const Layer *layer = &network->layers[l];
        LayerRecord *record = &records[l];
        record->dead_units = (double)NAN;
        record->saturated_units = (double)NAN;
        if (!layer->activation) {
            continue;
        }
        size_t row;
        const float *y = workspace_activations(workspace, l, &row);
        if (layer->activation->can_die) {
            record->dead_units = dead_share(y, rows, row, layer->n_units);
        }
        if (layer->activation->saturates) {
            record->saturated_units =
                saturated_outputs(layer->activation, y, rows, row, layer->n_units);
        }
    }
}
