/* The inputs of an ONNX export; see export_onnx_parts.h. Numbers that are scaled linearly are
 * worked on together; what the parts give is then put side by side and gathered into the order of
 * the network's inputs. */
#include <math.h>
#include <string.h>

#include "artifact/export_onnx_parts.h"
#include "base/memory.h"

/* A category that nothing may stand for. */
enum { REFUSED = -1 };

static int64_t unknown_code(const Feature *feature) {
    const bool has_place = feature->has_other || !feature->encoder->needs_other;
    if (feature->unknown_is_error || !has_place) {
        return REFUSED;
    }
    return (int64_t)(feature->has_other ? feature->categories.n - 1 : feature->categories.n);
}

static int64_t missing_code(const Feature *feature) {
    if (!feature->imputer->fill) {
        return REFUSED;
    }
    return feature->fill_code < feature->categories.n ? (int64_t)feature->fill_code
                                                      : unknown_code(feature);
}

static bool feature_refuses(const Feature *feature) {
    return feature->is_numeric
               ? !feature->imputer->fill
               : unknown_code(feature) == REFUSED || missing_code(feature) == REFUSED;
}

bool export_onnx_refuses(const Features *features) {
    bool refuses = false;
    for (size_t i = 0; i < features->n; i++) {
        refuses = refuses || feature_refuses(&features->items[i]);
    }
    return refuses;
}

/* Columns put side by side so far, and which column of x each of them is. */
typedef struct Side {
    OnnxGraph *graph;
    const ModelFile *model;
    const char **raw;  /* input of each feature */
    TextList parts;    /* (rows, ...) floats */
    int64_t *places;   /* of a column of x among the parts */
    size_t n_columns;  /* of the parts */
    TextList embedded; /* (rows, dim) floats, in the order of the embeddings */
} Side;

static void add_part(Side *side, const char *value, const size_t *columns, size_t n) {
    text_list_add(&side->parts, value);
    for (size_t i = 0; i < n; i++) {
        side->places[columns[i]] = (int64_t)side->n_columns++;
    }
}

/* ---- Numbers ---- */

/* 1 where there is a value; NaN alone differs from itself. */
static const char *add_present(OnnxGraph *graph, const char *raw) {
    return onnx_apply2(graph, "Equal", raw, raw);
}

static float filled(const Feature *feature) {
    return feature->imputer->fill
               ? (float)feature->scaler->transform(&feature->scaling, feature->fill)
               : NAN;
}

static bool is_linear(const Feature *feature) {
    return feature->is_numeric && !feature->scaling.quantiles;
}

static void add_indicators(Side *side, const char *present) {
    const Features *features = &side->model->features;
    size_t *columns = NEW(size_t, features->n);
    int64_t *indices = NEW(int64_t, features->n);
    size_t n = 0, n_linear = 0;
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        if (is_linear(feature) && feature->has_indicator) {
            indices[n] = (int64_t)n_linear;
            columns[n++] = feature->first_column + 1;
        }
        n_linear += is_linear(feature);
    }
    if (n > 0) {
        const char *missing =
            onnx_cast(side->graph, onnx_apply(side->graph, "Not", present), ONNX_FLOAT);
        add_part(side, onnx_gather(side->graph, missing, onnx_integers(side->graph, n, indices), 1),
                 columns, n);
    }
    memory_free(columns);
    memory_free(indices);
}

static void add_linear_numbers(Side *side) {
    const Features *features = &side->model->features;
    OnnxGraph *graph = side->graph;
    TextList raws = {0};
    double *center = NEW(double, features->n), *scale = NEW(double, features->n);
    float *fill = NEW(float, features->n);
    size_t *columns = NEW(size_t, features->n);
    size_t n = 0;
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        if (is_linear(feature)) {
            text_list_add(&raws, side->raw[i]);
            center[n] = feature->scaling.center;
            scale[n] = feature->scaling.scale;
            fill[n] = filled(feature);
            columns[n++] = feature->first_column;
        }
    }
    if (n > 0) {
        const char *raw = onnx_concat(graph, &raws);
        const char *present = add_present(graph, raw);
        const char *centered = onnx_apply2(graph, "Sub", raw, onnx_doubles(graph, 0, n, center));
        const char *scaled = onnx_apply2(graph, "Div", centered, onnx_doubles(graph, 0, n, scale));
        add_part(side,
                 onnx_apply3(graph, "Where", present, onnx_cast(graph, scaled, ONNX_FLOAT),
                             onnx_floats(graph, 0, n, fill)),
                 columns, n);
        add_indicators(side, present);
    }
    text_list_free(&raws);
    memory_free(center);
    memory_free(scale);
    memory_free(fill);
    memory_free(columns);
}

/* How many quantiles are below (or with "LessOrEqual", not above) the value, as integers (rows, 1).
 */
static const char *count_quantiles(OnnxGraph *graph, const char *quantiles, const char *operation,
                                   const char *raw) {
    const char *is_below = onnx_apply2(graph, operation, quantiles, raw);
    return onnx_sum_row(graph, onnx_cast(graph, is_below, ONNX_INT64));
}

