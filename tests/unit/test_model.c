/* Models: start values, forward against a plain loop, the leaf tree of gradients, dropout as a
 * function of place. */
#include "nn/model.h"

#include <math.h>

#include "network_fixture.h"

static const Loss *loss_named(const char *name) { return fixture_row(loss_kinds(), name); }

/* A network with everything a forward and backward call needs. */
typedef struct Setup {
    Network network;
    Model model;
    Workspace *workspace;
    float *x, *gradient, *target, *weight;
    size_t rows, x_row, target_row;
    LossFunction loss;
} Setup;

static void setup_init(Setup *s, const NetworkWish *wish, size_t rows, const char *loss) {
    *s = (Setup){.network = fixture_network(wish),
                 .rows = rows,
                 .target_row = wish->n_outputs,
                 .loss = {.loss = loss_named(loss)}};
    model_init(&s->model, &s->network);
    fixture_start(&s->model, 0.5f, 3);
    s->workspace = workspace_new(&s->network, rows);
    s->x_row = compute_pad(s->network.n_inputs);
    s->x = fixture_inputs(&s->network, rows, 5);
    s->gradient = NEW(float, s->network.n_parameters);
    s->target = NEW(float, rows * s->target_row);
    s->weight = NEW(float, rows);
    uint32_t seed = 9;
    for (size_t i = 0; i < rows * s->target_row; i++) {
        s->target[i] = fixture_value(&seed);
    }
    for (size_t i = 0; i < rows; i++) {
        s->weight[i] = 1.0f;
    }
}

static void setup_free(Setup *s) {
    model_free(&s->model);
    workspace_free(s->workspace);
    network_free(&s->network);
    memory_free(s->x);
    memory_free(s->gradient);
    memory_free(s->target);
    memory_free(s->weight);
}

/* ---- start values ---- */

static void start_fills_every_tensor(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {20, 9},
                              .activation = "relu",
                              .norm = "batch",
                              .output = "linear",
                              .n_numeric = 3,
                              .n_outputs = 2,
                              .has_embedding = true};
    Network network = fixture_network(&wish);
    network.tensors[network.layers[1].bias].start = 0.25;
    Model model;
    model_init(&model, &network);
    model_start(&model, &(InitializerSettings){.std = 1.0}, 7);
    for (size_t t = 0; t < network.n_tensors; t++) {
        const Tensor *tensor = &network.tensors[t];
        const float *w = model.parameters + tensor->offset;
        const bool is_random = tensor->role == TENSOR_WEIGHT || tensor->role == TENSOR_EMBEDDING;
        for (size_t i = 0; i < tensor->rows; i++) {
            for (size_t j = 0; j < tensor->row; j++) {
                const float value = w[i * tensor->row + j];
                if (j >= tensor->columns) {
                    assert_true(value == 0.0f);
                } else if (is_random) {
                    assert_true(value != 0.0f && fabsf(value) < 6.0f);
                } else {
                    assert_true(value == (float)tensor->start);
                }
            }
        }
    }
    assert_true(model.parameters[network.tensors[network.layers[1].bias].offset] == 0.25f);
    assert_true(model.parameters[network.tensors[network.layers[0].gain].offset] == 1.0f);
    for (size_t l = 0; l < 2; l++) {
        const size_t row = compute_pad(network.layers[l].n_units);
        for (size_t j = 0; j < network.layers[l].n_units; j++) {
            assert_true(model.buffers[network.layers[l].running + j] == 0.0f);
            assert_true(model.buffers[network.layers[l].running + row + j] == 1.0f);
        }
    }
    model_free(&model);
    network_free(&network);
}

