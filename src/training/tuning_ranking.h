/* What a search found: its trials from the best to the worst, those that are as good as the best
 * one, and how much each key mattered. Only finished trials of this search are counted. */
#ifndef NNTRAIN_TRAINING_TUNING_RANKING_H
#define NNTRAIN_TRAINING_TUNING_RANKING_H

#include "training/tuning_search.h"

/* How much a key mattered to the objective. */
typedef struct KeyImportance {
    double value; /* 0: nothing, to 1; NAN: too few trials */
    bool is_eta;  /* eta squared of a choice; else Spearman's rank correlation, with its sign */
    size_t n;     /* trials in which the key counted */
} KeyImportance;

typedef struct Ranking {
    size_t *order; /* (n) trials that were run: trained to their end, then the others */
    size_t n;
    size_t n_ok;
    size_t n_close;             /* of n_ok: no worse than the best by more than its deviation */
    size_t simplest;            /* of those, the trial with the fewest parameters */
    KeyImportance *importances; /* (space->n) */
} Ranking;

/* Statuses that are not final are left out. */
void ranking_make(const Search *search, Ranking *ranking);
void ranking_free(Ranking *ranking);

#endif
