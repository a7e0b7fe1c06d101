/* A small fitted model with everything that a model file can hold, as the pipeline would make it.
 */
#ifndef NNTRAIN_TESTS_MODEL_FIXTURE_H
#define NNTRAIN_TESTS_MODEL_FIXTURE_H

#include <math.h>

#include "artifact/model_file.h"
#include "data_fixture.h"
#include "network_fixture.h"

/* What a test wants. */
typedef struct ModelWish {
    const char *task, *output, *loss;
    size_t n_targets;
    const char *scaler, *imputer, *encoder;
    const char *activation, *norm;
    const char *csv; /* targets first */
    double dropout;
    bool residual, class_weight;
} ModelWish;

static const ModelWish model_classes = {.task = "multiclass",
                                        .output = "softmax",
                                        .loss = "cross_entropy",
                                        .n_targets = 1,
                                        .scaler = "standard",
                                        .imputer = "median",
                                        .encoder = "onehot",
                                        .activation = "tanh",
                                        .norm = "batch",
                                        .csv = "kind,size,place\n"
                                               "a,1.5,north\n"
                                               "b,2.25,south\n"
                                               "c \"q\",NA,north\n"
                                               "a,0.1,\n"
                                               "b,7,east\n"
                                               "c \"q\",1e-3,south\n",
                                        .dropout = 0.1,
                                        .residual = true,
                                        .class_weight = true};

static const ModelWish model_numbers = {.task = "regression",
                                        .output = "linear",
                                        .loss = "huber",
                                        .n_targets = 2,
                                        .scaler = "quantile",
                                        .imputer = "mean",
                                        .encoder = "embedding",
                                        .activation = "relu",
                                        .norm = "layer",
                                        .csv = "y,z,size,place\n"
                                               "1,10.5,1.5,north\n"
                                               "2,11.5,2.25,south\n"
                                               "3.25,12,NA,north\n"
                                               "4,13,0.1,\n"
                                               "5,14,7,east\n"};

static const ModelWish model_binary = {.task = "binary",
                                       .output = "sigmoid",
                                       .loss = "focal",
                                       .n_targets = 1,
                                       .scaler = "none",
                                       .imputer = "drop",
                                       .encoder = "ordinal",
                                       .activation = "selu",
                                       .norm = "none",
                                       .csv = "y,size\n0,1\n1,2\n1,3\n0,4\n"};

/* The table that goes with a model, and the columns of its features. */
typedef struct ModelTable {
    Table table;
    Schema schema;
    RowSet rows;
    size_t columns[8];
} ModelTable;

static inline void model_table_init(ModelTable *table, const ModelWish *wish) {
    table->table = fixture_table(wish->csv);
    table->schema = fixture_schema(&table->table, wish->task, wish->n_targets);
    table->rows = fixture_rows(0, table->table.n_rows);
}

static inline void model_table_free(ModelTable *table) {
    table_free(&table->table);
    schema_free(&table->schema);
    memory_free(table->rows.rows);
}

static inline void model_fixture_fit(ModelFile *file, const ModelWish *wish, ModelTable *table) {
    const FeatureOptions options = {.scaler = fixture_row(scaler_kinds(), wish->scaler),
                                    .imputer = fixture_row(imputer_kinds(), wish->imputer),
                                    .encoder = fixture_row(encoder_kinds(), wish->encoder),
                                    .missing_indicator = true,
                                    .max_categories = 2};
    const TargetOptions target = {0};
    Problems problems = {0};
    Error err = {0};
    assert_true(features_fit(&options, &table->table, &table->schema, &table->rows, &file->features,
                             &problems, &err));
    assert_true(
        target_fit(&target, &table->table, &table->schema, &table->rows, &file->target, &err));
    problems_free(&problems);
}

static inline void model_fixture_network(ModelFile *file, const ModelWish *wish) {
    LayerOptions layers[2];
    for (size_t i = 0; i < 2; i++) {
        layers[i] = (LayerOptions){.units = 3,
                                   .activation = fixture_row(activation_kinds(), wish->activation),
                                   .norm = fixture_row(norm_kinds(), wish->norm),
                                   .dropout = wish->dropout};
    }
    const NetworkOptions options = {.layers = layers,
                                    .n_layers = 2,
                                    .output = fixture_row(output_kinds(), wish->output),
                                    .residual = wish->residual,
                                    .input_dropout = wish->dropout / 2};
    NetworkInput *inputs = NEW(NetworkInput, file->features.n_columns);
    for (size_t i = 0; i < file->features.n; i++) {
        const Feature *feature = &file->features.items[i];
        if (feature->embedding_dim > 0) {
            inputs[feature->first_column] =
                (NetworkInput){feature->categories.n, feature->embedding_dim};
        }
    }
    assert_true(network_build(&options, inputs, file->features.n_columns,
                              target_outputs(&file->target), &file->network, NULL));
    memory_free(inputs);
    model_init(&file->model, &file->network);
    fixture_start(&file->model, 0.7f, 5);
    uint32_t seed = 9;
    for (size_t l = 0; l + 1 < file->network.n_layers; l++) {
        const Layer *layer = &file->network.layers[l];
        const size_t row = compute_pad(layer->n_units);
        for (size_t i = 0; layer->norm->has_running && i < layer->n_units; i++) {
            file->model.buffers[layer->running + i] = fixture_value(&seed);
            file->model.buffers[layer->running + row + i] = 1.5f + fixture_value(&seed);
        }
    }
}

/* *file is zeroed; released with model_file_free. */
static inline void model_fixture(ModelFile *file, const ModelWish *wish, ModelTable *table) {
    model_table_init(table, wish);
    model_fixture_fit(file, wish, table);
    model_fixture_network(file, wish);
    file->loss.loss = fixture_row(loss_kinds(), wish->loss);
    file->loss.options = (LossOptions){0.05, 1.5, 0.25, 3};
    file->loss.n_classes = file->target.task->has_classes ? file->target.classes.n : 0;
    if (wish->class_weight) {
        file->loss.class_weight = NEW(float, file->loss.n_classes);
        for (size_t i = 0; i < file->loss.n_classes; i++) {
            file->loss.class_weight[i] = 0.1f + (float)i;
        }
    }
    file->threshold = 0.375;
    file->header = true;
    text_list_add(&file->ids, "id, \xc3\xa9");
    file->weight_column = memory_copy_text("w");
    file->seed = UINT64_C(0xfedcba9876543210);
    file->best_epoch = 17;
    file->losses[0] = 0.1;
    file->losses[1] = 1.0 / 3;
    file->losses[2] = (double)NAN;
    assert_true(features_bind(&file->features, &table->table, table->columns, NULL, NULL));
    Error err = {0};
    if (!model_file_add_self_test(file, &table->table, table->columns, &table->rows, &err)) {
        fail_msg("%s", err.text);
    }
}

#endif
