#include "pipeline/folds.h"

#include <math.h>

#include "base/memory.h"
#include "pipeline/key_places.h"
#include "pipeline/steps.h"

/* Numbers of one fold: validation loss, then the metrics. */
static bool run_fold(const Config *config, const Source *source, size_t fold, double **values,
                     size_t *n_values, Error *err) {
    Console silent;
    console_init(&silent, true, false);
    Split split = {0};
    Trained trained = {0};
    Evaluated evaluated = {0};
    bool good = split_fold(&config->split, &source->table, &source->schema, &source->split, fold,
                           &split, err) &&
                plan_steps(config, source, &split, &silent, &trained, err) &&
                train_model(NULL, &trained, err) &&
                evaluate_parts(config, &trained, &evaluated, err);
    if (good) {
        const PartResult *result = &evaluated.results.parts[PART_VALIDATION];
        *n_values = 1 + result->n_metrics;
        *values = NEW(double, *n_values);
        (*values)[0] = result->loss;
        for (size_t m = 0; m < result->n_metrics; m++) {
            (*values)[1 + m] = result->values[m];
        }
    }
    evaluated_free(&evaluated);
    trained_free(&trained);
    split_free(&split);
    return good || key_places_fail(config, err) || fail_within(err, "fold %zu: ", fold + 1);
}

static void summarize(double *const *values, Folds *folds) {
    folds->mean = NEW(double, folds->n_values);
    folds->deviation = NEW(double, folds->n_values);
    double n = (double)folds->n;
    for (size_t v = 0; v < folds->n_values; v++) {
        for (size_t fold = 0; fold < folds->n; fold++) {
            folds->mean[v] += values[fold][v] / n;
        }
        double squares = 0;
        for (size_t fold = 0; fold < folds->n; fold++) {
            double distance = values[fold][v] - folds->mean[v];
            squares += distance * distance;
        }
        folds->deviation[v] = sqrt(squares / n);
    }
}

bool folds_check(const Config *config, const Source *source, Error *err) {
    Split split = {0};
    bool good =
        config->split.folds == 0 ||
        split_fold(&config->split, &source->table, &source->schema, &source->split, 0, &split, err);
    split_free(&split);
    return good;
}

bool folds_run(const Config *config, const Source *source, Console *console, Folds *folds,
               Error *err) {
    folds->n = (size_t)config->split.folds;
    double **values = NEW(double *, folds->n);
    bool good = true;
    for (size_t fold = 0; good && fold < folds->n; fold++) {
        good = run_fold(config, source, fold, &values[fold], &folds->n_values, err);
        if (good) {
            TextBuffer line = {0};
            text_printf(&line, "fold %zu/%zu  validation.loss %.5g", fold + 1, folds->n,
                        values[fold][0]);
            console_aside(console, "        ", text_of(&line));
            text_free(&line);
        }
    }
    if (good && folds->n > 0) {
        summarize(values, folds);
    }
    for (size_t fold = 0; fold < folds->n; fold++) {
        memory_free(values[fold]);
    }
    memory_free(values);
    return good;
}

void folds_free(Folds *folds) {
    memory_free(folds->mean);
    memory_free(folds->deviation);
    *folds = (Folds){0};
}
