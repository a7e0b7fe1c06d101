#include "pipeline/steps.h"

#include <math.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "pipeline/narration_evaluation.h"
#include "training/baseline.h"
#include "training/bootstrap.h"
#include "training/diagnosis.h"
#include "training/threshold.h"

static Evaluation evaluation_of(const Trained *trained, double threshold) {
    return (Evaluation){.target = &trained->data.target,
                        .metrics = &trained->metrics,
                        .threshold = threshold,
                        .wants_confusion = trained->data.target.task->has_classes,
                        .team = trained->team};
}

/* A number as given, or what a rule finds on validation rows. */
static double settle_threshold(const Config *config, const Trained *trained,
                               const Predictions *predictions) {
    double usual = evaluate_threshold(trained->network.output, config->threshold.value);
    if (!config->threshold.kind) {
        return usual;
    }
    return threshold_tune((const ThresholdRule *)config->threshold.kind,
                          &predictions[PART_VALIDATION],
                          evaluate_threshold(trained->network.output, 0.5));
}

bool evaluate_parts(const Config *config, const Trained *trained, Evaluated *evaluated,
                    Error *err) {
    results_init(&evaluated->results, &trained->metrics);
    Evaluation evaluation =
        evaluation_of(trained, evaluate_threshold(trained->network.output, 0.5));
    for (Part part = 0; part < N_PARTS; part++) {
        evaluate_predict(&evaluation, &trained->model, &trained->loss, &trained->data.parts[part],
                         &evaluated->predictions[part]);
    }
    evaluated->threshold = settle_threshold(config, trained, evaluated->predictions);
    evaluation.threshold = evaluated->threshold;
    for (Part part = 0; part < N_PARTS; part++) {
        predictions_decide(&evaluated->predictions[part], evaluated->threshold);
        evaluate_metrics(&evaluation, &evaluated->predictions[part],
                         &evaluated->results.parts[part]);
    }
    results_set(&evaluated->results, "epochs", (double)trained->history.n);
    results_set(&evaluated->results, "best_epoch", (double)trained->history.best_epoch);
    results_set(&evaluated->results, "rollbacks", (double)trained->history.n_rollbacks);
    results_set(&evaluated->results, "threshold", evaluated->threshold);
    results_set(&evaluated->results, "layers.dead_fraction",
                diagnosis_dead_fraction(&trained->history));
    results_set(&evaluated->results, "layers.gradient_ratio",
                diagnosis_gradient_ratio(&trained->history));
    return !interrupt_signal() || interrupt_fail(err);
}

static bool add_baselines(const Config *config, const Trained *trained, Evaluated *evaluated,
                          Error *err) {
    NetworkInput *inputs = list_inputs(&trained->data.features);
    BaselineInput in = {.target = &trained->data.target,
                        .metrics = &trained->metrics,
                        .inputs = inputs,
                        .n_inputs = trained->data.features.n_columns,
                        .seed = config->seed,
                        .team = trained->team};
    for (Part part = 0; part < N_PARTS; part++) {
        in.parts[part] = &trained->data.parts[part];
    }
    bool good = baseline_make(&in, &evaluated->results, err);
    memory_free(inputs);
    return good;
}

static void add_importance(const Config *config, const Trained *trained, Evaluated *evaluated) {
    evaluated->importance_part = results_last_part(&evaluated->results);
    ImportanceInput in = {&trained->model, &trained->loss, &trained->data.features,
                          &trained->data.parts[evaluated->importance_part], trained->team};
    evaluated->importances = NEW(Importance, trained->data.features.n);
    config->importance->compute(&in, config->seed, IMPORTANCE_REPEATS, evaluated->importances);
}

bool evaluate_model(const Config *config, const Trained *trained, Console *console,
                    Evaluated *evaluated, Error *err) {
    if (!evaluate_parts(config, trained, evaluated, err)) {
        return false;
    }
    console_doing(console, false, "step 8, evaluation: baselines");
    if (!add_baselines(config, trained, evaluated, err)) {
        return false;
    }
    Part last = results_last_part(&evaluated->results);
    if (config->bootstrap > 0) {
        console_doing(console, true, "step 8, evaluation: resampling for intervals");
        bootstrap_part(&evaluated->predictions[last], &trained->metrics, (size_t)config->bootstrap,
                       config->seed, &evaluated->results.parts[last]);
    }
    if (config->importance) {
        console_doing(console, true, "step 8, evaluation: shuffling features");
        add_importance(config, trained, evaluated);
    }
    if (interrupt_signal()) {
        return interrupt_fail(err);
    }
    console_step(console, 8, "evaluation", "%s; best epoch %zu of %zu, stop reason %s",
                 trained->has_diverged ? "of the best finite weights"
                                       : "every part, with baselines",
                 trained->history.best_epoch, trained->history.n, trained->history.stop_reason);
    console_results(console, &evaluated->results);
    tell_intervals(console, &evaluated->results);
    tell_importances(console, &trained->data.features, evaluated);
    TextBuffer findings = {0};
    diagnosis_print(&findings, &trained->history, &evaluated->results);
    console_lines(console, "        ", text_of(&findings));
    text_free(&findings);
    return true;
}
