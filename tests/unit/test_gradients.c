/* Backpropagation against central differences: every activation, loss, output, norm, with and
 * without embedding, residual connections and dropout.
 *
 * For each tensor the derivative of the mean loss along a random direction d of length 1 is
 * compared: (L(w + h d) - L(w - h d)) / 2h with h = 2^-8. A loss is a mean in double of float
 * values of size 1, each off by a few units of 6e-8, so the quotient is off by about 2e-7 / 2h =
 * 3e-5; what the third derivative adds is h^2/6 = 3e-6 of it, and norms steepen it. Where a kink
 * (relu, mae, ...) lies within w +- h d, the quotients for h and h/2 differ by more than that: such
 * directions are left out, and counted. */
#include <math.h>

#include "base/text.h"
#include "data/task.h"
#include "network_fixture.h"

enum { ROWS = 12 };
static const double STEP = 0x1p-8;
static const double ABSOLUTE_TOLERANCE = 4e-4;
static const double RELATIVE_TOLERANCE = 4e-3;

typedef struct Case {
    NetworkWish wish;
    LossFunction loss;
    unsigned task;
    bool is_weighted;
} Case;

typedef struct Counts {
    size_t n_compared, n_kinks;
} Counts;

/* All that a loss of the parameters depends on. */
typedef struct Problem {
    Network network;
    Model model;
    Workspace *workspace;
    float *x, *gradient, *start, *direction;
    float target[2 * ROWS], weight[ROWS], class_weight[3];
    uint32_t rows[ROWS];
    size_t target_row;
    LossFunction loss;
    const float *row_weight;
    DropoutKey dropout;
} Problem;

static size_t outputs_of(unsigned task) {
    return task == FOR_BINARY ? 1 : task == FOR_MULTICLASS ? 3 : 2;
}

static void fill_targets(Problem *p, unsigned task, uint32_t seed) {
    p->target_row = task == FOR_REGRESSION || task == FOR_MULTILABEL ? 2 : 1;
    const size_t n_classes = task == FOR_MULTICLASS ? 3 : 2;
    for (size_t i = 0; i < ROWS * p->target_row; i++) {
        const float value = fixture_value(&seed);
        const bool is_count = p->loss.loss->predicts_exponential;
        p->target[i] = is_count                 ? (float)(i % 4)
                       : task == FOR_REGRESSION ? value
                                                : (float)(i % 5 % n_classes);
    }
    for (size_t i = 0; i < ROWS; i++) {
        p->weight[i] = 1.25f + fixture_value(&seed);
        p->rows[i] = (uint32_t)(i * 3 + 1);
    }
}

static void problem_init(Problem *p, const Case *at, uint32_t seed) {
    *p = (Problem){.network = fixture_network(&at->wish),
                   .loss = at->loss,
                   .class_weight = {0.5f, 1.5f, 2.0f}};
    model_init(&p->model, &p->network);
    fixture_start(&p->model, 0.7f, seed);
    p->workspace = workspace_new(&p->network, ROWS);
    p->x = fixture_inputs(&p->network, ROWS, seed + 1);
    p->gradient = NEW(float, p->network.n_parameters);
    p->direction = NEW(float, p->network.n_parameters);
    p->start = memory_copy(p->model.parameters, p->network.n_parameters, sizeof(float));
    p->dropout =
        (DropoutKey){.stream = random_stream(1, RANDOM_DROPOUT), .epoch = 2, .rows = p->rows};
    fill_targets(p, at->task, seed + 2);
    const bool has_classes = at->task == FOR_BINARY || at->task == FOR_MULTICLASS;
    p->loss.n_classes = !has_classes ? 0 : at->task == FOR_BINARY ? 2 : 3;
    p->row_weight = at->is_weighted ? p->weight : NULL;
    p->loss.class_weight = at->is_weighted && has_classes ? p->class_weight : NULL;
}

static void problem_free(Problem *p) {
    model_free(&p->model);
    workspace_free(p->workspace);
    network_free(&p->network);
    memory_free(p->x);
    memory_free(p->gradient);
    memory_free(p->direction);
    memory_free(p->start);
}

