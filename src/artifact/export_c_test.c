#include "artifact/export_c_test.h"

#include <math.h>
#include <string.h>

#include "artifact/c_text.h"
#include "compute/kernels.h"
#include "data/table.h"

double export_c_threshold(const ModelFile *model) {
    return isnan(model->threshold) ? (double)model->network.output->threshold : model->threshold;
}

/* ---- Inputs ---- */

static void append_cell(TextBuffer *out, const ModelFile *model, size_t index, const char *cell) {
    const double read = table_value_of(cell, strlen(cell), &model->features.missing);
    if (!model->features.items[index].is_numeric) {
        c_append_string(out, isnan(read) ? "" : cell);
        return;
    }
    c_append_double(out, isfinite(read) ? read : (double)NAN);
}

static void append_inputs(TextBuffer *out, const CSource *source) {
    const SelfTest *test = &source->model->self_test;
    const size_t n = source->model->features.n;
    text_printf(out, "static const %s_input test_inputs[] = {\n", source->prefix);
    for (size_t row = 0; row < test->n_rows; row++) {
        for (size_t i = 0; i < n; i++) {
            text_append(out, i == 0 ? "    {" : i % 8 == 0 ? ",\n     " : ", ");
            append_cell(out, source->model, i, test->cells.items[row * n + i]);
        }
        text_append(out, "},\n");
    }
    text_append(out, "};\n");
}

/* ---- Outputs: from those of the network, as predictions.c makes them ---- */

static void append_scores(TextBuffer *out, const float *scores, size_t n) {
    for (size_t i = 0; i < n; i++) {
        text_append(out, i == 0 ? "{" : ", ");
        c_append_float(out, scores[i]);
    }
    text_append(out, "}");
}

static void append_class(TextBuffer *out, const ModelFile *model, const float *outputs) {
    if (model->target.task->outputs_per_class) {
        size_t largest = 0;
        for (size_t i = 1; i < model->target.classes.n; i++) {
            largest = outputs[i] > outputs[largest] ? i : largest;
        }
        text_printf(out, "%zu, ", largest);
        append_scores(out, outputs, model->target.classes.n);
        return;
    }
    const float second = outputs[0];
    const float scores[] = {
        model->network.output->gives_probabilities ? (float)(1.0 - (double)second) : -second,
        second};
    text_printf(out, "%d, ", (double)second > export_c_threshold(model));
    append_scores(out, scores, 2);
}

static void append_labels(TextBuffer *out, const ModelFile *model, const float *outputs) {
    for (size_t i = 0; i < model->target.names.n; i++) {
        text_printf(out, "%s%d", i == 0 ? "{" : ", ",
                    (double)outputs[i] > export_c_threshold(model));
    }
    text_append(out, "}, ");
    append_scores(out, outputs, model->target.names.n);
}

static void append_values(TextBuffer *out, const ModelFile *model, const float *outputs) {
    for (size_t i = 0; i < model->target.names.n; i++) {
        const float output =
            model->loss.loss->predicts_exponential ? compute_exp(outputs[i]) : outputs[i];
        text_append(out, i == 0 ? "{" : ", ");
        c_append_double(out, target_decode(&model->target, i, (double)output));
    }
    text_append(out, "}");
}

static void append_outputs(TextBuffer *out, const CSource *source) {
    const ModelFile *model = source->model;
    const SelfTest *test = &model->self_test;
    const Task *task = model->target.task;
    text_printf(out, "static const %s_output test_outputs[] = {\n", source->prefix);
    for (size_t row = 0; row < test->n_rows; row++) {
        const float *outputs = test->expected + row * test->n_outputs;
        text_append(out, "    {");
        if (task->has_classes) {
            append_class(out, model, outputs);
        } else if (task->has_probabilities) {
            append_labels(out, model, outputs);
        } else {
            append_values(out, model, outputs);
        }
        text_append(out, "},\n");
    }
    text_append(out, "};\n");
}

/* ---- The program ---- */

static void append_comparison(TextBuffer *out, const CSource *source) {
    const Task *task = source->model->target.task;
    const bool has_scores = task->has_classes || task->has_probabilities;
    const char *array = !has_scores                                          ? "values"
                        : source->model->network.output->gives_probabilities ? "probabilities"
                                                                             : "scores";
    text_printf(out,
                "static int is_same(const %s_output *a, const %s_output *b) {\n"
                "    return memcmp(a->%s, b->%s, sizeof a->%s) == 0",
                source->prefix, source->prefix, array, array, array);
    if (task->has_classes) {
        text_append(out, " &&\n           a->label == b->label");
    } else if (has_scores) {
        text_append(out, " &&\n           memcmp(a->labels, b->labels, sizeof a->labels) == 0");
    }
    text_append(out, ";\n}\n\n");
}

void export_c_test(TextBuffer *out, const CSource *source) {
    const size_t n = source->model->self_test.n_rows;
    if (n == 0) {
        text_printf(out,
                    "\n#ifdef %s_TEST\n#include <stdio.h>\n\nint main(void) {\n"
                    "    printf(\"%s: the model has no rows to test with\\n\");\n"
                    "    return 0;\n}\n#endif\n",
                    source->guard, source->prefix);
        return;
    }
    text_printf(out, "\n#ifdef %s_TEST\n#include <stdio.h>\n\n", source->guard);
    append_inputs(out, source);
    append_outputs(out, source);
    text_append(out, "\n");
    append_comparison(out, source);
    text_printf(out,
                "int main(void) {\n"
                "    int i, n_same = 0;\n"
                "    for (i = 0; i < %zu; i++) {\n"
                "        %s_output output;\n"
                "        n_same += %s_predict(&test_inputs[i], &output) == 0 &&\n"
                "                  is_same(&output, &test_outputs[i]);\n"
                "    }\n"
                "    printf(\"%s: %%d of %zu rows give the same bits\\n\", n_same);\n"
                "    return n_same == %zu ? 0 : 1;\n"
                "}\n#endif\n",
                n, source->prefix, source->prefix, source->prefix, n, n);
}
