#include "pipeline/folds.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "pipeline/key_places.h"
#include "pipeline/steps.h"

/* The fold that is being trained, for whoever asks. */
typedef struct FoldPlace {
    Console *console;
    size_t fold, n;
} FoldPlace;

static void on_status(void *context, const FitStatus *status) {
    const FoldPlace *place = context;
    char where[64];
    snprintf(where, sizeof where, "fold %zu/%zu: ", place->fold + 1, place->n);
    console_status(place->console, where, status);
}

static bool train_fold(FoldPlace *place, Trained *trained, Error *err) {
    const FitObserver observer = {.status = on_status, .context = place};
    char where[64];
    console_doing(place->console, false, NULL);
    const bool good = train_model(&observer, trained, err);
    snprintf(where, sizeof where, "fold %zu/%zu: evaluating", place->fold + 1, place->n);
    console_doing(place->console, false, where);
    return good;
}

/* Numbers of one fold: validation loss, then the metrics. */
static bool run_fold(const Config *config, const Source *source, FoldPlace place, double **values,
                     size_t *n_values, Error *err) {
    const size_t fold = place.fold;
    Console silent;
    console_init(&silent, true, false);
    Split split = {0};
    Trained trained = {0};
    Evaluated evaluated = {0};
    bool good = split_fold(&config->split, &source->table, &source->schema, &source->split, fold,
                           &split, err) &&
                plan_steps(config, source, &split, &silent, &trained, err) &&
                train_fold(&place, &trained, err) &&
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

static void tell_fold(Console *console, const Folds *folds, size_t fold, const double *values,
                      bool is_kept) {
    TextBuffer line = {0};
    text_printf(&line, "fold %zu/%zu  validation.loss %.5g%s", fold + 1, folds->n, values[0],
                is_kept ? ", done before" : "");
    console_aside(console, "        ", text_of(&line));
    text_free(&line);
}

/* Numbers of the folds that are done, from bytes: their count per fold, then those of each. */
static bool take_done(const TextBuffer *done, double **values, Folds *folds, size_t *n_done) {
    uint64_t n_values = 0;
    *n_done = 0;
    if (done->n == 0) {
        return true;
    }
    if (done->n < sizeof n_values) {
        return false;
    }
    memcpy(&n_values, done->bytes, sizeof n_values);
    const size_t n_doubles = (done->n - sizeof n_values) / sizeof(double);
    if (n_values == 0 || n_values > n_doubles || n_doubles % n_values != 0 ||
        n_doubles / n_values > folds->n) {
        return false;
    }
    folds->n_values = (size_t)n_values;
    for (const char *at = done->bytes + sizeof n_values; *n_done < n_doubles / n_values;
         at += n_values * sizeof(double)) {
        values[(*n_done)++] = memory_copy(at, (size_t)n_values, sizeof(double));
    }
    return true;
}

static void add_done(TextBuffer *done, const double *values, size_t n_values) {
    const uint64_t n = n_values;
    if (done->n == 0) {
        text_append_bytes(done, (const char *)&n, sizeof n);
    }
    text_append_bytes(done, (const char *)values, n_values * sizeof *values);
}

bool folds_run(const Config *config, const Source *source, Console *console,
               const FoldKeeper *keeper, Folds *folds, Error *err) {
    folds->n = (size_t)config->split.folds;
    double **values = NEW(double *, folds->n);
    size_t n_done;
    bool good = take_done(keeper->done, values, folds, &n_done) ||
                fail(err, ERROR_MODEL, "error: the folds of the checkpoint are not of this run");
    for (size_t fold = 0; good && fold < folds->n; fold++) {
        if (fold >= n_done) {
            good = run_fold(config, source, (FoldPlace){console, fold, folds->n}, &values[fold],
                            &folds->n_values, err);
            if (good) {
                add_done(keeper->done, values[fold], folds->n_values);
                keeper->keep(keeper->context);
            }
        }
        if (good) {
            tell_fold(console, folds, fold, values[fold], fold < n_done);
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
