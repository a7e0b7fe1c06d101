#include "app/comparison.h"

#include <math.h>
#include <string.h>

#include "app/config.h"
#include "app/ini.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/split.h"
#include "training/results.h"

enum { MOST_BYTES = 1 << 28 };

void comparison_free(Comparison *comparison) {
    for (size_t i = 0; i < comparison->n_keys; i++) {
        memory_free(comparison->keys[i].name);
        text_list_free(&comparison->keys[i].values);
    }
    for (size_t i = 0; i < comparison->n_metrics; i++) {
        ComparedMetric *metric = &comparison->metrics[i];
        memory_free(metric->path);
        memory_free(metric->values);
        memory_free(metric->low);
        memory_free(metric->high);
    }
    memory_free(comparison->keys);
    memory_free(comparison->metrics);
    for (Subject subject = 0; subject < N_SUBJECTS; subject++) {
        text_list_free(&comparison->subjects[subject]);
    }
    text_list_free(&comparison->runs);
    *comparison = (Comparison){0};
}

/* ---- Configs ---- */

static bool read_config(const char *run, Ini *ini, Error *err) {
    char *path = file_join(run, "config.ini");
    char *bytes = NULL;
    size_t n = 0;
    Problems problems = {0};
    bool good = file_read(path, MOST_BYTES, false, &bytes, &n, err);
    if (good) {
        ini_read(path, bytes, n, ini, &problems);
        good = problems.n_errors == 0 || fail(err, ERROR_DATA, "%s", text_of(&problems.text));
    }
    problems_free(&problems);
    memory_free(bytes);
    memory_free(path);
    return good;
}

/* What names a run and says where it is. */
static bool is_about_place(const char *name) {
    return strcmp(name, "run.name") == 0 || strcmp(name, "output.dir") == 0;
}

static ComparedKey *find_key(Comparison *comparison, const char *name) {
    for (size_t i = 0; i < comparison->n_keys; i++) {
        if (strcmp(comparison->keys[i].name, name) == 0) {
            return &comparison->keys[i];
        }
    }
    GROW(comparison->keys, comparison->n_keys, comparison->key_capacity);
    ComparedKey *key = &comparison->keys[comparison->n_keys++];
    *key = (ComparedKey){.name = memory_copy_text(name)};
    return key;
}

static void fill_up(ComparedKey *key, size_t n) {
    while (key->values.n < n) {
        text_list_add(&key->values, "");
    }
}

static const Option *find_option(const IniEntry *entry) {
    for (size_t i = 0; i < config_n_options; i++) {
        if (strcmp(config_options[i].section, entry->section) == 0 &&
            strcmp(config_options[i].key, entry->key) == 0) {
            return &config_options[i];
        }
    }
    return NULL;
}

/* Paths are relative to each run's own folder: seen from the current one they can be compared. */
static char *comparable_value(const IniEntry *entry, const char *run) {
    const Option *option = find_option(entry);
    const bool is_path = option && option->type->is_path && entry->value[0] != '\0' &&
                         !(option->word && strcmp(option->word, entry->value) == 0);
    return is_path ? config_move_paths(entry->value, run, "") : memory_copy_text(entry->value);
}

static void add_config(Comparison *comparison, size_t run, const Ini *ini) {
    for (size_t i = 0; i < ini->n; i++) {
        const IniEntry *entry = &ini->entries[i];
        TextBuffer name = {0};
        text_printf(&name, "%s.%s", entry->section, entry->key ? entry->key : "");
        if (entry->key && !is_about_place(text_of(&name))) {
            ComparedKey *key = find_key(comparison, text_of(&name));
            fill_up(key, run);
            char *value = comparable_value(entry, comparison->runs.items[run]);
            text_list_add(&key->values, value);
            memory_free(value);
        }
        text_free(&name);
    }
}

static bool all_same(const TextList *values) {
    bool same = true;
    for (size_t i = 1; i < values->n; i++) {
        same = same && strcmp(values->items[i], values->items[0]) == 0;
    }
    return same;
}

static void keep_differences(Comparison *comparison) {
    size_t n = 0;
    for (size_t i = 0; i < comparison->n_keys; i++) {
        ComparedKey *key = &comparison->keys[i];
        fill_up(key, comparison->runs.n);
        if (all_same(&key->values)) {
            memory_free(key->name);
            text_list_free(&key->values);
        } else {
            comparison->keys[n++] = *key;
        }
    }
    comparison->n_keys = n;
}

/* ---- Metrics ---- */

static double *new_unknown(size_t n) {
    double *values = NEW(double, n);
    for (size_t i = 0; i < n; i++) {
        values[i] = (double)NAN;
    }
    return values;
}

