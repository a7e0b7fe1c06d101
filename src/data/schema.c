#include "data/schema.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/number_hint.h"
#include "data/schema_names.h"
#include "data/schema_scan.h"
#include "data/schema_task.h"

/* What a role demands of the cells, by ColumnRole. */
static const struct {
    const char *name;
    bool is_read;        /* cells matter */
    bool may_be_numeric; /* numbers are told from text */
    bool is_number;      /* text is an error */
    bool may_mix;        /* mostly numbers and some text is no error */
} roles[] = {
    [ROLE_IGNORED] = {.name = "ignored"},
    [ROLE_FEATURE] = {.name = "feature", .is_read = true, .may_be_numeric = true},
    [ROLE_TARGET] = {.name = "target", .is_read = true, .may_be_numeric = true},
    [ROLE_ID] = {.name = "id", .is_read = true},
    [ROLE_WEIGHT] = {.name = "weight", .is_read = true, .may_be_numeric = true, .is_number = true},
    [ROLE_GROUP] = {.name = "group", .is_read = true},
    [ROLE_TIME] = {.name = "time", .is_read = true, .may_be_numeric = true, .may_mix = true},
    [ROLE_SPLIT] = {.name = "split", .is_read = true},
};

/* What schema_infer works with; all arrays have n_columns items. */
typedef struct Inference {
    const SchemaOptions *options;
    const Table *table;
    Schema *schema;
    Problems *problems;
    const char **claims; /* key of the option that gave the column its role, or NULL */
    Naming *numeric;     /* by data.numeric */
    Naming *categorical; /* by data.categorical */
    ColumnScan *scans;
} Inference;

/* ---- roles ---- */

static void report_claim(const Inference *in, size_t column, const char *key) {
    const char *name = in->table->names.items[column];
    char shown[TEXT_SHOWN];
    if (strcmp(in->claims[column], key) == 0) {
        problems_error(in->problems, "%s: error: column '%s' is named twice", key,
                       text_shown(shown, name, strlen(name)));
    } else {
        problems_error(in->problems, "%s: error: column '%s' is in %s already", key,
                       text_shown(shown, name, strlen(name)), in->claims[column]);
    }
}

static void claim(Inference *in, size_t column, ColumnRole role, const char *key) {
    if (in->claims[column]) {
        report_claim(in, column, key);
        return;
    }
    in->claims[column] = key;
    in->schema->columns[column].role = role;
}

static void claim_targets(Inference *in) {
    const TextList *names = &in->options->target;
    Schema *schema = in->schema;
    schema->targets = NEW(size_t, names->n);
    assert(names->n > 0);
    for (size_t i = 0; i < names->n; i++) {
        const size_t column =
            schema_name_find(in->table, "data.target", names->items[i], in->problems);
        if (column < schema->n_columns) {
            claim(in, column, ROLE_TARGET, "data.target");
            schema->targets[schema->n_targets++] = column;
        }
    }
}

/* A column that is named alone, or n_columns. */
static size_t claim_one(Inference *in, const char *name, ColumnRole role, const char *key) {
    if (!name) {
        return in->schema->n_columns;
    }
    const size_t column = schema_name_find(in->table, key, name, in->problems);
    if (column < in->schema->n_columns) {
        claim(in, column, role, key);
    }
    return column;
}

/* An id may have another role besides, such as group, but a target is absent when predicting. */
static void claim_ids(Inference *in) {
    const TextList *names = &in->options->id;
    Schema *schema = in->schema;
    bool *is_id = NEW(bool, schema->n_columns);
    schema->ids = NEW(size_t, names->n);
    for (size_t i = 0; i < names->n; i++) {
        const size_t column = schema_name_find(in->table, "data.id", names->items[i], in->problems);
        if (column == schema->n_columns) {
            continue;
        }
        if (is_id[column] || !in->claims[column] || schema->columns[column].role == ROLE_TARGET) {
            claim(in, column, ROLE_ID, "data.id");
        }
        is_id[column] = true;
        schema->ids[schema->n_ids++] = column;
    }
    memory_free(is_id);
}

/* Columns that globs match get the role when they have none; named ones must have none. */
static void claim_many(Inference *in, const TextList *items, ColumnRole role, const char *key) {
    Naming *naming = NEW(Naming, in->schema->n_columns);
    schema_names_mark(in->table, key, items, naming, in->problems);
    for (size_t i = 0; i < in->schema->n_columns; i++) {
        if (naming[i] == NAMED || (naming[i] == NAMED_BY_GLOB && !in->claims[i])) {
            claim(in, i, role, key);
        }
    }
    memory_free(naming);
}