static void start_is_a_function_of_the_seed(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {8, 8},
                              .activation = "tanh",
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = 8,
                              .n_outputs = 8};
    Network network = fixture_network(&wish);
    const size_t n_bytes = network.n_parameters * sizeof(float);
    Model models[3];
    for (size_t i = 0; i < 3; i++) {
        model_init(&models[i], &network);
        model_start(&models[i], &(InitializerSettings){.std = 1.0}, i < 2 ? 1 : 2);
    }
    assert_memory_equal(models[0].parameters, models[1].parameters, n_bytes);
    assert_memory_not_equal(models[0].parameters, models[2].parameters, n_bytes);
    /* Layers of one shape start differently. */
    const Tensor *first = &network.tensors[network.layers[0].weight];
    const Tensor *second = &network.tensors[network.layers[1].weight];
    assert_memory_not_equal(models[0].parameters + first->offset,
                            models[0].parameters + second->offset,
                            first->rows * first->row * sizeof(float));
    /* The transposed weights are those of the start values: refreshing changes nothing. */
    const size_t n_transposed = 2 * 8 * compute_pad(8);
    float *transposed = memory_copy(models[0].transposed, n_transposed, sizeof(float));
    assert_true(compute_kernels()->sum_squares(transposed, n_transposed) > 0.0);
    model_refresh(&models[0]);
    assert_memory_equal(models[0].transposed, transposed, n_transposed * sizeof(float));
    memory_free(transposed);
    for (size_t i = 0; i < 3; i++) {
        model_free(&models[i]);
    }
    network_free(&network);
}

/* ---- forward ---- */

/* tanh(b + x W) (+ x) in double, layer by layer; values holds the expanded inputs and returns the
 * logits. */
static void plain_forward(const Setup *s, double *values) {
    for (size_t l = 0; l < s->network.n_layers; l++) {
        const Layer *layer = &s->network.layers[l];
        const Tensor *weight = &s->network.tensors[layer->weight];
        const float *w = s->model.parameters + weight->offset;
        const float *b = s->model.parameters + s->network.tensors[layer->bias].offset;
        double next[64];
        for (size_t j = 0; j < layer->n_units; j++) {
            double sum = (double)b[j];
            for (size_t k = 0; k < layer->n_inputs; k++) {
                sum += values[k] * (double)w[k * weight->row + j];
            }
            next[j] = layer->activation != NULL ? tanh(sum) : sum;
            next[j] += layer->residual ? values[j] : 0.0;
        }
        memcpy(values, next, sizeof next);
    }
}

static void expand_plainly(const Setup *s, size_t i, double *values) {
    const Network *network = &s->network;
    for (size_t k = 0; k < network->n_numeric; k++) {
        values[k] = (double)s->x[i * s->x_row + network->numeric[k]];
    }
    for (size_t e = 0; e < network->n_embeddings; e++) {
        const Embedding *embedding = &network->embeddings[e];
        const Tensor *table = &network->tensors[embedding->tensor];
        const size_t code = (size_t)s->x[i * s->x_row + embedding->column];
        for (size_t d = 0; d < embedding->dim; d++) {
            values[embedding->first_input + d] =
                (double)s->model.parameters[table->offset + code * table->row + d];
        }
    }
}

/* Chains of up to 33 products of size 1, three layers deep: 1e-5 is a hundred roundings. */
static void check_forward(const NetworkWish *wish) {
    Setup s;
    setup_init(&s, wish, 70, "mse");
    const size_t row = compute_pad(wish->n_outputs);
    const float *logits = model_forward(&s.model, s.workspace, s.x, s.rows);
    for (size_t i = 0; i < s.rows; i++) {
        double values[64];
        expand_plainly(&s, i, values);
        plain_forward(&s, values);
        for (size_t j = 0; j < wish->n_outputs; j++) {
            assert_true(fabs((double)logits[i * row + j] - values[j]) < 1e-5);
        }
        for (size_t j = wish->n_outputs; j < row; j++) {
            assert_true(logits[i * row + j] == 0.0f);
        }
    }
    setup_free(&s);
}

