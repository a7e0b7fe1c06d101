/* The inputs of a C export; see export_c_source.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "artifact/c_text.h"
#include "artifact/export_c_functions.h"
#include "artifact/export_c_source.h"
#include "base/memory.h"

/* A category that nothing may stand for. */
enum { REFUSED = -1 };

/* As features_apply decides: the code of a category without one, or REFUSED. */
static int unknown_code(const Feature *feature) {
    const bool has_place = feature->has_other || !feature->encoder->needs_other;
    if (feature->unknown_is_error || !has_place) {
        return REFUSED;
    }
    return (int)(feature->has_other ? feature->categories.n - 1 : feature->categories.n);
}

static int missing_code(const Feature *feature) {
    if (!feature->imputer->fill) {
        return REFUSED;
    }
    return feature->fill_code < feature->categories.n ? (int)feature->fill_code
                                                      : unknown_code(feature);
}

/* Where each column of x is among the inputs of the first layer; embedded columns have no place. */
static size_t *place_columns(const Network *network) {
    size_t *places = NEW(size_t, network->n_inputs);
    for (size_t i = 0; i < network->n_numeric; i++) {
        places[network->numeric[i]] = i;
    }
    return places;
}

static void append_number(CSource *source, size_t index, size_t place) {
    const Feature *feature = &source->model->features.items[index];
    const char *field = source->fields.items[index];
    TextBuffer *out = &source->prepare;
    const double fill = feature->imputer->fill ? feature->fill : (double)NAN;
    c_function_need(feature->scaling.quantiles ? "rank" : "number", source->needed);
    if (feature->scaling.quantiles) {
        char name[64];
        snprintf(name, sizeof name, "quantiles_%zu", index + 1);
        c_append_doubles(&source->constants, name, feature->scaling.quantiles,
                         feature->scaling.n_quantiles);
        source->n_constant_bytes += 8 * feature->scaling.n_quantiles;
        text_printf(out, "    if (!rank_of(in->%s, ", field);
        c_append_double(out, fill);
        text_printf(out, ", %s, %zu, x + %zu))\n", name, feature->scaling.n_quantiles, place);
    } else {
        text_printf(out, "    if (!number_of(in->%s, ", field);
        c_append_double(out, fill);
        text_append(out, ", ");
        c_append_double(out, feature->scaling.center);
        text_append(out, ", ");
        c_append_double(out, feature->scaling.scale);
        text_printf(out, ", x + %zu))\n", place);
    }
    text_printf(out, "        return %zu;\n", index + 1);
    if (feature->has_indicator) {
        text_printf(out, "    x[%zu] = in->%s != in->%s ? 1.0f : 0.0f;\n", place + 1, field, field);
    }
}

/* x from a code, for the three ways of encoding: a column per category, a row of a table, the code.
 */
static void append_encoding(CSource *source, const Feature *feature, size_t place) {
    TextBuffer *out = &source->prepare;
    const Network *network = &source->model->network;
    if (feature->encoder->is_per_category) {
        text_printf(out, "    for (i = 0; i < %zu; i++)\n        x[", feature->categories.n);
        if (place > 0) {
            text_printf(out, "%zu + ", place);
        }
        text_append(out, "i] = i == code ? 1.0f : 0.0f;\n");
        return;
    }
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        if (embedding->column == feature->first_column) {
            text_printf(out,
                        "    memcpy(x + %zu, embedding_%zu + %zu * code, sizeof(float[%zu]));\n",
                        embedding->first_input, i + 1, embedding->dim, embedding->dim);
            return;
        }
    }
    text_printf(out, "    x[%zu] = (float)code;\n", place);
}

static void append_category(CSource *source, size_t index, size_t place) {
    const Feature *feature = &source->model->features.items[index];
    const size_t n_named = feature_n_named(feature);
    char name[64] = "NULL";
    c_function_need("code", source->needed);
    if (n_named > 0) {
        snprintf(name, sizeof name, "categories_%zu", index + 1);
        c_append_strings(&source->constants, "static ", name, &feature->categories, n_named);
    }
    for (size_t i = 0; i < n_named; i++) {
        source->n_constant_bytes += sizeof(char *) + strlen(feature->categories.items[i]) + 1;
    }
    text_printf(&source->prepare, "    code = code_of(in->%s, %s, %zu, %d, %d);\n",
                source->fields.items[index], name, n_named, missing_code(feature),
                unknown_code(feature));
    if (missing_code(feature) == REFUSED || unknown_code(feature) == REFUSED) {
        text_printf(&source->prepare, "    if (code < 0)\n        return %zu;\n", index + 1);
    }
    append_encoding(source, feature, place);
}

/* What means "no value" beside an empty text. */
static void append_missing_tokens(CSource *source) {
    TextList tokens = {0};
    text_list_copy(&tokens, &source->model->features.missing);
    if (tokens.n == 0) {
        text_list_add(&tokens, "");
    }
    c_append_strings(&source->constants, "static ", "missing_tokens", &tokens, tokens.n);
    for (size_t i = 0; i < tokens.n; i++) {
        source->n_constant_bytes += sizeof(char *) + strlen(tokens.items[i]) + 1;
    }
    text_list_free(&tokens);
}

static void append_embeddings(CSource *source) {
    const Network *network = &source->model->network;
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        const Tensor *tensor = &network->tensors[embedding->tensor];
        float *values = NEW(float, embedding->n_categories * embedding->dim);
        for (size_t code = 0; code < embedding->n_categories; code++) {
            memcpy(values + code * embedding->dim,
                   source->model->model.parameters + tensor->offset + code * tensor->row,
                   embedding->dim * sizeof *values);
        }
        char name[64];
        snprintf(name, sizeof name, "embedding_%zu", i + 1);
        c_append_floats(&source->constants, name, values, embedding->n_categories * embedding->dim);
        source->n_constant_bytes += 4 * embedding->n_categories * embedding->dim;
        memory_free(values);
    }
}

void export_c_inputs(CSource *source) {
    const Features *features = &source->model->features;
    size_t *places = place_columns(&source->model->network);
    bool has_categories = false, has_onehot = false;
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        has_categories = has_categories || !feature->is_numeric;
        has_onehot = has_onehot || (!feature->is_numeric && feature->encoder->is_per_category);
    }
    if (has_categories) {
        text_printf(&source->prepare, "    int code%s;\n", has_onehot ? ", i" : "");
        append_missing_tokens(source);
    }
    append_embeddings(source);
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        (feature->is_numeric ? append_number : append_category)(source, i,
                                                                places[feature->first_column]);
    }
    memory_free(places);
}
