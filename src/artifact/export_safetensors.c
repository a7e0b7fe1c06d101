/* safetensors: the length of a JSON header as 8 little-endian bytes, the header, and the values of
 * all tensors. The header tells of each tensor its type, shape and bytes, and under __metadata__
 * texts: here the model without its weights. */
#include "artifact/export_safetensors.h"

#include "artifact/model_section.h"
#include "base/memory.h"

enum { LENGTH_BYTES = 8 };

static void add_metadata(Json *root, const ModelFile *model) {
    char hex[65];
    TextBuffer description = {0};
    Json *metadata = json_add_object(root, "__metadata__");
    model_description_print(&description, model);
    json_add_text(metadata, "format", "pt"); /* weights are laid out as PyTorch's */
    json_add_text(metadata, "nntrain.model", text_of(&description));
    text_free(&description);
    model_file_weights_sha256(model, hex);
    json_add_text(metadata, "weights_sha256", hex);
}

static void add_tensor(Json *root, const StoredTensor *tensor, size_t first) {
    Json *out = json_add_object(root, tensor->name);
    json_add_text(out, "dtype", "F32");
    Json *shape = json_add_array(out, "shape");
    for (size_t d = 0; d < tensor->n_dims; d++) {
        json_add_integer(shape, NULL, tensor->shape[d]);
    }
    Json *offsets = json_add_array(out, "data_offsets");
    json_add_integer(offsets, NULL, first);
    json_add_integer(offsets, NULL, first + 4 * tensor->n);
}

/* Blanks at the end make the values begin at a multiple of 8. */
static void append_header(TextBuffer *out, const ModelFile *model, const StoredTensors *tensors) {
    Json *root = json_new_object();
    add_metadata(root, model);
    size_t first = 0;
    for (size_t i = 0; i < tensors->n; i++) {
        add_tensor(root, &tensors->items[i], first);
        first += 4 * tensors->items[i].n;
    }
    json_print_line(out, root);
    json_free(root);
    out->bytes[out->n - 1] = ' ';
    while (out->n % LENGTH_BYTES != 0) {
        text_append(out, " ");
    }
}

static void append_values(TextBuffer *out, const StoredTensor *tensor, const Model *model) {
    float *values = NEW(float, tensor->n);
    unsigned char *bytes = NEW(unsigned char, 4 * tensor->n);
    stored_tensor_take(tensor, model, values);
    stored_tensor_to_bytes(values, tensor->n, bytes);
    text_append_bytes(out, (const char *)bytes, 4 * tensor->n);
    memory_free(values);
    memory_free(bytes);
}

bool export_safetensors_print(ExportText *out, const ModelFile *model, const char *name,
                              Error *err) {
    (void)name, (void)err; /* no model is beyond this format */
    StoredTensors tensors;
    TextBuffer header = {0};
    char length[LENGTH_BYTES];
    stored_tensors_list(&model->network, &tensors);
    append_header(&header, model, &tensors);
    for (size_t i = 0; i < LENGTH_BYTES; i++) {
        length[i] = (char)(header.n >> (8 * i) & 0xFF);
    }
    text_append_bytes(&out->file, length, LENGTH_BYTES);
    text_append_bytes(&out->file, text_of(&header), header.n);
    for (size_t i = 0; i < tensors.n; i++) {
        append_values(&out->file, &tensors.items[i], &model->model);
    }
    text_printf(&out->note, "%zu tensors, %zu values; the preprocessing is in the metadata",
                tensors.n, tensors.n_values);
    text_free(&header);
    stored_tensors_free(&tensors);
    return true;
}
