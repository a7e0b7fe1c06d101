#include "artifact/export_c.h"

#include <math.h>
#include <string.h>

#include "artifact/c_text.h"
#include "artifact/export_c_functions.h"
#include "artifact/export_c_source.h"
#include "artifact/export_c_test.h"
#include "base/memory.h"
#include "compute/kernels.h"
#include "nn/loss.h"

/* Beyond it a compiler takes gigabytes for the source. */
static const size_t MOST_PARAMETERS = (size_t)1 << 25;

/* ---- The header ---- */

static const char *noun_of_scores(const ModelFile *model) {
    return model->network.output->gives_probabilities ? "probabilities" : "scores";
}

/* The column's own name, where C has another, and the first of its categories. */
static void append_field(TextBuffer *out, const CSource *source, size_t index) {
    enum { SHOWN_CATEGORIES = 4 };
    const Feature *feature = &source->model->features.items[index];
    const char *field = source->fields.items[index];
    const bool is_renamed = strcmp(field, feature->name) != 0;
    const size_t n = feature->is_numeric ? 0 : feature_n_named(feature);
    text_printf(out, feature->is_numeric ? "    double %s;" : "    const char *%s;", field);
    text_append(out, is_renamed || n > 0 ? " /* " : "");
    if (is_renamed) {
        c_append_comment(out, feature->name);
        text_append(out, n > 0 ? ": " : "");
    }
    for (size_t i = 0; i < n && i < SHOWN_CATEGORIES; i++) {
        text_append(out, i > 0 ? ", " : "");
        c_append_comment(out, feature->categories.items[i]);
    }
    text_printf(out, "%s%s\n", n > SHOWN_CATEGORIES ? ", ..." : "",
                is_renamed || n > 0 ? " */" : "");
}

static void append_output_struct(TextBuffer *out, const CSource *source) {
    const ModelFile *model = source->model;
    const Target *target = &model->target;
    const size_t n = target->names.n;
    text_printf(out, "typedef struct %s_output {\n", source->prefix);
    if (target->task->has_classes) {
        text_printf(out,
                    "    int label; /* index into %s_classes */\n"
                    "    float %s[%zu];\n",
                    source->prefix, noun_of_scores(model), target->classes.n);
    } else if (target->task->has_probabilities) {
        text_printf(out,
                    "    int labels[%zu]; /* 0 or 1 */\n"
                    "    float %s[%zu];\n",
                    n, noun_of_scores(model), n);
    } else {
        text_printf(out, "    double values[%zu]; /* in the units of the data */\n", n);
    }
    text_printf(out, "} %s_output;\n\n", source->prefix);
    const bool has_classes = target->task->has_classes;
    text_printf(out, "extern const char *const %s_%s[%zu];\n", source->prefix,
                has_classes ? "classes" : "targets",
                has_classes ? target->classes.n : target->names.n);
}

static void append_facts(TextBuffer *out, const CSource *source) {
    char hex[65];
    model_file_weights_sha256(source->model, hex);
    text_append(out, " * ");
    network_describe(out, &source->model->network);
    text_printf(out,
                ".\n * Weights: sha256 %s\n"
                " * ROM: %zu bytes of constants (of them %zu parameters), and the code.\n"
                " * RAM: %zu bytes on the stack; nothing static changes, so any thread may call.\n",
                hex, source->n_constant_bytes, source->model->network.n_true_parameters,
                2 * 4 * source->n_widest);
}

