#include "pipeline/extreme_rows.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_ROWS = 3 };

/* A row of the training data, and the column in which it is farthest from the mean. */
typedef struct Extreme {
    size_t example, column;
    double distance; /* in standard deviations */
} Extreme;

/* Mean and standard deviation of each column of x. */
static void describe_columns(const Dataset *data, double *mean, double *deviation) {
    const double n = (double)data->n_rows;
    for (size_t j = 0; j < data->n_inputs; j++) {
        for (size_t i = 0; i < data->n_rows; i++) {
            mean[j] += (double)data->x[i * data->x_row + j] / n;
        }
        for (size_t i = 0; i < data->n_rows; i++) {
            const double distance = (double)data->x[i * data->x_row + j] - mean[j];
            deviation[j] += distance * distance / n;
        }
        deviation[j] = sqrt(deviation[j]);
    }
}

static Extreme find_extreme(const Dataset *data, size_t example, const double *mean,
                            const double *deviation) {
    Extreme found = {.example = example};
    for (size_t j = 0; j < data->n_inputs; j++) {
        const double x = (double)data->x[example * data->x_row + j];
        const double distance = deviation[j] > 0 ? fabs(x - mean[j]) / deviation[j] : 0;
        if (distance > found.distance) {
            found.column = j;
            found.distance = distance;
        }
    }
    return found;
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

static const char *name_of_column(const Features *features, size_t column) {
    for (size_t f = 0; f < features->n; f++) {
        const Feature *feature = &features->items[f];
        if (column - feature->first_column < feature->n_columns) {
            return feature->name;
        }
    }
    return "";
}

void extreme_rows_print(TextBuffer *out, const Table *table, const Trained *trained) {
    const Dataset *data = &trained->data.parts[PART_TRAIN];
    const History *history = &trained->history;
    double *mean = NEW(double, data->n_inputs), *deviation = NEW(double, data->n_inputs);
    Extreme found[MOST_ROWS];
    size_t n = 0;
    describe_columns(data, mean, deviation);
    for (size_t i = 0; i < history->n_bad_examples; i++) {
        n = insert(found, n, find_extreme(data, history->bad_examples[i], mean, deviation));
    }
    for (size_t i = 0; i < n && found[i].distance > 0; i++) {
        char place[TEXT_SHOWN], name[TEXT_SHOWN];
        const char *column = name_of_column(&trained->data.features, found[i].column);
        table_place(table, data->source[found[i].example], place);
        text_printf(out, "%s%s (%s, %.3g standard deviations from its mean)",
                    i ? ", " : "; most extreme rows of the batch: ", place,
                    text_shown(name, column, strlen(column)), found[i].distance);
    }
    memory_free(mean);
    memory_free(deviation);
}
