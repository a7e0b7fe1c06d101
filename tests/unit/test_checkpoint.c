/* The state of training as bytes: for every optimizer and schedule, training that goes on from it
 * is training that never stopped, and bytes that are none of the run are refused. */
#include "training/checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "network_fixture.h"
#include "training_fixture.h"
#include "unit.h"

enum { ROWS = 37, INPUTS = 3, EPOCHS = 5, BATCH = 8, MOST_STATES = 64 };

/* A network with batch norm and dropout, its data, and what training it needs. */
typedef struct Trial {
    Dataset train, validation;
    Network network;
    Model model;
    Target target;
    MetricList metrics;
    FitOptions options;
} Trial;

static Dataset make_data(size_t n, uint32_t seed) {
    float x[ROWS * INPUTS], y[ROWS];
    for (size_t i = 0; i < n; i++) {
        y[i] = 0.25F;
        for (size_t j = 0; j < INPUTS; j++) {
            x[i * INPUTS + j] = fixture_value(&seed);
            y[i] += (float)(j + 1) * x[i * INPUTS + j] * x[i * INPUTS + j];
        }
    }
    return fixture_dataset(x, INPUTS, y, 1, n);
}

static void trial_init(Trial *trial, const Optimizer *optimizer, const Schedule *schedule) {
    static int64_t milestones[] = {2, 3};
    const double none = (double)NAN;
    *trial = (Trial){.train = make_data(ROWS, 3), .validation = make_data(11, 5)};
    LayerOptions layer = {.units = 5,
                          .activation = fixture_row(activation_kinds(), "tanh"),
                          .norm = fixture_row(norm_kinds(), "batch"),
                          .dropout = 0.2};
    const NetworkOptions network = {
        .layers = &layer, .n_layers = 1, .output = fixture_row(output_kinds(), "linear")};
    NetworkInput inputs[INPUTS] = {{0}};
    assert_true(network_build(&network, inputs, INPUTS, 1, &trial->network, NULL));
    model_init(&trial->model, &trial->network);
    fixture_start(&trial->model, 0.5F, 7);
    trial->target = fixture_target("regression", 1, 0, 1);
    metric_list_choose(NULL, 0, trial->target.task, trial->network.output, &trial->metrics, NULL);
    trial->options = (FitOptions){
        .seed = 11,
        .epochs = EPOCHS,
        .batch_size = optimizer->needs_full_batch ? 0 : BATCH,
        .shuffle = true,
        .optimizer = optimizer,
        .settings = {optimizer->is_whole_step ? 0.05 : none, none, none, none, none, none},
        .schedule = {.schedule = schedule,
                     .step_size = 2,
                     .gamma = 0.5,
                     .milestones = milestones,
                     .n_milestones = 2,
                     .end_factor = 0.1,
                     .power = 2,
                     .max_factor = 10,
                     .warm_fraction = 0.3,
                     .factor = 0.5,
                     .warmup = 1.5},
        .monitor = "validation.loss",
        .patience = 4,
        .restore_best = true,
        .rolls_back = true,
        .checkpoint_every = {.seconds = 1e-9},
    };
}

static void trial_free(Trial *trial) {
    dataset_free(&trial->train);
    dataset_free(&trial->validation);
    model_free(&trial->model);
    network_free(&trial->network);
    target_free(&trial->target);
    metric_list_free(&trial->metrics);
}

/* The state after each batch. */
typedef struct States {
    TextBuffer items[MOST_STATES];
    size_t n;
} States;

static void keep(void *context, const char *state, size_t n) {
    States *states = context;
    assert_true(states->n < MOST_STATES);
    text_append_bytes(&states->items[states->n++], state, n);
}

static void states_free(States *states) {
    for (size_t i = 0; i < states->n; i++) {
        text_free(&states->items[i]);
    }
}

static bool train(Trial *trial, const FitObserver *observer, History *history, Error *err) {
    const LossFunction loss = fixture_loss("mse");
    const Evaluation evaluation = {.target = &trial->target, .metrics = &trial->metrics};
    return fit(&trial->options, &loss, &evaluation, &trial->train, &trial->validation, observer,
               &trial->model, history, err);
}

static void check_same_history(const History *a, const History *b) {
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->best_epoch, b->best_epoch);
    assert_string_equal(a->stop_reason, b->stop_reason);
    for (size_t i = 0; i < a->n; i++) {
        const EpochRecord *x = &a->epochs[i], *y = &b->epochs[i];
        assert_int_equal(x->epoch, y->epoch);
        assert_memory_equal(&x->loss, &y->loss, sizeof x->loss);
        assert_memory_equal(&x->penalty, &y->penalty, sizeof x->penalty);
        assert_memory_equal(&x->learning_rate, &y->learning_rate, sizeof x->learning_rate);
        assert_memory_equal(&x->gradient_norm, &y->gradient_norm, sizeof x->gradient_norm);
        assert_memory_equal(x->layers, y->layers, a->n_layers * sizeof *x->layers);
        assert_memory_equal(&x->validation.loss, &y->validation.loss, sizeof(double));
        assert_memory_equal(x->validation.values, y->validation.values,
                            x->validation.n_metrics * sizeof(double));
    }
}

