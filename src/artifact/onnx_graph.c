#include "artifact/onnx_graph.h"

#include <string.h>

#include "artifact/protobuf.h"
#include "artifact/stored_tensor.h"
#include "base/memory.h"

enum { IR_VERSION = 7, OPERATORS = 13, ML_OPERATORS = 2 };
static const char ML_DOMAIN[] = "ai.onnx.ml";

/* Numbers of fields in onnx.proto. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPERATORS = 8,
    MODEL_METADATA = 14,
    OPERATORS_DOMAIN = 1,
    OPERATORS_VERSION = 2,
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_OPERATION = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOMAIN = 7,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_FLOAT = 2,
    ATTRIBUTE_INTEGER = 3,
    ATTRIBUTE_TEXT = 4,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTEGERS = 8,
    ATTRIBUTE_TEXTS = 9,
    ATTRIBUTE_TYPE = 20,
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_NAME = 8,
    TENSOR_BYTES = 9,
    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    VALUE_HELP = 3,
    TYPE_TENSOR = 1,
    TYPE_ELEMENT = 1,
    TYPE_SHAPE = 2,
    SHAPE_DIM = 1,
    DIM_VALUE = 1,
    DIM_NAME = 2
};

/* Kinds of attributes in onnx.proto. */
enum {
    KIND_FLOAT = 1,
    KIND_INTEGER = 2,
    KIND_TEXT = 3,
    KIND_FLOATS = 6,
    KIND_INTEGERS = 7,
    KIND_TEXTS = 8
};

/* ---- Names ---- */

void onnx_graph_init(OnnxGraph *graph, const TextList *taken) {
    *graph = (OnnxGraph){0};
    text_append(&graph->prefix, "_");
    for (size_t i = 0; i < taken->n; i++) {
        while (strncmp(taken->items[i], text_of(&graph->prefix), graph->prefix.n) == 0) {
            text_append(&graph->prefix, "_");
        }
    }
}

void onnx_graph_free(OnnxGraph *graph) {
    text_free(&graph->nodes);
    text_free(&graph->initializers);
    text_free(&graph->inputs);
    text_free(&graph->outputs);
    text_list_free(&graph->names);
    text_free(&graph->prefix);
}

static const char *keep_name(OnnxGraph *graph, const char *name) {
    text_list_add(&graph->names, name);
    return graph->names.items[graph->names.n - 1];
}

static const char *make_name(OnnxGraph *graph) {
    TextBuffer name = {0};
    text_printf(&name, "%s%zu", text_of(&graph->prefix), graph->names.n);
    const char *kept = keep_name(graph, text_of(&name));
    text_free(&name);
    return kept;
}

/* ---- Inputs and outputs ---- */

static void append_dim(TextBuffer *shape, const char *name, size_t value) {
    TextBuffer dim = {0};
    if (name) {
        protobuf_text(&dim, DIM_NAME, name);
    } else {
        protobuf_integer(&dim, DIM_VALUE, (int64_t)value);
    }
    protobuf_message(shape, SHAPE_DIM, &dim);
}

static void append_value(TextBuffer *to, uint32_t field, const char *name, OnnxType type,
                         size_t columns, const char *help) {
    TextBuffer shape = {0}, tensor = {0}, any = {0}, value = {0};
    append_dim(&shape, "rows", 0);
    if (columns > 0) {
        append_dim(&shape, NULL, columns);
    }
    protobuf_integer(&tensor, TYPE_ELEMENT, type);
    protobuf_message(&tensor, TYPE_SHAPE, &shape);
    protobuf_message(&any, TYPE_TENSOR, &tensor);
    protobuf_text(&value, VALUE_NAME, name);
    protobuf_message(&value, VALUE_TYPE, &any);
    if (help) {
        protobuf_text(&value, VALUE_HELP, help);
    }
    protobuf_message(to, field, &value);
}

const char *onnx_input(OnnxGraph *graph, const char *name, OnnxType type, const char *help) {
    append_value(&graph->inputs, GRAPH_INPUT, name, type, 1, help);
    return keep_name(graph, name);
}

static void append_node(OnnxGraph *graph, const char *domain, const char *operation,
                        const char *const *inputs, size_t n, const char *output,
                        TextBuffer *attributes) {
    TextBuffer node = {0};
    for (size_t i = 0; i < n; i++) {
        protobuf_text(&node, NODE_INPUT, inputs[i]);
    }
    protobuf_text(&node, NODE_OUTPUT, output);
    protobuf_text(&node, NODE_OPERATION, operation);
    if (attributes) {
        text_append_bytes(&node, text_of(attributes), attributes->n);
        text_free(attributes);
    }
    if (domain) {
        protobuf_text(&node, NODE_DOMAIN, domain);
    }
    protobuf_message(&graph->nodes, GRAPH_NODE, &node);
}