static double mean_loss(Problem *p) {
    const float *logits = model_forward_training(&p->model, p->workspace, p->x, ROWS, &p->dropout);
    const LossSum sum = model_loss(&p->model, p->workspace, &p->loss, logits, p->target,
                                   p->target_row, p->row_weight, ROWS);
    return sum.loss / sum.weight;
}

static double loss_along(Problem *p, const Tensor *tensor, double step) {
    const size_t end = tensor->offset + tensor->rows * tensor->row;
    for (size_t i = tensor->offset; i < end; i++) {
        p->model.parameters[i] = (float)((double)p->start[i] + step * (double)p->direction[i]);
    }
    const double loss = mean_loss(p);
    memcpy(p->model.parameters + tensor->offset, p->start + tensor->offset,
           (end - tensor->offset) * sizeof(float));
    return loss;
}

/* Random signs over the true elements, of length 1 together. */
static void choose_direction(Problem *p, const Tensor *tensor, uint32_t seed) {
    const float size = 1.0f / sqrtf((float)(tensor->rows * tensor->columns));
    for (size_t i = 0; i < tensor->rows; i++) {
        for (size_t j = 0; j < tensor->columns; j++) {
            p->direction[tensor->offset + i * tensor->row + j] =
                fixture_value(&seed) < 0.0f ? -size : size;
        }
    }
}

/* Along one direction: the central quotient, and half of what the slopes to both sides differ by.
 */
typedef struct Slope {
    double central, bend;
} Slope;

static Slope slope_along(Problem *p, const Tensor *tensor, double step) {
    const double above = loss_along(p, tensor, step), below = loss_along(p, tensor, -step);
    const double here = loss_along(p, tensor, 0.0);
    return (Slope){.central = (above - below) / (2.0 * step),
                   .bend = (above - here + below - here) / (2.0 * step)};
}

static bool is_near(double a, double b, double factor) {
    return fabs(a - b) <=
           factor * (ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * fmax(fabs(a), fabs(b)));
}

static void describe(const Problem *p, const Case *at, const Tensor *tensor) {
    TextBuffer text = {0};
    network_describe(&text, &p->network);
    print_error("%s, %s%s, in %s: ", text_of(&text), at->loss.loss->kind.name,
                at->is_weighted ? " weighted" : "", tensor->name);
    text_free(&text);
}

static void check_tensor(Problem *p, const Case *at, const Tensor *tensor, uint32_t seed,
                         Counts *counts) {
    double expected = 0.0;
    choose_direction(p, tensor, seed);
    for (size_t i = 0; i < tensor->rows * tensor->row; i++) {
        expected +=
            (double)p->gradient[tensor->offset + i] * (double)p->direction[tensor->offset + i];
    }
    const Slope slope = slope_along(p, tensor, STEP);
    if (is_near(slope.central, expected, 1.0)) {
        counts->n_compared++;
        return;
    }
    const Slope half = slope_along(p, tensor, STEP / 2);
    if (!is_near(slope.central, half.central, 0.5) || !is_near(slope.bend, 2.0 * half.bend, 0.5)) {
        counts->n_kinks++;
        return;
    }
    describe(p, at, tensor);
    print_error("slope %.6g, by backpropagation %.6g\n", slope.central, expected);
    assert_true(false);
}

static double squares_of(const Problem *p, const Tensor *tensor) {
    return compute_kernels()->sum_squares(p->gradient + tensor->offset, tensor->rows * tensor->row);
}

/* Padding of the gradient is zero. */
static void check_padding(const Problem *p, const Tensor *tensor) {
    for (size_t i = 0; i < tensor->rows; i++) {
        for (size_t j = tensor->columns; j < tensor->row; j++) {
            assert_true(p->gradient[tensor->offset + i * tensor->row + j] == 0.0f);
        }
    }
}

/* A step's derivative is zero everywhere. */
static bool is_flat(const Activation *activation) {
    static const float dy[] = {1.0f, 1.0f, 1.0f};
    float z[] = {-1.5f, 0.25f, 2.0f}, y[3], dz[3];
    activation->forward(y, z, 3);
    activation->backward(dz, dy, z, y, 3);
    return dz[0] == 0.0f && dz[1] == 0.0f && dz[2] == 0.0f;
}

