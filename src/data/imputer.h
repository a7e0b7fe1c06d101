/* What takes the place of a missing cell, in a numeric and in a categorical column:
 *
 * - median, mean, zero: that number; zero in the units of the column, before scaling. The category
 *   "<missing>".
 *
 * - mode: the most frequent value, the smallest in a tie; the most frequent category, the first in
 *   category order in a tie.
 *
 * - drop, error: a row with a missing cell is left out, or refused.
 *
 * "<missing>" exists when training rows had missing cells; a missing cell that comes later in a
 * column without it counts as an unknown category. */
#ifndef NNTRAIN_DATA_IMPUTER_H
#define NNTRAIN_DATA_IMPUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"

typedef struct Imputer {
    Kind kind;
    double (*fill)(const double *sorted,
                   size_t n); /* from n >= 1 sorted present values; NULL: nothing is filled in */
    bool fills_category;      /* a missing category becomes the most frequent one, not <missing> */
    bool drops_rows;          /* rows with a missing cell are left out */
    bool refuses;             /* a missing cell is an error */
} Imputer;

const KindTable *imputer_kinds(void);

#endif
