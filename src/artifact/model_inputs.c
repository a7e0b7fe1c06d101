/* The members "data" and "inputs" of model.json; see model_section.h. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "artifact/model_section.h"
#include "base/memory.h"

/* More inputs than a table has columns. */
enum { MOST_INPUTS = 1 << 20 };

/* ---- Data ---- */

void model_data_add(Json *root, const ModelFile *file) {
    Json *data = json_add_object(root, "data");
    json_add_bool(data, "header", file->header);
    json_add_texts(data, "missing", &file->features.missing);
    json_add_texts(data, "id", &file->ids);
    json_add_text(data, "weight", file->weight_column);
}

bool model_data_get(const JsonAt *root, ModelFile *file, Error *err) {
    JsonAt data;
    if (!json_get_object(root, "data", &data, err) ||
        !json_has_only(&data, "header missing id weight", err) ||
        !json_get_bool(&data, "header", &file->header, err) ||
        !json_get_texts(&data, "missing", &file->features.missing, err) ||
        !json_get_texts(&data, "id", &file->ids, err)) {
        return false;
    }
    if (!json_has(&data, "weight")) {
        return true;
    }
    const char *weight = "";
    const bool good = json_get_text(&data, "weight", &weight, err);
    file->weight_column = good ? memory_copy_text(weight) : NULL;
    return good;
}

/* ---- Scalers ---- */

void model_scale_add(Json *to, const char *key, const Scaler *scaler, const Scaling *scaling) {
    Json *scale = json_add_object(to, key);
    json_add_text(scale, "method", scaler->kind.name);
    if (scaler->is_linear) {
        json_add_double(scale, "center", scaling->center);
        json_add_double(scale, "scale", scaling->scale);
    } else {
        json_add_doubles(scale, "quantiles", scaling->quantiles, scaling->n_quantiles);
    }
}

static bool check_quantiles(const JsonAt *scale, const Scaling *scaling, Error *err) {
    bool is_sorted = scaling->n_quantiles > 0;
    for (size_t i = 1; i < scaling->n_quantiles; i++) {
        is_sorted = is_sorted && scaling->quantiles[i - 1] <= scaling->quantiles[i];
    }
    return is_sorted || json_fail(scale, err, "quantiles must be one or more increasing numbers");
}

bool model_scale_get(const JsonAt *scale, const Scaler **scaler, Scaling *scaling, Error *err) {
    const Kind *kind;
    if (!json_get_kind(scale, "method", scaler_kinds(), &kind, err)) {
        return false;
    }
    *scaler = (const Scaler *)kind;
    scaling->scale = 1;
    if (!(*scaler)->is_linear) {
        return json_has_only(scale, "method quantiles", err) &&
               json_get_doubles(scale, "quantiles", &scaling->quantiles, &scaling->n_quantiles,
                                err) &&
               check_quantiles(scale, scaling, err);
    }
    return json_has_only(scale, "method center scale", err) &&
           json_get_double(scale, "center", &scaling->center, err) &&
           json_get_double(scale, "scale", &scaling->scale, err) &&
           (scaling->scale > 0 || json_fail(scale, err, "scale must be above 0"));
}

/* ---- Numeric inputs ---- */

static void add_number(Json *input, const Feature *feature) {
    json_add_text(input, "type", "number");
    Json *missing = json_add_object(input, "missing");
    json_add_text(missing, "impute", feature->imputer->kind.name);
    json_add_double(missing, "fill", feature->imputer->fill ? feature->fill : (double)NAN);
    json_add_bool(missing, "indicator", feature->has_indicator);
    model_scale_add(input, "scale", feature->scaler, &feature->scaling);
}

static bool get_imputer(const JsonAt *missing, Feature *feature, Error *err) {
    const Kind *kind = NULL;
    const bool good = json_get_kind(missing, "impute", imputer_kinds(), &kind, err);
    feature->imputer = (const Imputer *)kind;
    return good;
}

static bool get_number(const JsonAt *input, Feature *feature, Error *err) {
    JsonAt missing, scale;
    feature->is_numeric = true;
    if (!json_has_only(input, "name type missing scale columns", err) ||
        !json_get_object(input, "missing", &missing, err) ||
        !json_has_only(&missing, "impute fill indicator", err) ||
        !get_imputer(&missing, feature, err) ||
        !json_get_bool(&missing, "indicator", &feature->has_indicator, err)) {
        return false;
    }
    if (feature->imputer->fill && !json_get_double(&missing, "fill", &feature->fill, err)) {
        return false;
    }
    return json_get_object(input, "scale", &scale, err) &&
           model_scale_get(&scale, &feature->scaler, &feature->scaling, err);
}

/* ---- Categorical inputs ---- */

static void add_category(Json *input, const Feature *feature) {
    json_add_text(input, "type", "category");
    Json *missing = json_add_object(input, "missing");
    json_add_text(missing, "impute", feature->imputer->kind.name);
    if (feature->fill_code < feature->categories.n) {
        json_add_integer(missing, "fill_code", feature->fill_code);
    } else {
        json_add_null(missing, "fill_code");
    }
    Json *encode = json_add_object(input, "encode");
    json_add_text(encode, "method", feature->encoder->kind.name);
    json_add_integer(encode, "embedding_dim", feature->embedding_dim);
    json_add_text(encode, "unknown", feature->unknown_is_error ? "error" : "other");
    json_add_texts(input, "categories", &feature->categories);
    json_add_bool(input, "has_missing", feature->has_missing);
    json_add_bool(input, "has_other", feature->has_other);
}