static void append_header(TextBuffer *out, const CSource *source) {
    const char *prefix = source->prefix;
    text_printf(out, "/* %s: a network made by nntrain %s, as C99.\n", source->file_name,
                NNTRAIN_VERSION);
    append_facts(out, source);
    text_printf(
        out,
        " *\n"
        " * Build with -lm and without options that change arithmetic (-ffast-math), and the\n"
        " * results have the same bits as `nntrain predict`. Compiled with -D%s_TEST the file\n"
        " * is a program that tests itself on rows of the training data. */\n"
        "#ifndef %s_H\n#define %s_H\n\n"
        "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        "/* A row as the data has it. A missing number is NAN, a missing text NULL or \"\". */\n"
        "typedef struct %s_input {\n",
        source->guard, source->guard, source->guard, prefix);
    for (size_t i = 0; i < source->model->features.n; i++) {
        append_field(out, source, i);
    }
    text_printf(out, "} %s_input;\n\n", prefix);
    append_output_struct(out, source);
    text_printf(out,
                "\n/* Returns 0, or the number (from 1) of the first input that the model refuses: "
                "a value\n"
                " * that is missing or unknown where training allowed none, or is too large. */\n"
                "int %s_predict(const %s_input *in, %s_output *out);\n\n"
                "#ifdef __cplusplus\n}\n#endif\n\n#endif\n",
                prefix, prefix, prefix);
}

/* ---- The source ---- */

static void append_class_outputs(TextBuffer *out, const CSource *source) {
    const ModelFile *model = source->model;
    const char *scores = noun_of_scores(model), *z = source->result;
    if (model->target.task->outputs_per_class) {
        text_printf(out,
                    "    out->label = 0;\n"
                    "    for (i = 0; i < %zu; i++) {\n"
                    "        out->%s[i] = %s[i];\n"
                    "        out->label = %s[i] > %s[out->label] ? i : out->label;\n"
                    "    }\n",
                    model->target.classes.n, scores, z, z, z);
        return;
    }
    text_printf(out, "    out->%s[1] = %s[0];\n", scores, z);
    if (model->network.output->gives_probabilities) {
        text_printf(out, "    out->%s[0] = (float)(1.0 - (double)%s[0]);\n", scores, z);
    } else {
        text_printf(out, "    out->%s[0] = -%s[0];\n", scores, z);
    }
    text_printf(out, "    out->label = (double)%s[0] > ", z);
    c_append_double(out, export_c_threshold(model));
    text_append(out, ";\n");
}

static void append_label_outputs(TextBuffer *out, const CSource *source) {
    text_printf(out,
                "    for (i = 0; i < %zu; i++) {\n"
                "        out->%s[i] = %s[i];\n"
                "        out->labels[i] = (double)%s[i] > ",
                source->model->target.names.n, noun_of_scores(source->model), source->result,
                source->result);
    c_append_double(out, export_c_threshold(source->model));
    text_append(out, ";\n    }\n");
}

static void append_value_outputs(TextBuffer *out, const CSource *source) {
    const ModelFile *model = source->model;
    const bool is_exponential = model->loss.loss->predicts_exponential;
    for (size_t i = 0; i < model->target.names.n; i++) {
        const Scaling *scaling = &model->target.scalings[i];
        text_printf(out,
                    is_exponential ? "    value = (double)exp_of(%s[%zu]) * "
                                   : "    value = (double)%s[%zu] * ",
                    source->result, i);
        c_append_double(out, scaling->scale);
        text_printf(out, ";\n    out->values[%zu] = value + ", i);
        c_append_double(out, scaling->center);
        text_append(out, ";\n");
    }
}

static bool uses_index(const CSource *source) {
    const Task *task = source->model->target.task;
    return task->outputs_per_class || (!task->has_classes && task->has_probabilities) ||
           strstr(text_of(&source->layers), "for (i");
}

static void append_predict(TextBuffer *out, const CSource *source) {
    const Task *task = source->model->target.task;
    const bool is_number = !task->has_classes && !task->has_probabilities;
    text_printf(out,
                "\n/* Returns as %s_predict. */\n"
                "static int prepare(const %s_input *in, float *x) {\n",
                source->prefix, source->prefix);
    text_append(out, text_of(&source->prepare));
    text_printf(out,
                "    return 0;\n}\n\n"
                "int %s_predict(const %s_input *in, %s_output *out) {\n"
                "    float x[%zu], y[%zu];\n%s%s"
                "    const int refused = prepare(in, x);\n"
                "    if (refused)\n"
                "        return refused;\n",
                source->prefix, source->prefix, source->prefix, source->n_widest, source->n_widest,
                uses_index(source) ? "    int i;\n" : "", is_number ? "    double value;\n" : "");
    text_append(out, text_of(&source->layers));
    if (is_number) {
        append_value_outputs(out, source);
    } else if (task->has_classes) {
        append_class_outputs(out, source);
    } else {
        append_label_outputs(out, source);
    }
    text_append(out, "    return 0;\n}\n");
}