const char *onnx_output(OnnxGraph *graph, const char *name, OnnxType type, size_t columns,
                        const char *value, const TextList *taken) {
    TextBuffer unique = {0};
    text_append(&unique, name);
    while (text_list_has(taken, text_of(&unique))) {
        text_append(&unique, "_");
    }
    const char *kept = keep_name(graph, text_of(&unique));
    text_free(&unique);
    append_node(graph, NULL, "Identity", &value, 1, kept, NULL);
    append_value(&graph->outputs, GRAPH_OUTPUT, kept, type, columns, NULL);
    return kept;
}

/* ---- Constants ---- */

/* bytes: the values in little-endian order. */
static const char *add_tensor(OnnxGraph *graph, OnnxType type, size_t rows, size_t columns,
                              const unsigned char *bytes, size_t n_bytes) {
    TextBuffer tensor = {0};
    const char *name = make_name(graph);
    if (rows > 0) {
        protobuf_integer(&tensor, TENSOR_DIMS, (int64_t)rows);
    }
    if (columns > 0) {
        protobuf_integer(&tensor, TENSOR_DIMS, (int64_t)columns);
    }
    protobuf_integer(&tensor, TENSOR_TYPE, type);
    protobuf_text(&tensor, TENSOR_NAME, name);
    protobuf_bytes(&tensor, TENSOR_BYTES, bytes, n_bytes);
    protobuf_message(&graph->initializers, GRAPH_INITIALIZER, &tensor);
    return name;
}

/* How many numbers a shape has. */
static size_t count(size_t rows, size_t columns) {
    return (rows > 0 ? rows : 1) * (columns > 0 ? columns : 1);
}

const char *onnx_floats(OnnxGraph *graph, size_t rows, size_t columns, const float *values) {
    const size_t n = count(rows, columns);
    unsigned char *bytes = NEW(unsigned char, 4 * n);
    stored_tensor_to_bytes(values, n, bytes);
    const char *name = add_tensor(graph, ONNX_FLOAT, rows, columns, bytes, 4 * n);
    memory_free(bytes);
    return name;
}

static void put_word(unsigned char *bytes, uint64_t word) {
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(word >> (8 * i));
    }
}

const char *onnx_doubles(OnnxGraph *graph, size_t rows, size_t columns, const double *values) {
    const size_t n = count(rows, columns);
    unsigned char *bytes = NEW(unsigned char, 8 * n);
    for (size_t i = 0; i < n; i++) {
        uint64_t word;
        memcpy(&word, &values[i], sizeof word);
        put_word(bytes + 8 * i, word);
    }
    const char *name = add_tensor(graph, ONNX_DOUBLE, rows, columns, bytes, 8 * n);
    memory_free(bytes);
    return name;
}

const char *onnx_integers(OnnxGraph *graph, size_t columns, const int64_t *values) {
    const size_t n = count(0, columns);
    unsigned char *bytes = NEW(unsigned char, 8 * n);
    for (size_t i = 0; i < n; i++) {
        put_word(bytes + 8 * i, (uint64_t)values[i]);
    }
    const char *name = add_tensor(graph, ONNX_INT64, 0, columns, bytes, 8 * n);
    memory_free(bytes);
    return name;
}

const char *onnx_float(OnnxGraph *graph, float value) { return onnx_floats(graph, 0, 0, &value); }
const char *onnx_double(OnnxGraph *graph, double value) {
    return onnx_doubles(graph, 0, 0, &value);
}
const char *onnx_integer(OnnxGraph *graph, int64_t value) {
    return onnx_integers(graph, 0, &value);
}

/* ---- Attributes ---- */

static void add_attribute(TextBuffer *attributes, const char *name, int kind, TextBuffer *values) {
    TextBuffer attribute = {0};
    protobuf_text(&attribute, ATTRIBUTE_NAME, name);
    text_append_bytes(&attribute, text_of(values), values->n);
    protobuf_integer(&attribute, ATTRIBUTE_TYPE, kind);
    protobuf_message(attributes, NODE_ATTRIBUTE, &attribute);
    text_free(values);
}

void onnx_set_integer(TextBuffer *attributes, const char *name, int64_t value) {
    TextBuffer values = {0};
    protobuf_integer(&values, ATTRIBUTE_INTEGER, value);
    add_attribute(attributes, name, KIND_INTEGER, &values);
}

void onnx_set_integers(TextBuffer *attributes, const char *name, const int64_t *values, size_t n) {
    TextBuffer list = {0};
    for (size_t i = 0; i < n; i++) {
        protobuf_integer(&list, ATTRIBUTE_INTEGERS, values[i]);
    }
    add_attribute(attributes, name, KIND_INTEGERS, &list);
}

void onnx_set_float(TextBuffer *attributes, const char *name, float value) {
    TextBuffer values = {0};
    protobuf_float(&values, ATTRIBUTE_FLOAT, value);
    add_attribute(attributes, name, KIND_FLOAT, &values);
}

