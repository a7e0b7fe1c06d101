/* The members "tensors" and "weights_sha256" of model.json; see model_section.h. */
#include <math.h>
#include <string.h>

#include "artifact/base64.h"
#include "artifact/model_section.h"
#include "base/memory.h"

/* ---- Writing ---- */

void model_tensors_add(Json *root, const StoredTensors *tensors, bool is_base64) {
    Json *array = json_add_array(root, "tensors");
    for (size_t i = 0; i < tensors->n; i++) {
        const StoredTensor *tensor = &tensors->items[i];
        Json *out = json_add_object(array, NULL);
        json_add_text(out, "name", tensor->name);
        json_add_text(out, "dtype", "f32");
        Json *shape = json_add_array(out, "shape");
        for (size_t d = 0; d < tensor->n_dims; d++) {
            json_add_integer(shape, NULL, tensor->shape[d]);
        }
        Json *data = out;
        if (is_base64) {
            data = json_add_object(out, "data");
            json_add_text(data, "encoding", "base64");
        }
        json_add_later(data, "data", i);
    }
}

void model_tensor_append(TextBuffer *out, const StoredTensor *tensor, const Model *model,
                         bool is_base64) {
    float *values = NEW(float, tensor->n);
    stored_tensor_take(tensor, model, values);
    if (is_base64) {
        unsigned char *bytes = NEW(unsigned char, 4 * tensor->n);
        stored_tensor_to_bytes(values, tensor->n, bytes);
        text_append(out, "\"");
        base64_append(out, bytes, 4 * tensor->n);
        text_append(out, "\"");
        memory_free(bytes);
    } else {
        for (size_t i = 0; i < tensor->n; i++) {
            text_append(out, i == 0 ? "[" : ", ");
            json_append_float(out, values[i]);
        }
        text_append(out, "]");
    }
    memory_free(values);
}

/* ---- Reading ---- */

static bool check_shape(const JsonAt *at, const StoredTensor *tensor, Error *err) {
    double *shape;
    size_t n_dims;
    if (!json_get_doubles(at, "shape", &shape, &n_dims, err)) {
        return false;
    }
    bool is_same = n_dims == tensor->n_dims;
    for (size_t d = 0; is_same && d < n_dims; d++) {
        is_same = shape[d] == (double)tensor->shape[d];
    }
    memory_free(shape);
    if (is_same) {
        return true;
    }
    return tensor->n_dims == 1
               ? json_fail(at, err, "the network needs shape [%zu]", tensor->shape[0])
               : json_fail(at, err, "the network needs shape [%zu, %zu]", tensor->shape[0],
                           tensor->shape[1]);
}

/* The base64 text of the data, of the right length. */
static bool get_base64(const JsonAt *at, const StoredTensor *tensor, const char **text,
                       Error *err) {
    JsonAt data;
    const char *encoding = "";
    if (!json_get_object(at, "data", &data, err) || !json_has_only(&data, "encoding data", err) ||
        !json_get_text(&data, "encoding", &encoding, err) ||
        !json_get_text(&data, "data", text, err)) {
        return false;
    }
    if (strcmp(encoding, "base64") != 0) {
        return json_fail(&data, err, "encoding must be base64");
    }
    const size_t length = strlen(*text), needed = base64_length(4 * tensor->n);
    return length == needed ||
           json_fail(&data, err, "has %zu characters, shape needs %zu", length, needed);
}

/* Everything but the values, so that nothing large is allocated for a file that does not hold it.
 */
static bool check_tensor(const JsonAt *at, const StoredTensor *tensor, Error *err) {
    const char *name = "", *dtype = "", *text = "";
    JsonAt data;
    if (!json_is_object(at, err) || !json_has_only(at, "name dtype shape data", err) ||
        !json_get_text(at, "name", &name, err) || !json_get_text(at, "dtype", &dtype, err)) {
        return false;
    }
    if (strcmp(name, tensor->name) != 0 || strcmp(dtype, "f32") != 0) {
        return json_fail(at, err, "must be %s with dtype f32", tensor->name);
    }
    if (!check_shape(at, tensor, err)) {
        return false;
    }
    if (!json_is_array(at, "data")) {
        return get_base64(at, tensor, &text, err);
    }
    return json_get_array(at, "data", &data, err) &&
           (json_length(&data) == tensor->n ||
            json_fail(&data, err, "has %zu numbers, shape needs %zu", json_length(&data),
                      tensor->n));
}

static bool decode(const JsonAt *at, const StoredTensor *tensor, float **values, Error *err) {
    const char *text = "";
    if (!get_base64(at, tensor, &text, err)) {
        return false;
    }
    unsigned char *bytes = NEW(unsigned char, 4 * tensor->n);
    const bool good = base64_decode(text, bytes, 4 * tensor->n);
    if (good) {
        *values = NEW(float, tensor->n);
        stored_tensor_from_bytes(bytes, tensor->n, *values);
    }
    memory_free(bytes);
    return good || json_fail(at, err, "data are no base64");
}

static bool get_values(const JsonAt *at, const StoredTensor *tensor, Model *model, Error *err) {
    float *values = NULL;
    size_t n = tensor->n;
    bool good = json_is_array(at, "data") ? json_get_floats(at, "data", &values, &n, err)
                                          : decode(at, tensor, &values, err);
    for (size_t i = 0; good && values && i < n; i++) {
        good = isfinite(values[i]) || json_fail(at, err, "value %zu is not finite", i + 1);
    }
    if (good) {
        stored_tensor_put(tensor, values, model);
    }
    memory_free(values);
    return good;
}

static bool check_hash(const JsonAt *root, const StoredTensors *tensors, const Model *model,
                       Error *err) {
    const char *said = "";
    char hex[65];
    if (!json_get_text(root, "weights_sha256", &said, err)) {
        return false;
    }
    stored_tensors_sha256(tensors, model, hex);
    return strcmp(said, hex) == 0 ||
           json_fail(root, err, "weights_sha256 is not that of the tensors: %s", hex);
}

static bool get_all(const JsonAt *root, const StoredTensors *tensors, ModelFile *file, Error *err) {
    JsonAt array;
    if (!json_get_array(root, "tensors", &array, err)) {
        return false;
    }
    if (json_length(&array) != tensors->n) {
        return json_fail(&array, err, "has %zu entries, the network needs %zu", json_length(&array),
                         tensors->n);
    }
    for (JsonAt item = json_first(&array); item.value; json_next(&item)) {
        if (!check_tensor(&item, &tensors->items[item.index], err)) {
            return false;
        }
    }
    model_init(&file->model, &file->network);
    for (JsonAt item = json_first(&array); item.value; json_next(&item)) {
        if (!get_values(&item, &tensors->items[item.index], &file->model, err)) {
            return false;
        }
    }
    model_refresh(&file->model);
    return check_hash(root, tensors, &file->model, err);
}

bool model_tensors_get(const JsonAt *root, ModelFile *file, Error *err) {
    StoredTensors tensors;
    stored_tensors_list(&file->network, &tensors);
    const bool good = get_all(root, &tensors, file, err);
    stored_tensors_free(&tensors);
    return good;
}
