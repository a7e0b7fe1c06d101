/* Scalers bring a numeric column to a common range. The definitions are scikit-learn's
 * (StandardScaler, MinMaxScaler, RobustScaler, QuantileTransformer with uniform output), with two
 * additions: a column is constant exactly when its smallest and largest value are equal, and
 * quantiles are taken from all rows. A scale of 0 becomes 1, so that a constant column gives 0 and
 * never a division by zero. */
#ifndef NNTRAIN_DATA_SCALER_H
#define NNTRAIN_DATA_SCALER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"

/* Numbers a scaler keeps: value -> (value - center) / scale, or a position among quantiles. */
typedef struct Scaling {
    double center, scale;
    double *quantiles; /* (n_quantiles) increasing, or NULL */
    size_t n_quantiles;
} Scaling;

/* A scaler: fit on n >= 1 sorted present values, then transform one value. Values stay double until
 * the caller rounds the result once to float. */
typedef struct Scaler {
    Kind kind;
    void (*fit)(const double *sorted, size_t n, Scaling *scaling);
    double (*transform)(const Scaling *scaling, double value);
    bool is_linear;   /* can be undone by scaling_undo, and so may also scale a regression target */
    bool is_identity; /* leaves values as they are */
} Scaler;

const KindTable *scaler_kinds(void);
/* The row that leaves values as they are. */
const Scaler *scaler_identity(void);

/* scaled * scale + center: the inverse of a linear scaler. */
double scaling_undo(const Scaling *scaling, double scaled);

/* False when the values were so large that a difference or a sum overflowed. */
bool scaling_is_finite(const Scaling *scaling);
void scaling_free(Scaling *scaling);

#endif
