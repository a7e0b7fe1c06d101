#include "artifact/metrics_file.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static const char FORMAT[] = "nntrain.metrics";
enum { FORMAT_VERSION = 1, MOST_BYTES = 1 << 28 };

/* ---- Writing ---- */

/* {"loss": ..., metric: ..., ...} */
static void add_values(Json *to, const MetricList *metrics, double loss, const double *values) {
    json_add_double(to, "loss", loss);
    for (size_t i = 0; i < metrics->n; i++) {
        json_add_double(to, metrics->items[i]->kind.name, values[i]);
    }
}

static void add_intervals(Json *to, const MetricList *metrics, const PartResult *part) {
    Json *intervals = json_add_object(to, "intervals_95");
    for (size_t i = 0; i < metrics->n; i++) {
        const double bounds[] = {part->low[i], part->high[i]};
        json_add_doubles(intervals, metrics->items[i]->kind.name, bounds, 2);
    }
}

static void add_confusion(Json *to, const PartResult *part) {
    Json *rows = json_add_array(to, "confusion");
    for (size_t i = 0; i < part->n_classes; i++) {
        json_add_doubles(rows, NULL, part->confusion + i * part->n_classes, part->n_classes);
    }
}

static void fill_part(Json *out, const MetricList *metrics, const PartResult *part) {
    json_add_integer(out, "rows", part->rows);
    add_values(out, metrics, part->loss, part->values);
    if (part->confusion) {
        add_confusion(out, part);
    }
    if (part->low) {
        add_intervals(out, metrics, part);
    }
}

/* A part without rows is null. */
static void add_part(Json *to, const char *key, const MetricList *metrics, const PartResult *part) {
    if (part->rows == 0) {
        json_add_null(to, key);
    } else {
        fill_part(json_add_object(to, key), metrics, part);
    }
}

static void add_parts(Json *to, const MetricList *metrics, const PartResult parts[N_PARTS]) {
    for (Part part = PART_TRAIN; part < N_PARTS; part++) {
        add_part(to, part_names[part], metrics, &parts[part]);
    }
}

static void add_target(Json *root, const MetricsReport *report) {
    const Task *task = report->target->task;
    if (task->has_classes) {
        json_add_texts(root, "classes", &report->target->classes);
    }
    if (task->has_probabilities && !task->outputs_per_class) {
        json_add_double(root, "threshold", report->threshold);
    }
}

/* "layers.dead_fraction" as {"layers": {"dead_fraction": ...}}; a number without a point has a
 * member of its own. */
static void add_numbers(Json *root, const Results *results) {
    Json *group = NULL;
    const char *group_name = "";
    for (size_t i = 0; i < number_kinds()->n; i++) {
        const char *name = kind_at(number_kinds(), i)->name;
        const char *point = strchr(name, '.');
        if (!point) {
            continue;
        }
        const size_t n = (size_t)(point - name) + 1;
        if (strncmp(name, group_name, n) != 0) {
            char *key = memory_copy_bytes(name, n - 1);
            group = json_add_object(root, key);
            memory_free(key);
            group_name = name;
        }
        json_add_double(group, point + 1, results->numbers[i]);
    }
}

static void add_baselines(Json *root, const Results *results) {
    Json *baselines = json_add_object(root, "baselines");
    for (size_t i = 0; i < results->n_baselines; i++) {
        const BaselineResult *baseline = &results->baselines[i];
        add_parts(json_add_object(baselines, baseline->kind->name), results->metrics,
                  baseline->parts);
    }
}

static void add_folds(Json *root, const MetricsReport *report) {
    const MetricList *metrics = report->results->metrics;
    if (report->n_folds == 0) {
        return;
    }
    Json *folds = json_add_object(root, "folds");
    json_add_integer(folds, "n", report->n_folds);
    add_values(json_add_object(folds, "mean"), metrics, report->fold_mean[0],
               report->fold_mean + 1);
    add_values(json_add_object(folds, "std"), metrics, report->fold_deviation[0],
               report->fold_deviation + 1);
}

static void add_importance(Json *root, const MetricsReport *report) {
    if (!report->importances) {
        return;
    }
    Json *importance = json_add_object(root, "importance");
    json_add_text(importance, "part", part_names[report->importance_part]);
    Json *features = json_add_array(importance, "features");
    for (size_t i = 0; i < report->features->n; i++) {
        Json *feature = json_add_object(features, NULL);
        json_add_text(feature, "name", report->features->items[i].name);
        json_add_double(feature, "mean", report->importances[i].mean);
        json_add_double(feature, "std", report->importances[i].std);
    }
}

static void add_gates(Json *root, const MetricsReport *report) {
    Json *gates = json_add_array(root, "gates");
    for (size_t i = 0; report->gates && i < report->gates->n; i++) {
        const Gate *gate = &report->gates->items[i];
        const GateResult *result = &report->gate_results[i];
        Json *out = json_add_object(gates, NULL);
        json_add_text(out, "metric", gate->name);
        json_add_text(out, "condition", gate->condition);
        json_add_double(out, "value", result->value);
        json_add_bool(out, "passed", result->passed);
        if (result->reason) {
            json_add_text(out, "reason", result->reason);
        }
    }
}

