/* Fitted features on the rows of a table; see features.h. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/categories.h"
#include "data/features.h"

/* Columns that a message tells one by one; of further ones only the number. */
enum { MOST_TOLD = 20 };

/* The names of the columns that are not features, as suggestions for those that are lacking. */
static const char **list_spare(const Features *features, const Table *table,
                               const size_t *columns) {
    const char **spare = NEW(const char *, table->n_columns);
    for (size_t i = 0; i < table->n_columns; i++)
        spare[i] = table->names.items[i];
    for (size_t i = 0; i < features->n; i++)
        if (columns[i] < table->n_columns)
            spare[columns[i]] = NULL;
    return spare;
}

size_t features_find(const Features *features, const Table *table, size_t *columns) {
    Dictionary names = {0};
    size_t n_lacking = 0;
    for (size_t i = 0; i < table->n_columns; i++)
        dictionary_add(&names, table->names.items[i], strlen(table->names.items[i]));
    for (size_t i = 0; i < features->n; i++) {
        const char *name = features->items[i].name;
        const size_t column = dictionary_add(&names, name, strlen(name));
        columns[i] = column < table->n_columns ? column : table->n_columns;
        n_lacking += column >= table->n_columns;
    }
    dictionary_free(&names);
    return n_lacking;
}

static bool fail_lacking(const Features *features, const Table *table, const size_t *columns,
                         size_t n_lacking, Error *err) {
    TextBuffer lacking = {0};
    size_t n_told = 0, n_meant = 0;
    char shown[TEXT_SHOWN];
    const char **spare = list_spare(features, table, columns);
    for (size_t i = 0; i < features->n && n_told < MOST_TOLD; i++) {
        const char *name = features->items[i].name;
        if (columns[i] < table->n_columns)
            continue;
        text_printf(&lacking, "%s'%s'", n_told > 0 ? ", " : "",
                    text_shown(shown, name, strlen(name)));
        const char *meant = text_suggest(name, spare, table->n_columns);
        if (meant)
            text_printf(&lacking, " (did you mean '%s'?)", text_shown(shown, meant, strlen(meant)));
        n_told++;
        n_meant += meant != NULL;
    }
    memory_free(spare);
    if (n_told < n_lacking)
        text_printf(&lacking, " and %zu more", n_lacking - n_told);
    const char *file = table->files.n > 0 ? table->files.items[0] : "data";
    if (n_told > n_meant) {
        TextBuffer names = {0};
        text_join_list(&names, &table->names);
        text_append(&lacking, "; it has ");
        text_append_escaped(&lacking, text_of(&names), names.n);
        text_free(&names);
    }
    fail(err, ERROR_DATA, "%s:1: error: the model needs %s that the header does not have: %s",
         text_shown(shown, file, strlen(file)), n_lacking == 1 ? "a column" : "columns",
         text_of(&lacking));
    text_free(&lacking);
    return false;
}

bool features_bind(const Features *features, const Table *table, size_t *columns, size_t *n_extra,
                   Error *err) {
    const size_t n_lacking = features_find(features, table, columns);
    if (n_lacking > 0)
        return fail_lacking(features, table, columns, n_lacking, err);
    if (n_extra)
        *n_extra = table->n_columns - features->n;
    return true;
}

/* ---- Rows with missing cells ---- */

static bool is_complete(const Table *table, size_t row, const size_t *columns, size_t n_columns) {
    for (size_t i = 0; i < n_columns; i++)
        if (table_is_missing(table, row, columns[i]))
            return false;
    return true;
}

/* Returns how many rows were dropped. */
static size_t keep_complete(const Table *table, const size_t *columns, size_t n_columns,
                            RowSet *rows) {
    const size_t n_before = rows->n;
    size_t n_kept = 0;
    for (size_t i = 0; i < n_before; i++)
        if (is_complete(table, rows->rows[i], columns, n_columns))
            rows->rows[n_kept++] = rows->rows[i];
    rows->n = n_kept;
    return n_before - n_kept;
}

bool features_drop_missing(const FeatureOptions *options, const Table *table, const Schema *schema,
                           RowSet *rows, size_t *n_dropped, Error *err) {
    *n_dropped = 0;
    if (!options->imputer->drops_rows)
        return true;
    *n_dropped = keep_complete(table, schema->features, schema->n_features, rows);
    if (rows->n > 0 || *n_dropped == 0)
        return true;
    char shown[TEXT_SHOWN];
    const char *file = table->files.n > 0 ? table->files.items[0] : "data";
    return fail(
        err, ERROR_DATA,
        "%s: error: each of the %zu rows has a missing cell, and preprocess.impute = %s leaves "
        "them all out: choose median, mean, zero or mode",
        text_shown(shown, file, strlen(file)), *n_dropped, options->imputer->kind.name);
}

