/* Training and evaluation give the same bits for every number of threads: networks of all parts, on
 * batches around whole leaves. The expected values are those of one thread, which other tests
 * compare with PyTorch. */
#include <math.h>

#include "evaluate_fixture.h"
#include "training/fit.h"

enum { N_TRAIN = 200, N_VALIDATION = 141, N_CLASSES = 3, N_EPOCHS = 2 };

static const size_t thread_counts[] = {2, 3, 4, 5, 7, 8, 16};
static const int64_t batch_sizes[] = {1, 63, 64, 65, 130, 0};
enum { N_COUNTS = 7, N_BATCHES = 6 };

/* One network and how it is trained; what is not said is relu, none, softmax, cross_entropy, adam.
 */
typedef struct Case {
    const char *name;
    NetworkWish wish;
    const char *loss, *optimizer;
    double clip_norm, clip_value, max_norm, weight_decay;
    double l1, l2;
    bool has_weights, has_labels; /* labels: a value for every output */
} Case;

/* clang-format off */
static const Case cases[] = {
    {"no hidden layer", .wish = {.hidden = {0}}},
    {"narrow", .wish = {.hidden = {3, 2}}},
    {"wide", .wish = {.hidden = {70, 33, 17}}},
    {"strips of weight rows", .wish = {.hidden = {300, 200}}},
    {"weights too many to be transposed by each thread", .wish = {.hidden = {600, 500}}},
    {"batch norm", .wish = {.hidden = {40, 17}, .norm = "batch"}},
    {"layer norm", .wish = {.hidden = {40, 17}, .norm = "layer"}},
    {"dropout", .wish = {.hidden = {40, 17}, .dropout = 0.3, .input_dropout = 0.2}},
    {"embedding", .wish = {.hidden = {40, 17}, .has_embedding = true, .input_dropout = 0.1}},
    {"residual", .wish = {.hidden = {20, 20, 20}, .residual = true, .norm = "layer", .dropout = 0.1}},
    {"input kept", .wish = {.hidden = {20, 20}, .activation = "gelu", .norm = "batch"}},
    {"clipping", .wish = {.hidden = {40, 17}}, .clip_norm = 0.1, .clip_value = 0.01, .max_norm = 0.5},
    {"penalties", .wish = {.hidden = {150, 130}}, .l1 = 0.001, .l2 = 0.01},
    {"penalties of pieces", .wish = {.hidden = {130, 290}}, .l1 = 0.001, .l2 = 0.01, .max_norm = 0.9},
    {"every kind of piece", .wish = {.hidden = {270, 150}, .has_embedding = true, .norm = "layer"},
     .optimizer = "adamw", .weight_decay = 0.1},
    {"weight decay and row weights", .wish = {.hidden = {40}}, .optimizer = "adamw",
     .weight_decay = 0.1, .has_weights = true},
    {"loss on outputs", .wish = {.hidden = {40}, .output = "sigmoid"}, .loss = "mse", .has_labels = true},
    {"whole steps", .wish = {.hidden = {10}, .activation = "tanh"}, .optimizer = "lbfgs"},
};
/* clang-format on */
enum { N_CASES = sizeof cases / sizeof *cases };

static const char *or_usual(const char *name, const char *usual) {
    return name != NULL ? name : usual;
}

static Network make_network(const Case *of) {
    NetworkWish wish = of->wish;
    wish.activation = or_usual(wish.activation, "relu");
    wish.norm = or_usual(wish.norm, "none");
    wish.output = or_usual(wish.output, "softmax");
    wish.n_numeric = 5;
    wish.n_outputs = N_CLASSES;
    Network network = fixture_network(&wish);
    for (size_t t = 0; t < network.n_tensors; t++) {
        const bool is_weight = network.tensors[t].role == TENSOR_WEIGHT;
        network.tensors[t].l1 = is_weight ? of->l1 : 0;
        network.tensors[t].l2 = is_weight ? of->l2 : 0;
    }
    return network;
}

static Dataset make_data(const Case *of, const Network *network, size_t n_rows, uint32_t seed) {
    Dataset data = {.n_rows = n_rows,
                    .n_inputs = network->n_inputs,
                    .x_row = compute_pad(network->n_inputs),
                    .n_targets = of->has_labels ? N_CLASSES : 1,
                    .y_row = LANES,
                    .x = fixture_inputs(network, n_rows, seed),
                    .y = NEW(float, n_rows *LANES),
                    .weight = of->has_weights ? NEW(float, n_rows) : NULL};
    for (size_t i = 0; i < n_rows; i++) {
        const float *x = data.x + i * data.x_row;
        const size_t code = (size_t)(x[0] > 0.0f) + (size_t)(x[2] > 0.5f);
        if (data.n_targets == 1) {
            data.y[i * LANES] = (float)code;
        } else {
            data.y[i * LANES + code] = 1.0f;
        }
        if (of->has_weights) {
            data.weight[i] = 1.0f + 0.5f * fixture_value(&seed);
        }
    }
    return data;
}

/* All that a run gives. */
typedef struct Run {
    Network network;
    Model model;
    History history;
} Run;