/* Goes on from every state, and ends where the run ended that was not stopped. */
static void check_pair(const Optimizer *optimizer, const Schedule *schedule) {
    Trial straight;
    States states = {0};
    History history;
    const FitObserver keeper = {.save = keep, .context = &states};
    trial_init(&straight, optimizer, schedule);
    Error err = {0};
    if (!train(&straight, &keeper, &history, &err)) {
        fail_msg("%s, %s: %s", optimizer->kind.name, schedule->kind.name, err.text);
    }
    assert_true(states.n > 0);
    const size_t size = straight.network.n_parameters * sizeof(float);
    for (size_t i = 0; i < states.n; i++) {
        Trial resumed;
        History again;
        const FitObserver goes_on = {.state = states.items[i].bytes, .n_state = states.items[i].n};
        trial_init(&resumed, optimizer, schedule);
        fixture_start(&resumed.model, 0.25F, 99); /* start weights do not matter any more */
        assert_true(train(&resumed, &goes_on, &again, NULL));
        assert_memory_equal(straight.model.parameters, resumed.model.parameters, size);
        assert_memory_equal(straight.model.buffers, resumed.model.buffers,
                            straight.network.n_buffers * sizeof(float));
        check_same_history(&history, &again);
        history_free(&again);
        trial_free(&resumed);
    }
    history_free(&history);
    states_free(&states);
    trial_free(&straight);
}

/* Under an emulator every fourth pair, in which there is each of both. */
static void every_optimizer_and_schedule_goes_on(void **state) {
    (void)state;
    const size_t step = getenv("NNTRAIN_TEST_QUICK") ? 4 : 1;
    for (size_t o = 0; o < optimizer_kinds()->n; o++) {
        for (size_t s = o % step; s < schedule_kinds()->n; s += step) {
            check_pair((const Optimizer *)kind_at(optimizer_kinds(), o),
                       (const Schedule *)kind_at(schedule_kinds(), s));
        }
    }
}

static void bytes_that_are_cut_or_too_long_are_refused(void **state) {
    (void)state;
    Trial trial;
    States states = {0};
    History history;
    const FitObserver keeper = {.save = keep, .context = &states};
    trial_init(&trial, fixture_row(optimizer_kinds(), "lbfgs"),
               fixture_row(schedule_kinds(), "plateau"));
    assert_true(train(&trial, &keeper, &history, NULL));
    history_free(&history);
    TextBuffer *bytes = &states.items[states.n - 1];
    const size_t n = bytes->n;
    text_append(bytes, "x");
    for (size_t length = 1; length <= n + 1; length += length < 200 ? 1 : 41) {
        Error err = {0};
        const FitObserver goes_on = {.state = bytes->bytes, .n_state = length};
        assert_int_equal(train(&trial, &goes_on, &history, &err), length == n);
        assert_true(length == n || err.code == ERROR_MODEL);
        history_free(&history);
    }
    states_free(&states);
    trial_free(&trial);
}

/* Signed by a forger, a state may say anything: it is refused, or trained on from to an end. */
static void try_changed(const Optimizer *optimizer, const Schedule *schedule, size_t n_tries) {
    static const unsigned char masks[] = {1, 0x7F, 0x80, 0xFF};
    Trial trial;
    States states = {0};
    History history;
    const FitObserver keeper = {.save = keep, .context = &states};
    trial_init(&trial, optimizer, schedule);
    assert_true(train(&trial, &keeper, &history, NULL));
    history_free(&history);
    TextBuffer *bytes = &states.items[states.n / 2];
    const FitObserver goes_on = {.state = bytes->bytes, .n_state = bytes->n};
    const size_t n = bytes->n * sizeof masks, stride = n / n_tries | 1;
    for (size_t i = 0; i < n; i += stride) {
        char *byte = &bytes->bytes[i / sizeof masks];
        const char before = *byte;
        Error err = {0};
        *byte = (char)((unsigned char)before ^ masks[i % sizeof masks]);
        if (!train(&trial, &goes_on, &history, &err)) {
            assert_true(err.code == ERROR_MODEL || err.code == ERROR_DIVERGED ||
                        err.code == ERROR_CONFIG);
        }
        assert_true(history.n <= EPOCHS);
        history_free(&history);
        *byte = before;
    }
    states_free(&states);
    trial_free(&trial);
}

static void a_state_that_was_changed_is_refused_or_goes_on(void **state) {
    (void)state;
    const size_t n_tries = getenv("NNTRAIN_TEST_QUICK") ? 20 : 1000;
    static const char *const pairs[][2] = {
        {"adam", "plateau"}, {"lbfgs", "constant"}, {"rprop", "one_cycle"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        try_changed(fixture_row(optimizer_kinds(), pairs[i][0]),
                    fixture_row(schedule_kinds(), pairs[i][1]), n_tries);
    }
}

static void the_state_of_another_network_is_refused(void **state) {
    (void)state;
    Trial trial;
    States states = {0};
    History history;
    Error err = {0};
    const FitObserver keeper = {.save = keep, .context = &states};
    trial_init(&trial, fixture_row(optimizer_kinds(), "adam"),
               fixture_row(schedule_kinds(), "constant"));
    assert_true(train(&trial, &keeper, &history, NULL));
    history_free(&history);
    const FitObserver goes_on = {.state = states.items[0].bytes, .n_state = states.items[0].n};
    trial.options.optimizer = fixture_row(optimizer_kinds(), "sgd");
    assert_false(train(&trial, &goes_on, &history, &err));
    assert_int_equal(err.code, ERROR_MODEL);
    history_free(&history);
    trial.options.optimizer = fixture_row(optimizer_kinds(), "adam");
    trial.options.epochs = 1;
    const FitObserver late = {.state = states.items[states.n - 1].bytes,
                              .n_state = states.items[states.n - 1].n};
    assert_false(train(&trial, &late, &history, &err));
    assert_int_equal(err.code, ERROR_CONFIG);
    history_free(&history);
    states_free(&states);
    trial_free(&trial);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_optimizer_and_schedule_goes_on),
        cmocka_unit_test(bytes_that_are_cut_or_too_long_are_refused),
        cmocka_unit_test(a_state_that_was_changed_is_refused_or_goes_on),
        cmocka_unit_test(the_state_of_another_network_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
