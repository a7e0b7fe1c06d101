#include "data/doctor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

enum { FEW_ROWS = 10, MOST_REPEATS_TOLD = 5 };

/* ---- What all parts use ---- */

/* The finisher of SplitMix64 (Steele, Lea & Flood 2014). */
uint64_t doctor_mix(uint64_t h, uint64_t next) {
    uint64_t z = h * 0x9e3779b97f4a7c15U + next;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

uint64_t doctor_cell_hash(const Table *table, size_t row, size_t column) {
    double value = table_value(table, row, column);
    if (isnan(value)) {
        return 1;
    }
    if (isinf(value)) {
        const Dictionary *texts = &table->columns[column].texts;
        return doctor_mix(2, texts->entries[table_code(table, row, column)].hash);
    }
    uint64_t bits;
    value = value == 0 ? 0 : value; /* minus zero */
    memcpy(&bits, &value, sizeof bits);
    return doctor_mix(3, bits);
}

bool doctor_cells_equal(const Table *table, size_t row_a, size_t column_a, size_t row_b,
                        size_t column_b) {
    const double a = table_value(table, row_a, column_a);
    const double b = table_value(table, row_b, column_b);
    if (isnan(a) || isnan(b)) {
        return isnan(a) && isnan(b);
    }
    if (isinf(a) && isinf(b)) {
        return strcmp(table_cell(table, row_a, column_a), table_cell(table, row_b, column_b)) == 0;
    }
    return a >= b && a <= b;
}

void doctor_warn(const Table *table, size_t column, Problems *problems, const char *format, ...) {
    char file[TEXT_SHOWN], name[TEXT_SHOWN];
    const char *path = table->files.n ? table->files.items[0] : "-";
    const char *title = table->names.items[column];
    TextBuffer rest = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&rest, format, args);
    va_end(args);
    problems_warning(problems, "%s: warning: column '%s' %s", text_shown(file, path, strlen(path)),
                     text_shown(name, title, strlen(title)), text_of(&rest));
    text_free(&rest);
}

/* ---- Columns that repeat another ---- */

typedef struct HashedColumn {
    uint64_t hash;
    size_t column;
} HashedColumn;

static int compare_hashes(const void *a, const void *b) {
    const HashedColumn *left = a, *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    return left->column < right->column ? -1 : 1;
}

static bool is_repeated(const Table *table, size_t a, size_t b) {
    size_t row = 0;
    while (row < table->n_rows && doctor_cells_equal(table, row, a, row, b)) {
        row++;
    }
    return row == table->n_rows;
}

static bool is_constant(const Table *table, size_t column) {
    size_t row = 1;
    while (row < table->n_rows && doctor_cells_equal(table, 0, column, row, column)) {
        row++;
    }
    return row >= table->n_rows;
}

static void find_repeats(const Table *table, const Schema *schema, Problems *problems) {
    HashedColumn *columns = NEW(HashedColumn, schema->n_features);
    for (size_t i = 0; i < schema->n_features; i++) {
        columns[i].column = schema->features[i];
        for (size_t row = 0; row < table->n_rows; row++) {
            columns[i].hash =
                doctor_mix(columns[i].hash, doctor_cell_hash(table, row, columns[i].column));
        }
    }
    if (schema->n_features > 0) {
        qsort(columns, schema->n_features, sizeof *columns, compare_hashes);
    }
    size_t n_told = 0;
    for (size_t i = 1; i < schema->n_features && n_told < MOST_REPEATS_TOLD; i++) {
        const size_t first = columns[i - 1].column, second = columns[i].column;
        if (columns[i].hash == columns[i - 1].hash && !is_constant(table, first) &&
            is_repeated(table, first, second)) {
            char name[TEXT_SHOWN];
            const char *title = table->names.items[first];
            doctor_warn(table, second, problems,
                        "repeats '%s' in every row: put one of them into data.ignore",
                        text_shown(name, title, strlen(title)));
            n_told++;
        }
    }
    memory_free(columns);
}

/* ---- Columns that count the rows ---- */

static bool counts_rows(const Table *table, size_t column) {
    const double first = table_value(table, 0, column);
    if (!isfinite(first) || first != floor(first)) {
        return false;
    }
    for (size_t row = 1; row < table->n_rows; row++) {
        if (table_value(table, row, column) != first + (double)row) {
            return false;
        }
    }
    return true;
}

static void find_counters(const Table *table, const Schema *schema, Problems *problems) {
    for (size_t i = 0; i < schema->n_features; i++) {
        const size_t column = schema->features[i];
        if (schema->columns[column].is_numeric && counts_rows(table, column)) {
            doctor_warn(table, column, problems,
                        "counts the rows: it tells where a row stands in the file, and nothing "
                        "of new rows; put it into data.id or data.ignore");
        }
    }
}

/* ---- Rows in order of time ---- */

/* 2024-05-31, 2024/05/31, and what follows. */
static bool is_date(const char *text) {
    static const char form[] = "dddd-dd-dd";
    for (size_t i = 0; form[i]; i++) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !is_digit : text[i] != '-' && text[i] != '/') {
            return false;
        }
    }
    return true;
}

static bool rises_with_rows(const Table *table, size_t column) {
    const bool is_text = table->columns[column].form == COLUMN_TEXTS;
    for (size_t row = 0; row < table->n_rows; row++) {
        const double value = table_value(table, row, column);
        if (is_text ? !isinf(value) || !is_date(table_cell(table, row, column)) : isnan(value)) {
            return false;
        }
        if (row > 0 && (is_text ? strcmp(table_cell(table, row - 1, column),
                                         table_cell(table, row, column)) > 0
                                : table_value(table, row - 1, column) > value)) {
            return false;
        }
    }
    return !is_constant(table, column);
}

static bool is_called_time(const char *name) {
    static const char *const words[] = {"time", "date",  "timestamp", "datetime",
                                        "year", "month", "day"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(name, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Later rows in training and earlier ones in the test tell more than the future will. */
static void find_time(const Table *table, const Schema *schema, const Split *split,
                      Problems *problems) {
    const SplitMethod *method = split->method;
    if (!method || method->needs_time || method->needs_column || method->needs_group) {
        return;
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        const Column *column = &table->columns[i];
        const bool may_be = column->form == COLUMN_TEXTS ||
                            (column->form == COLUMN_NUMBERS &&
                             (i == schema->time || is_called_time(table->names.items[i])));
        if (may_be && schema->columns[i].role != ROLE_TARGET && rises_with_rows(table, i)) {
            doctor_warn(table, i, problems,
                        "rises from row to row, so the rows are in order of time, but split.method "
                        "= %s trains on later rows than it tests on; use split.method = time with "
                        "data.time",
                        method->kind.name);
            return;
        }
    }
}

void doctor_examine(const Table *table, const Schema *schema, const Split *split,
                    Problems *problems) {
    if (table->n_rows >= FEW_ROWS) {
        find_repeats(table, schema, problems);
        find_counters(table, schema, problems);
        find_time(table, schema, split, problems);
        doctor_examine_target(table, schema, &split->parts[PART_TRAIN], problems);
    }
    doctor_examine_rows(table, schema, split, problems);
}
