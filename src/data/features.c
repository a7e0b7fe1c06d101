#include "data/features.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/categories.h"
#include "data/statistics.h"

/* Below so few rows, a category per row is no sign of an id. */
enum { FEWEST_IDS = 20 };

/* What fitting one column needs; the messages name the file and the column. */
typedef struct Fit {
    const FeatureOptions *options;
    const Table *table;
    const Schema *schema;
    const RowSet *rows;
    Problems *problems;
    size_t column;
    char file[TEXT_SHOWN];
    char name[TEXT_SHOWN];
} Fit;

static void fit_at_column(Fit *fit, size_t column) {
    const TextList *files = &fit->table->files;
    const char *file = files->n > 0 ? files->items[0] : "data";
    const char *name = fit->table->names.items[column];
    fit->column = column;
    text_shown(fit->file, file, strlen(file));
    text_shown(fit->name, name, strlen(name));
}

static bool refuse_missing(const Imputer *imputer, const Table *table, size_t row, size_t column,
                           Error *err) {
    return table_fail(
        table, row, column, err,
        "is a missing value, and preprocess.impute = %s gives it none: fill the cell in, "
        "or choose median, mean, zero or mode",
        imputer->kind.name);
}

static bool refuse_empty(const Fit *fit, Error *err) {
    return fail(err, ERROR_DATA,
                "%s: error: column '%s' has no value in any training row: put it into data.ignore",
                fit->file, fit->name);
}

static void warn_constant(const Fit *fit) {
    problems_warning(fit->problems,
                     "%s: warning: column '%s' is constant in the training rows and carries no "
                     "information",
                     fit->file, fit->name);
}

/* ---- Numeric columns ---- */

/* Present values into values (rows->n); *n of them. */
static bool read_numbers(const Fit *fit, double *values, size_t *n, Error *err) {
    *n = 0;
    for (size_t i = 0; i < fit->rows->n; i++) {
        const size_t row = fit->rows->rows[i];
        double value;
        bool is_missing;
        if (!schema_number(fit->table, row, fit->column, &value, &is_missing, err))
            return false;
        if (is_missing && fit->options->imputer->refuses)
            return refuse_missing(fit->options->imputer, fit->table, row, fit->column, err);
        if (!is_missing)
            values[(*n)++] = value + 0.0; /* -0 becomes 0, so that no result depends on its place */
    }
    return true;
}

static bool fit_sorted(const Fit *fit, const double *sorted, size_t n, Feature *feature,
                       Error *err) {
    if (n == 0)
        return refuse_empty(fit, err);
    feature->scaler->fit(sorted, n, &feature->scaling);
    if (feature->imputer->fill)
        feature->fill = feature->imputer->fill(sorted, n);
    if (!scaling_is_finite(&feature->scaling) || !isfinite(feature->fill))
        return fail(
            err, ERROR_DATA,
            "%s: error: column '%s' has values from %g to %g, too large to be scaled: divide "
            "them by a constant, or put the column into data.ignore",
            fit->file, fit->name, sorted[0], sorted[n - 1]);
    feature->has_indicator =
        fit->options->missing_indicator && n < fit->rows->n && feature->imputer->fill;
    const bool is_filled_apart = n < fit->rows->n && feature->fill != sorted[0];
    if (sorted[0] == sorted[n - 1] && !feature->has_indicator && !is_filled_apart)
        warn_constant(fit);
    return true;
}

static bool fit_numeric(const Fit *fit, Feature *feature, Error *err) {
    feature->scaler = fit->options->scaler;
    size_t n;
    double *values = NEW(double, fit->rows->n);
    bool ok = read_numbers(fit, values, &n, err);
    if (ok) {
        statistics_sort(values, n);
        ok = fit_sorted(fit, values, n, feature, err);
    }
    memory_free(values);
    return ok;
}

/* ---- Categorical columns ---- */

static bool count_categories(const Fit *fit, Categories *categories, size_t *n_missing,
                             Error *err) {
    *n_missing = 0;
    for (size_t i = 0; i < fit->rows->n; i++) {
        const size_t row = fit->rows->rows[i];
        if (!table_is_missing(fit->table, row, fit->column))
            categories_add(categories, table_cell(fit->table, row, fit->column), row);
        else if (fit->options->imputer->refuses)
            return refuse_missing(fit->options->imputer, fit->table, row, fit->column, err);
        else
            (*n_missing)++;
    }
    return categories->n > 0 || refuse_empty(fit, err);
}

/* Cuts rare categories off; *n_rare of them. */
static bool cut_rare(const Fit *fit, Categories *categories, size_t *n_rare, Error *err) {
    const FeatureOptions *options = fit->options;
    const size_t n_distinct = categories->n;
    const size_t most = (size_t)options->max_categories;
    if (n_distinct > most && options->unknown_is_error)
        return fail(
            err, ERROR_DATA,
            "%s: error: column '%s' has %zu categories, and preprocess.max_categories = %zu: "
            "with preprocess.unknown = error each needs its own; raise max_categories or "
            "choose unknown = other",
            fit->file, fit->name, n_distinct, most);
    categories_keep(categories, most);
    *n_rare = n_distinct - categories->n;
    return true;
}

