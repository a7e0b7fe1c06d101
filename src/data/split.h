/* Which rows train, which validate, which test; and k folds. One row per method. */
#ifndef NNTRAIN_DATA_SPLIT_H
#define NNTRAIN_DATA_SPLIT_H

#include "base/error.h"
#include "base/kind.h"
#include "data/schema.h"
#include "data/split_cut.h"
#include "data/table.h"

typedef enum Part { PART_TRAIN, PART_VALIDATION, PART_TEST, N_PARTS } Part;

/* "train", "validation", "test": as in metric paths and split columns. */
extern const char *const part_names[N_PARTS];

typedef struct SplitMethod {
    Kind kind;
    bool needs_column, needs_group, needs_time, needs_classes;
    SplitFunction *assign; /* parts are those of enum Part */
    SplitFunction *fold;   /* parts are the folds; NULL when the method has none */
} SplitMethod;

/* In the order in which `auto` tries them: the first whose needs the schema fulfils. */
const KindTable *split_kinds(void);

typedef struct SplitOptions {
    const SplitMethod *method; /* NULL: auto */
    double fractions[N_PARTS]; /* sum to 1; the training part is not 0 */
    int64_t folds;             /* 0: none */
    uint64_t seed;
} SplitOptions;

typedef struct Split {
    const SplitMethod *method; /* auto resolved */
    RowSet parts[N_PARTS];
} Split;

/* Whether a text is a time that data.time takes: 2024-01, 2024-01-31, 2024-01-31T12:00:00, ... */
bool split_is_time(const char *text);

/* Splits the given rows; those of each part keep their order. Sizes are as in split_cut_sizes but
 * for the group and column methods. ERROR_DATA when training would be empty, a split column holds
 * another word, a time cannot be ordered, ...; ERROR_CONFIG when the method lacks its column.
 * *split is freed by the caller in any case. */
bool split_rows(const SplitOptions *options, const Table *table, const Schema *schema,
                const RowSet *rows, Split *split, Error *err);

/* Fold `fold` of options->folds (2 or more): the training and validation rows of `whole`, which
 * are in increasing order, cut anew; the fold is the validation part and the rest the training
 * part. The test part is that of `whole`, and is in no fold. Stratified or grouped as the method
 * is; a split by column is stratified for classes, else random. */
bool split_fold(const SplitOptions *options, const Table *table, const Schema *schema,
                const Split *whole, size_t fold, Split *split, Error *err);
void split_free(Split *split);

#endif