static void forward_is_what_a_plain_loop_says(void **state) {
    (void)state;
    NetworkWish wish = {
        .activation = "tanh", .norm = "none", .output = "linear", .n_numeric = 7, .n_outputs = 3};
    check_forward(&wish);
    wish.hidden[0] = 19;
    wish.hidden[1] = 33;
    check_forward(&wish);
    wish.hidden[2] = 33;
    wish.residual = true;
    check_forward(&wish);
    wish.has_embedding = true;
    check_forward(&wish);
    wish.hidden[0] = 9; /* as wide as the expanded input */
    check_forward(&wish);
}

/* One at a time, all at once, through a smaller workspace: the same bits. */
static void rows_do_not_depend_on_their_batch(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {17, 30},
                              .activation = "gelu",
                              .norm = "layer",
                              .output = "softmax",
                              .n_numeric = 6,
                              .n_outputs = 4,
                              .has_embedding = true};
    Setup s;
    setup_init(&s, &wish, 100, "cross_entropy");
    Workspace *small = workspace_new(&s.network, 1);
    const float *together = model_predict(&s.model, s.workspace, s.x, s.rows);
    for (size_t i = 0; i < s.rows; i++) {
        const float *alone = model_predict(&s.model, small, s.x + i * s.x_row, 1);
        assert_memory_equal(alone, together + i * LANES, LANES * sizeof(float));
        assert_true(fabsf(alone[0] + alone[1] + alone[2] + alone[3] - 1.0f) < 1e-6f);
    }
    workspace_free(small);
    setup_free(&s);
}

static void activations_are_shown(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {4},
                              .activation = "relu",
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = 1,
                              .n_outputs = 1};
    Setup s;
    setup_init(&s, &wish, 1, "mse");
    const Tensor *weight = &s.network.tensors[0], *bias = &s.network.tensors[1];
    float *w = s.model.parameters + weight->offset, *b = s.model.parameters + bias->offset;
    for (size_t j = 0; j < 4; j++) {
        w[j] = (float)j - 1.0f;
        b[j] = 0.5f;
    }
    s.x[0] = 2.0f;
    model_forward(&s.model, s.workspace, s.x, 1);
    size_t row = 0;
    const float *y = workspace_activations(s.workspace, 0, &row);
    assert_int_equal(row, LANES);
    assert_true(y[0] == 0.0f && y[1] == 0.5f && y[2] == 2.5f && y[3] == 4.5f);
    setup_free(&s);
}

/* ---- batch norm: training and evaluation ---- */

static void evaluation_uses_running_statistics(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {6},
                              .activation = "linear",
                              .norm = "batch",
                              .output = "linear",
                              .n_numeric = 3,
                              .n_outputs = 2};
    Setup s;
    setup_init(&s, &wish, 40, "mse");
    float *before = memory_copy(s.model.buffers, s.network.n_buffers, sizeof(float));
    model_forward(&s.model, s.workspace, s.x, s.rows);
    assert_memory_equal(s.model.buffers, before, s.network.n_buffers * sizeof(float));
    /* After many batches of the same rows the running statistics are theirs, but for n / (n - 1).
     */
    for (size_t i = 0; i < 200; i++) {
        model_forward_training(&s.model, s.workspace, s.x, s.rows, NULL);
    }
    assert_memory_not_equal(s.model.buffers, before, s.network.n_buffers * sizeof(float));
    const float *trained = model_forward_training(&s.model, s.workspace, s.x, s.rows, NULL);
    float *copy = memory_copy(trained, s.rows * LANES, sizeof(float));
    const float *evaluated = model_forward(&s.model, s.workspace, s.x, s.rows);
    for (size_t i = 0; i < s.rows * LANES; i++) {
        assert_true(fabsf(copy[i] - evaluated[i]) <= 0.02f * (fabsf(copy[i]) + 1.0f));
    }
    memory_free(copy);
    memory_free(before);
    setup_free(&s);
}

/* ---- the leaf tree ---- */

enum { MOST_LEAVES = 8 };

typedef struct Leaf {
    float *gradient;
    double loss;
} Leaf;