static void name_categories(const FeatureOptions *options, const Categories *categories,
                            size_t n_missing, size_t n_rare, Feature *feature) {
    for (size_t i = 0; i < categories->n; i++)
        text_list_add(&feature->categories, categories->items[i].name);
    const bool may_fill = feature->imputer->fill;
    feature->has_missing = n_missing > 0 && may_fill && !feature->imputer->fills_category;
    if (feature->has_missing)
        text_list_add(&feature->categories, "<missing>");
    feature->has_other =
        !feature->unknown_is_error && (n_rare > 0 || options->encoder->needs_other);
    if (feature->has_other)
        text_list_add(&feature->categories, "<other>");
    feature->fill_code = feature->categories.n;
    if (feature->has_missing)
        feature->fill_code = categories->n;
    else if (feature->imputer->fills_category)
        feature->fill_code = categories_most_frequent(categories);
}

static void set_embedding(const FeatureOptions *options, Feature *feature) {
    if (!feature->encoder->is_looked_up)
        return;
    feature->embedding_dim = options->embedding_dim > 0 ? (size_t)options->embedding_dim
                                                        : encoder_auto_width(feature->categories.n);
}

static void warn_categories(const Fit *fit, const Categories *categories, size_t n_missing) {
    if (categories->n == 1 && n_missing == 0)
        warn_constant(fit);
    if (categories->n >= FEWEST_IDS && categories->n == fit->rows->n)
        problems_warning(
            fit->problems,
            "%s: warning: column '%s' has another category in each of the %zu training "
            "rows and looks like an id: name it in data.id or data.ignore",
            fit->file, fit->name, fit->rows->n);
}

static bool fit_categorical(const Fit *fit, Feature *feature, Error *err) {
    feature->encoder = fit->options->encoder;
    feature->unknown_is_error = fit->options->unknown_is_error;
    Categories categories = {0};
    size_t n_missing = 0;
    size_t n_rare = 0;
    bool ok = count_categories(fit, &categories, &n_missing, err);
    if (ok) {
        warn_categories(fit, &categories, n_missing);
        ok = cut_rare(fit, &categories, &n_rare, err);
    }
    if (ok) {
        name_categories(fit->options, &categories, n_missing, n_rare, feature);
        set_embedding(fit->options, feature);
    }
    categories_free(&categories);
    return ok;
}

/* ---- All columns ---- */

static void add_column_name(Features *features, const char *name, const char *between,
                            const char *detail) {
    TextBuffer text = {0};
    text_append(&text, name);
    text_append(&text, between);
    text_append(&text, detail);
    text_list_add(&features->column_names, text_of(&text));
    text_free(&text);
}

static void lay_out_categorical(Features *features, Feature *feature) {
    feature->n_columns = feature->encoder->width(feature->categories.n);
    if (!feature->encoder->is_per_category)
        add_column_name(features, feature->name, "", "");
    else
        for (size_t i = 0; i < feature->categories.n; i++)
            add_column_name(features, feature->name, "=", feature->categories.items[i]);
}

void features_lay_out(Features *features) {
    text_list_free(&features->column_names);
    features->n_columns = 0;
    for (size_t i = 0; i < features->n; i++) {
        Feature *feature = &features->items[i];
        feature->first_column = features->n_columns;
        if (!feature->is_numeric) {
            lay_out_categorical(features, feature);
        } else {
            feature->n_columns = feature->has_indicator ? 2 : 1;
            add_column_name(features, feature->name, "", "");
            if (feature->has_indicator)
                add_column_name(features, feature->name, " is missing", "");
        }
        features->n_columns += feature->n_columns;
    }
}

bool features_fit(const FeatureOptions *options, const Table *table, const Schema *schema,
                  const RowSet *rows, Features *features, Problems *problems, Error *err) {
    assert(rows->n > 0 && options->max_categories >= 1);
    Fit fit = {options, table, schema, rows, problems, 0, "", ""};
    features->n = schema->n_features;
    features->items = NEW(Feature, features->n);
    text_list_copy(&features->missing, &schema->missing);
    for (size_t i = 0; i < features->n; i++) {
        Feature *feature = &features->items[i];
        fit_at_column(&fit, schema->features[i]);
        feature->name = memory_copy_text(table->names.items[fit.column]);
        feature->is_numeric = schema->columns[fit.column].is_numeric;
        feature->imputer = options->imputer;
        if (!(feature->is_numeric ? fit_numeric : fit_categorical)(&fit, feature, err))
            return false;
    }
    features_lay_out(features);
    return true;
}

void features_free(Features *features) {
    for (size_t i = 0; i < features->n; i++) {
        memory_free(features->items[i].name);
        scaling_free(&features->items[i].scaling);
        text_list_free(&features->items[i].categories);
    }
    memory_free(features->items);
    text_list_free(&features->missing);
    text_list_free(&features->column_names);
    *features = (Features){0};
}

size_t feature_n_named(const Feature *feature) {
    return feature->categories.n - feature->has_missing - feature->has_other;
}
