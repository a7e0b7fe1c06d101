#include "pipeline/tune_trial.h"

#include <math.h>
#include <string.h>

#include "app/config_effect.h"
#include "app/config_tuning.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "pipeline/steps.h"

/* ---- The config of a setting ---- */

void trial_settings(const Config *base, const double *values, int64_t epochs, Ini *settings) {
    config_add_setting(&base->tuning.space, values, settings);
    if (epochs > 0) {
        TextBuffer text = {0};
        text_printf(&text, "%lld", (long long)epochs);
        ini_add_setting(settings, "training.epochs", text_of(&text), base->path);
        text_free(&text);
    }
}

bool trial_config(const Config *base, const double *values, int64_t epochs, Config *config,
                  Error *err) {
    Ini settings = {0};
    Problems problems = {0};
    trial_settings(base, values, epochs, &settings);
    const bool good = config_vary(base, &settings, config, &problems) ||
                      fail(err, ERROR_CONFIG, "%s", text_of(&problems.text));
    problems_free(&problems);
    ini_free(&settings);
    return good;
}

bool trial_changes_data(const Space *space, const double *values, bool *reads) {
    bool changes = false;
    *reads = false;
    for (size_t k = 0; k < space->n; k++) {
        if (isnan(values[k])) {
            continue;
        }
        const Option *option = config_find_option(space->keys[k].name);
        const bool is_data = strcmp(option->section, "data") == 0;
        *reads = *reads || is_data;
        changes = changes || option->step == 1 || strcmp(option->section, "loss") == 0;
    }
    return changes;
}

/* ---- Data ---- */

/* The parts of one fold without the test rows, which no trial may look at. */
static bool prepare_part(const Config *config, const Source *source, size_t fold,
                         Prepared *prepared, Error *err) {
    Problems problems = {0};
    Split split = {0}, shown;
    bool good =
        config->split.folds == 0 || split_fold(&config->split, &source->table, &source->schema,
                                               &source->split, fold, &split, err);
    shown = config->split.folds == 0 ? source->split : split;
    shown.parts[PART_TEST] = (RowSet){0};
    good = good && prepared_build(config, source, &shown, prepared, &problems, err);
    problems_free(&problems);
    split_free(&split);
    return good;
}

static size_t count_parts(const Config *config) {
    return config->split.folds > 0 ? (size_t)config->split.folds : 1;
}

static bool prepare_parts(const Config *config, const Source *source, Prepared **prepared,
                          Error *err) {
    const size_t n = count_parts(config);
    bool good = true;
    *prepared = NEW(Prepared, n);
    for (size_t fold = 0; good && fold < n; fold++) {
        good = prepare_part(config, source, fold, &(*prepared)[fold], err);
    }
    return good;
}

static void free_parts(Prepared *prepared, size_t n) {
    for (size_t i = 0; prepared && i < n; i++) {
        prepared_free(&prepared[i]);
    }
    memory_free(prepared);
}

bool trial_ground_init(TrialGround *ground, const Config *config, const Source *source,
                       Error *err) {
    *ground = (TrialGround){
        .config = config, .source = source, .threads = 1, .n_parts = count_parts(config)};
    return prepare_parts(config, source, &ground->prepared, err);
}

void trial_ground_free(TrialGround *ground) {
    free_parts(ground->prepared, ground->n_parts);
    *ground = (TrialGround){0};
}

bool trial_source(const TrialGround *ground, const Config *config, const double *values,
                  Source *source, Error *err) {
    Problems problems = {0};
    bool reads;
    trial_changes_data(&ground->config->tuning.space, values, &reads);
    const bool good = reads ? source_load(config, source, &problems, err)
                            : source_share(config, ground->source, source, &problems, err);
    problems_free(&problems);
    return good;
}

bool trial_check(const TrialGround *ground, const Config *config, const double *values,
                 Error *err) {
    Console silent = {.quiet = true};
    Source source = {0};
    Prepared own = {0};
    bool reads, good = true;
    const bool has_own = trial_changes_data(&ground->config->tuning.space, values, &reads);
    if (has_own) {
        good = trial_source(ground, config, values, &source, err) &&
               prepare_part(config, &source, 0, &own, err);
    }
    Trained trained = {.data = has_own ? own : *ground->prepared};
    good = good && plan_training(config, &silent, &trained, err);
    trained.data = (Prepared){0}; /* shared, or freed below */
    trained_free(&trained);
    prepared_free(&own);
    source_free(&source);
    return good;
}

/* ---- A training ---- */

/* Numbers of the trainings of one trial. */
typedef struct Sample {
    const TrialGround *ground;
    Config config;
    const char *objective;
    double deadline; /* clock_now; 0: none */
    double *values;  /* (folds x repeats) */
    size_t n;
    size_t n_parameters;
} Sample;

/* The first training has the seed of the run, so that the best setting, trained again, gives the
 * numbers of its trial. */
static uint64_t repeat_seed(const Config *base, size_t repeat) {
    if (repeat == 0) {
        return base->seed;
    }
    uint32_t words[4];
    random_words(random_stream(base->seed, RANDOM_TUNING), UINT32_MAX, (uint32_t)repeat, 0, 1,
                 words);
    return (uint64_t)words[0] << 32 | words[1];
}