static const char *divided(OnnxGraph *graph, const char *value, size_t by) {
    const char *divisor = onnx_double(graph, by > 0 ? (double)by : 1.0);
    return onnx_cast(graph, onnx_apply2(graph, "Div", value, divisor), ONNX_FLOAT);
}

/* Position between the quantiles around the value, in steps of one. */
static const char *interpolate(OnnxGraph *graph, const char *quantiles, const char *raw,
                               const char *below, const char *above) {
    const char *low = onnx_gather(graph, quantiles, below, 0);
    const char *high = onnx_gather(graph, quantiles, above, 0);
    const char *part = onnx_apply2(graph, "Div", onnx_apply2(graph, "Sub", raw, low),
                                   onnx_apply2(graph, "Sub", high, low));
    return onnx_apply2(graph, "Add", part, onnx_cast(graph, below, ONNX_DOUBLE));
}

/* As transform_quantile in data/scaler.c. */
static const char *add_rank(OnnxGraph *graph, const Feature *feature, const char *raw) {
    const size_t n = feature->scaling.n_quantiles, last = n - 1;
    const char *quantiles = onnx_doubles(graph, 0, n, feature->scaling.quantiles);
    const char *first = count_quantiles(graph, quantiles, "Less", raw);
    const char *after = count_quantiles(graph, quantiles, "LessOrEqual", raw);
    const char *one = onnx_integer(graph, 1);
    const char *below =
        onnx_apply2(graph, "Max", onnx_apply2(graph, "Sub", first, one), onnx_integer(graph, 0));
    const char *above = onnx_apply2(graph, "Min", first, onnx_integer(graph, (int64_t)last));
    const char *between = divided(graph, interpolate(graph, quantiles, raw, below, above), last);
    const char *sum = onnx_apply2(graph, "Sub", onnx_apply2(graph, "Add", first, after), one);
    const char *middle = divided(graph, onnx_cast(graph, sum, ONNX_DOUBLE), 2 * last);
    const char *rank =
        onnx_apply3(graph, "Where", onnx_apply2(graph, "Greater", after, first), middle, between);
    const char *least = onnx_double(graph, feature->scaling.quantiles[0]);
    const char *most = onnx_double(graph, feature->scaling.quantiles[last]);
    rank = onnx_apply3(graph, "Where", onnx_apply2(graph, "GreaterOrEqual", raw, most),
                       onnx_float(graph, 1), rank);
    return onnx_apply3(graph, "Where", onnx_apply2(graph, "LessOrEqual", raw, least),
                       onnx_float(graph, 0), rank);
}

static void add_ranked_number(Side *side, size_t index) {
    const Feature *feature = &side->model->features.items[index];
    OnnxGraph *graph = side->graph;
    const char *present = add_present(graph, side->raw[index]);
    const char *rank = add_rank(graph, feature, side->raw[index]);
    const size_t indicator = feature->first_column + 1;
    add_part(side, onnx_apply3(graph, "Where", present, rank, onnx_float(graph, filled(feature))),
             &feature->first_column, 1);
    if (feature->has_indicator) {
        add_part(side, onnx_cast(graph, onnx_apply(graph, "Not", present), ONNX_FLOAT), &indicator,
                 1);
    }
}

/* ---- Categories ---- */

static float code_or_nan(int64_t code) { return code == REFUSED ? NAN : (float)code; }

/* Codes as floats (rows, 1), NaN for what is refused. */
static const char *add_codes(Side *side, const Feature *feature, const char *raw) {
    const TextList *missing = &side->model->features.missing;
    const size_t n_named = feature_n_named(feature);
    TextList keys = {0};
    TextBuffer attributes = {0};
    float *values = NEW(float, n_named + missing->n + 1);
    for (size_t i = 0; i < n_named; i++) {
        values[keys.n] = (float)i;
        text_list_add(&keys, feature->categories.items[i]);
    }
    values[keys.n] = code_or_nan(missing_code(feature));
    text_list_add(&keys, "");
    for (size_t i = 0; i < missing->n; i++) {
        if (!text_list_has(&keys, missing->items[i])) {
            values[keys.n] = code_or_nan(missing_code(feature));
            text_list_add(&keys, missing->items[i]);
        }
    }
    onnx_set_texts(&attributes, "keys_strings", &keys);
    onnx_set_floats(&attributes, "values_floats", values, keys.n);
    onnx_set_float(&attributes, "default_float", code_or_nan(unknown_code(feature)));
    text_list_free(&keys);
    memory_free(values);
    return onnx_node(side->graph, "ai.onnx.ml", "LabelEncoder", &raw, 1, &attributes);
}

/* 0, or NaN for what is refused, added to floats that do not show it. */
static const char *spoil(OnnxGraph *graph, const char *value, const char *codes) {
    const char *zero = onnx_apply2(graph, "Mul", codes, onnx_float(graph, 0));
    return onnx_apply2(graph, "Add", value, zero);
}