void features_drop_incomplete(const Features *features, const Table *table, const size_t *columns,
                              RowSet *rows, size_t *n_dropped) {
    *n_dropped = 0;
    if (features->n > 0 && features->items[0].imputer->drops_rows)
        *n_dropped = keep_complete(table, columns, features->n, rows);
}

/* ---- Cells to numbers ---- */

typedef struct Application {
    const Features *features;
    const Table *table;
    const size_t *columns;
    size_t **codes;  /* (features->n) of a categorical feature: for each text of the table's column
                        the code of the category, or CATEGORY_NONE */
    size_t *unknown; /* (features->n) or NULL */
} Application;

static bool refuse_missing(const Application *apply, size_t index, size_t row, Error *err) {
    return table_fail(
        apply->table, row, apply->columns[index], err,
        "is a missing value, and preprocess.impute = %s gives it none: fill the cell in, "
        "or train with median, mean, zero or mode",
        apply->features->items[index].imputer->kind.name);
}

static bool apply_number(const Application *apply, size_t index, size_t row, float *out,
                         Error *err) {
    const Feature *feature = &apply->features->items[index];
    double value;
    bool is_missing;
    if (!schema_number(apply->table, row, apply->columns[index], &value, &is_missing, err))
        return false;
    if (is_missing && !feature->imputer->fill)
        return refuse_missing(apply, index, row, err);
    const double scaled =
        feature->scaler->transform(&feature->scaling, is_missing ? feature->fill : value);
    out[0] = (float)scaled;
    if (feature->has_indicator)
        out[1] = is_missing ? 1.0f : 0.0f;
    if (isfinite(out[0]))
        return true;
    return table_fail(
        apply->table, row, apply->columns[index], err,
        "is %g after scaling (preprocess.scale = %s), beyond the range of a 32-bit float: "
        "correct the cell, or choose quantile",
        scaled, feature->scaler->kind.name);
}

static bool refuse_unknown(const Application *apply, size_t index, size_t row, Error *err) {
    const Feature *feature = &apply->features->items[index];
    TextBuffer few = {0};
    categories_append_few(&few, &feature->categories, feature_n_named(feature));
    table_fail(apply->table, row, apply->columns[index], err,
               "is a category that no training row has, and preprocess.unknown = error refuses it; "
               "known: %s",
               text_of(&few));
    text_free(&few);
    return false;
}

static bool apply_category(const Application *apply, size_t index, size_t row, float *out,
                           Error *err) {
    const Feature *feature = &apply->features->items[index];
    const size_t n_categories = feature->categories.n;
    const size_t column = apply->columns[index];
    size_t code;
    if (!table_is_missing(apply->table, row, column))
        code = apply->codes[index][table_code(apply->table, row, column)];
    else if (feature->imputer->fill)
        code = feature->fill_code;
    else
        return refuse_missing(apply, index, row, err);
    if (code >= n_categories) {
        const bool has_place = feature->has_other || !feature->encoder->needs_other;
        if (feature->unknown_is_error || !has_place)
            return refuse_unknown(apply, index, row, err);
        if (apply->unknown)
            apply->unknown[index]++;
        code = feature->has_other ? n_categories - 1 : n_categories;
    }
    feature->encoder->encode(out, code, n_categories);
    return true;
}

static bool apply_row(const Application *apply, size_t row, float *x, Error *err) {
    for (size_t i = 0; i < apply->features->n; i++) {
        const Feature *feature = &apply->features->items[i];
        float *out = x + feature->first_column;
        if (!(feature->is_numeric ? apply_number : apply_category)(apply, i, row, out, err))
            return false;
    }
    return true;
}

static size_t *find_codes(const Feature *feature, const Dictionary *texts) {
    Categories known = {0};
    size_t *codes = NEW(size_t, texts->n);
    categories_from_list(&known, &feature->categories, feature_n_named(feature));
    for (size_t i = 0; i < texts->n; i++)
        codes[i] = categories_find(&known, dictionary_text(texts, i));
    categories_free(&known);
    return codes;
}

bool features_apply(const Features *features, const Table *table, const size_t *columns,
                    const RowSet *rows, float *x, size_t x_row, UnknownCount *unknown, Error *err) {
    assert(x_row >= features->n_columns);
    Application apply = {features, table, columns, NEW(size_t *, features->n),
                         unknown ? unknown->per_feature : NULL};
    for (size_t i = 0; i < features->n; i++)
        if (!features->items[i].is_numeric)
            apply.codes[i] = find_codes(&features->items[i], &table->columns[columns[i]].texts);
    bool ok = true;
    for (size_t i = 0; ok && i < rows->n; i++) {
        float *out = x + i * x_row;
        memset(out + features->n_columns, 0, (x_row - features->n_columns) * sizeof *out);
        ok = apply_row(&apply, rows->rows[i], out, err);
    }
    for (size_t i = 0; i < features->n; i++)
        memory_free(apply.codes[i]);
    memory_free(apply.codes);
    return ok;
}