/* The definition: n leaves are split at the largest power of two below n. The result is in the
 * first leaf. */
static void combine(Leaf *leaves, size_t n, size_t n_floats) {
    size_t left = 1;
    if (n == 1) {
        return;
    }
    while (left * 2 < n) {
        left *= 2;
    }
    combine(leaves, left, n_floats);
    combine(leaves + left, n - left, n_floats);
    for (size_t i = 0; i < n_floats; i++) {
        leaves[0].gradient[i] += leaves[left].gradient[i];
    }
    leaves[0].loss += leaves[left].loss;
}

static size_t rows_of_leaf(size_t rows, size_t leaf) {
    const size_t left = rows - leaf * LEAF_ROWS;
    return left < LEAF_ROWS ? left : LEAF_ROWS;
}

/* Gives the first row of each leaf a weight with which the leaf's total, and the batch's, are
 * powers of two: then the mean over a leaf and the mean over the batch differ by an exact factor.
 * Returns the batch's total. */
static float balance_weights(Setup *s, size_t n_leaves) {
    float total = 0.0f, whole = (float)LEAF_ROWS;
    while (whole < (float)(n_leaves * LEAF_ROWS)) {
        whole *= 2.0f;
    }
    for (size_t k = 0; k < n_leaves; k++) {
        const float leaf = k + 1 < n_leaves ? (float)LEAF_ROWS : whole - total;
        s->weight[k * LEAF_ROWS] = leaf - (float)(rows_of_leaf(s->rows, k) - 1);
        total += leaf;
    }
    return total;
}

static LossSum backward(Setup *s, size_t first, size_t rows, float *gradient) {
    model_forward_training(&s->model, s->workspace, s->x + first * s->x_row, rows, NULL);
    return model_backward(&s->model, s->workspace, &s->loss, s->target + first * s->target_row,
                          s->target_row, s->weight + first, rows, gradient);
}

static void check_tree(const NetworkWish *wish, size_t rows) {
    Setup s;
    setup_init(&s, wish, rows, "mse");
    const size_t n_leaves = (rows + LEAF_ROWS - 1) / LEAF_ROWS, n = s.network.n_parameters;
    const float total = balance_weights(&s, n_leaves);
    Leaf leaves[MOST_LEAVES];
    for (size_t k = 0; k < n_leaves; k++) {
        leaves[k].gradient = NEW(float, n);
        const LossSum sum = backward(&s, k * LEAF_ROWS, rows_of_leaf(rows, k), leaves[k].gradient);
        leaves[k].loss = sum.loss;
        for (size_t i = 0; i < n; i++) {
            leaves[k].gradient[i] *= (float)sum.weight / total;
        }
    }
    combine(leaves, n_leaves, n);
    const LossSum sum = backward(&s, 0, rows, s.gradient);
    for (size_t i = 0; i < n; i++) {
        assert_true(s.gradient[i] == leaves[0].gradient[i]);
    }
    assert_true(sum.loss == leaves[0].loss && sum.weight == (double)total);
    assert_true(compute_kernels()->sum_squares(s.gradient, n) > 1e-6);
    for (size_t k = 0; k < n_leaves; k++) {
        memory_free(leaves[k].gradient);
    }
    setup_free(&s);
}

static void gradients_follow_the_leaf_tree(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 63, 64, 65, 200, 300, 448};
    const NetworkWish small = {.hidden = {18, 18},
                               .activation = "tanh",
                               .norm = "layer",
                               .output = "linear",
                               .n_numeric = 5,
                               .n_outputs = 3,
                               .has_embedding = true,
                               .residual = true};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_tree(&small, sizes[i]);
    }
    /* Weights of 700 x 64 are summed in more than one strip. */
    const NetworkWish wide = {.hidden = {64},
                              .activation = "softsign",
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = 700,
                              .n_outputs = 2};
    check_tree(&wide, 300);
}

