#include "training/results.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "training/baseline.h"

/* A new number of a run: one more row here, and results_set where it is known. */
/* clang-format off */
static const Number numbers[] = {
    {.kind = {"epochs", "epochs that were trained", NULL, NULL}},
    {.kind = {"best_epoch", "epoch with the best monitored value", NULL, NULL}},
    {.kind = {"rollbacks", "how often training went back from a value that was not finite", NULL, NULL}},
    {.kind = {"threshold", "where the second class of a binary task begins", NULL, NULL}},
    {.kind = {"layers.dead_fraction", "largest share of units, of any hidden layer, whose "
              "output is 0 for every row", NULL, NULL}},
    {.kind = {"layers.gradient_ratio", "gradient norm of the first hidden layer over that of "
              "the last, in the first epoch", NULL, NULL}},
};
/* clang-format on */

const KindTable *number_kinds(void) {
    static const KindTable table = KIND_TABLE("number", numbers);
    return &table;
}

Part results_last_part(const Results *results) {
    return results->parts[PART_TEST].rows         ? PART_TEST
           : results->parts[PART_VALIDATION].rows ? PART_VALIDATION
                                                  : PART_TRAIN;
}

void results_init(Results *results, const MetricList *metrics) {
    *results = (Results){.metrics = metrics, .numbers = NEW(double, number_kinds()->n)};
    for (size_t i = 0; i < number_kinds()->n; i++) {
        results->numbers[i] = (double)NAN;
    }
}

void results_free(Results *results) {
    for (size_t part = 0; part < N_PARTS; part++) {
        part_result_free(&results->parts[part]);
        for (size_t b = 0; b < results->n_baselines; b++) {
            part_result_free(&results->baselines[b].parts[part]);
        }
    }
    memory_free(results->baselines);
    memory_free(results->numbers);
    *results = (Results){0};
}

/* Row of number_kinds, or their count. */
static size_t find_number(const char *name) {
    size_t i = 0;
    while (i < number_kinds()->n && strcmp(kind_at(number_kinds(), i)->name, name) != 0) {
        i++;
    }
    return i;
}

void results_set(Results *results, const char *number, double value) {
    size_t i = find_number(number);
    assert(i < number_kinds()->n);
    results->numbers[i] = value;
}

/* Of the interval that bootstrap gives a metric. */
typedef enum Bound { BOUND_NONE, BOUND_LOW, BOUND_HIGH } Bound;

/* A path taken apart. */
typedef struct Path {
    bool is_number, is_gap;
    size_t number;        /* row of number_kinds */
    const Kind *baseline; /* or NULL: the model */
    Part part;
    const Metric *metric; /* NULL: the loss */
    Bound bound;
} Path;

/* What follows "word." at the start of path, or NULL. */
static const char *after_word(const char *path, const char *word) {
    size_t n = strlen(word);
    return strncmp(path, word, n) == 0 && path[n] == '.' ? path + n + 1 : NULL;
}

static bool parse_metric(const char *name, Path *path) {
    path->metric = (const Metric *)kind_find(metric_kinds(), name);
    return path->metric != NULL || strcmp(name, "loss") == 0;
}

/* "METRIC.low" and "METRIC.high"; the loss has no interval. */
static bool parse_bound(const char *text, Path *path) {
    static const char *const endings[] = {[BOUND_LOW] = ".low", [BOUND_HIGH] = ".high"};
    for (Bound bound = BOUND_LOW; bound <= BOUND_HIGH; bound++) {
        const size_t n = strlen(text), n_ending = strlen(endings[bound]);
        if (n > n_ending && strcmp(text + n - n_ending, endings[bound]) == 0) {
            char *metric = memory_copy_bytes(text, n - n_ending);
            const bool is_metric = parse_metric(metric, path) && path->metric != NULL;
            memory_free(metric);
            path->bound = bound;
            return is_metric;
        }
    }
    return false;
}

