#include "app/starter_columns.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/split.h"

/* LONG: of lines that a config can hold, with room for the key. */
enum { FEW_ROWS = 10, MANY_TEXTS = 64, LONG_NAME = 100, LONG_LINE = 160 };

/* ---- columns that stand out ---- */

/* Whole numbers that go up from row to row, with few gaps, as where rows were taken out. */
static bool is_counter(const Table *table, size_t column) {
    double first = 0.0, before = 0.0;
    for (size_t row = 0; row < table->n_rows; row++) {
        const double value = table_value(table, row, column);
        if (value != floor(value) || (row > 0 && value <= before)) {
            return false;
        }
        first = row == 0 ? value : first;
        before = value;
    }
    return before - first < 2.0 * (double)table->n_rows;
}

static bool is_id(const Table *table, const ColumnInfo *info, size_t column) {
    if (table->n_rows < FEW_ROWS || info->n_missing > 0) {
        return false;
    }
    return info->is_numeric ? is_counter(table, column) : info->n_distinct == table->n_rows;
}

static bool is_same(const Table *table, const ColumnInfo *info) {
    return table->n_rows >= FEW_ROWS && info->n_distinct == 1 && info->n_missing == 0;
}

static bool is_diverse(const Table *table, const ColumnInfo *info) {
    return !info->is_numeric && info->n_distinct > MANY_TEXTS &&
           info->n_distinct > (table->n_rows - info->n_missing) / 2;
}

static bool is_remarks(const Table *table, const ColumnInfo *info) {
    return is_diverse(table, info) && info->n_missing > 0 &&
           info->n_distinct == table->n_rows - info->n_missing;
}

static bool is_dates(const Table *table, const ColumnInfo *info, size_t column) {
    bool all = !info->is_numeric && table->n_rows >= FEW_ROWS && info->n_missing < table->n_rows;
    for (size_t row = 0; all && row < table->n_rows; row++) {
        all = table_is_missing(table, row, column) || split_is_time(table_cell(table, row, column));
    }
    return all;
}

/* Times, or numbers that are mostly different, none of which is below that of the row before. */
static bool is_rising(const Table *table, const ColumnInfo *info, size_t column) {
    bool rises = table->n_rows >= FEW_ROWS && info->n_missing == 0 && info->n_distinct > 2;
    for (size_t row = 1; rises && row < table->n_rows; row++) {
        rises =
            info->is_numeric
                ? table_value(table, row, column) >= table_value(table, row - 1, column)
                : strcmp(table_cell(table, row, column), table_cell(table, row - 1, column)) >= 0;
    }
    return rises;
}

/* What stays a feature. */
static void note_feature(const Table *table, const Schema *schema, size_t column,
                         StarterColumns *columns) {
    const ColumnInfo *info = &schema->columns[column];
    const bool has_widest = columns->widest < table->n_columns;
    if (is_diverse(table, info)) {
        columns->diverse[columns->n_diverse++] = column;
    }
    if (!info->is_numeric &&
        (!has_widest || info->n_distinct > schema->columns[columns->widest].n_distinct)) {
        columns->widest = column;
    }
    if (columns->may_split_by_time && info->is_numeric && columns->rising == table->n_columns &&
        info->n_distinct > MANY_TEXTS && is_rising(table, info, column)) {
        columns->rising = column;
    }
    columns->has_missing = columns->has_missing || info->n_missing > 0;
}

/* `plain`: only columns without a value are left out. */
static void sort_columns(const Table *table, const Schema *schema, bool plain,
                         StarterColumns *columns) {
    columns->n_ids = columns->n_empty = columns->n_same = columns->n_dates = 0;
    columns->n_remarks = columns->n_diverse = 0;
    columns->time = columns->rising = columns->widest = table->n_columns;
    columns->has_missing = false;
    for (size_t i = 0; i < schema->n_features; i++) {
        const size_t column = schema->features[i];
        const ColumnInfo *info = &schema->columns[column];
        if (info->n_missing == table->n_rows) {
            columns->empty[columns->n_empty++] = column;
        } else if (!plain && is_same(table, info)) {
            columns->same[columns->n_same++] = column;
        } else if (!plain && is_dates(table, info, column)) {
            if (columns->may_split_by_time && columns->time == table->n_columns &&
                is_rising(table, info, column)) {
                columns->time = column;
            } else {
                columns->dates[columns->n_dates++] = column;
            }
        } else if (!plain && is_id(table, info, column)) {
            columns->ids[columns->n_ids++] = column;
        } else if (!plain && is_remarks(table, info)) {
            columns->remarks[columns->n_remarks++] = column;
        } else {
            note_feature(table, schema, column, columns);
        }
    }
}