static void claim_features(Inference *in) {
    Schema *schema = in->schema;
    const TextList *names = &in->options->features;
    const bool is_all = names->n == 0 || (names->n == 1 && strcmp(names->items[0], "*") == 0);
    if (!is_all) {
        claim_many(in, names, ROLE_FEATURE, "data.features");
    }
    for (size_t i = 0; is_all && i < schema->n_columns; i++) {
        if (!in->claims[i]) {
            claim(in, i, ROLE_FEATURE, "data.features");
        }
    }
    schema->features = NEW(size_t, schema->n_columns);
    for (size_t i = 0; i < schema->n_columns; i++) {
        if (schema->columns[i].role == ROLE_FEATURE) {
            schema->features[schema->n_features++] = i;
        }
    }
    if (schema->n_features == 0) {
        problems_error(in->problems, "data.features: error: no column is left to learn from");
    }
}

static void claim_all(Inference *in) {
    const SchemaOptions *options = in->options;
    claim_targets(in);
    in->schema->weight = claim_one(in, options->weight, ROLE_WEIGHT, "data.weight");
    in->schema->group = claim_one(in, options->group, ROLE_GROUP, "data.group");
    in->schema->time = claim_one(in, options->time, ROLE_TIME, "data.time");
    in->schema->split = claim_one(in, options->split_column, ROLE_SPLIT, "split.column");
    claim_ids(in);
    claim_many(in, &options->ignore, ROLE_IGNORED, "data.ignore");
    claim_features(in);
}

/* ---- types ---- */

static void read_declared_types(Inference *in) {
    schema_names_mark(in->table, "data.numeric", &in->options->numeric, in->numeric, in->problems);
    schema_names_mark(in->table, "data.categorical", &in->options->categorical, in->categorical,
                      in->problems);
    for (size_t i = 0; i < in->schema->n_columns; i++) {
        const char *name = in->table->names.items[i];
        char shown[TEXT_SHOWN];
        if (in->numeric[i] && in->numeric[i] == in->categorical[i]) {
            problems_error(in->problems,
                           "data.categorical: error: column '%s' is in data.numeric already",
                           text_shown(shown, name, strlen(name)));
        }
    }
}

static void report_text(const Inference *in, size_t column, const char *why, const char *hint,
                        const char *way_out) {
    const ColumnScan *scan = &in->scans[column];
    Error err;
    table_fail(in->table, scan->first_text_row, column, &err,
               "is not a number, but %s; %zu of the column's %zu values are numbers; %s%s%s", why,
               scan->n_numbers, scan->n_present, hint ? hint : "", hint ? ", or " : "", way_out);
    problems_error(in->problems, "%s", err.text);
}

/* Nearly all values are numbers: the others are more likely mistakes than categories. */
static bool is_nearly_numeric(const ColumnScan *scan) {
    return scan->n_numbers >= 10 && scan->n_numbers / 9 >= scan->n_present - scan->n_numbers;
}

/* As categories, such numbers would train a network that is of no use. */
static bool has_commas(const ColumnScan *scan) {
    return scan->n_with_comma > 0 && scan->n_numbers + scan->n_with_comma >= 10 &&
           scan->n_numbers + scan->n_with_comma == scan->n_present;
}

static bool decide_type(const Inference *in, size_t column) {
    const ColumnRole role = in->schema->columns[column].role;
    const ColumnScan *scan = &in->scans[column];
    if (!roles[role].may_be_numeric || in->categorical[column] > in->numeric[column]) {
        return false;
    }
    if (scan->n_numbers == scan->n_present) {
        return true;
    }
    const char *hint = number_hint(table_cell(in->table, scan->first_text_row, column));
    if (roles[role].is_number || in->numeric[column]) {
        report_text(in, column,
                    roles[role].is_number ? "the weight of a row must be one"
                                          : "data.numeric says so",
                    hint,
                    roles[role].is_number ? "add it to data.missing if it means no value"
                    : scan->n_numbers > 0
                        ? "add it to data.missing if it means no value, or take the column out of "
                          "data.numeric"
                        : "take the column out of data.numeric");
    } else if (!roles[role].may_mix && is_nearly_numeric(scan)) {
        report_text(in, column, "the column looks numeric", hint,
                    "add it to data.missing if it means no value, or the column to "
                    "data.categorical if its values are categories");
    } else if (!roles[role].may_mix && has_commas(scan)) {
        report_text(in, column, "the column looks numeric, with commas",
                    "write decimals with a point and thousands without separator",
                    "add the column to data.categorical if its values are categories");
    }
    return false;
}

static void decide_types(Inference *in) {
    Schema *schema = in->schema;
    bool *is_read = NEW(bool, schema->n_columns);
    for (size_t i = 0; i < schema->n_columns; i++) {
        is_read[i] = roles[schema->columns[i].role].is_read;
    }
    schema_scan(in->table, is_read, in->scans);
    for (size_t i = 0; i < schema->n_columns; i++) {
        ColumnInfo *info = &schema->columns[i];
        const ColumnScan *scan = &in->scans[i];
        if (!is_read[i]) {
            continue;
        }
        info->is_numeric = decide_type(in, i);
        info->n_missing = in->table->n_rows - scan->n_present;
        info->minimum = info->is_numeric ? scan->minimum : 0.0;
        info->maximum = info->is_numeric ? scan->maximum : 0.0;
        info->n_distinct =
            info->is_numeric ? scan->n_distinct : schema_scan_count_texts(in->table, i);
    }
    memory_free(is_read);
}

