/* The inside of a Workspace, shared by workspace.c (memory), forward.c, backward.c and loss_sum.c.
 * One block of floats holds every array; the passes only follow the pointers.
 *
 * A pass is one run of the workspace's team in which every thread takes some rows through all
 * layers. Rows know nothing of each other, so threads need not wait for each other but where a norm
 * looks at a whole column. Sums over rows come after that: each thread takes some rows of every
 * weight matrix, and sums them over all leaves of the batch. So no sum depends on the number of
 * threads. */
#ifndef NNTRAIN_NN_WORKSPACE_H
#define NNTRAIN_NN_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "compute/kernels.h"
#include "nn/model.h"

/* Arrays of one layer, (max_rows, row) unless said otherwise. */
typedef struct LayerSpace {
    size_t in_row, row; /* floats from one row of input and output to the next */
    float *sum; /* b + x W, normalised; the same array as activated where backward does not need it.
                 * The output layer's logits. */
    float *activated;          /* activation(sum); NULL for the output layer */
    float *mask;               /* dropout: 0 or 1 / (1 - p); NULL when the layer has none */
    float *combined;           /* after dropout and residual; NULL when the layer has neither */
    float *normalized;         /* kept by the norm for its backward; NULL when the layer has none */
    float *mean, *inverse_std; /* of the norm, (row) or (max_rows) */
    const float *input;        /* what the last forward call read */
    const float *output;       /* what it handed on: activated or combined */
    float *d_output;           /* gradient with respect to output ... */
    float *d_sum;              /* ... and to b + x W; the same array unless the layer is residual */
} LayerSpace;

struct Workspace {
    const Network *network;
    const Kernels *kernels;
    bool trains; /* else it only goes forward, and the arrays for the way back are NULL */
    size_t max_rows;
    size_t rows;               /* of the last forward call */
    const DropoutKey *dropout; /* of the last forward call; NULL: no masks were made */
    const float *x;            /* of the last forward call */
    LayerSpace *layers;
    float *input; /* (max_rows, spread(n_expanded)) looked-up or thinned input; NULL when x is used
                     as it is */
    float *input_mask;      /* NULL without input dropout */
    float *predictions;     /* (max_rows, pad(outputs)) */
    float *d_input;         /* (max_rows, spread(n_expanded)); NULL without embeddings */
    float *losses;          /* (max_rows) */
    float *partials;        /* sums over leaves that wait for their right neighbour */
    size_t partial_size;    /* floats of one of them */
    size_t n_partials;      /* that each thread has */
    float *transposed;      /* transposed weights for each thread, where that is little; or NULL */
    size_t transposed_size; /* floats that each thread has */
    Team *team;
    float *block;
};

/* The block of a weight matrix whose gradient is summed over all leaves before the next block is
 * begun, so that the waiting sums stay in the first two caches. */
enum { PARTIAL_ROWS = 128, PARTIAL_COLUMNS = 32 };

/* The layer's norm over the rows of the last forward call. */
NormBatch workspace_norm(const Workspace *workspace, const Model *model, size_t layer);

static inline bool layer_has_norm(const Layer *layer) {
    return layer->norm != NULL && layer->norm->is_on;
}

#endif
