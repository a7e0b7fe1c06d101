#include <stdio.h>

#include "base/memory.h"
#include "commands/commands.h"
#include "commands/load_config.h"
#include "data/doctor.h"
#include "pipeline/key_places.h"
#include "pipeline/pipeline.h"
#include "training/gradient_check.h"
#include "training/memory_plan.h"

/* A table on standard output; false when a tensor is off by more than rounding explains. */
static bool check_gradients(const Console *console, Trained *trained, Error *err) {
    console_doing(console, false, "comparing gradients with differences");
    const Network *network = &trained->network;
    GradientCheck *checks = NEW(GradientCheck, network->n_tensors);
    gradient_check(&trained->model, &trained->loss, &trained->data.parts[PART_TRAIN], checks);
    const Tensor *worst = NULL;
    printf("%-28s %15s %15s %12s\n", "tensor", "backpropagation", "difference", "error");
    for (size_t t = 0; t < network->n_tensors; t++) {
        bool good = checks[t].error <= GRADIENT_CHECK_TOLERANCE;
        worst = good ? worst : &network->tensors[t];
        printf("%-28s %15.6g %15.6g %12.2g%s\n", network->tensors[t].name,
               checks[t].backpropagation, checks[t].difference, checks[t].error,
               good ? "" : "  differs");
    }
    memory_free(checks);
    return !worst ||
           fail(err, ERROR_INTERNAL, "error: backpropagation and central differences differ for %s",
                worst->name);
}

static void print_sizes(const Trained *trained) {
    double floats = (double)trained->network.n_parameters;
    size_t slots = 2 + trained->options.optimizer->n_slots;
    double data = 0;
    for (Part part = 0; part < N_PARTS; part++) {
        const Dataset *dataset = &trained->data.parts[part];
        data += (double)dataset->n_rows * (double)(dataset->x_row + dataset->y_row);
    }
    const size_t n_inputs = trained->network.n_inputs;
    const size_t n_outputs = network_outputs(&trained->network);
    TextBuffer line = {0};
    text_printf(&line, "ok: %zu input%s, %zu output%s, %zu parameters; ", n_inputs,
                n_inputs == 1 ? "" : "s", n_outputs, n_outputs == 1 ? "" : "s",
                trained->network.n_true_parameters);
    memory_plan_append_size(&line, data * sizeof(float));
    text_append(&line, " of data, ");
    memory_plan_append_size(&line, floats * sizeof(float) * (double)slots);
    text_append(&line, " for training");
    puts(text_of(&line));
    text_free(&line);
}

/* A config with mistakes may still tell where the data is: theirs are told as well. */
static void add_data_errors(const Config *config, Source *source, Error *err) {
    Problems problems = {0};
    Error data = {0};
    if (!source_load(config, source, &problems, &data)) {
        key_places_fail(config, &data);
        const Error before = *err;
        fail(err, before.code, "%s\n%s", before.text, data.text);
    }
    problems_free(&problems);
}

static void tell_suspicions(const Source *source, Console *console) {
    Problems problems = {0};
    console_doing(console, false, "looking for what is suspicious in the data");
    doctor_examine(&source->table, &source->schema, &source->split, &problems);
    console_lines(console, "        ", text_of(&problems.text));
    problems_free(&problems);
}

bool command_check(const CommandLine *line, Error *err) {
    Console console;
    Config config = {0};
    Source source = {0};
    Trained trained = {0};
    console_init(&console, line->quiet, true); /* what was inferred is what is to be checked */
    console_choose(&console, line, NULL);
    bool good = load_config(line, true, &console, &config, err);
    if (!good && config_knows_data(&config)) {
        add_data_errors(&config, &source, err);
    }
    good = good && pipeline_prepare(&config, &console, &source, &trained, err) &&
           (!line->gradients || check_gradients(&console, &trained, err));
    if (good) {
        tell_suspicions(&source, &console);
        print_sizes(&trained);
    }
    trained_free(&trained);
    source_free(&source);
    config_free(&config);
    return good;
}