static bool get_encoder(const JsonAt *input, Feature *feature, Error *err) {
    JsonAt encode;
    const Kind *kind = NULL;
    const char *unknown = "";
    if (!json_get_object(input, "encode", &encode, err) ||
        !json_has_only(&encode, "method embedding_dim unknown", err) ||
        !json_get_kind(&encode, "method", encoder_kinds(), &kind, err) ||
        !json_get_size(&encode, "embedding_dim", MOST_INPUTS, &feature->embedding_dim, err) ||
        !json_get_text(&encode, "unknown", &unknown, err)) {
        return false;
    }
    feature->encoder = (const Encoder *)kind;
    feature->unknown_is_error = strcmp(unknown, "error") == 0;
    if (!feature->unknown_is_error && strcmp(unknown, "other") != 0) {
        return json_fail(&encode, err, "unknown must be other or error");
    }
    return feature->encoder->is_looked_up == (feature->embedding_dim > 0) ||
           json_fail(&encode, err, "embedding_dim must be above 0 for embeddings, and 0 otherwise");
}

/* What features_apply and the network rely on. */
static bool check_category(const JsonAt *input, const Feature *feature, Error *err) {
    const size_t n_added = (size_t)feature->has_missing + (size_t)feature->has_other;
    if (feature->categories.n <= n_added || feature->categories.n > MOST_INPUTS) {
        return json_fail(input, err, "has %zu categories", feature->categories.n);
    }
    if (feature->encoder->needs_other && !feature->has_other && !feature->unknown_is_error) {
        return json_fail(input, err, "encoder %s needs a category for unknown cells",
                         feature->encoder->kind.name);
    }
    return true;
}

static bool get_category(const JsonAt *input, Feature *feature, Error *err) {
    JsonAt missing;
    if (!json_has_only(input, "name type missing encode categories has_missing has_other columns",
                       err) ||
        !json_get_object(input, "missing", &missing, err) ||
        !json_has_only(&missing, "impute fill_code", err) || !get_imputer(&missing, feature, err) ||
        !get_encoder(input, feature, err) ||
        !json_get_texts(input, "categories", &feature->categories, err) ||
        !json_get_bool(input, "has_missing", &feature->has_missing, err) ||
        !json_get_bool(input, "has_other", &feature->has_other, err) ||
        !check_category(input, feature, err)) {
        return false;
    }
    feature->fill_code = feature->categories.n;
    return !json_has(&missing, "fill_code") ||
           json_get_size(&missing, "fill_code", feature->categories.n - 1, &feature->fill_code,
                         err);
}

/* ---- All inputs ---- */

static void add_columns(Json *input, const Features *features, const Feature *feature) {
    Json *columns = json_add_array(input, "columns");
    for (size_t i = 0; i < feature->n_columns; i++) {
        json_add_text(columns, NULL, features->column_names.items[feature->first_column + i]);
    }
}

void model_inputs_add(Json *root, const Features *features) {
    Json *inputs = json_add_array(root, "inputs");
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        Json *input = json_add_object(inputs, NULL);
        json_add_text(input, "name", feature->name);
        (feature->is_numeric ? add_number : add_category)(input, feature);
        add_columns(input, features, feature);
    }
}

static bool get_input(const JsonAt *input, Feature *feature, Error *err) {
    const char *name = "", *type = "";
    if (!json_is_object(input, err) || !json_get_text(input, "name", &name, err) ||
        !json_get_text(input, "type", &type, err)) {
        return false;
    }
    feature->name = memory_copy_text(name);
    if (strcmp(type, "number") == 0) {
        return get_number(input, feature, err);
    }
    if (strcmp(type, "category") == 0) {
        return get_category(input, feature, err);
    }
    return json_fail(input, err, "type must be number or category");
}

/* The columns follow from the rest; they are written for those who read the file without nntrain.
 */
static bool check_columns(const JsonAt *input, const Features *features, Error *err) {
    const Feature *feature = &features->items[input->index];
    TextList columns;
    if (!json_get_texts(input, "columns", &columns, err)) {
        return false;
    }
    bool is_same = columns.n == feature->n_columns;
    for (size_t i = 0; is_same && i < columns.n; i++) {
        is_same =
            strcmp(columns.items[i], features->column_names.items[feature->first_column + i]) == 0;
    }
    text_list_free(&columns);
    return is_same || json_fail(input, err, "columns do not follow from its type and categories");
}

bool model_inputs_get(const JsonAt *root, Features *features, Error *err) {
    JsonAt inputs;
    if (!json_get_array(root, "inputs", &inputs, err)) {
        return false;
    }
    const size_t n = json_length(&inputs);
    if (n == 0 || n > MOST_INPUTS) {
        return json_fail(&inputs, err, "a model has 1 to %d inputs, not %zu", MOST_INPUTS, n);
    }
    features->items = NEW(Feature, n);
    for (JsonAt input = json_first(&inputs); input.value; json_next(&input)) {
        features->n++;
        if (!get_input(&input, &features->items[input.index], err)) {
            return false;
        }
    }
    features_lay_out(features);
    for (JsonAt input = json_first(&inputs); input.value; json_next(&input)) {
        if (!check_columns(&input, features, err)) {
            return false;
        }
    }
    return true;
}
