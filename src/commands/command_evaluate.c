#include "artifact/metrics_file.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/scoring.h"

bool command_evaluate(const CommandLine *line, Error *err) {
    Console console;
    Scoring scoring = {0};
    MetricList metrics = {0};
    PartResult result = {0};
    TextBuffer text = {0};
    bool good = scoring_load(line, true, &console, &scoring, err) &&
                metric_list_choose(NULL, 0, scoring.model.target.task, scoring.model.network.output,
                                   &metrics, err);
    if (good) {
        scoring.evaluation.metrics = &metrics;
        evaluate_part(&scoring.evaluation, &scoring.model.model, &scoring.model.loss,
                      &scoring.dataset, &result);
        metrics_file_print_part(&text, &result, &metrics, &scoring.model.target);
        good = interrupt_signal() ? interrupt_fail(err) : scoring_write(line, &scoring, &text, err);
    }
    text_free(&text);
    part_result_free(&result);
    metric_list_free(&metrics);
    scoring_free(&scoring);
    return good;
}
