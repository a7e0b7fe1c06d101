#include "artifact/model_file.h"

#include <string.h>

#include "artifact/model_section.h"
#include "base/file.h"
#include "base/memory.h"

static const char FORMAT[] = "nntrain.model";
enum { FORMAT_VERSION = 1 };

/* The largest network (nn/network.c) in base64, and something for the rest. */
static const size_t MOST_BYTES = (size_t)12 << 30;

/* How a file ends: END_BEFORE, 64 digits, END_AFTER. */
static const char END_BEFORE[] = "\"sha256\": \"";
static const char END_AFTER[] = "\"\n}\n";
enum { HASH_DIGITS = 64 };

const KindTable *weight_format_kinds(void) {
    static const WeightFormat rows[] = {
        {.kind = {"numbers", "lists of numbers that people and any tool can read", NULL, NULL}},
        {.kind = {"base64", "float32 in little-endian order as base64, a quarter of the size", NULL,
                  "RFC 4648"},
         .is_base64 = true},
    };
    static const KindTable table = KIND_TABLE("weight format", rows);
    return &table;
}

/* ---- Writing ---- */

/* What the tensors' data are written from, once the rest is printed. */
typedef struct TensorText {
    const StoredTensors *tensors;
    const Model *model;
    bool is_base64;
} TensorText;

static void write_tensor(const void *context, size_t number, TextBuffer *out) {
    const TensorText *text = context;
    model_tensor_append(out, &text->tensors->items[number], text->model, text->is_base64);
}

void model_description_add(Json *root, const ModelFile *file) {
    json_add_text(root, "format", FORMAT);
    json_add_integer(root, "format_version", FORMAT_VERSION);
    json_add_text(root, "nntrain_version", NNTRAIN_VERSION);
    json_add_text(root, "task", file->target.task->kind.name);
    model_data_add(root, file);
    model_inputs_add(root, &file->features);
    model_output_add(root, file);
    model_network_add(root, &file->network, &file->features);
}

void model_description_print(TextBuffer *out, const ModelFile *file) {
    Json *root = json_new_object();
    model_description_add(root, file);
    model_training_add(root, file);
    json_print_line(out, root);
    out->bytes[--out->n] = '\0';
    json_free(root);
}

static Json *build_tree(const ModelFile *file, const StoredTensors *tensors, bool is_base64) {
    char hex[65];
    stored_tensors_sha256(tensors, &file->model, hex);
    Json *root = json_new_object();
    model_description_add(root, file);
    model_tensors_add(root, tensors, is_base64);
    json_add_text(root, "weights_sha256", hex);
    model_training_add(root, file);
    model_self_test_add(root, file);
    return root;
}

void model_file_print(TextBuffer *out, const ModelFile *file, const WeightFormat *format) {
    const size_t start = out->n;
    StoredTensors tensors;
    stored_tensors_list(&file->network, &tensors);
    const bool is_base64 =
        tensors.n_values > MODEL_FILE_MOST_NUMBERS ||
        (format ? format->is_base64 : file->network.n_true_parameters > MODEL_FILE_FEW_NUMBERS);
    Json *root = build_tree(file, &tensors, is_base64);
    const TensorText text = {&tensors, &file->model, is_base64};
    json_print(out, root, &(JsonLater){write_tensor, &text});
    json_free(root);
    stored_tensors_free(&tensors);
    /* The root ends in "\n}\n"; the last member takes that place. */
    char hex[65];
    out->n -= strlen("\n}\n");
    text_append(out, ",\n  ");
    file_sha256(out->bytes + start, out->n - start, hex);
    text_append(out, END_BEFORE);
    text_append(out, hex);
    text_append(out, END_AFTER);
}

void model_file_weights_sha256(const ModelFile *file, char hex[65]) {
    StoredTensors tensors;
    stored_tensors_list(&file->network, &tensors);
    stored_tensors_sha256(&tensors, &file->model, hex);
    stored_tensors_free(&tensors);
}

/* ---- Reading ---- */

