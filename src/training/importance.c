#include "training/importance.h"

#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"
#include "training/evaluate.h"

/* Columns of feature in row i of `to` become those of row order[i] of `from`. */
static void shuffle_columns(float *to, const Dataset *from, const Feature *feature,
                            const uint32_t *order) {
    for (size_t i = 0; i < from->n_rows; i++) {
        memcpy(to + i * from->x_row + feature->first_column,
               from->x + (size_t)order[i] * from->x_row + feature->first_column,
               feature->n_columns * sizeof *to);
    }
}

static Importance summarise(const double *growths, size_t n) {
    double sum = 0, squares = 0;
    for (size_t r = 0; r < n; r++) {
        sum += growths[r];
    }
    double mean = sum / (double)n;
    for (size_t r = 0; r < n; r++) {
        squares += (growths[r] - mean) * (growths[r] - mean);
    }
    return (Importance){.mean = mean, .std = sqrt(squares / (double)n)};
}

static void permute(const ImportanceInput *in, uint64_t seed, size_t n_repeats,
                    Importance *importances) {
    RandomStream stream = random_stream(seed, RANDOM_IMPORTANCE);
    const Dataset *dataset = in->dataset;
    Dataset shuffled = *dataset;
    shuffled.x = memory_copy(dataset->x, dataset->n_rows * dataset->x_row, sizeof(float));
    uint32_t *order = NEW(uint32_t, dataset->n_rows);
    double *growths = NEW(double, n_repeats);
    double loss = evaluate_loss(in->model, in->loss, dataset, in->team);
    for (size_t f = 0; f < in->features->n; f++) {
        const Feature *feature = &in->features->items[f];
        for (size_t r = 0; r < n_repeats && !interrupt_signal(); r++) {
            interrupt_progress((double)(f * n_repeats + r) / (double)(in->features->n * n_repeats));
            for (size_t i = 0; i < dataset->n_rows; i++) {
                order[i] = (uint32_t)i;
            }
            random_shuffle(stream, (uint32_t)f, (uint32_t)r, order, dataset->n_rows);
            shuffle_columns(shuffled.x, dataset, feature, order);
            growths[r] = evaluate_loss(in->model, in->loss, &shuffled, in->team) - loss;
        }
        for (size_t i = 0; i < dataset->n_rows; i++) {
            order[i] = (uint32_t)i;
        }
        shuffle_columns(shuffled.x, dataset, feature, order);
        importances[f] = summarise(growths, n_repeats);
    }
    memory_free(growths);
    memory_free(order);
    memory_free(shuffled.x);
}

/* clang-format off */
static const ImportanceMethod methods[] = {
    {.kind = {"permutation", "how much the loss grows when a feature's values are shuffled "
              "among the rows",
              "mean over repeats of loss(shuffled) - loss", "Breiman 2001"},
     .compute = permute},
};
/* clang-format on */

const KindTable *importance_kinds(void) {
    static const KindTable table = KIND_TABLE("importance method", methods);
    return &table;
}