static const char *add_onehot(Side *side, const Feature *feature, const char *codes) {
    const size_t n = feature->categories.n;
    OnnxGraph *graph = side->graph;
    float *all = NEW(float, n);
    for (size_t i = 0; i < n; i++) {
        all[i] = (float)i;
    }
    const char *is_code = onnx_apply2(graph, "Equal", codes, onnx_floats(graph, 0, n, all));
    memory_free(all);
    const char *onehot = onnx_cast(graph, is_code, ONNX_FLOAT);
    return feature_refuses(feature) ? spoil(graph, onehot, codes) : onehot;
}

static const char *add_embedding(Side *side, const Feature *feature, const Embedding *embedding,
                                 const char *codes) {
    const Tensor *tensor = &side->model->network.tensors[embedding->tensor];
    const size_t dim = embedding->dim;
    OnnxGraph *graph = side->graph;
    float *values = NEW(float, embedding->n_categories *dim);
    for (size_t i = 0; i < embedding->n_categories; i++) {
        memcpy(values + i * dim, side->model->model.parameters + tensor->offset + i * tensor->row,
               dim * sizeof *values);
    }
    const char *table = onnx_floats(graph, embedding->n_categories, dim, values);
    memory_free(values);
    const char *known = codes;
    if (feature_refuses(feature)) {
        known = onnx_apply3(graph, "Where", add_present(graph, codes), codes, onnx_float(graph, 0));
    }
    const int64_t axis = 1;
    const char *indices = onnx_apply2(graph, "Squeeze", onnx_cast(graph, known, ONNX_INT64),
                                      onnx_integers(graph, 1, &axis));
    const char *rows = onnx_gather(graph, table, indices, 0);
    return feature_refuses(feature) ? spoil(graph, rows, codes) : rows;
}

static void add_category(Side *side, size_t index) {
    const Feature *feature = &side->model->features.items[index];
    const Network *network = &side->model->network;
    const char *codes = add_codes(side, feature, side->raw[index]);
    for (size_t i = 0; i < network->n_embeddings; i++) {
        if (network->embeddings[i].column == feature->first_column) {
            text_list_add(&side->embedded,
                          add_embedding(side, feature, &network->embeddings[i], codes));
            return;
        }
    }
    size_t *columns = NEW(size_t, feature->n_columns);
    for (size_t i = 0; i < feature->n_columns; i++) {
        columns[i] = feature->first_column + i;
    }
    const bool is_spread = feature->encoder->is_per_category;
    add_part(side, is_spread ? add_onehot(side, feature, codes) : codes, columns,
             feature->n_columns);
    memory_free(columns);
}

/* ---- All of them ---- */

static void add_raw(Side *side, size_t index) {
    const Feature *feature = &side->model->features.items[index];
    const bool is_number = feature->is_numeric;
    side->raw[index] = onnx_input(side->graph, feature->name, is_number ? ONNX_DOUBLE : ONNX_STRING,
                                  is_number ? "a number; NaN where it is missing"
                                            : "a category; \"\" where it is missing");
}

/* The parts in the order of the network's inputs. */
static const char *put_in_order(Side *side) {
    const Network *network = &side->model->network;
    TextList all = {0};
    if (network->n_numeric > 0) {
        int64_t *indices = NEW(int64_t, network->n_numeric);
        bool is_in_order = true;
        for (size_t i = 0; i < network->n_numeric; i++) {
            indices[i] = side->places[network->numeric[i]];
            is_in_order = is_in_order && indices[i] == (int64_t)i;
        }
        const char *joined = onnx_concat(side->graph, &side->parts);
        text_list_add(
            &all, is_in_order
                      ? joined
                      : onnx_gather(side->graph, joined,
                                    onnx_integers(side->graph, network->n_numeric, indices), 1));
        memory_free(indices);
    }
    for (size_t i = 0; i < side->embedded.n; i++) {
        text_list_add(&all, side->embedded.items[i]);
    }
    const char *x = onnx_concat(side->graph, &all);
    text_list_free(&all);
    return x;
}

const char *export_onnx_inputs(OnnxGraph *graph, const ModelFile *model) {
    const Features *features = &model->features;
    Side side = {.graph = graph,
                 .model = model,
                 .raw = NEW(const char *, features->n),
                 .places = NEW(int64_t, features->n_columns)};
    for (size_t i = 0; i < features->n; i++) {
        add_raw(&side, i);
    }
    add_linear_numbers(&side);
    for (size_t i = 0; i < features->n; i++) {
        if (!features->items[i].is_numeric) {
            add_category(&side, i);
        } else if (!is_linear(&features->items[i])) {
            add_ranked_number(&side, i);
        }
    }
    const char *x = put_in_order(&side);
    memory_free(side.raw);
    memory_free(side.places);
    text_list_free(&side.parts);
    text_list_free(&side.embedded);
    return x;
}