/* Rows of so many units are spread in the workspace, but not in parameters and buffers. */
static void check_1024_units(const char *norm) {
    enum { UNITS = 1024, ROWS = 70 };
    const NetworkWish wish = {.hidden = {UNITS, UNITS},
                              .activation = "tanh",
                              .norm = norm,
                              .output = "linear",
                              .n_numeric = UNITS,
                              .n_outputs = 2};
    Setup s;
    setup_init(&s, &wish, ROWS, "mse");
    memory_free(s.x);
    s.x_row = compute_spread(UNITS);
    s.x = NEW(float, ROWS *s.x_row);
    uint32_t seed = 5;
    for (size_t i = 0; i < ROWS * s.x_row; i++) {
        s.x[i] = i % s.x_row < UNITS ? fixture_value(&seed) : 0.0f;
    }
    backward(&s, 0, ROWS, s.gradient);
    for (size_t t = 0; t < s.network.n_tensors; t++) {
        const Tensor *tensor = &s.network.tensors[t];
        for (size_t i = 0; i < tensor->rows; i++) {
            const float *row = s.gradient + tensor->offset + i * tensor->row;
            assert_true(row[0] != 0 && row[tensor->columns - 1] != 0);
        }
    }
    for (size_t i = 0; i < s.network.n_buffers; i++) {
        const float start = i / UNITS % 2 == 0 ? 0.0f : 1.0f; /* means, then variances */
        assert_true(s.model.buffers[i] != start);
    }
    setup_free(&s);
}

static void layers_of_1024_units_keep_to_their_tensors(void **state) {
    (void)state;
    check_1024_units("batch");
    check_1024_units("none");
}

static void losses_and_weights_are_summed(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {0}, .output = "linear", .n_numeric = 1, .n_outputs = 1};
    Setup s;
    setup_init(&s, &wish, 3, "mse");
    memset(s.model.parameters, 0, s.network.n_parameters * sizeof(float));
    for (size_t i = 0; i < 3; i++) {
        s.target[i] = (float)(i + 1);
        s.weight[i] = (float)(4 - i);
    }
    const float *logits = model_forward(&s.model, s.workspace, s.x, 3);
    LossSum sum = model_loss(&s.model, s.workspace, &s.loss, logits, s.target, 1, NULL, 3);
    assert_true(sum.loss == 1.0 + 4.0 + 9.0 && sum.weight == 3.0);
    sum = model_loss(&s.model, s.workspace, &s.loss, logits, s.target, 1, s.weight, 3);
    assert_true(sum.loss == 4.0 * 1.0 + 3.0 * 4.0 + 2.0 * 9.0 && sum.weight == 9.0);
    setup_free(&s);
}

/* PyTorch: sum of w_y l / sum of w_y; with logits 0 each l is log 2. */
static void class_weights_count_in_the_mean(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {0}, .output = "sigmoid", .n_numeric = 1, .n_outputs = 1};
    Setup s;
    setup_init(&s, &wish, 3, "binary_cross_entropy");
    memset(s.model.parameters, 0, s.network.n_parameters * sizeof(float));
    float class_weight[] = {1.0f, 5.0f};
    s.loss.class_weight = class_weight;
    s.loss.n_classes = 2;
    s.target[0] = s.target[1] = 0.0f;
    s.target[2] = 1.0f;
    s.weight[0] = 2.0f;
    const LossSum sum = backward(&s, 0, 3, s.gradient);
    assert_true(sum.weight == 2.0 + 1.0 + 5.0);
    assert_true(fabs(sum.loss - 8.0 * 0.69314718056) < 1e-6);
    /* d / d bias = (2 * 0.5 + 1 * 0.5 - 5 * 0.5) / 8 */
    assert_true(fabsf(s.gradient[s.network.tensors[1].offset] + 0.125f) < 1e-7f);
    setup_free(&s);
}

/* ---- dropout ---- */

