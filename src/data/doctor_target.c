/* Columns that give the target away, and rare classes; see doctor.h. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/doctor.h"

enum { MOST_ROWS = 100000, ENOUGH_ROWS = 50, ROWS_PER_VALUE = 5, MOST_IMBALANCE = 20 };

/* Shares of rows that a column foretells, and correlations, from which it is suspicious. */
static const double NEARLY_ALL = 0.99, NEARLY_LINEAR = 0.9999;

/* A feature's value, or the code of its text, beside the target's. */
typedef struct Pair {
    double x, target;
} Pair;

static int compare_pairs(const void *a, const void *b) {
    const Pair *left = a, *right = b;
    if (left->x < right->x || left->x > right->x) {
        return left->x < right->x ? -1 : 1;
    }
    return (left->target > right->target) - (left->target < right->target);
}

static double value_or_code(const Table *table, size_t row, size_t column) {
    const double value = table_value(table, row, column);
    return isinf(value) ? (double)table_code(table, row, column) : value;
}

/* Rows in which both are there, sorted by x, then target; their number. */
static size_t make_pairs(const Table *table, const RowSet *rows, size_t column, size_t target,
                         Pair *pairs) {
    size_t n = 0;
    for (size_t i = 0; i < rows->n && n < MOST_ROWS; i++) {
        const Pair pair = {value_or_code(table, rows->rows[i], column),
                           value_or_code(table, rows->rows[i], target)};
        if (!isnan(pair.x) && !isnan(pair.target)) {
            pairs[n++] = pair;
        }
    }
    if (n > 0) {
        qsort(pairs, n, sizeof *pairs, compare_pairs);
    }
    return n;
}

typedef struct Groups {
    size_t n_values;  /* different x */
    size_t n_pure;    /* rows of the most frequent class of their x */
    size_t n_changes; /* of class along x */
    size_t n_most;    /* rows of the most frequent class */
    size_t n_classes;
} Groups;

static bool is_equal(double a, double b) { return a >= b && a <= b; }

static void count_values(const Pair *pairs, size_t n, Groups *groups) {
    size_t longest = 0, length = 0;
    for (size_t i = 0; i < n; i++) {
        const bool is_new = i == 0 || !is_equal(pairs[i].x, pairs[i - 1].x);
        const bool changes = i == 0 || !is_equal(pairs[i].target, pairs[i - 1].target);
        groups->n_values += is_new;
        groups->n_changes += changes;
        groups->n_pure += is_new ? longest : 0;
        longest = is_new ? 0 : longest;
        length = is_new || changes ? 1 : length + 1;
        longest = length > longest ? length : longest;
    }
    groups->n_pure += longest;
}

static int compare_targets(const void *a, const void *b) {
    const Pair *left = a, *right = b;
    return (left->target > right->target) - (left->target < right->target);
}

/* Classes and their sizes; sorts pairs by target. Returns the size of the smallest. */
static size_t count_classes(Pair *pairs, size_t n, Groups *groups) {
    size_t length = 0, smallest = n;
    if (n > 0) {
        qsort(pairs, n, sizeof *pairs, compare_targets);
    }
    for (size_t i = 0; i < n; i++) {
        const bool is_new = i == 0 || !is_equal(pairs[i].target, pairs[i - 1].target);
        smallest = is_new && i > 0 && length < smallest ? length : smallest;
        length = is_new ? 1 : length + 1;
        groups->n_classes += is_new;
        groups->n_most = length > groups->n_most ? length : groups->n_most;
    }
    return length < smallest ? length : smallest;
}

/* Few values, each with one class; or as many stretches of values as there are classes. */
static bool tells_class(Pair *pairs, size_t n, bool is_ordered) {
    Groups groups = {0};
    count_values(pairs, n, &groups);
    count_classes(pairs, n, &groups);
    const double all = (double)n;
    const bool is_easy = (double)groups.n_most >= 0.95 * all;
    if (n < ENOUGH_ROWS || groups.n_classes < 2 || is_easy) {
        return false;
    }
    return ((double)groups.n_pure >= NEARLY_ALL * all && groups.n_values * ROWS_PER_VALUE <= n) ||
           (is_ordered && groups.n_changes == groups.n_classes && groups.n_pure == n);
}

/* Pearson's correlation. */
static double correlate(const Pair *pairs, size_t n) {
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        x += pairs[i].x / (double)n;
        y += pairs[i].target / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        const double dx = pairs[i].x - x, dy = pairs[i].target - y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx) / sqrt(yy) : 0;
}

static void warn_of_rare_class(const Table *table, size_t target, Pair *pairs, size_t n,
                               Problems *problems) {
    Groups groups = {0};
    const size_t smallest = count_classes(pairs, n, &groups);
    if (groups.n_classes > 1 && groups.n_most >= MOST_IMBALANCE * smallest) {
        doctor_warn(table, target, problems,
                    "has a class with %zu of %zu training rows, and another with %zu: accuracy "
                    "looks good without the rare one; watch balanced_accuracy, and try "
                    "loss.class_weight = balanced",
                    smallest, n, groups.n_most);
    }
}

void doctor_examine_target(const Table *table, const Schema *schema, const RowSet *train,
                           Problems *problems) {
    if (schema->n_targets != 1) {
        return;
    }
    const size_t target = schema->targets[0];
    const bool has_classes = schema->task->has_classes;
    Pair *pairs = NEW(Pair, train->n < MOST_ROWS ? train->n : MOST_ROWS);
    if (has_classes) {
        const size_t n = make_pairs(table, train, target, target, pairs);
        warn_of_rare_class(table, target, pairs, n, problems);
    }
    for (size_t i = 0; i < schema->n_features; i++) {
        const size_t column = schema->features[i];
        const bool is_numeric = schema->columns[column].is_numeric;
        const size_t n = make_pairs(table, train, column, target, pairs);
        if (has_classes
                ? tells_class(pairs, n, is_numeric)
                : is_numeric && n >= ENOUGH_ROWS && fabs(correlate(pairs, n)) > NEARLY_LINEAR) {
            doctor_warn(table, column, problems,
                        "alone gives the target away: if it is known only once the target is, put "
                        "it into data.ignore");
        }
    }
    memory_free(pairs);
}
