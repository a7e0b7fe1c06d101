#include <stdio.h>

#include "commands/ci_outputs.h"
#include "commands/commands.h"
#include "commands/load_config.h"
#include "pipeline/pipeline.h"

/* Only what was asked for goes to standard output. */
static bool print_result(const CommandLine *line, const Outcome *outcome, Error *err) {
    if (line->json) {
        fputs(outcome->metrics_json, stdout);
    }
    double value;
    const char *reason;
    if (line->print && !results_find(&outcome->evaluated.results, line->print, &value, &reason)) {
        return fail(err, ERROR_USAGE, "error: --print %s: %s", line->print, reason);
    }
    if (line->print) {
        char number[TEXT_NUMBER];
        text_from_double(number, value);
        printf("%s\n", number);
    }
    return true;
}

static bool train(const CommandLine *line, const PipelineInput *in, Config *config,
                  Outcome *outcome, Error *err) {
    if (line->json && line->print) {
        return fail(err, ERROR_USAGE, "error: --json and --print exclude each other");
    }
    if (line->print && !results_check_path(line->print, err)) {
        fail_within(err, "error: --print: ");
        err->code = ERROR_USAGE;
        return false;
    }
    if (!load_config(line, false, in->console, config, err) ||
        !ci_outputs_check_inputs(line, config, err)) {
        return false;
    }
    const bool good = pipeline_run(in, outcome, err);
    return (!outcome->metrics_json || print_result(line, outcome, good ? err : NULL)) && good;
}

bool command_train(const CommandLine *line, Error *err) {
    Console console;
    Config config = {0};
    Outcome outcome = {0};
    Notes notes = {0};
    PipelineInput input = {.config = &config,
                           .console = &console,
                           .command_line = text_of(&line->original),
                           .baseline = line->baseline,
                           .print = line->print,
                           .resumes = line->resume};
    console_init(&console, line->quiet, line->verbose);
    console_choose(&console, line, NULL);
    console.notes = &notes;
    bool good = ci_outputs_check(line, err);
    if (good) {
        good = train(line, &input, &config, &outcome, err);
        good =
            ci_outputs_write(line, &input, &outcome, good ? NULL : err, good ? err : NULL) && good;
    }
    outcome_free(&outcome);
    notes_free(&notes);
    config_free(&config);
    return good;
}
