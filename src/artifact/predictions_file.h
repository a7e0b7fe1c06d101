/* Predictions as CSV, for `predict` and for predictions_PART.csv of a run. Columns:
 *
 * - row: 1-based number of the data row, when asked for
 *
 * - the id columns
 *
 * - with has_truth, before each prediction: truth, or of several targets truth_TARGET
 *
 * - class tasks: prediction (the class), and per class probability_CLASS, or score_CLASS where the
 * output gives none
 *
 * - multilabel: per label prediction_LABEL (0 or 1) and probability_LABEL or score_LABEL
 *
 * - regression: prediction, or of several targets prediction_TARGET, in raw units
 *
 * Probabilities and scores are the shortest text that reads back to the same float32, which they
 * are computed in; predictions of numbers to the same double, for the way back to raw units is
 * computed in that. */
#ifndef NNTRAIN_ARTIFACT_PREDICTIONS_FILE_H
#define NNTRAIN_ARTIFACT_PREDICTIONS_FILE_H

#include "base/text.h"
#include "data/dataset.h"
#include "data/table.h"
#include "data/target.h"
#include "training/predictions.h"

/* What is written; nothing is owned. */
typedef struct PredictionsReport {
    const Predictions *predictions;
    const Target *target;
    const uint32_t
        *source;        /* (predictions->n) row of the table that each belongs to: Dataset.source */
    const Table *table; /* for the id cells */
    const size_t *ids;  /* (n_ids) columns of the table */
    size_t n_ids;
    bool has_row;          /* the row column is wanted */
    bool has_truth;        /* the truth is wanted, which predictions then have */
    const size_t *targets; /* of a regression with has_truth: columns of the table with the numbers
                              as they were read, which predictions->truth has in float32 only */
} PredictionsReport;

/* Appends the CSV text, header line first. */
void predictions_file_print(TextBuffer *out, const PredictionsReport *report);

#endif
