#include "artifact/export_onnx.h"

#include <math.h>
#include <string.h>

#include "artifact/export_onnx_parts.h"
#include "artifact/model_section.h"
#include "base/memory.h"
#include "nn/loss.h"

/* Protocol Buffers hold 2 GiB; something is left for all but the weights. */
static const size_t MOST_PARAMETERS = ((size_t)1 << 29) - ((size_t)1 << 20);

/* The outputs under construction. */
typedef struct Outputs {
    OnnxGraph *graph;
    const ModelFile *model;
    const TextList *taken; /* names of the inputs */
    const char *y;         /* (rows, outputs), NaN in rows that are refused */
    const char *is_good;   /* (rows, 1); NULL: no row is refused */
    TextBuffer names;      /* of the outputs, for people */
} Outputs;

static const char *squeeze(OnnxGraph *graph, const char *value) {
    const int64_t axis = 1;
    return onnx_apply2(graph, "Squeeze", value, onnx_integers(graph, 1, &axis));
}

static void add_output(Outputs *outputs, const char *name, OnnxType type, size_t columns,
                       const char *value) {
    const char *kept = onnx_output(outputs->graph, name, type, columns, value, outputs->taken);
    text_printf(&outputs->names, "%s%s", outputs->names.n > 0 ? ", " : "", kept);
}

/* Rows that are refused have the code -1. */
static const char *mark_refused(const Outputs *outputs, const char *codes, bool is_flat) {
    if (!outputs->is_good) {
        return codes;
    }
    const char *is_good = is_flat ? squeeze(outputs->graph, outputs->is_good) : outputs->is_good;
    return onnx_apply3(outputs->graph, "Where", is_good, codes, onnx_integer(outputs->graph, -1));
}

/* 1 where the output is above the threshold. */
static const char *add_decision(const Outputs *outputs) {
    const ModelFile *model = outputs->model;
    const double threshold =
        isnan(model->threshold) ? (double)model->network.output->threshold : model->threshold;
    const char *exact = onnx_cast(outputs->graph, outputs->y, ONNX_DOUBLE);
    const char *is_above =
        onnx_apply2(outputs->graph, "Greater", exact, onnx_double(outputs->graph, threshold));
    return onnx_cast(outputs->graph, is_above, ONNX_INT64);
}

static const char *add_class_name(const Outputs *outputs, const char *codes) {
    const TextList *classes = &outputs->model->target.classes;
    int64_t *keys = NEW(int64_t, classes->n);
    TextBuffer attributes = {0};
    for (size_t i = 0; i < classes->n; i++) {
        keys[i] = (int64_t)i;
    }
    onnx_set_integers(&attributes, "keys_int64s", keys, classes->n);
    onnx_set_texts(&attributes, "values_strings", classes);
    onnx_set_text(&attributes, "default_string", "");
    memory_free(keys);
    return onnx_node(outputs->graph, "ai.onnx.ml", "LabelEncoder", &codes, 1, &attributes);
}

/* The first of two scores: 1 - p, or -y where there are no probabilities. */
static const char *add_both_scores(const Outputs *outputs) {
    TextList both = {0};
    OnnxGraph *graph = outputs->graph;
    const bool is_probability = outputs->model->network.output->gives_probabilities;
    text_list_add(&both, is_probability
                             ? onnx_apply2(graph, "Sub", onnx_float(graph, 1), outputs->y)
                             : onnx_apply(graph, "Neg", outputs->y));
    text_list_add(&both, outputs->y);
    const char *scores = onnx_concat(graph, &both);
    text_list_free(&both);
    return scores;
}

static void add_classes(Outputs *outputs, const char *noun) {
    const Target *target = &outputs->model->target;
    OnnxGraph *graph = outputs->graph;
    const char *codes, *scores = outputs->y;
    if (target->task->outputs_per_class) {
        TextBuffer attributes = {0};
        onnx_set_integer(&attributes, "axis", 1);
        onnx_set_integer(&attributes, "keepdims", 0);
        codes = onnx_node(graph, NULL, "ArgMax", &outputs->y, 1, &attributes);
    } else {
        codes = squeeze(graph, add_decision(outputs));
        scores = add_both_scores(outputs);
    }
    add_output(outputs, "label", ONNX_STRING, 0,
               add_class_name(outputs, mark_refused(outputs, codes, true)));
    add_output(outputs, noun, ONNX_FLOAT, target->classes.n, scores);
}

static void add_labels(Outputs *outputs, const char *noun) {
    const size_t n = outputs->model->target.names.n;
    add_output(outputs, "label", ONNX_INT64, n,
               mark_refused(outputs, add_decision(outputs), false));
    add_output(outputs, noun, ONNX_FLOAT, n, outputs->y);
}

