#include "data/split.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *const part_names[N_PARTS] = {"train", "validation", "test"};

/* ---- by a column ---- */

static bool assign_column(const SplitCut *cut, const Table *table, const Schema *schema,
                          const RowSet *rows, uint32_t *part_of, Error *err) {
    (void)cut;
    for (size_t i = 0; i < rows->n; i++) {
        const char *cell = table_cell(table, rows->rows[i], schema->split);
        uint32_t part = 0;
        while (part < N_PARTS && strcmp(part_names[part], cell) != 0) {
            part++;
        }
        if (part == N_PARTS) {
            return table_fail(table, rows->rows[i], schema->split, err,
                              "is no part; write train, validation or test");
        }
        part_of[i] = part;
    }
    return true;
}

/* The column says nothing of folds. */
static bool fold_column(const SplitCut *cut, const Table *table, const Schema *schema,
                        const RowSet *rows, uint32_t *part_of, Error *err) {
    SplitFunction *const assign =
        schema->task->has_classes ? split_cut_stratified : split_cut_random;
    return assign(cut, table, schema, rows, part_of, err);
}

/* ---- by time ---- */

typedef struct Moment {
    double number;    /* 0 when the column is text */
    const char *text; /* "" when it is numeric */
    uint32_t position;
} Moment;

static int compare_moments(const void *a, const void *b) {
    const Moment *x = a, *y = b;
    if (x->number != y->number) {
        return x->number < y->number ? -1 : 1;
    }
    const int order = strcmp(x->text, y->text);
    return order != 0 ? order : (x->position > y->position) - (x->position < y->position);
}

/* YYYY-MM and what may follow: such texts sort by time. */
bool split_is_time(const char *text) {
    static const char form[] = "dddd-dd";
    for (size_t i = 0; form[i]; i++) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !is_digit : text[i] != form[i]) {
            return false;
        }
    }
    return strspn(text, "0123456789-:.,TZ+ ") == strlen(text);
}

static bool read_moment(const Table *table, const Schema *schema, size_t row, Moment *moment,
                        Error *err) {
    if (table_is_missing(table, row, schema->time)) {
        return table_fail(table, row, schema->time, err,
                          "is a missing value, but each row needs its time");
    }
    moment->text = "";
    if (schema->columns[schema->time].is_numeric) {
        bool is_missing;
        return schema_number(table, row, schema->time, &moment->number, &is_missing, err);
    }
    moment->text = table_cell(table, row, schema->time);
    return split_is_time(moment->text) ||
           table_fail(table, row, schema->time, err,
                      "cannot be ordered; times are all numbers, or all as in 2024-01-31 or "
                      "2024-01-31T12:00:00");
}

/* Oldest rows train, newest test; rows of one time keep their order. */
static bool assign_time(const SplitCut *cut, const Table *table, const Schema *schema,
                        const RowSet *rows, uint32_t *part_of, Error *err) {
    Moment *moments = NEW(Moment, rows->n);
    bool ok = true;
    for (size_t i = 0; ok && i < rows->n; i++) {
        moments[i].position = (uint32_t)i;
        ok = read_moment(table, schema, rows->rows[i], &moments[i], err);
    }
    if (ok) {
        qsort(moments, rows->n, sizeof *moments, compare_moments);
        size_t sizes[N_PARTS], next = 0;
        split_cut_sizes(cut->fractions, N_PARTS, rows->n, sizes);
        for (uint32_t part = 0; part < N_PARTS; part++) {
            for (size_t i = 0; i < sizes[part]; i++) {
                part_of[moments[next++].position] = part;
            }
        }
    }
    memory_free(moments);
    return ok;
}

/* ---- the table ---- */

static const SplitMethod methods[] = {
    {.kind = {"column", "a column says train, validation or test", NULL, NULL},
     .needs_column = true,
     .assign = assign_column,
     .fold = fold_column},
    {.kind = {"group", "whole groups in random order, so that no group is in two parts", NULL,
              NULL},
     .needs_group = true,
     .assign = split_cut_group,
     .fold = split_cut_group},
    {.kind = {"time", "the oldest rows train, the newest test", NULL, NULL},
     .needs_time = true,
     .assign = assign_time},
    {.kind = {"stratified", "random rows, with the classes in equal shares in each part", NULL,
              NULL},
     .needs_classes = true,
     .assign = split_cut_stratified,
     .fold = split_cut_stratified},
    {.kind = {"random", "random rows", NULL, NULL},
     .assign = split_cut_random,
     .fold = split_cut_random},
};

const KindTable *split_kinds(void) {
    static const KindTable table = KIND_TABLE("split method", methods);
    return &table;
}

/* What the method needs and the schema lacks, or NULL. */
static const char *find_lack(const SplitMethod *method, const Schema *schema) {
    const size_t none = schema->n_columns;
    return method->needs_column && schema->split == none  ? "split.column"
           : method->needs_group && schema->group == none ? "data.group"
           : method->needs_time && schema->time == none   ? "data.time"
           : method->needs_classes && !schema->task->has_classes
               ? "a target of classes (data.task = binary or multiclass)"
               : NULL;
}

static bool choose_method(const SplitOptions *options, const Schema *schema,
                          const SplitMethod **method, Error *err) {
    *method = options->method;
    for (size_t i = 0; !*method; i++) {
        *method = find_lack(&methods[i], schema) ? NULL : &methods[i];
    }
    const char *lack = find_lack(*method, schema);
    return !lack ||
           fail(err, ERROR_CONFIG, "split.method: error: %s needs %s", (*method)->kind.name, lack);
}

/* ---- parts ---- */

