#include "pipeline/report_compose.h"

void report_compose(TextBuffer *out, const PipelineInput *in, const Outcome *outcome,
                    const MetricsReport *metrics, const WeightSample *start_weights) {
    const Trained *trained = &outcome->trained;
    const Notes none = {0};
    const Part part = results_last_part(&outcome->evaluated.results);
    WeightSample end_weights;
    TextBuffer settings = {0};
    weight_sample_take(&end_weights, &trained->model);
    config_print_chosen(&settings, in->config);
    const ReportInput report = {
        .name = in->config->name,
        .seed = in->config->seed,
        .version = NNTRAIN_VERSION,
        .divergence = trained->has_diverged ? outcome->divergence.text : NULL,
        .notes = in->console->notes ? in->console->notes : &none,
        .settings = text_of(&settings),
        .metrics = metrics,
        .history = &trained->history,
        .network = &trained->network,
        .parts = trained->data.parts,
        .table = &outcome->source.table,
        .schema = &outcome->source.schema,
        .part = part,
        .predictions = &outcome->evaluated.predictions[part],
        .before = start_weights,
        .after = &end_weights,
        .tuning = outcome->tuning.shown.n_trials ? &outcome->tuning.shown : NULL,
    };
    report_print(out, &report);
    text_free(&settings);
    weight_sample_free(&end_weights);
}