/* Back to the units of the data, in double. */
static void add_values(Outputs *outputs) {
    const ModelFile *model = outputs->model;
    const size_t n = model->target.names.n;
    OnnxGraph *graph = outputs->graph;
    double *center = NEW(double, n), *scale = NEW(double, n);
    for (size_t i = 0; i < n; i++) {
        center[i] = model->target.scalings[i].center;
        scale[i] = model->target.scalings[i].scale;
    }
    const char *y =
        model->loss.loss->predicts_exponential ? onnx_apply(graph, "Exp", outputs->y) : outputs->y;
    const char *scaled = onnx_apply2(graph, "Mul", onnx_cast(graph, y, ONNX_DOUBLE),
                                     onnx_doubles(graph, 0, n, scale));
    add_output(outputs, "value", ONNX_DOUBLE, n,
               onnx_apply2(graph, "Add", scaled, onnx_doubles(graph, 0, n, center)));
    memory_free(center);
    memory_free(scale);
}

static void add_all(Outputs *outputs) {
    const Task *task = outputs->model->target.task;
    const char *noun =
        outputs->model->network.output->gives_probabilities ? "probabilities" : "scores";
    if (task->has_classes) {
        add_classes(outputs, noun);
    } else if (task->has_probabilities) {
        add_labels(outputs, noun);
    } else {
        add_values(outputs);
    }
}

/* Whatever the layers make of a NaN among their inputs, the outputs of its row are NaN. */
static void spoil_refused(Outputs *outputs, const char *x) {
    OnnxGraph *graph = outputs->graph;
    const char *zero = onnx_sum_row(graph, onnx_apply2(graph, "Mul", x, onnx_float(graph, 0)));
    outputs->is_good = onnx_apply2(graph, "Equal", zero, zero);
    outputs->y = onnx_apply2(graph, "Add", outputs->y, zero);
}

static bool check(const ModelFile *model, Error *err) {
    if (model->network.n_true_parameters > MOST_PARAMETERS) {
        return fail(err, ERROR_SIZE,
                    "error: the model has %zu parameters; an ONNX file holds 2 GiB, which are "
                    "%zu: export to safetensors",
                    model->network.n_true_parameters, MOST_PARAMETERS);
    }
    for (size_t i = 0; i < model->features.n; i++) {
        const char *name = model->features.items[i].name;
        char shown[TEXT_SHOWN];
        if (name[0] == '\0' || !text_is_utf8(name, strlen(name))) {
            return fail(err, ERROR_MODEL,
                        "error: column '%s': ONNX names its inputs after the columns, and a name "
                        "must be UTF-8 and not empty: rename the column and train again",
                        text_shown(shown, name, strlen(name)));
        }
    }
    return true;
}

static void print(ExportText *out, const OnnxGraph *graph, const Outputs *outputs) {
    const ModelFile *model = outputs->model;
    TextList metadata = {0};
    TextBuffer description = {0};
    char hex[65];
    model_description_print(&description, model);
    model_file_weights_sha256(model, hex);
    text_list_add(&metadata, "nntrain.model");
    text_list_add(&metadata, text_of(&description));
    text_list_add(&metadata, "weights_sha256");
    text_list_add(&metadata, hex);
    onnx_graph_print(&out->file, graph, &metadata);
    text_printf(&out->note, "%zu input%s, one per column; outputs: %s%s", model->features.n,
                model->features.n == 1 ? "" : "s", text_of(&outputs->names),
                outputs->is_good ? "; NaN for rows that `nntrain predict` refuses or leaves out"
                                 : "");
    text_list_free(&metadata);
    text_free(&description);
}

bool export_onnx_print(ExportText *out, const ModelFile *model, const char *name, Error *err) {
    (void)name;
    if (!check(model, err)) {
        return false;
    }
    TextList columns = {0};
    OnnxGraph graph;
    for (size_t i = 0; i < model->features.n; i++) {
        text_list_add(&columns, model->features.items[i].name);
    }
    onnx_graph_init(&graph, &columns);
    Outputs outputs = {.graph = &graph, .model = model, .taken = &columns};
    const char *x = export_onnx_inputs(&graph, model);
    outputs.y = export_onnx_network(&graph, model, x, err);
    const bool good = outputs.y != NULL;
    if (good) {
        if (export_onnx_refuses(&model->features)) {
            spoil_refused(&outputs, x);
        }
        add_all(&outputs);
        print(out, &graph, &outputs);
    }
    text_free(&outputs.names);
    onnx_graph_free(&graph);
    text_list_free(&columns);
    return good;
}