static void train(Run *run, const Case *of, int64_t batch_size, size_t n_threads) {
    const double none = (double)NAN;
    run->network = make_network(of);
    model_init(&run->model, &run->network);
    model_start(&run->model, &(InitializerSettings){.std = 1}, 5);
    Dataset data = make_data(of, &run->network, N_TRAIN, 1);
    Dataset validation = make_data(of, &run->network, N_VALIDATION, 2);
    const bool has_classes = data.n_targets == 1;
    Target target = fixture_target(has_classes ? "multiclass" : "multilabel", N_CLASSES, 0, 1);
    MetricList metrics = {0};
    assert_true(metric_list_choose(NULL, 0, target.task, run->network.output, &metrics, NULL));
    LossFunction loss = fixture_loss(or_usual(of->loss, "cross_entropy"));
    loss.n_classes = has_classes ? N_CLASSES : 0;
    Team *team = team_start(n_threads);
    assert_int_equal(team_size(team), n_threads);
    const Evaluation evaluation = {
        .target = &target, .metrics = &metrics, .threshold = 0.5, .team = team};
    const FitOptions options = {.seed = 3,
                                .epochs = N_EPOCHS,
                                .batch_size = batch_size,
                                .shuffle = true,
                                .optimizer =
                                    fixture_row(optimizer_kinds(), or_usual(of->optimizer, "adam")),
                                .settings = {0.01, none, none, none, none, none},
                                .schedule = {.schedule = fixture_row(schedule_kinds(), "constant")},
                                .weight_decay = of->weight_decay,
                                .clipping = {of->clip_norm, of->clip_value},
                                .max_norm = of->max_norm,
                                .monitor = "validation.loss",
                                .team = team};
    Error err = {0};
    if (!fit(&options, &loss, &evaluation, &data, &validation, NULL, &run->model, &run->history,
             &err)) {
        fail_msg("%s: %s", of->name, err.text);
    }
    team_stop(team);
    metric_list_free(&metrics);
    target_free(&target);
    dataset_free(&validation);
    dataset_free(&data);
}

static void run_free(Run *run) {
    history_free(&run->history);
    model_free(&run->model);
    network_free(&run->network);
}

static bool is_same(const void *a, const void *b, size_t n_bytes) {
    return n_bytes == 0 || memcmp(a, b, n_bytes) == 0;
}

static bool is_same_epoch(const EpochRecord *a, const EpochRecord *b, size_t n_layers) {
    return is_same(&a->loss, &b->loss, sizeof a->loss) &&
           is_same(&a->penalty, &b->penalty, sizeof a->penalty) &&
           is_same(&a->gradient_norm, &b->gradient_norm, sizeof a->gradient_norm) &&
           is_same(a->layers, b->layers, n_layers * sizeof *a->layers) &&
           is_same(&a->validation.loss, &b->validation.loss, sizeof a->validation.loss) &&
           is_same(a->validation.values, b->validation.values,
                   a->validation.n_metrics * sizeof *a->validation.values);
}

static bool is_same_run(const Run *a, const Run *b) {
    bool same = is_same(a->model.parameters, b->model.parameters,
                        a->network.n_parameters * sizeof(float)) &&
                is_same(a->model.buffers, b->model.buffers, a->network.n_buffers * sizeof(float));
    for (size_t epoch = 0; epoch < N_EPOCHS; epoch++) {
        same = same && is_same_epoch(&a->history.epochs[epoch], &b->history.epochs[epoch],
                                     a->network.n_layers);
    }
    return same;
}

/* A limit that is never reached makes the step look at the whole gradient before it is used. */
static void pieces_change_no_bit(void **state) {
    (void)state;
    for (size_t i = 0; i < N_CASES; i++) {
        Case whole = cases[i];
        whole.clip_norm = whole.clip_norm > 0 ? whole.clip_norm : 1e30;
        for (size_t threads = 1; threads <= 3; threads += 2) {
            Run expected, actual;
            train(&expected, &whole, 130, threads);
            train(&actual, &cases[i], 130, threads);
            if (!is_same_run(&actual, &expected)) {
                fail_msg("%s: %zu threads differ from a step without pieces", whole.name, threads);
            }
            run_free(&actual);
            run_free(&expected);
        }
    }
}

static void threads_change_no_bit(void **state) {
    const Case *of = *state;
    for (size_t b = 0; b < N_BATCHES; b++) {
        Run expected;
        train(&expected, of, batch_sizes[b], 1);
        /* Batches of one row are many steps that leave nothing to share out. */
        for (size_t c = 0; c < (batch_sizes[b] == 1 ? 1 : N_COUNTS); c++) {
            Run actual;
            train(&actual, of, batch_sizes[b], thread_counts[c]);
            if (!is_same_run(&actual, &expected)) {
                fail_msg("%s, batches of %d rows: %zu threads differ from one", of->name,
                         (int)batch_sizes[b], thread_counts[c]);
            }
            run_free(&actual);
        }
        run_free(&expected);
    }
}

int main(void) {
    struct CMUnitTest tests[N_CASES + 1] = {cmocka_unit_test(pieces_change_no_bit)};
    for (size_t i = 0; i < N_CASES; i++) {
        tests[i + 1] = (struct CMUnitTest){.name = cases[i].name,
                                           .test_func = threads_change_no_bit,
                                           .initial_state = (void *)&cases[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