static bool find_objective(const Sample *sample, const Evaluated *evaluated, double *value,
                           Error *err) {
    const char *reason = NULL;
    return (results_find(&evaluated->results, sample->objective, value, &reason) &&
            isfinite(*value)) ||
           fail(err, ERROR_DATA, "%s: %s", sample->objective,
                reason ? reason : "the value is not finite");
}

/* Whether the limit of this trial, not run.max_time, ended the training. */
static bool set_limit(const Sample *sample, FitOptions *options) {
    const double left = sample->deadline > 0 ? sample->deadline - clock_now() : 0;
    if (sample->deadline <= 0 || (options->max_seconds > 0 && options->max_seconds <= left)) {
        return false;
    }
    options->max_seconds = fmax(left, 1e-9);
    return true;
}

/* Steps 2 to 8 on shared data. */
static bool train_once(Sample *sample, const Prepared *prepared, bool *is_late, Error *err) {
    Console silent = {.quiet = true};
    Trained trained = {.data = *prepared};
    Evaluated evaluated = {0};
    bool good = plan_training(&sample->config, &silent, &trained, err);
    const bool is_limited = good && set_limit(sample, &trained.options);
    good = good && train_model(NULL, &trained, err);
    *is_late = good && is_limited && strcmp(trained.history.stop_reason, "max_time") == 0;
    sample->n_parameters = trained.network.n_true_parameters;
    if (good && !*is_late) {
        if (strncmp(sample->objective, "train.", strlen("train.")) != 0) {
            trained.data.parts[PART_TRAIN] = (Dataset){0}; /* not asked for */
        }
        good = evaluate_parts(&sample->config, &trained, &evaluated, err) &&
               find_objective(sample, &evaluated, &sample->values[sample->n], err);
        sample->n += good;
    }
    trained.data = (Prepared){0}; /* shared */
    evaluated_free(&evaluated);
    trained_free(&trained);
    return good;
}

static bool train_all(Sample *sample, const Prepared *prepared, size_t n_parts, bool *is_late,
                      Error *err) {
    const size_t n_repeats = (size_t)sample->ground->config->tuning.repeats;
    sample->values = NEW(double, n_parts *n_repeats);
    for (size_t repeat = 0; repeat < n_repeats; repeat++) {
        sample->config.seed = repeat_seed(sample->ground->config, repeat);
        sample->config.fit.seed = sample->config.seed;
        for (size_t part = 0; part < n_parts; part++) {
            if (!train_once(sample, &prepared[part], is_late, err) || *is_late) {
                return false;
            }
        }
    }
    return true;
}

/* On data of its own where the setting changes some. */
static bool train_setting(Sample *sample, const double *values, bool *is_late, Error *err) {
    const TrialGround *ground = sample->ground;
    bool reads;
    if (!trial_changes_data(&ground->config->tuning.space, values, &reads)) {
        return train_all(sample, ground->prepared, ground->n_parts, is_late, err);
    }
    Source source = {0};
    Prepared *prepared = NULL;
    const bool good = trial_source(ground, &sample->config, values, &source, err) &&
                      prepare_parts(&sample->config, &source, &prepared, err) &&
                      train_all(sample, prepared, count_parts(&sample->config), is_late, err);
    free_parts(prepared, count_parts(&sample->config));
    source_free(&source);
    return good;
}

static void summarize(const Sample *sample, TrialResult *result) {
    const double n = (double)sample->n;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < sample->n; i++) {
        mean += sample->values[i] / n;
    }
    for (size_t i = 0; i < sample->n; i++) {
        squares += (sample->values[i] - mean) * (sample->values[i] - mean);
    }
    result->mean = mean;
    result->deviation = sqrt(squares / n);
}

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* The first error without the place of a key, and of a data file the name alone: the config.ini of
 * the run has the same mistake elsewhere, and must make the same row. */
static char *short_message(const Config *config, const Error *err) {
    size_t n;
    const char *reason = error_reason(err->text, &n), *first = reason;
    if (err->code == ERROR_DATA && !begins_with(err->text, config->path) &&
        !begins_with(err->text, "command line")) {
        first = err->text;
        for (const char *at = err->text; at < reason && *at != ' '; at++) {
            first = *at == '/' ? at + 1 : first;
        }
    }
    return memory_copy_bytes(first, n + (size_t)(reason - first));
}

bool trial_run(const TrialGround *ground, const double *values, int64_t epochs, double seconds,
               TrialResult *result) {
    Sample sample = {.ground = ground,
                     .objective = ground->config->tuning.objective,
                     .deadline = seconds > 0 ? clock_now() + seconds : 0};
    Error err = {0};
    bool is_late = false;
    bool good = trial_config(ground->config, values, epochs, &sample.config, &err);
    if (good) {
        sample.config.threads = ground->threads;
        sample.config.predictions = NULL; /* of rows that are not there */
        good = train_setting(&sample, values, &is_late, &err);
    }
    *result = (TrialResult){.status = good                         ? trial_ok()
                                      : is_late                    ? trial_timeout()
                                      : err.code == ERROR_DIVERGED ? trial_diverged()
                                                                   : trial_failed(),
                            .mean = (double)NAN,
                            .deviation = (double)NAN,
                            .n_parameters = sample.n_parameters};
    if (good) {
        summarize(&sample, result);
    } else if (!is_late) {
        result->message = short_message(ground->config, &err);
    }
    memory_free(sample.values);
    config_free(&sample.config);
    return !interrupt_signal();
}
