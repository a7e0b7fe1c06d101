/* Loss functions with PyTorch's definitions (reduction "mean"); one row each (a level file). A loss
 * is told its rows in leaves of at most LEAF_ROWS, so that its sums can be combined by the fixed
 * tree. */
#ifndef NNTRAIN_NN_LOSS_H
#define NNTRAIN_NN_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"
#include "compute/level.h"
#include "nn/activation.h"

typedef struct LossOptions {
    double label_smoothing; /* binary_cross_entropy, cross_entropy, focal */
    double delta;           /* huber */
    double quantile;        /* quantile */
    double gamma;           /* focal */
} LossOptions;

/* Rows of one leaf. `z` holds logits for a loss on logits, else outputs y = f(z). */
typedef struct LossRows {
    const float *z;            /* (rows, row) */
    const float *target;       /* (rows, target_row): class codes, 0/1, or scaled values */
    const float *class_weight; /* (classes), or NULL: all 1 */
    size_t rows, n_outputs, row, target_row;
    size_t
        n_classes; /* target column 0 holds a class code below this; 0: a value for every output */
    LossOptions options;
} LossRows;

typedef struct Loss {
    Kind kind;
    unsigned tasks;      /* FOR_... bits */
    const char *outputs; /* names of the output activations it may follow, comma-separated */
    bool on_logits;      /* works on z and gives dL/dz; else on y and gives dL/dy */
    bool has_label_smoothing, has_delta, has_quantile, has_gamma;
    bool learns_from_mistakes_only; /* the perceptron: its "gradient" is the learning rule of
                                       Rosenblatt 1958 */
    bool predicts_exponential;      /* poisson: the prediction is exp(output); targets are counts,
                                       unscaled */
    const char *monitor_help;       /* NULL, or what its number means when it is not a likelihood */
    /* losses[i]: loss of row i (mean over outputs where there are several targets), times the
     * weight of its class, before row weights: the mean loss is sum of weight_i losses[i] / sum of
     * weight_i class_weight[class i], as in PyTorch. gradient (rows, row), or NULL when only losses
     * are wanted: d losses[i] / d z[i][j]; columns beyond n_outputs are set to zero. */
    void (*rows)(const LossRows *in, float *losses, float *gradient);
} Loss;

const KindTable *loss_kinds(void);

#endif
