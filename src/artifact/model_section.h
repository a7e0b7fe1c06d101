/* The members of model.json, each written and read by one file: what `add` writes, `get` checks and
 * takes back. Used by model_file.c. What get has filled is released by model_file_free, also after
 * a failure. */
#ifndef NNTRAIN_ARTIFACT_MODEL_SECTION_H
#define NNTRAIN_ARTIFACT_MODEL_SECTION_H

#include "artifact/json_read.h"
#include "artifact/model_file.h"
#include "artifact/stored_tensor.h"

/* All members before the tensors, for exports that hold the weights in their own way.
 * (model_file.c) */
void model_description_add(Json *root, const ModelFile *file);
/* The same and "training" as JSON on one line, without a newline. */
void model_description_print(TextBuffer *out, const ModelFile *file);

/* "data": how the table was read. "inputs": the fitted features. (model_inputs.c) */
void model_data_add(Json *root, const ModelFile *file);
bool model_data_get(const JsonAt *root, ModelFile *file, Error *err);
void model_inputs_add(Json *root, const Features *features);
bool model_inputs_get(const JsonAt *root, Features *features, Error *err);

/* Scaler and its numbers, as the member "scale". */
void model_scale_add(Json *to, const char *key, const Scaler *scaler, const Scaling *scaling);
bool model_scale_get(const JsonAt *scale, const Scaler **scaler, Scaling *scaling, Error *err);

/* "task" and "output": the target, its activation and threshold. (model_output.c) */
void model_output_add(Json *root, const ModelFile *file);
bool model_output_get(const JsonAt *root, ModelFile *file, const Output **output, Error *err);

/* Names of columns, classes and categories, once they are read: none empty, none twice.
 * (model_names.c) */
bool model_names_check(const JsonAt *root, const ModelFile *file, Error *err);

/* "network": the shape, built again from its options. (model_network.c) */
void model_network_add(Json *root, const Network *network, const Features *features);
bool model_network_get(const JsonAt *root, ModelFile *file, const Output *output, Error *err);

/* "tensors" and "weights_sha256". Data are written later, by the number of their tensor.
 * (model_tensors.c) */
void model_tensors_add(Json *root, const StoredTensors *tensors, bool is_base64);
void model_tensor_append(TextBuffer *out, const StoredTensor *tensor, const Model *model,
                         bool is_base64);
bool model_tensors_get(const JsonAt *root, ModelFile *file, Error *err);

/* "training": seed, best epoch, loss. (model_training.c) */
void model_training_add(Json *root, const ModelFile *file);
bool model_training_get(const JsonAt *root, ModelFile *file, Error *err);

/* "self_test", and the test itself. (model_self_test.c) */
void model_self_test_add(Json *root, const ModelFile *file);
bool model_self_test_get(const JsonAt *root, ModelFile *file, Error *err);
bool model_self_test_run(const char *path, const ModelFile *file, Error *err);

#endif
