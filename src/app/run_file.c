#include "app/run_file.h"

/* clang-format off */
static const Kind rows[] = {
    {.name = "config.ini", .help = "every key with its value and where it came from; runs as it is"},
    {.name = "model.json", .help = "weights, preprocessing, class names, and rows that every reader checks itself with"},
    {.name = "metrics.json", .help = "the final numbers of every part, baselines, gates"},
    {.name = "history.jsonl", .help = "one JSON object per epoch: losses, metrics, rate, gradient norms by layer, "
                                      "dead and saturated units"},
    {.name = "report.html", .help = "all of it as one page with charts, for people: curves, confusion, ROC, calibration, "
                                    "residuals, layers, weights; needs nothing else, not even a script (output.report)"},
    {.name = "manifest.json", .help = "times, host, command line, versions, hashes"},
    {.name = "predictions_*.csv", .help = "the rows of a part by number and id, with truth and predictions, with evaluation.predictions"},
    {.name = "trials.jsonl", .help = "one JSON object per trial of a search, with [tuning]"},
    {.name = "leaderboard.json", .help = "the trials from best to worst, with [tuning]"},
    {.name = "best.ini", .help = "the config of the best trial, with [tuning]; runs as it is"},
    {.name = "checkpoint.bin", .help = "what --resume goes on from; only in a run that was interrupted"},
};
/* clang-format on */

const KindTable *run_file_kinds(void) {
    static const KindTable table = KIND_TABLE("run file", rows);
    return &table;
}
