/* Raw cells to network inputs, column by column: impute, scale, encode. Fitted on training rows
 * only; applied to any table that has the columns, matched by name. The fitted state is what
 * model.json keeps.
 *
 * Output layout: the columns of each feature in feature order. A numeric feature gives its scaled
 * value and, with an indicator, 1 or 0 for "was missing". A categorical one gives what its encoder
 * says; with `encode = embedding` that is ONE column that holds the code as a whole number, and the
 * network looks the code up (nn/network.h).
 *
 * Categories of a feature: those of the training rows in category order (data/categories.h), of
 * which the max_categories most frequent have a code; then "<missing>" (see data/imputer.h), then
 * "<other>".
 *
 * - "<other>" exists when rare categories were cut off, and always for encoders with needs_other
 *   (ordinal, embedding), but never with unknown_is_error.
 *
 * - A category without a code counts as "<other>"; where there is none (onehot), all its columns
 *   are 0.
 *
 * - With unknown_is_error a category without a code is ERROR_DATA. Every training category must
 *   then have one: more than max_categories is ERROR_DATA in features_fit. */
#ifndef NNTRAIN_DATA_FEATURES_H
#define NNTRAIN_DATA_FEATURES_H

#include "base/error.h"
#include "data/encoder.h"
#include "data/imputer.h"
#include "data/scaler.h"
#include "data/schema.h"
#include "data/table.h"

typedef struct FeatureOptions {
    const Scaler *scaler;
    const Imputer *imputer;
    bool missing_indicator;
    const Encoder *encoder;
    int64_t max_categories; /* >= 1; rarer ones share <other>. <missing> and <other> do not count */
    bool unknown_is_error;  /* else they count as <other> */
    int64_t embedding_dim;  /* 0: auto, see encoder_auto_width */
} FeatureOptions;

typedef struct Feature {
    char *name;
    bool is_numeric;
    const Imputer *imputer;
    /* numeric */
    const Scaler *scaler;
    Scaling scaling;
    double fill;        /* for missing cells, raw units */
    bool has_indicator; /* one more column: 1 when the cell was missing */
    /* categorical: code i is categories.items[i] */
    const Encoder *encoder;
    TextList categories; /* "<missing>" and "<other>" included at the end where they exist, in this
                            order */
    bool has_missing, has_other;
    bool unknown_is_error;
    size_t fill_code; /* code of a missing cell: of <missing>, or the most frequent category for an
                         imputer that fills_category; categories.n when there is none (an unknown
                         category) */
    size_t embedding_dim; /* 0 unless the encoder is looked up */
    /* place in the output, by features_lay_out */
    size_t first_column;
    size_t n_columns;
} Feature;

typedef struct Features {
    Feature *items;
    size_t n;
    size_t n_columns;      /* of the output matrix, without padding */
    TextList missing;      /* tokens */
    TextList column_names; /* "age", "sex=female", "age is missing"; by features_lay_out */
} Features;

/* Number of categories that are names, not <missing> or <other>. */
size_t feature_n_named(const Feature *feature);

/* Sets first_column, n_columns and column_names from the rest; for whoever reads fitted features
 * from a file. */
void features_lay_out(Features *features);

/* Fits on the given (training) rows only, at least one. Warnings: a constant column, a categorical
 * column in which every row has a category of its own. ERROR_DATA: a column without any value, a
 * missing cell when the imputer refuses, values too large to be scaled, too many categories
 * (above). With an imputer that drops rows the caller has called features_drop_missing before. */
bool features_fit(const FeatureOptions *options, const Table *table, const Schema *schema,
                  const RowSet *rows, Features *features, Problems *problems, Error *err);
void features_free(Features *features);

/* The columns that features have by name, n_columns where there is none; returns how many are
 * lacking. In time that grows with the number of columns only. */
size_t features_find(const Features *features, const Table *table, size_t *columns);

/* Table columns of the features by name. ERROR_DATA lists every missing one; superfluous table
 * columns are fine and counted in *n_extra (may be NULL). columns has features->n entries. */
bool features_bind(const Features *features, const Table *table, size_t *columns, size_t *n_extra,
                   Error *err);

/* How many cells held a category without a code, per feature: never seen in training, or rare
 * there. */
typedef struct UnknownCount {
    size_t *per_feature; /* (n), or NULL when not wanted */
} UnknownCount;

/* Writes rows of x (rows->n, x_row floats each, columns beyond n_columns zeroed). columns as from
 * features_bind; unknown may be NULL and is added to. ERROR_DATA with the place: text in a numeric
 * column, a value beyond the range of float after scaling, a missing cell that nothing may fill, an
 * unknown category with unknown_is_error. */
bool features_apply(const Features *features, const Table *table, const size_t *columns,
                    const RowSet *rows, float *x, size_t x_row, UnknownCount *unknown, Error *err);

/* When the imputer drops rows: keeps of rows, in their order, those in which every feature is
 * present; *n_dropped counts the others (0 with another imputer). ERROR_DATA when none is left. */
bool features_drop_missing(const FeatureOptions *options, const Table *table, const Schema *schema,
                           RowSet *rows, size_t *n_dropped, Error *err);

/* The same for rows to predict: keeps those that features_apply will not refuse for a missing cell.
 * None may be left. */
void features_drop_incomplete(const Features *features, const Table *table, const size_t *columns,
                              RowSet *rows, size_t *n_dropped);

#endif