static bool check_format(const JsonAt *root, Error *err) {
    const char *format = "";
    size_t version = 0;
    if (!json_has(root, "format")) {
        return json_fail(root, err, "the file is no model: it has no member \"format\"");
    }
    if (!json_get_text(root, "format", &format, err)) {
        return false;
    }
    if (strcmp(format, FORMAT) != 0) {
        char shown[TEXT_SHOWN];
        return json_fail(root, err, "the file is no model: format is \"%s\", must be \"%s\"",
                         text_shown(shown, format, strlen(format)), FORMAT);
    }
    if (!json_get_size(root, "format_version", SIZE_MAX, &version, err)) {
        return false;
    }
    return version == FORMAT_VERSION ||
           json_fail(root, err, "format_version is %zu; this nntrain (%s) reads version %d",
                     version, NNTRAIN_VERSION, FORMAT_VERSION);
}

/* The end of the file as it must be, and the hash of what is before. */
static bool check_hash(const JsonDocument *document, const char *bytes, size_t n, Error *err) {
    const size_t n_before = strlen(END_BEFORE), n_after = strlen(END_AFTER);
    const size_t n_end = n_before + HASH_DIGITS + n_after;
    const char *end = n < n_end ? NULL : bytes + n - n_end;
    char hex[65];
    if (!end || memcmp(end, END_BEFORE, n_before) != 0 ||
        memcmp(end + n_before + HASH_DIGITS, END_AFTER, n_after) != 0) {
        return fail(err, ERROR_MODEL,
                    "%s: error: the file is damaged: it does not end with its sha256",
                    document->path);
    }
    file_sha256(bytes, n - n_end, hex);
    return memcmp(end + n_before, hex, HASH_DIGITS) == 0 ||
           fail(err, ERROR_MODEL,
                "%s: error: the file is damaged or was edited: its sha256 is not that of its "
                "content",
                document->path);
}

static bool get_sections(const JsonAt *root, ModelFile *file, Error *err) {
    const Output *output = NULL;
    return json_has_only(
               root,
               "format format_version nntrain_version task data inputs output network tensors "
               "weights_sha256 training self_test sha256",
               err) &&
           model_data_get(root, file, err) && model_inputs_get(root, &file->features, err) &&
           model_output_get(root, file, &output, err) && model_names_check(root, file, err) &&
           model_network_get(root, file, output, err) && model_tensors_get(root, file, err) &&
           model_training_get(root, file, err) && model_self_test_get(root, file, err);
}

bool model_file_parse(const char *path, const char *bytes, size_t n, ModelFile *file, Error *err) {
    *file = (ModelFile){0};
    JsonDocument document;
    if (!json_parse(&document, path, bytes, n, ERROR_MODEL, err)) {
        const Error problem = *err;
        const char *hint = problem.code == ERROR_MODEL ? "; the file is damaged, or no model" : "";
        return fail(err, problem.code, "%s%s", problem.text, hint);
    }
    JsonAt root;
    const bool good = json_root(&document, &root, err) && check_format(&root, err) &&
                      check_hash(&document, bytes, n, err) && get_sections(&root, file, err) &&
                      model_self_test_run(document.path, file, err);
    json_document_free(&document);
    if (!good) {
        model_file_free(file);
    }
    return good;
}

bool model_file_read(const char *path, ModelFile *file, Error *err) {
    *file = (ModelFile){0};
    char *bytes = NULL;
    size_t n = 0;
    if (!file_read(path, MOST_BYTES, false, &bytes, &n, err)) {
        return false;
    }
    const bool good = model_file_parse(path, bytes, n, file, err);
    memory_free(bytes);
    return good;
}

void model_file_free(ModelFile *file) {
    features_free(&file->features);
    target_free(&file->target);
    network_free(&file->network);
    model_free(&file->model);
    memory_free(file->loss.class_weight);
    text_list_free(&file->ids);
    memory_free(file->weight_column);
    self_test_free(&file->self_test);
    *file = (ModelFile){0};
}
