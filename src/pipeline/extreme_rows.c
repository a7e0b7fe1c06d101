#include "pipeline/extreme_rows.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_ROWS = 3 };

/* A row of the training data, and the column in which it is farthest from the mean. */
typedef struct Extreme {
    size_t example, column;
    bool is_target;
    double distance; /* in standard deviations */
} Extreme;

/* Columns of x or y, with the mean and the standard deviation of each. */
typedef struct Columns {
    const float *values;
    size_t n, row;
    double *mean, *deviation;
} Columns;

static Columns describe_columns(const float *values, size_t n, size_t row, size_t n_rows) {
    Columns columns = {values, n, row, NEW(double, n), NEW(double, n)};
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < n_rows; i++) {
            columns.mean[j] += (double)values[i * row + j] / (double)n_rows;
        }
        for (size_t i = 0; i < n_rows; i++) {
            const double distance = (double)values[i * row + j] - columns.mean[j];
            columns.deviation[j] += distance * distance / (double)n_rows;
        }
        columns.deviation[j] = sqrt(columns.deviation[j]);
    }
    return columns;
}

static void free_columns(Columns *columns) {
    memory_free(columns->mean);
    memory_free(columns->deviation);
}

static void find_extreme(const Columns *columns, bool is_target, Extreme *found) {
    for (size_t j = 0; j < columns->n; j++) {
        const double value = (double)columns->values[found->example * columns->row + j];
        const double distance =
            columns->deviation[j] > 0 ? fabs(value - columns->mean[j]) / columns->deviation[j] : 0;
        if (distance > found->distance) {
            found->column = j;
            found->is_target = is_target;
            found->distance = distance;
        }
    }
}

/* Keeps the list in falling order; returns its new length. */
static size_t insert(Extreme *list, size_t n, Extreme extreme) {
    size_t i = n < MOST_ROWS ? n++ : MOST_ROWS;
    for (; i > 0 && list[i - 1].distance < extreme.distance; i--) {
        if (i < MOST_ROWS) {
            list[i] = list[i - 1];
        }
    }
    if (i < MOST_ROWS) {
        list[i] = extreme;
    }
    return n;
}

static const char *name_of_column(const Prepared *data, const Extreme *extreme) {
    if (extreme->is_target) {
        return data->target.names.items[extreme->column];
    }
    for (size_t f = 0; f < data->features.n; f++) {
        const Feature *feature = &data->features.items[f];
        if (extreme->column - feature->first_column < feature->n_columns) {
            return feature->name;
        }
    }
    return "";
}

/* Values of classes are not far from anything. */
void extreme_rows_print(TextBuffer *out, const Table *table, const Trained *trained) {
    const Dataset *data = &trained->data.parts[PART_TRAIN];
    const History *history = &trained->history;
    const bool has_classes = trained->data.target.task->has_classes;
    Columns x = describe_columns(data->x, data->n_inputs, data->x_row, data->n_rows);
    Columns y =
        describe_columns(data->y, has_classes ? 0 : data->n_targets, data->y_row, data->n_rows);
    Extreme found[MOST_ROWS];
    size_t n = 0;
    for (size_t i = 0; i < history->n_bad_examples; i++) {
        Extreme extreme = {.example = history->bad_examples[i]};
        find_extreme(&x, false, &extreme);
        find_extreme(&y, true, &extreme);
        n = insert(found, n, extreme);
    }
    for (size_t i = 0; i < n && found[i].distance > 0; i++) {
        char place[TEXT_SHOWN], name[TEXT_SHOWN];
        const char *column = name_of_column(&trained->data, &found[i]);
        table_place(table, data->source[found[i].example], place);
        text_printf(out, "%s%s (%s, %.3g standard deviations from its mean)",
                    i ? ", " : "; most extreme rows of the batch: ", place,
                    text_shown(name, column, strlen(column)), found[i].distance);
    }
    free_columns(&x);
    free_columns(&y);
}