/* Weights and embeddings, unless only flat units hand gradients down to them. */
static bool must_have_gradient(const Problem *p, const Tensor *tensor) {
    const bool is_output = tensor->layer + 1 == p->network.n_layers;
    return (tensor->role == TENSOR_WEIGHT && is_output) ||
           ((tensor->role == TENSOR_WEIGHT || tensor->role == TENSOR_EMBEDDING) &&
            !is_flat(p->network.layers[0].activation));
}

static void check_case(const Case *at, uint32_t seed, Counts *counts) {
    Problem p;
    problem_init(&p, at, seed);
    memset(p.gradient, 0xFF,
           p.network.n_parameters * sizeof(float)); /* NaN: all is to be written */
    model_forward_training(&p.model, p.workspace, p.x, ROWS, &p.dropout);
    model_backward(&p.model, p.workspace, &p.loss, p.target, p.target_row, p.row_weight, ROWS,
                   p.gradient);
    for (size_t t = 0; t < p.network.n_tensors; t++) {
        const Tensor *tensor = &p.network.tensors[t];
        check_padding(&p, tensor);
        if (must_have_gradient(&p, tensor) && !(squares_of(&p, tensor) > 1e-8)) {
            describe(&p, at, tensor);
            print_error("no gradient\n");
            assert_true(false);
        }
        check_tensor(&p, at, tensor, seed + 7 * (uint32_t)t, counts);
    }
    problem_free(&p);
}

/* Norm, embedding, residual, dropout: every combination, with weights for every other one. */
static void check_variants(Case at, Counts *counts) {
    const KindTable *norms = norm_kinds();
    const double dropout = at.wish.dropout;
    for (size_t i = 0; i < norms->n * 8; i++) {
        at.wish.norm = kind_at(norms, i / 8)->name;
        at.wish.has_embedding = i & 1;
        at.wish.n_numeric = at.wish.has_embedding ? 3 : 5;
        at.wish.residual = i & 2;
        at.wish.dropout = i & 4 ? dropout : 0.0;
        at.wish.input_dropout = i & 4 ? 0.2 : 0.0;
        at.is_weighted = (i ^ i >> 1 ^ i >> 2) & 1;
        check_case(&at, 11 + (uint32_t)i, counts);
    }
}

/* The outputs and tasks that a loss serves. */
static void check_loss(Case at, Counts *counts) {
    TextList outputs = {0};
    const char *problem = NULL;
    assert_true(text_split_list(at.loss.loss->outputs, &outputs, &problem));
    for (size_t i = 0; i < outputs.n; i++) {
        const Output *output = fixture_row(output_kinds(), outputs.items[i]);
        at.wish.output = output->kind.name;
        for (unsigned task = FOR_BINARY; task <= FOR_REGRESSION; task *= 2) {
            if ((output->tasks & at.loss.loss->tasks & task) != 0) {
                at.task = task;
                at.wish.n_outputs = outputs_of(task);
                check_variants(at, counts);
            }
        }
    }
    text_list_free(&outputs);
}

static void gradients_are_derivatives(void **state) {
    (void)state;
    const KindTable *activations = activation_kinds(), *losses = loss_kinds();
    for (size_t a = 0; a < activations->n; a++) {
        for (size_t l = 0; l < losses->n; l++) {
            const Loss *loss = (const Loss *)kind_at(losses, l);
            const Case at = {
                .wish = {.hidden = {5, 5},
                         .activation = kind_at(activations, a)->name,
                         .dropout = 0.3},
                .loss = {.loss = loss,
                         .options = {.label_smoothing = loss->has_label_smoothing ? 0.1 : 0.0,
                                     .delta = 0.6,
                                     .quantile = 0.3,
                                     .gamma = 2.0}}};
            Counts counts = {0, 0};
            if (!loss->learns_from_mistakes_only) {
                check_loss(at, &counts);
                assert_true(counts.n_compared > 100);
                assert_true(counts.n_kinks * 10 < counts.n_compared);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_derivatives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
