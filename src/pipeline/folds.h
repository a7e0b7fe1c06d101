/* k-fold cross-validation: the same steps on k cuts of the training and validation rows. */
#ifndef NNTRAIN_PIPELINE_FOLDS_H
#define NNTRAIN_PIPELINE_FOLDS_H

#include "app/config.h"
#include "app/console.h"
#include "pipeline/trained.h"

/* Of the validation part: the loss first, then each metric. */
typedef struct Folds {
    size_t n; /* 0: there were none */
    size_t n_values;
    double *mean, *deviation; /* (n_values); deviation is the population's, as NumPy's std */
} Folds;

/* Whether the rows can be cut into split.folds folds, if any are asked for; trains nothing. */
bool folds_check(const Config *config, const Source *source, Error *err);

/* Trains split.folds networks, one after the other, and keeps their numbers only. */
bool folds_run(const Config *config, const Source *source, Console *console, Folds *folds,
               Error *err);
void folds_free(Folds *folds);

#endif
