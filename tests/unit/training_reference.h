/* A case of tests/reference/steps.json as nntrain has it: network, data, loss, options, and the
 * start values. */
#ifndef NNTRAIN_TESTS_TRAINING_REFERENCE_H
#define NNTRAIN_TESTS_TRAINING_REFERENCE_H

#include <string.h>

#include "data/dataset.h"
#include "data/task.h"
#include "network_fixture.h"
#include "nn_reference.h"
#include "training/step.h"

enum { MOST_LAYERS = 8 };

static inline const cJSON *field(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static inline bool is_true(const cJSON *object, const char *name) {
    return cJSON_IsTrue(field(object, name));
}

static inline size_t number_of(const cJSON *object, const char *name) {
    assert_non_null(field(object, name));
    return (size_t)field(object, name)->valuedouble;
}

static inline const void *named_row(const KindTable *table, const cJSON *object, const char *name) {
    return fixture_row(table, reference_text(object, name));
}

/* One case as nntrain has it; released with run_free. */
typedef struct Run {
    const cJSON *document, *item;
    const Task *task;
    Network network;
    Model model;
    Dataset data;
    LossFunction loss;
    FitOptions options;
    ScheduleState schedule;
    Stepper stepper;
} Run;

static inline size_t run_fill_layers(const cJSON *item, LayerOptions layers[MOST_LAYERS]) {
    const cJSON *width = NULL;
    size_t n = 0;
    cJSON_ArrayForEach(width, field(item, "hidden")) {
        assert_true(n < MOST_LAYERS);
        layers[n++] =
            (LayerOptions){.units = (int64_t)width->valuedouble,
                           .activation = named_row(activation_kinds(), item, "activation"),
                           .norm = named_row(norm_kinds(), item, "norm"),
                           .l1 = reference_number(item, "l1", 0),
                           .l2 = reference_number(item, "l2", 0)};
    }
    return n;
}

/* The category, where there is one, is the dataset's second column. */
static inline void run_build_network(Run *run, size_t n_outputs) {
    const cJSON *document = run->document, *item = run->item;
    LayerOptions layers[MOST_LAYERS];
    const NetworkOptions options = {.layers = layers,
                                    .n_layers = run_fill_layers(item, layers),
                                    .output = named_row(output_kinds(), item, "output"),
                                    .output_l1 = reference_number(item, "l1", 0),
                                    .output_l2 = reference_number(item, "l2", 0),
                                    .residual = is_true(item, "residual")};
    const bool has_embedding = is_true(item, "embedding");
    const size_t n_inputs = number_of(document, "inputs") + (has_embedding ? 1 : 0);
    NetworkInput *inputs = NEW(NetworkInput, n_inputs);
    if (has_embedding) {
        inputs[FIXTURE_CODE_COLUMN] =
            (NetworkInput){number_of(document, "categories"), number_of(document, "embedding_dim")};
    }
    assert_true(network_build(&options, inputs, n_inputs, n_outputs, &run->network, NULL));
    memory_free(inputs);
}

static inline void run_insert_category(Run *run) {
    Dataset *data = &run->data;
    size_t n = 0;
    double *category = reference_array(run->document, "category", &n);
    for (size_t i = 0; i < data->n_rows; i++) {
        float *x = data->x + i * data->x_row;
        memmove(x + FIXTURE_CODE_COLUMN + 1, x + FIXTURE_CODE_COLUMN,
                (data->n_inputs - FIXTURE_CODE_COLUMN) * sizeof *x);
        x[FIXTURE_CODE_COLUMN] = (float)category[i];
    }
    data->n_inputs++;
    memory_free(category);
}

static inline void run_build_dataset(Run *run) {
    const cJSON *document = run->document, *item = run->item;
    const Loss *loss = run->loss.loss;
    const char *target = loss->predicts_exponential ? "count" : run->task->kind.name;
    Dataset *data = &run->data;
    *data = (Dataset){.n_rows = number_of(item, "rows"), .n_inputs = number_of(document, "inputs")};
    data->n_targets = (size_t)cJSON_GetArraySize(field(document, target)) * data->n_inputs /
                      (size_t)cJSON_GetArraySize(field(document, "x"));
    data->x_row = compute_pad(data->n_inputs + 1);
    data->y_row = compute_pad(data->n_targets);
    data->x = reference_matrix(document, "x", data->n_inputs, data->x_row, 0);
    data->y = reference_matrix(document, target, data->n_targets, data->y_row, 0);
    if (is_true(item, "sample_weight")) {
        data->weight = reference_matrix(document, "sample_weight", 1, 1, 0);
    }
    if (is_true(item, "embedding")) {
        run_insert_category(run);
    }
}

static inline void run_read_loss(Run *run) {
    const cJSON *item = run->item, *options = field(item, "options");
    run->loss.loss = named_row(loss_kinds(), item, "loss");
    run->loss.options =
        (LossOptions){.label_smoothing = reference_number(options, "label_smoothing", 0),
                      .delta = reference_number(options, "delta", 1),
                      .quantile = reference_number(options, "quantile", 0.5),
                      .gamma = reference_number(options, "gamma", 2)};
    run->loss.n_classes = !run->task->has_classes ? 0 : run->task->outputs_per_class ? 3 : 2;
    if (field(item, "class_weight")) {
        assert_int_equal(cJSON_GetArraySize(field(item, "class_weight")), run->loss.n_classes);
        run->loss.class_weight = reference_matrix(item, "class_weight", 1, 1, 0);
    }
}

/* The caller frees milestones. */
static inline ScheduleOptions run_read_schedule(const cJSON *item) {
    const cJSON *json = field(item, "schedule");
    const char *name = json ? reference_text(json, "name") : "constant";
    ScheduleOptions options = {.schedule = fixture_row(schedule_kinds(), name),
                               .warmup = reference_number(json, "warmup", 0),
                               .step_size = (int64_t)reference_number(json, "step_size", 1),
                               .gamma = reference_number(json, "gamma", (double)NAN),
                               .minimum = reference_number(json, "minimum", 0),
                               .end_factor = reference_number(json, "end_factor", 0),
                               .power = reference_number(json, "power", 1),
                               .max_factor = reference_number(json, "max_factor", 1),
                               .warm_fraction = reference_number(json, "warm_fraction", 0),
                               .factor = reference_number(json, "factor", 1),
                               .patience = (int64_t)reference_number(json, "patience", 0)};
    double *milestones = reference_array(json, "milestones", &options.n_milestones);
    options.milestones = NEW(int64_t, options.n_milestones);
    for (size_t i = 0; i < options.n_milestones; i++) {
        options.milestones[i] = (int64_t)milestones[i];
    }
    memory_free(milestones);
    return options;
}

static inline FitOptions run_read_options(const cJSON *item) {
    const cJSON *settings = field(item, "settings");
    const double none = (double)NAN;
    return (FitOptions){
        .seed = 1,
        .batch_size = (int64_t)number_of(item, "batch_size"),
        .optimizer = named_row(optimizer_kinds(), item, "optimizer"),
        .settings = {.learning_rate = reference_number(settings, "learning_rate", none),
                     .momentum = reference_number(settings, "momentum", none),
                     .beta1 = reference_number(settings, "beta1", none),
                     .beta2 = reference_number(settings, "beta2", none),
                     .epsilon = reference_number(settings, "epsilon", none),
                     .rho = reference_number(settings, "rho", none)},
        .schedule = run_read_schedule(item),
        .weight_decay = reference_number(item, "weight_decay", 0),
        .clipping = {.norm = reference_number(item, "clip_norm", 0),
                     .value = reference_number(item, "clip_value", 0)},
        .max_norm = reference_number(item, "max_norm", 0)};
}

static inline void run_set_parameters(Model *model, const cJSON *start) {
    const Network *network = model->network;
    assert_int_equal(cJSON_GetArraySize(start), network->n_tensors);
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        float *values = reference_matrix(start, tensor->name, tensor->columns, tensor->row, 0);
        assert_non_null(values);
        assert_int_equal(cJSON_GetArraySize(field(start, tensor->name)),
                         tensor->rows * tensor->columns);
        memcpy(model->parameters + tensor->offset, values,
               tensor->rows * tensor->row * sizeof *values);
        memory_free(values);
    }
    model_refresh(model);
}

static inline void run_init(Run *run, const cJSON *document, const cJSON *item) {
    *run = (Run){.document = document, .item = item, .task = named_row(task_kinds(), item, "task")};
    run_read_loss(run);
    run_build_dataset(run);
    run_build_network(run,
                      run->task->outputs_per_class ? run->loss.n_classes : run->data.n_targets);
    assert_int_equal(run->data.x_row, compute_pad(run->network.n_inputs));
    model_init(&run->model, &run->network);
    model_start(&run->model, &(InitializerSettings){0}, 1); /* the running statistics */
    run_set_parameters(&run->model, field(item, "start"));
    run->options = run_read_options(item);
    schedule_start(&run->schedule);
    stepper_init(&run->stepper, &run->options, &run->loss, &run->data, &run->model);
}

static inline void run_free(Run *run) {
    stepper_free(&run->stepper);
    model_free(&run->model);
    network_free(&run->network);
    memory_free(run->options.schedule.milestones);
    memory_free(run->loss.class_weight);
    memory_free(run->data.x);
    memory_free(run->data.y);
    memory_free(run->data.weight);
}

#endif