/* Logits are the masked inputs: identity weights, no bias. */
static void dropout_init(Setup *s, size_t n, size_t rows, double hidden, double input) {
    const NetworkWish wish = {.hidden = {(int64_t)n},
                              .activation = "linear",
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = n,
                              .n_outputs = n,
                              .dropout = hidden,
                              .input_dropout = input};
    setup_init(s, &wish, rows, "mse");
    memset(s->model.parameters, 0, s->network.n_parameters * sizeof(float));
    for (size_t l = 0; l < 2; l++) {
        const Tensor *weight = &s->network.tensors[s->network.layers[l].weight];
        for (size_t i = 0; i < n; i++) {
            s->model.parameters[weight->offset + i * weight->row + i] = 1.0f;
        }
    }
    model_refresh(&s->model);
    for (size_t i = 0; i < rows * s->x_row; i++) {
        s->x[i] = 1.0f;
    }
}

static void dropout_keeps_the_mean(void **state) {
    (void)state;
    static const double fractions[] = {0.1, 0.5, 0.9};
    for (size_t k = 0; k < 6; k++) {
        const double p = fractions[k / 2];
        Setup s;
        dropout_init(&s, 80, 250, k % 2 == 0 ? p : 0.0, k % 2 == 0 ? 0.0 : p);
        uint32_t rows[250];
        for (size_t i = 0; i < s.rows; i++) {
            rows[i] = (uint32_t)i;
        }
        const DropoutKey key = {random_stream(1, RANDOM_DROPOUT), 0, rows};
        const float *y = model_forward_training(&s.model, s.workspace, s.x, s.rows, &key);
        size_t n_kept = 0;
        for (size_t i = 0; i < 80 * s.rows; i++) {
            assert_true(y[i] == 0.0f || y[i] == (float)(1.0 / (1.0 - p)));
            n_kept += y[i] != 0.0f;
        }
        /* 20,000 decisions: the standard deviation of the fraction is at most 0.0035. */
        assert_true(fabs((double)n_kept / 20000.0 - (1.0 - p)) < 0.0145);
        y = model_forward(&s.model, s.workspace, s.x, s.rows);
        for (size_t i = 0; i < 80 * s.rows; i++) {
            assert_true(y[i] == 1.0f);
        }
        setup_free(&s);
    }
}

/* The mask of a row depends on epoch, layer and row of the data set, not on its place in the batch.
 */
static void dropout_is_a_function_of_place(void **state) {
    (void)state;
    Setup s;
    dropout_init(&s, 64, 3, 0.5, 0.0);
    const size_t n_bytes = 64 * sizeof(float);
    const uint32_t forward_rows[] = {10, 20, 30}, backward_rows[] = {30, 20, 10};
    DropoutKey key = {random_stream(1, RANDOM_DROPOUT), 4, forward_rows};
    const float *y = model_forward_training(&s.model, s.workspace, s.x, 3, &key);
    float *first = memory_copy(y, 3 * 64, sizeof(float));
    assert_memory_not_equal(first, first + 64, n_bytes);
    key.rows = backward_rows;
    y = model_forward_training(&s.model, s.workspace, s.x, 3, &key);
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(y + i * 64, first + (2 - i) * 64, n_bytes);
    }
    key.epoch = 5;
    y = model_forward_training(&s.model, s.workspace, s.x, 3, &key);
    assert_memory_not_equal(y, first + 2 * 64, n_bytes);
    memory_free(first);
    setup_free(&s);

    Setup input;
    dropout_init(&input, 64, 3, 0.0, 0.5);
    key.epoch = 4;
    const float *thinned = model_forward_training(&input.model, input.workspace, input.x, 3, &key);
    Setup hidden;
    dropout_init(&hidden, 64, 3, 0.5, 0.0);
    y = model_forward_training(&hidden.model, hidden.workspace, hidden.x, 3, &key);
    assert_memory_not_equal(y, thinned, n_bytes);
    setup_free(&input);
    setup_free(&hidden);
}

/* ---- worked numbers ---- */

