/* Where training diverged, the rows of its batch whose inputs lie farthest from those of the other
 * training rows: they are the first to look at. */
#ifndef NNTRAIN_PIPELINE_EXTREME_ROWS_H
#define NNTRAIN_PIPELINE_EXTREME_ROWS_H

#include "pipeline/trained.h"

/* Appends "; most extreme rows of the batch: FILE:LINE (COLUMN, 12.5 standard deviations from its
 * mean), ..." for up to three rows; nothing when no batch is known. */
void extreme_rows_print(TextBuffer *out, const Table *table, const Trained *trained);

#endif
