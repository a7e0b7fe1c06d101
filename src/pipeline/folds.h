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

/* What a checkpoint keeps of folds. */
typedef struct FoldKeeper {
    TextBuffer *done; /* numbers of the folds that are done, also by the run that is gone on with */
    void (*keep)(void *context); /* told after each */
    void *context;
} FoldKeeper;

/* Trains split.folds networks, one after the other, and keeps their numbers only. Those of folds
 * that are done are taken from the keeper; ERROR_MODEL when they are none of this run. */
bool folds_run(const Config *config, const Source *source, Console *console,
               const FoldKeeper *keeper, Folds *folds, Error *err);
void folds_free(Folds *folds);

#endif