void starter_columns_find(const Table *table, const Schema *schema, bool may_split_by_time,
                          StarterColumns *columns) {
    columns->ids = NEW(size_t, schema->n_features);
    columns->empty = NEW(size_t, schema->n_features);
    columns->same = NEW(size_t, schema->n_features);
    columns->dates = NEW(size_t, schema->n_features);
    columns->remarks = NEW(size_t, schema->n_features);
    columns->diverse = NEW(size_t, schema->n_features);
    columns->may_split_by_time = may_split_by_time;
    sort_columns(table, schema, false, columns);
    const size_t n_times = columns->n_dates + (columns->time < table->n_columns);
    if (columns->n_ids + columns->n_empty + columns->n_same + n_times + columns->n_remarks ==
        schema->n_features) {
        sort_columns(table, schema, true, columns);
    }
}

static void set_roles(ColumnInfo *columns, const size_t *indices, size_t n, ColumnRole role) {
    for (size_t i = 0; i < n; i++) {
        columns[indices[i]].role = role;
    }
}

void starter_columns_describe(TextBuffer *out, const StarterColumns *columns, const Schema *schema,
                              const Table *table) {
    Schema described = *schema;
    described.columns = NEW(ColumnInfo, schema->n_columns);
    memcpy(described.columns, schema->columns, schema->n_columns * sizeof *schema->columns);
    set_roles(described.columns, columns->ids, columns->n_ids, ROLE_ID);
    set_roles(described.columns, columns->empty, columns->n_empty, ROLE_IGNORED);
    set_roles(described.columns, columns->same, columns->n_same, ROLE_IGNORED);
    set_roles(described.columns, columns->dates, columns->n_dates, ROLE_IGNORED);
    set_roles(described.columns, columns->remarks, columns->n_remarks, ROLE_IGNORED);
    set_roles(described.columns, &columns->time, columns->time < table->n_columns, ROLE_TIME);
    schema_describe(out, &described, table);
    memory_free(described.columns);
}

void starter_columns_free(StarterColumns *columns) {
    memory_free(columns->ids);
    memory_free(columns->empty);
    memory_free(columns->same);
    memory_free(columns->dates);
    memory_free(columns->remarks);
    memory_free(columns->diverse);
    *columns = (StarterColumns){0};
}

/* ---- values that mean what they say ---- */

static bool has_control(const char *text) {
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

/* Can it stand between quotes in a config? */
static bool can_be_quoted(const char *text) {
    return *text && !has_control(text) && !strstr(text, " ;") && text_is_utf8(text, strlen(text));
}

static bool is_plain(const char *text) {
    static const char *const words[] = {"none", "auto", "*"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            return false;
        }
    }
    const size_t n = strlen(text);
    return n > 0 && text[0] != ' ' && text[n - 1] != ' ' && !strpbrk(text, ",\";#");
}

static void append_item(TextBuffer *out, const char *text) {
    if (is_plain(text)) {
        text_append(out, text);
        return;
    }
    text_append(out, "\"");
    for (; *text; text++) {
        text_append(out, *text == '"' ? "\"" : "");
        text_append_bytes(out, text, 1);
    }
    text_append(out, "\"");
}

static void append_column(TextBuffer *out, const Table *table, size_t column) {
    const char *name = table->names.items[column];
    if (can_be_quoted(name) && strlen(name) <= LONG_NAME) {
        append_item(out, name);
    } else {
        text_printf(out, "\"#%zu\"", column + 1);
    }
}

void starter_append_columns(TextBuffer *out, const char *key, const Table *table,
                            const size_t *indices, size_t n) {
    const bool is_comment = key[0] == ';';
    size_t line = out->n;
    text_printf(out, "%s = ", key);
    for (size_t i = 0; i < n; i++) {
        TextBuffer item = {0};
        append_column(&item, table, indices[i]);
        if (i > 0 && out->n - line + item.n > LONG_LINE) {
            text_append(out, is_comment ? ",\n;    " : ",\n    ");
            line = out->n;
        } else {
            text_append(out, i > 0 ? ", " : "");
        }
        text_append(out, text_of(&item));
        text_free(&item);
    }
    text_append(out, "\n");
}

bool starter_append_path(TextBuffer *out, const char *key, const char *path) {
    TextBuffer line = {0};
    text_printf(&line, "%s = ", key);
    append_item(&line, path);
    text_append(out, text_of(&line));
    text_append(out, "\n");
    const bool good = line.n <= LONG_LINE && can_be_quoted(path);
    text_free(&line);
    return good;
}