/* The rows whose part_of is, or is not, `part`. */
static RowSet select_rows(const RowSet *rows, const uint32_t *part_of, uint32_t part, bool is) {
    RowSet selected = {.rows = NEW(uint32_t, rows->n)};
    for (size_t i = 0; i < rows->n; i++) {
        if ((part_of[i] == part) == is) {
            selected.rows[selected.n++] = rows->rows[i];
        }
    }
    return selected;
}

static double sum_of(const double fractions[N_PARTS]) {
    return fractions[PART_TRAIN] + fractions[PART_VALIDATION] + fractions[PART_TEST];
}

static bool check_fractions(const SplitOptions *options, Error *err) {
    const bool is_fine = options->fractions[PART_TRAIN] > 0.0 &&
                         options->fractions[PART_VALIDATION] >= 0.0 &&
                         options->fractions[PART_TEST] >= 0.0;
    return (is_fine && fabs(sum_of(options->fractions) - 1.0) <= 1e-6) ||
           fail(err, ERROR_CONFIG,
                "split.train: error: train, validation and test are %g, %g, %g, but must be "
                "fractions that sum to 1, and train more than 0",
                options->fractions[PART_TRAIN], options->fractions[PART_VALIDATION],
                options->fractions[PART_TEST]);
}

bool split_rows(const SplitOptions *options, const Table *table, const Schema *schema,
                const RowSet *rows, Split *split, Error *err) {
    *split = (Split){0};
    if (!check_fractions(options, err) || !choose_method(options, schema, &split->method, err)) {
        return false;
    }
    if (rows->n == 0) {
        return fail(err, ERROR_DATA, "split.method: error: no row is left to split");
    }
    double fractions[N_PARTS];
    for (size_t part = 0; part < N_PARTS; part++) {
        fractions[part] = options->fractions[part] / sum_of(options->fractions);
    }
    const SplitCut cut = {.fractions = fractions,
                          .n_parts = N_PARTS,
                          .first_is_train = true,
                          .stream = random_stream(options->seed, RANDOM_SPLIT)};
    uint32_t *part_of = NEW(uint32_t, rows->n);
    bool ok = split->method->assign(&cut, table, schema, rows, part_of, err);
    for (uint32_t part = 0; ok && part < N_PARTS; part++) {
        split->parts[part] = select_rows(rows, part_of, part, true);
    }
    memory_free(part_of);
    if (ok && split->parts[PART_TRAIN].n == 0) {
        ok = fail(err, ERROR_DATA, "split.method: error: %s leaves no row for training",
                  split->method->kind.name);
    }
    return ok;
}

/* ---- folds ---- */

static int compare_rows(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static RowSet copy_rows(const RowSet *rows) {
    return (RowSet){.rows = memory_copy(rows->rows, rows->n, sizeof *rows->rows), .n = rows->n};
}

/* All rows that are not of the test part, in the order of the table. */
static RowSet gather_rows(const Split *whole) {
    const RowSet *a = &whole->parts[PART_TRAIN], *b = &whole->parts[PART_VALIDATION];
    RowSet rows = {.rows = NEW(uint32_t, a->n + b->n), .n = a->n + b->n};
    for (size_t i = 0; i < rows.n; i++) {
        rows.rows[i] = i < a->n ? a->rows[i] : b->rows[i - a->n];
    }
    qsort(rows.rows, rows.n, sizeof *rows.rows, compare_rows);
    return rows;
}

static bool check_folds(const SplitOptions *options, const Split *whole, size_t n_rows,
                        Error *err) {
    const size_t n_folds = (size_t)options->folds;
    if (!whole->method->fold) {
        return fail(err, ERROR_CONFIG,
                    "split.folds: error: split.method = %s has no folds, because a fold would "
                    "validate on rows that are older than its training rows",
                    whole->method->kind.name);
    }
    return n_folds <= n_rows ||
           fail(err, ERROR_DATA,
                "split.folds: error: %zu folds need as many rows, but there are %zu", n_folds,
                n_rows);
}

static bool assign_folds(const SplitOptions *options, const Table *table, const Schema *schema,
                         const SplitMethod *method, const RowSet *rows, uint32_t *part_of,
                         Error *err) {
    const size_t n_folds = (size_t)options->folds;
    double *fractions = NEW(double, n_folds);
    for (size_t i = 0; i < n_folds; i++) {
        fractions[i] = 1.0 / (double)n_folds;
    }
    const SplitCut cut = {.fractions = fractions,
                          .n_parts = n_folds,
                          .stream = random_stream(options->seed, RANDOM_FOLDS)};
    const bool ok = method->fold(&cut, table, schema, rows, part_of, err);
    memory_free(fractions);
    return ok;
}

bool split_fold(const SplitOptions *options, const Table *table, const Schema *schema,
                const Split *whole, size_t fold, Split *split, Error *err) {
    assert(options->folds >= 2 && fold < (size_t)options->folds);
    RowSet rows = gather_rows(whole);
    uint32_t *part_of = NEW(uint32_t, rows.n);
    *split = (Split){.method = whole->method};
    const bool ok = check_folds(options, whole, rows.n, err) &&
                    assign_folds(options, table, schema, whole->method, &rows, part_of, err);
    if (ok) {
        split->parts[PART_TRAIN] = select_rows(&rows, part_of, (uint32_t)fold, false);
        split->parts[PART_VALIDATION] = select_rows(&rows, part_of, (uint32_t)fold, true);
        split->parts[PART_TEST] = copy_rows(&whole->parts[PART_TEST]);
    }
    memory_free(part_of);
    memory_free(rows.rows);
    return ok;
}

void split_free(Split *split) {
    for (size_t part = 0; part < N_PARTS; part++) {
        memory_free(split->parts[part].rows);
    }
    *split = (Split){0};
}