static void append_source(TextBuffer *out, const CSource *source) {
    const Target *target = &source->model->target;
    const bool has_classes = target->task->has_classes;
    const TextList *names = has_classes ? &target->classes : &target->names;
    TextBuffer name = {0};
    text_printf(out, "/* %s: a network made by nntrain %s; see %s.h.\n", source->file_name,
                NNTRAIN_VERSION, source->file_name);
    append_facts(out, source);
    text_printf(out,
                " */\n"
                "#include \"%s.h\"\n\n#include <float.h>\n#include <math.h>\n#include <stdint.h>\n"
                "#include <string.h>\n\n"
                "/* No sum may be fused with a product but where it says so. */\n"
                "#if defined(__clang__)\n#pragma STDC FP_CONTRACT OFF\n"
                "#elif defined(__GNUC__)\n#pragma GCC optimize(\"fp-contract=off\")\n#endif\n\n",
                source->file_name);
    text_printf(&name, "%s_%s", source->prefix, has_classes ? "classes" : "targets");
    c_append_strings(out, "", text_of(&name), names, names->n);
    text_append(out, text_of(&source->constants));
    c_functions_print(out, source->needed);
    append_predict(out, source);
    export_c_test(out, source);
    text_free(&name);
}

/* ---- Names ---- */

static bool check_name(const char *name, Error *err) {
    char shown[TEXT_SHOWN];
    return !strpbrk(name, "\"\\\n\r*/") ||
           fail(err, ERROR_USAGE,
                "error: --output: the file name %s cannot stand in an #include line; choose "
                "another",
                text_shown(shown, name, strlen(name)));
}

/* Identifiers of the inputs; the list ends with the prefix. */
static void name_all(CSource *source, const char *file_name, TextList *own) {
    TextBuffer guard = {0};
    source->file_name = file_name;
    source->prefix = c_identifier_add(own, file_name);
    for (const char *c = source->prefix; *c; c++) {
        const char capital = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        text_append_bytes(&guard, &capital, 1);
    }
    text_list_add(own, text_of(&guard));
    source->guard = own->items[own->n - 1];
    for (size_t i = 0; i < source->model->features.n; i++) {
        c_identifier_add(&source->fields, source->model->features.items[i].name);
    }
    text_free(&guard);
}

static void source_free(CSource *source) {
    text_list_free(&source->fields);
    memory_free(source->needed);
    text_free(&source->constants);
    text_free(&source->prepare);
    text_free(&source->layers);
}

static void print_all(ExportText *out, const CSource *source) {
    append_header(&out->companion, source);
    append_source(&out->file, source);
    text_printf(
        &out->note,
        "%s_predict(); ROM: %zu bytes of constants, RAM: %zu bytes of stack; test: -D%s_TEST",
        source->prefix, source->n_constant_bytes, 2 * 4 * source->n_widest, source->guard);
}

bool export_c_print(ExportText *out, const ModelFile *model, const char *name, Error *err) {
    if (model->network.n_true_parameters > MOST_PARAMETERS) {
        return fail(err, ERROR_SIZE,
                    "error: the model has %zu parameters; as C source at most %zu are written, for "
                    "compilers take too much memory: export to onnx or safetensors",
                    model->network.n_true_parameters, MOST_PARAMETERS);
    }
    TextList own = {0};
    CSource source = {.model = model, .needed = NEW(bool, c_function_kinds()->n)};
    bool good = check_name(name, err);
    if (good) {
        name_all(&source, name, &own);
        export_c_inputs(&source);
        if (model->loss.loss->predicts_exponential) {
            c_function_need("exp", source.needed);
        }
        good = export_c_network(&source, err);
    }
    if (good) {
        print_all(out, &source);
    }
    source_free(&source);
    text_list_free(&own);
    return good;
}