/* One linear layer, sigmoid, binary cross-entropy, x = (1, 2), y = 0: p = sigmoid(w.x + b), and
 * gradient descent at rate 0.1 gives w - 0.1 p x, b - 0.1 p. */
static void one_logistic_step(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {0}, .output = "sigmoid", .n_numeric = 2, .n_outputs = 1};
    Setup s;
    setup_init(&s, &wish, 1, "binary_cross_entropy");
    const Tensor *weight = &s.network.tensors[0], *bias = &s.network.tensors[1];
    float *w = s.model.parameters + weight->offset, *b = s.model.parameters + bias->offset;
    w[0] = 0.3f;
    w[weight->row] = -0.1f;
    b[0] = 0.05f;
    s.x[0] = 1.0f;
    s.x[1] = 2.0f;
    s.target[0] = 0.0f;
    s.loss.n_classes = 2;
    const LossSum sum = backward(&s, 0, 1, s.gradient);
    const double p = 1.0 / (1.0 + exp(-0.15));
    assert_true(fabs(sum.loss + log(1.0 - p)) < 1e-6 && sum.weight == 1.0);
    for (size_t i = 0; i < s.network.n_parameters; i++) {
        s.model.parameters[i] -= 0.1f * s.gradient[i];
    }
    assert_true(fabs((double)w[0] - (0.3 - 0.1 * p)) < 1e-7);
    assert_true(fabs((double)w[weight->row] - (-0.1 - 0.1 * p * 2.0)) < 1e-7);
    assert_true(fabs((double)b[0] - (0.05 - 0.1 * p)) < 1e-7);
    const float *after = model_predict(&s.model, s.workspace, s.x, 1);
    assert_true((double)after[0] < p);
    setup_free(&s);
}

/* The perceptron w = (0.5, -0.6), b = 0.1 answers 1 for (1, 0): 0.5 + 0.1 > 0; and 0 for (0, 1):
 * 0.1 - 0.6 < 0. */
static void perceptron_answers(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {0}, .output = "step", .n_numeric = 2, .n_outputs = 1};
    Setup s;
    setup_init(&s, &wish, 2, "perceptron");
    const size_t row = s.network.tensors[0].row;
    float *w = s.model.parameters;
    w[0] = 0.5f;
    w[row] = -0.6f;
    w[2 * row] = 0.1f;
    memset(s.x, 0, 2 * s.x_row * sizeof(float));
    s.x[0] = 1.0f;
    s.x[s.x_row + 1] = 1.0f;
    const float *y = model_predict(&s.model, s.workspace, s.x, 2);
    assert_true(y[0] == 1.0f && y[LANES] == 0.0f);
    /* It learns from mistakes only: (1, 0) is right, (0, 1) should be 1. */
    s.loss.n_classes = 2;
    s.target[0] = s.target[1] = 1.0f;
    backward(&s, 0, 2, s.gradient);
    assert_true(s.gradient[0] == 0.0f);
    assert_true(s.gradient[row] == -0.5f && s.gradient[2 * row] == -0.5f);
    setup_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_fills_every_tensor),
        cmocka_unit_test(start_is_a_function_of_the_seed),
        cmocka_unit_test(forward_is_what_a_plain_loop_says),
        cmocka_unit_test(rows_do_not_depend_on_their_batch),
        cmocka_unit_test(activations_are_shown),
        cmocka_unit_test(evaluation_uses_running_statistics),
        cmocka_unit_test(gradients_follow_the_leaf_tree),
        cmocka_unit_test(layers_of_1024_units_keep_to_their_tensors),
        cmocka_unit_test(losses_and_weights_are_summed),
        cmocka_unit_test(class_weights_count_in_the_mean),
        cmocka_unit_test(dropout_keeps_the_mean),
        cmocka_unit_test(dropout_is_a_function_of_place),
        cmocka_unit_test(one_logistic_step),
        cmocka_unit_test(perceptron_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