static ComparedMetric *find_metric(Comparison *comparison, const char *path) {
    for (size_t i = 0; i < comparison->n_metrics; i++) {
        if (strcmp(comparison->metrics[i].path, path) == 0) {
            return &comparison->metrics[i];
        }
    }
    const size_t n = comparison->runs.n;
    GROW(comparison->metrics, comparison->n_metrics, comparison->metric_capacity);
    ComparedMetric *metric = &comparison->metrics[comparison->n_metrics++];
    *metric = (ComparedMetric){.path = memory_copy_text(path),
                               .values = new_unknown(n),
                               .low = new_unknown(n),
                               .high = new_unknown(n)};
    return metric;
}

static void set_interval(ComparedMetric *metric, size_t run, const JsonAt *part, const char *key) {
    JsonAt intervals;
    double *bounds = NULL;
    size_t n = 0;
    if (json_get_object(part, "intervals_95", &intervals, NULL) && json_has(&intervals, key) &&
        json_get_doubles(&intervals, key, &bounds, &n, NULL) && n == 2) {
        metric->low[run] = bounds[0];
        metric->high[run] = bounds[1];
    }
    memory_free(bounds);
}

/* All numbers of a part under "NAME.metric", whose direction is that of the test part's metric. */
static void add_numbers(Comparison *comparison, size_t run, const char *name, const JsonAt *part,
                        const JsonAt *deviations) {
    for (JsonAt item = json_first(part); item.value; json_next(&item)) {
        double value, deviation;
        TextBuffer path = {0};
        text_printf(&path, "%s.%s", name, item.key);
        if (json_get_double(part, item.key, &value, NULL)) {
            ComparedMetric *metric = find_metric(comparison, text_of(&path));
            metric->values[run] = value;
            set_interval(metric, run, part, item.key);
            if (deviations && json_get_double(deviations, item.key, &deviation, NULL)) {
                metric->low[run] = value - deviation;
                metric->high[run] = value + deviation;
            }
            path.n = 0;
            text_printf(&path, "test.%s", item.key);
            metric->has_direction = results_direction(text_of(&path), &metric->higher_is_better);
        }
        text_free(&path);
    }
}

static void add_metrics(Comparison *comparison, size_t run, const JsonAt *root) {
    static const char *const counts[] = {"epochs", "best_epoch"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double value;
        if (json_get_double(root, counts[i], &value, NULL)) {
            find_metric(comparison, counts[i])->values[run] = value;
        }
    }
    for (Part part = PART_TRAIN; part < N_PARTS; part++) {
        JsonAt numbers;
        if (json_get_object(root, part_names[part], &numbers, NULL)) {
            add_numbers(comparison, run, part_names[part], &numbers, NULL);
        }
    }
    JsonAt folds, mean, deviation;
    if (json_get_object(root, "folds", &folds, NULL) &&
        json_get_object(&folds, "mean", &mean, NULL) &&
        json_get_object(&folds, "std", &deviation, NULL)) {
        add_numbers(comparison, run, "folds", &mean, &deviation);
    }
}

static bool check_folder(const char *run, Error *err) {
    return !file_exists(run) || file_is_folder(run) ||
           file_fail(err, ERROR_FILE, run, "is a file; give the folder of a run");
}

/* Adds a run, and its weights' hash to the list. */
static bool add_run(Comparison *comparison, size_t run, TextList *hashes, Error *err) {
    const char *folder = comparison->runs.items[run];
    char *path = file_join(folder, "metrics.json");
    Ini ini = {0};
    MetricsFile file = {0};
    JsonAt root;
    const char *hash = "";
    const bool good = check_folder(folder, err) && metrics_file_read(path, &file, err) &&
                      json_root(&file.document, &root, err) && read_config(folder, &ini, err);
    if (good) {
        add_config(comparison, run, &ini);
        add_metrics(comparison, run, &root);
        subject_read(folder, comparison->subjects);
        json_get_text(&root, "weights_sha256", &hash, NULL);
        text_list_add(hashes, hash);
    }
    ini_free(&ini);
    metrics_file_free(&file);
    memory_free(path);
    return good;
}

bool comparison_read(const TextList *runs, Comparison *comparison, Error *err) {
    TextList hashes = {0};
    text_list_copy(&comparison->runs, runs);
    bool good = true;
    for (size_t i = 0; good && i < runs->n; i++) {
        good = add_run(comparison, i, &hashes, err);
    }
    if (good) {
        keep_differences(comparison);
        comparison->same_weights = hashes.n > 0 && hashes.items[0][0] != '\0' && all_same(&hashes);
    }
    text_list_free(&hashes);
    return good;
}

static bool is_within(const ComparedMetric *metric, size_t run, double value) {
    return value >= metric->low[run] && value <= metric->high[run];
}

bool comparison_is_noise(const ComparedMetric *metric, size_t run) {
    return is_within(metric, 0, metric->values[run]) || is_within(metric, run, metric->values[0]);
}
