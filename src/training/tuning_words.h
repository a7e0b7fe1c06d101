/* What a search found, in words for a person: a table of its best trials with a column per searched
 * key, which of them are as good as the best one, and what mattered. */
#ifndef NNTRAIN_TRAINING_TUNING_WORDS_H
#define NNTRAIN_TRAINING_TUNING_WORDS_H

#include "training/tuning_ranking.h"

/* The first n trials. Keys that do not fit into width columns stand in tables of their own below;
 * 0: no limit. objective is the title of its column. */
void tuning_append_table(TextBuffer *out, const Ranking *ranking, const Search *search, size_t n,
                         const char *objective, size_t width);
/* "within one standard deviation (0.01) of the best: 4 trials, ..."; nothing without deviations. */
void tuning_append_noise(TextBuffer *out, const Ranking *ranking, const Search *search);
/* One line per key. */
void tuning_append_importances(TextBuffer *out, const Ranking *ranking, const Search *search);

#endif