/* ---- schema ---- */

/* Roles and declared types; released with end_inference, but for the schema. */
static Inference begin_inference(const SchemaOptions *options, const Table *table, Schema *schema,
                                 Problems *problems) {
    const size_t n = table->n_columns;
    *schema = (Schema){.n_columns = n, .columns = NEW(ColumnInfo, n)};
    text_list_copy(&schema->missing, &options->missing);
    Inference in = {.options = options,
                    .table = table,
                    .schema = schema,
                    .problems = problems,
                    .claims = NEW(const char *, n),
                    .numeric = NEW(Naming, n),
                    .categorical = NEW(Naming, n),
                    .scans = NEW(ColumnScan, n)};
    claim_all(&in);
    read_declared_types(&in);
    return in;
}

static void end_inference(Inference *in) {
    memory_free(in->claims);
    memory_free(in->numeric);
    memory_free(in->categorical);
    schema_scan_free(in->scans, in->schema->n_columns);
}

bool schema_infer(const SchemaOptions *options, const Table *table, Schema *schema,
                  Problems *problems) {
    const size_t n_errors = problems->n_errors;
    Inference in = begin_inference(options, table, schema, problems);
    decide_types(&in);
    if (problems->n_errors == n_errors) {
        schema_task_settle(options->task, table, in.scans, schema, problems);
    }
    end_inference(&in);
    return problems->n_errors == n_errors;
}

static CsvWish wish_for_target(const SchemaOptions *options) {
    if (options->task) {
        return options->task->has_classes ? CSV_WISH_TEXTS : CSV_WISH_ANY;
    }
    return options->target.n == 1 ? CSV_WISH_CLASSES : CSV_WISH_ANY;
}

void schema_wishes(const void *context, const Table *table, CsvWish *wishes) {
    const SchemaOptions *options = context;
    Problems ignored = {0}; /* schema_infer will tell them */
    Schema schema;
    Inference in = begin_inference(options, table, &schema, &ignored);
    for (size_t i = 0; i < table->n_columns; i++) {
        const ColumnRole role = schema.columns[i].role;
        if (!roles[role].is_read) {
            wishes[i] = CSV_WISH_NOTHING;
        } else if (!roles[role].may_be_numeric || in.categorical[i] > in.numeric[i]) {
            wishes[i] = CSV_WISH_TEXTS;
        } else if (role == ROLE_TARGET) {
            wishes[i] = wish_for_target(options);
        }
    }
    for (size_t i = 0; i < schema.n_ids; i++) {
        wishes[schema.ids[i]] = CSV_WISH_TEXTS;
    }
    end_inference(&in);
    schema_free(&schema);
    problems_free(&ignored);
}

void schema_free(Schema *schema) {
    memory_free(schema->columns);
    memory_free(schema->features);
    memory_free(schema->targets);
    memory_free(schema->ids);
    text_list_free(&schema->missing);
    *schema = (Schema){0};
}

/* ---- cells ---- */

bool schema_number(const Table *table, size_t row, size_t column, double *value, bool *is_missing,
                   Error *err) {
    *value = table_value(table, row, column);
    *is_missing = isnan(*value);
    if (isfinite(*value)) {
        return true;
    }
    *value = 0.0;
    if (*is_missing) {
        return true;
    }
    const char *hint = number_hint(table_cell(table, row, column));
    return table_fail(table, row, column, err, "is not a number%s%s", hint ? "; " : "",
                      hint ? hint : "");
}

/* ---- description ---- */

enum { NAME_WIDTH = 24 };

static void append_number(TextBuffer *out, double value) {
    char text[TEXT_NUMBER];
    text_append_bytes(out, text, text_from_double(text, value));
}

static void describe_column(TextBuffer *out, const ColumnInfo *info) {
    if (info->is_numeric && info->n_distinct > 0) {
        append_number(out, info->minimum);
        text_append(out, " to ");
        append_number(out, info->maximum);
        text_append(out, ", ");
    }
    const bool is_more = info->is_numeric && info->n_distinct == MAX_DISTINCT_NUMBERS;
    text_printf(out, "%zu%s value%s", info->n_distinct, is_more ? " or more" : "",
                info->n_distinct == 1 ? "" : "s");
    if (info->n_missing > 0) {
        text_printf(out, ", %zu missing", info->n_missing);
    }
}

void schema_describe(TextBuffer *out, const Schema *schema, const Table *table) {
    for (size_t i = 0; i < schema->n_columns; i++) {
        const ColumnInfo *info = &schema->columns[i];
        const char *name = table->names.items[i];
        char shown[TEXT_SHOWN];
        text_append(out, text_shown(shown, name, strlen(name)));
        text_pad(out, shown, NAME_WIDTH);
        text_printf(out, roles[info->role].is_read ? " %-8s" : " %s", roles[info->role].name);
        if (roles[info->role].is_read) {
            text_printf(out, " %-12s ", info->is_numeric ? "numeric" : "categorical");
            describe_column(out, info);
        }
        text_append(out, "\n");
    }
}