static bool parse_part(const char *text, Path *path) {
    for (size_t part = 0; part < N_PARTS; part++) {
        const char *metric = after_word(text, part_names[part]);
        if (metric != NULL) {
            path->part = (Part)part;
            const bool may_have_bound = path->baseline == NULL;
            return parse_metric(metric, path) || (may_have_bound && parse_bound(metric, path));
        }
    }
    return false;
}

/* Baselines have metrics, no loss. */
static bool parse_baseline(const char *text, Path *path) {
    for (size_t i = 0; i < baseline_kinds()->n; i++) {
        path->baseline = kind_at(baseline_kinds(), i);
        const char *rest = after_word(text, path->baseline->name);
        if (rest != NULL) {
            return parse_part(rest, path) && path->metric != NULL;
        }
    }
    return false;
}

static bool parse_path(const char *text, Path *path) {
    *path = (Path){.number = find_number(text)};
    path->is_number = path->number < number_kinds()->n;
    if (path->is_number) {
        return true;
    }
    const char *baseline = after_word(text, "baseline");
    if (baseline != NULL) {
        return parse_baseline(baseline, path);
    }
    const char *gap = after_word(text, "gap");
    if (gap != NULL) {
        path->is_gap = true;
        return parse_metric(gap, path);
    }
    return parse_part(text, path);
}

/* The parts of the model, or of the baseline that path names; NULL when it was not made. */
static const PartResult *find_parts(const Results *results, const Path *path) {
    if (path->baseline == NULL) {
        return results->parts;
    }
    for (size_t i = 0; i < results->n_baselines; i++) {
        if (strcmp(results->baselines[i].kind->name, path->baseline->name) == 0) {
            return results->baselines[i].parts;
        }
    }
    return NULL;
}

/* NULL with *value, or why there is none. */
static const char *take_value(const Results *results, const PartResult *part, const Metric *metric,
                              Bound bound, double *value) {
    if (part->rows == 0) {
        return "the part has no rows";
    }
    if (metric == NULL) {
        *value = part->loss;
        return isnan(*value) ? "there is no loss" : NULL;
    }
    size_t i = metric_list_find(results->metrics, metric->kind.name);
    if (i == results->metrics->n || i >= part->n_metrics) {
        return "the metric was not computed (see evaluation.metrics)";
    }
    if (bound != BOUND_NONE && part->low == NULL) {
        return "the part has no intervals (see evaluation.bootstrap)";
    }
    *value = bound == BOUND_LOW    ? part->low[i]
             : bound == BOUND_HIGH ? part->high[i]
                                   : part->values[i];
    return isnan(*value) ? "the metric is undefined on these rows" : NULL;
}

static const char *take_gap(const Results *results, const Path *path, double *value) {
    double train = 0, test = 0;
    const char *reason =
        take_value(results, &results->parts[PART_TRAIN], path->metric, BOUND_NONE, &train);
    if (reason == NULL) {
        reason = take_value(results, &results->parts[PART_TEST], path->metric, BOUND_NONE, &test);
    }
    *value = test - train;
    return reason;
}

static const char *take(const Results *results, const Path *path, double *value) {
    if (path->is_number) {
        *value = results->numbers[path->number];
        return isnan(*value) ? "the run has no such number" : NULL;
    }
    if (path->is_gap) {
        return take_gap(results, path, value);
    }
    const PartResult *parts = find_parts(results, path);
    return parts == NULL
               ? "the baseline was not made"
               : take_value(results, &parts[path->part], path->metric, path->bound, value);
}

bool results_find(const Results *results, const char *path, double *value, const char **reason) {
    Path parsed;
    *reason = parse_path(path, &parsed) ? take(results, &parsed, value) : "no such metric path";
    return *reason == NULL;
}