void onnx_set_floats(TextBuffer *attributes, const char *name, const float *values, size_t n) {
    TextBuffer list = {0};
    for (size_t i = 0; i < n; i++) {
        protobuf_float(&list, ATTRIBUTE_FLOATS, values[i]);
    }
    add_attribute(attributes, name, KIND_FLOATS, &list);
}

void onnx_set_text(TextBuffer *attributes, const char *name, const char *value) {
    TextBuffer values = {0};
    protobuf_text(&values, ATTRIBUTE_TEXT, value);
    add_attribute(attributes, name, KIND_TEXT, &values);
}

void onnx_set_texts(TextBuffer *attributes, const char *name, const TextList *values) {
    TextBuffer list = {0};
    for (size_t i = 0; i < values->n; i++) {
        protobuf_text(&list, ATTRIBUTE_TEXTS, values->items[i]);
    }
    add_attribute(attributes, name, KIND_TEXTS, &list);
}

/* ---- Nodes ---- */

const char *onnx_node(OnnxGraph *graph, const char *domain, const char *operation,
                      const char *const *inputs, size_t n, TextBuffer *attributes) {
    const char *output = make_name(graph);
    append_node(graph, domain, operation, inputs, n, output, attributes);
    return output;
}

const char *onnx_apply(OnnxGraph *graph, const char *operation, const char *a) {
    return onnx_node(graph, NULL, operation, &a, 1, NULL);
}

const char *onnx_apply2(OnnxGraph *graph, const char *operation, const char *a, const char *b) {
    return onnx_node(graph, NULL, operation, (const char *[]){a, b}, 2, NULL);
}

const char *onnx_apply3(OnnxGraph *graph, const char *operation, const char *a, const char *b,
                        const char *c) {
    return onnx_node(graph, NULL, operation, (const char *[]){a, b, c}, 3, NULL);
}

const char *onnx_cast(OnnxGraph *graph, const char *value, OnnxType type) {
    TextBuffer attributes = {0};
    onnx_set_integer(&attributes, "to", type);
    return onnx_node(graph, NULL, "Cast", &value, 1, &attributes);
}

const char *onnx_concat(OnnxGraph *graph, const TextList *values) {
    TextBuffer attributes = {0};
    if (values->n == 1) {
        return keep_name(graph, values->items[0]);
    }
    onnx_set_integer(&attributes, "axis", 1);
    return onnx_node(graph, NULL, "Concat", (const char *const *)values->items, values->n,
                     &attributes);
}

const char *onnx_sum_row(OnnxGraph *graph, const char *value) {
    const int64_t axis = 1;
    return onnx_apply2(graph, "ReduceSum", value, onnx_integers(graph, 1, &axis));
}

const char *onnx_mean_row(OnnxGraph *graph, const char *value) {
    TextBuffer attributes = {0};
    const int64_t axis = 1;
    onnx_set_integers(&attributes, "axes", &axis, 1);
    return onnx_node(graph, NULL, "ReduceMean", &value, 1, &attributes);
}

const char *onnx_gather(OnnxGraph *graph, const char *value, const char *indices, int64_t axis) {
    TextBuffer attributes = {0};
    onnx_set_integer(&attributes, "axis", axis);
    return onnx_node(graph, NULL, "Gather", (const char *[]){value, indices}, 2, &attributes);
}

/* ---- The model ---- */

static void append_operators(TextBuffer *model, const char *domain, int64_t version) {
    TextBuffer operators = {0};
    protobuf_text(&operators, OPERATORS_DOMAIN, domain);
    protobuf_integer(&operators, OPERATORS_VERSION, version);
    protobuf_message(model, MODEL_OPERATORS, &operators);
}

void onnx_graph_print(TextBuffer *out, const OnnxGraph *graph, const TextList *metadata) {
    TextBuffer inner = {0};
    protobuf_integer(out, MODEL_IR_VERSION, IR_VERSION);
    protobuf_text(out, MODEL_PRODUCER, "nntrain");
    protobuf_text(out, MODEL_PRODUCER_VERSION, NNTRAIN_VERSION);
    text_append_bytes(&inner, text_of(&graph->nodes), graph->nodes.n);
    protobuf_text(&inner, GRAPH_NAME, "network");
    text_append_bytes(&inner, text_of(&graph->initializers), graph->initializers.n);
    text_append_bytes(&inner, text_of(&graph->inputs), graph->inputs.n);
    text_append_bytes(&inner, text_of(&graph->outputs), graph->outputs.n);
    protobuf_message(out, MODEL_GRAPH, &inner);
    append_operators(out, "", OPERATORS);
    append_operators(out, ML_DOMAIN, ML_OPERATORS);
    for (size_t i = 0; i + 1 < metadata->n; i += 2) {
        TextBuffer entry = {0};
        protobuf_text(&entry, ENTRY_KEY, metadata->items[i]);
        protobuf_text(&entry, ENTRY_VALUE, metadata->items[i + 1]);
        protobuf_message(out, MODEL_METADATA, &entry);
    }
}
