#include "pipeline/path_check.h"

bool path_check_metric(const char *path, const Task *task, const Output *output,
                       const MetricList *metrics, Error *err) {
    const Metric *named = results_metric(path);
    if (!named || metric_list_find(metrics, named->kind.name) < metrics->n) {
        return true;
    }
    const Kind *metric = &named->kind;
    MetricList one = {0};
    const bool exists = metric_list_choose(&metric, 1, task, output, &one, err);
    metric_list_free(&one);
    return exists && fail(err, ERROR_CONFIG,
                          "%s is not among the metrics of this run; add it to evaluation.metrics",
                          metric->name);
}

bool path_check(const Config *config, const char *path, const Trained *trained, Error *err) {
    const Task *task = trained->data.target.task;
    size_t rows[N_PARTS];
    for (Part part = 0; part < N_PARTS; part++) {
        rows[part] = trained->data.parts[part].n_rows;
    }
    const char *reason = results_why_never(path, task, rows);
    return path_check_metric(path, task, trained->network.output, &trained->metrics, err) &&
           (!reason || fail(err, ERROR_CONFIG, "%s", reason)) &&
           (config->bootstrap > 0 || !results_is_bound(path) ||
            fail(err, ERROR_CONFIG,
                 "there are no intervals; set evaluation.bootstrap, such as 1000"));
}

bool path_check_gates(const Config *config, const Trained *trained, Error *err) {
    for (size_t i = 0; i < config->gates.n; i++) {
        const Gate *gate = &config->gates.items[i];
        if (!path_check(config, gate->path, trained, err)) {
            return fail_within(err, "%s: error: gate.%s: ", gate->place, gate->name);
        }
    }
    return true;
}

bool path_check_drops(const Config *config, const MetricsFile *baseline, Error *err) {
    for (size_t i = 0; i < config->gates.n; i++) {
        const Gate *gate = &config->gates.items[i];
        double before;
        if (gate->is_drop && !(baseline && metrics_file_find(baseline, gate->path, &before))) {
            return fail(err, ERROR_CONFIG, "%s: error: gate.%s: %s", gate->place, gate->name,
                        baseline ? "the baseline file has no such number"
                                 : "a drop needs --baseline METRICS.json, the numbers of another "
                                   "run");
        }
    }
    return true;
}