const char *results_why_never(const char *path, const Task *task, const size_t rows[N_PARTS]) {
    Path parsed;
    if (!parse_path(path, &parsed) || parsed.is_number) {
        return NULL;
    }
    const Baseline *baseline = (const Baseline *)parsed.baseline;
    if (baseline != NULL && !(baseline->tasks & task->bit)) {
        return "this baseline is not made for the task";
    }
    for (Part part = parsed.part + 1; parsed.bound != BOUND_NONE && part < N_PARTS; part++) {
        if (rows[part] > 0) {
            return "only the last part that has rows has intervals";
        }
    }
    const bool has_rows =
        parsed.is_gap ? rows[PART_TRAIN] > 0 && rows[PART_TEST] > 0 : rows[parsed.part] > 0;
    return has_rows ? NULL : "the part has no rows";
}

const Metric *results_metric(const char *path) {
    Path parsed;
    return parse_path(path, &parsed) && !parsed.is_number ? parsed.metric : NULL;
}

void results_limits(const char *path, double *lowest, double *highest) {
    Path parsed;
    *lowest = -(double)INFINITY;
    *highest = (double)INFINITY;
    if (parse_path(path, &parsed) && !parsed.is_number && parsed.metric != NULL) {
        const Metric *metric = parsed.metric;
        *lowest = parsed.is_gap ? metric->lowest - metric->highest : metric->lowest;
        *highest = parsed.is_gap ? metric->highest - metric->lowest : metric->highest;
    }
}

bool results_is_bound(const char *path) {
    Path parsed;
    return parse_path(path, &parsed) && parsed.bound != BOUND_NONE;
}

bool results_direction(const char *path, bool *higher_is_better) {
    Path parsed;
    if (!parse_path(path, &parsed)) {
        return false;
    }
    if (parsed.is_number) {
        *higher_is_better = numbers[parsed.number].higher_is_better;
    } else {
        *higher_is_better =
            !parsed.is_gap && parsed.metric != NULL && parsed.metric->higher_is_better;
    }
    return true;
}

bool results_higher_is_better(const char *path) {
    bool higher_is_better = false;
    return results_direction(path, &higher_is_better) && higher_is_better;
}

/* Every path "prefix.METRIC", and "prefix.loss". */
static void add_metric_paths(TextList *paths, const char *prefix, bool has_loss) {
    TextBuffer path = {0};
    for (size_t i = 0; i < metric_kinds()->n + (has_loss ? 1 : 0); i++) {
        path.n = 0;
        text_printf(&path, "%s.%s", prefix,
                    i < metric_kinds()->n ? kind_at(metric_kinds(), i)->name : "loss");
        text_list_add(paths, text_of(&path));
    }
    text_free(&path);
}

static void add_baseline_paths(TextList *paths, const char *part) {
    for (size_t i = 0; i < baseline_kinds()->n; i++) {
        TextBuffer prefix = {0};
        text_printf(&prefix, "baseline.%s.%s", kind_at(baseline_kinds(), i)->name, part);
        add_metric_paths(paths, text_of(&prefix), false);
        text_free(&prefix);
    }
}

static void add_all_paths(TextList *paths) {
    for (size_t i = 0; i < number_kinds()->n; i++) {
        text_list_add(paths, kind_at(number_kinds(), i)->name);
    }
    for (size_t part = 0; part < N_PARTS; part++) {
        add_metric_paths(paths, part_names[part], true);
        add_baseline_paths(paths, part_names[part]);
    }
    add_metric_paths(paths, "gap", true);
}

bool results_check_path(const char *path, Error *err) {
    Path parsed;
    if (parse_path(path, &parsed)) {
        return true;
    }
    TextList paths = {0};
    char shown[TEXT_SHOWN];
    add_all_paths(&paths);
    const char *meant = text_suggest(path, (const char *const *)paths.items, paths.n);
    text_shown(shown, path, strlen(path));
    if (meant != NULL) {
        fail(err, ERROR_CONFIG, "'%s' is no metric path; did you mean '%s'?", shown, meant);
    } else {
        fail(err, ERROR_CONFIG,
             "'%s' is no metric path; write part.metric, such as validation.loss or test.accuracy",
             shown);
    }
    text_list_free(&paths);
    return false;
}