void metrics_file_print(TextBuffer *out, const MetricsReport *report) {
    Json *root = json_new_object();
    json_add_text(root, "format", FORMAT);
    json_add_integer(root, "format_version", FORMAT_VERSION);
    json_add_text(root, "status", report->status);
    json_add_text(root, "stop_reason", report->stop_reason);
    json_add_integer(root, "epochs", report->epochs);
    json_add_integer(root, "best_epoch", report->best_epoch);
    json_add_integer(root, "rollbacks", report->rollbacks);
    add_parts(root, report->results->metrics, report->results->parts);
    add_target(root, report);
    add_numbers(root, report->results);
    add_baselines(root, report->results);
    add_folds(root, report);
    add_importance(root, report);
    add_gates(root, report);
    json_add_text(root, "weights_sha256", report->weights_sha256);
    json_print(out, root, NULL);
    json_free(root);
}

void metrics_file_print_part(TextBuffer *out, const PartResult *part, const MetricList *metrics,
                             const Target *target) {
    Json *root = json_new_object();
    fill_part(root, metrics, part);
    if (target->task->has_classes) {
        json_add_texts(root, "classes", &target->classes);
    }
    json_print(out, root, NULL);
    json_free(root);
}

/* ---- Reading ---- */

static bool check_format(const JsonDocument *document, Error *err) {
    JsonAt root;
    const char *format = "";
    if (!json_root(document, &root, err) || !json_get_text(&root, "format", &format, err)) {
        return false;
    }
    return strcmp(format, FORMAT) == 0 ||
           json_fail(&root, err, "the file has no metrics: format must be \"%s\"", FORMAT);
}

bool metrics_file_read(const char *path, MetricsFile *file, Error *err) {
    *file = (MetricsFile){0};
    char *bytes = NULL;
    size_t n = 0;
    if (!file_read(path, MOST_BYTES, false, &bytes, &n, err)) {
        return false;
    }
    Error problem = {0};
    bool good = json_parse(&file->document, path, bytes, n, ERROR_DATA, &problem);
    memory_free(bytes);
    if (!good) {
        fail(err, problem.code, "%s%s", problem.text,
             problem.code == ERROR_DATA ? "; the file is damaged, or no metrics.json of a run"
                                        : "");
    }
    if (good && !check_format(&file->document, err)) {
        metrics_file_free(file);
        good = false;
    }
    return good;
}

void metrics_file_free(MetricsFile *file) { json_document_free(&file->document); }

/* Walks the names between points from object to object. */
static bool find_number(const JsonAt *object, const char *path, double *value) {
    const size_t n = strcspn(path, ".");
    char *key = memory_copy_bytes(path, n);
    JsonAt member;
    const bool is_found = path[n] == '\0' ? json_get_double(object, key, value, NULL)
                                          : json_get_object(object, key, &member, NULL) &&
                                                find_number(&member, path + n + 1, value);
    memory_free(key);
    return is_found;
}

/* "PART.METRIC.low" and ".high" are the numbers of PART.intervals_95.METRIC. */
static bool find_bound(const JsonAt *root, const char *path, double *value) {
    const size_t n_part = strcspn(path, ".");
    const char *metric = path + n_part + (path[n_part] == '.');
    const char *ending = strrchr(metric, '.');
    const bool is_low = ending && strcmp(ending, ".low") == 0;
    if (!is_low && !(ending && strcmp(ending, ".high") == 0)) {
        return false;
    }
    char *part_name = memory_copy_bytes(path, n_part);
    char *metric_name = memory_copy_bytes(metric, (size_t)(ending - metric));
    JsonAt part, intervals;
    double *bounds = NULL;
    size_t n = 0;
    const bool is_found = json_get_object(root, part_name, &part, NULL) &&
                          json_get_object(&part, "intervals_95", &intervals, NULL) &&
                          json_get_doubles(&intervals, metric_name, &bounds, &n, NULL) && n == 2;
    if (is_found) {
        *value = bounds[is_low ? 0 : 1];
    }
    memory_free(bounds);
    memory_free(part_name);
    memory_free(metric_name);
    return is_found;
}

/* Paths of results.h are those of the file, but for a gap, which is not written, and "baseline.",
 * which is in "baselines". */
bool metrics_file_find(const void *file, const char *path, double *value) {
    static const char gap[] = "gap.", baseline[] = "baseline.";
    const MetricsFile *metrics = file;
    JsonAt root, part;
    if (!json_root(&metrics->document, &root, NULL)) {
        return false;
    }
    if (strncmp(path, gap, strlen(gap)) == 0) {
        const char *metric = path + strlen(gap);
        double train, test;
        if (!json_get_object(&root, part_names[PART_TRAIN], &part, NULL) ||
            !find_number(&part, metric, &train) ||
            !json_get_object(&root, part_names[PART_TEST], &part, NULL) ||
            !find_number(&part, metric, &test)) {
            return false;
        }
        *value = test - train;
        return true;
    }
    if (strncmp(path, baseline, strlen(baseline)) == 0) {
        return json_get_object(&root, "baselines", &part, NULL) &&
               find_number(&part, path + strlen(baseline), value);
    }
    return find_bound(&root, path, value) || find_number(&root, path, value);
}
