#include "pipeline/tune_report.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/tune.h"

static void take_parameters(TuneReport *report, const Tuning *tuning) {
    const Space *space = &tuning->config->tuning.space;
    report->parameters = NEW(ReportParameter, space->n);
    for (size_t k = 0; k < space->n; k++) {
        const SpaceKey *key = &space->keys[k];
        const KeyImportance *importance = &tuning->ranking.importances[k];
        report->parameters[k] =
            (ReportParameter){.name = key->name,
                              .has_decades = key->low > 0 && key->high / key->low >= 50,
                              .choices = key->distribution->is_choice ? &key->choices : NULL,
                              .importance = importance->value,
                              .is_eta = importance->is_eta};
    }
}

/* Only trainings to the end can be compared. */
static void take_trials(TuneReport *report, const Tuning *tuning) {
    const Space *space = &tuning->config->tuning.space;
    const Search *search = &tuning->search;
    report->trials = NEW(ReportTrial, search->n);
    report->values = NEW(double, search->n * space->n);
    for (size_t t = 0; t < search->n; t++) {
        const Trial *trial = &search->trials[t];
        double *values = report->values + t * space->n;
        memcpy(values, trial->values, space->n * sizeof *values);
        report->trials[t] = (ReportTrial){
            .values = values,
            .objective = trial->result.status == trial_ok() ? trial->result.mean : (double)NAN};
    }
}

void tune_report_take(TuneReport *report, const Tuning *tuning) {
    take_parameters(report, tuning);
    take_trials(report, tuning);
    report->shown = (ReportTuning){.objective = tuning->config->tuning.objective,
                                   .higher_is_better = tuning->search.options.higher_is_better,
                                   .parameters = report->parameters,
                                   .n_parameters = tuning->config->tuning.space.n,
                                   .trials = report->trials,
                                   .n_trials = tuning->search.n};
}

void tune_report_free(TuneReport *report) {
    memory_free(report->parameters);
    memory_free(report->trials);
    memory_free(report->values);
    *report = (TuneReport){0};
}
