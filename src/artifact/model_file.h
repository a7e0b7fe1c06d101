/* model.json: everything that prediction needs. Weights, preprocessing, schema, class names, and a
 * few rows with their expected outputs, which every reader checks itself with. Format and damage
 * are checked before anything is used.
 *
 * The last member, "sha256", is the SHA-256 of all bytes of the file before the opening quote of
 * that member's name; the file ends with it, a newline, "}" and a newline, so that no byte can
 * change unseen. */
#ifndef NNTRAIN_ARTIFACT_MODEL_FILE_H
#define NNTRAIN_ARTIFACT_MODEL_FILE_H

#include "base/error.h"
#include "data/features.h"
#include "data/table.h"
#include "data/target.h"
#include "nn/model.h"

/* How weights are held; one row each. */
typedef struct WeightFormat {
    Kind kind;
    bool is_base64;
} WeightFormat;

const KindTable *weight_format_kinds(void);

enum { SELF_TEST_ROWS = 4 };

/* Raw cells of a few rows, and what the model answers to them. */
typedef struct SelfTest {
    TextList cells;  /* (n_rows, features.n) */
    float *expected; /* (n_rows, n_outputs) outputs after the output activation */
    size_t n_rows, n_outputs;
} SelfTest;

void self_test_free(SelfTest *test);

/* To be written: the caller's own parts copied in as they are, and only self_test freed afterwards.
 * When read, the file owns everything; it must not be moved, for model.network points into it. */
typedef struct ModelFile {
    Features features;
    Target target;
    Network network;
    Model model;         /* of that network */
    LossFunction loss;   /* for `evaluate`, and for losses whose predictions are exponentials */
    double threshold;    /* binary and multilabel decisions; NAN: the output's own */
    bool header;         /* the data had a header line */
    TextList ids;        /* columns passed through to predictions when the data has them */
    char *weight_column; /* or NULL */
    SelfTest self_test;
    uint64_t seed;
    size_t best_epoch;
    double losses[3]; /* train, validation, test; NAN: none */
} ModelFile;

/* How many of n rows a self test has, and the first, second, ... of them: spread over all. */
size_t model_self_test_count(size_t n);
size_t model_self_test_choose(size_t n, size_t index);

/* Fills file->self_test from up to SELF_TEST_ROWS rows of a table (as the model predicts now),
 * spread over those given. columns as from features_bind. Errors are those of features_apply. */
bool model_file_add_self_test(ModelFile *file, const Table *table, const size_t *columns,
                              const RowSet *rows, Error *err);

/* The text of model.json. format NULL: numbers up to 10,000 parameters, base64 beyond. More than
 * MODEL_FILE_MOST_NUMBERS are base64 whatever format says, for they could not be read back. */
enum { MODEL_FILE_FEW_NUMBERS = 10000, MODEL_FILE_MOST_NUMBERS = 1 << 24 };
void model_file_print(TextBuffer *out, const ModelFile *file, const WeightFormat *format);

/* SHA-256 of all tensors' float32 in little-endian order, [out, in] as written: the identity of a
 * training result. */
void model_file_weights_sha256(const ModelFile *file, char hex[65]);

/* ERROR_FILE when it cannot be read, ERROR_MODEL when damaged, of another format, or failing its
 * own self test. On failure *file is zeroed. */
bool model_file_read(const char *path, ModelFile *file, Error *err);
/* The same from n bytes that were read from path. */
bool model_file_parse(const char *path, const char *bytes, size_t n, ModelFile *file, Error *err);
void model_file_free(ModelFile *file);

#endif
