#include "nn/activation.h"

#include "data/task.h"
#include "nn/lanes.h"

/* Klambauer et al. 2017: the fixed point with mean 0 and variance 1. */
#define SELU_SCALE       1.0507009873554804934193349852946f
#define SELU_SCALE_ALPHA 1.7580993408473768599402175208123f
#define LEAKY_SLOPE      0.01f
#define SQRT_HALF        0.70710678118654752440f
#define INVERSE_SQRT_2PI 0.39894228040143267794f
/* From here on mish(z) = z in float32, and exp(z)^2 is far from overflow. */
#define MISH_LINEAR 20.0f

typedef V Forward(V z);
typedef V Backward(V dy, V x);

LANES_INLINE void pass_forward(float *y, const float *z, size_t n, Forward *f) {
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        v_store(y + i, f(v_load(z + i)));
    if (i < n)
        v_store_n(y + i, f(v_load_n(z + i, n - i)), n - i);
}

/* x is z or y, whichever the derivative is written in. */
LANES_INLINE void pass_backward(float *dz, const float *dy, const float *x, size_t n, Backward *f) {
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        v_store(dz + i, f(v_load(dy + i), v_load(x + i)));
    if (i < n)
        v_store_n(dz + i, f(v_load_n(dy + i, n - i), v_load_n(x + i, n - i)), n - i);
}

/* Each pair below is f(z), and dy f'(z) with f' written in y, or in z where y does not determine
 * it. */

LANES_INLINE V linear(V z) { return z; }
LANES_INLINE V linear_slope(V dy, V y) {
    (void)y;
    return dy;
}

LANES_INLINE V step(V z) {
    const V decided = v_select(v_greater(z, v_zero()), v_set(1), v_zero());
    return v_select(v_equal(z, z), decided, z); /* NaN stays NaN, so that divergence is seen */
}
LANES_INLINE V step_slope(V dy, V y) {
    (void)dy, (void)y;
    return v_zero();
}

LANES_INLINE V sigmoid(V z) { return v_sigmoid(z); }
LANES_INLINE V sigmoid_slope(V dy, V y) { return v_flush(v_mul(dy, v_mul(y, v_sub(v_set(1), y)))); }

LANES_INLINE V tanh_of(V z) { return v_tanh(z); }
LANES_INLINE V tanh_slope(V dy, V y) { return v_flush(v_mul(dy, v_fnma(y, y, v_set(1)))); }

/* v_max gives its second operand for NaN. */
LANES_INLINE V relu(V z) { return v_max(v_zero(), z); }
LANES_INLINE V relu_slope(V dy, V y) { return v_select(v_greater(y, v_zero()), dy, v_zero()); }

LANES_INLINE V leaky_relu(V z) {
    return v_select(v_greater(z, v_zero()), z, v_mul(z, v_set(LEAKY_SLOPE)));
}
LANES_INLINE V leaky_relu_slope(V dy, V y) {
    return v_select(v_greater(y, v_zero()), dy, v_flush(v_mul(dy, v_set(LEAKY_SLOPE))));
}

LANES_INLINE V elu(V z) { return v_select(v_greater(z, v_zero()), z, v_expm1(z)); }
LANES_INLINE V elu_slope(V dy, V y) {
    const V falling = v_flush(v_mul(dy, v_add(y, v_set(1))));
    return v_select(v_greater(y, v_zero()), dy, falling);
}

LANES_INLINE V selu(V z) {
    return v_select(v_greater(z, v_zero()), v_mul(z, v_set(SELU_SCALE)),
                    v_mul(v_expm1(z), v_set(SELU_SCALE_ALPHA)));
}
LANES_INLINE V selu_slope(V dy, V y) {
    const V slope =
        v_select(v_greater(y, v_zero()), v_set(SELU_SCALE), v_add(y, v_set(SELU_SCALE_ALPHA)));
    return v_flush(v_mul(dy, slope));
}

/* Distribution function of the standard normal. */
LANES_INLINE V normal_below(V z) {
    const V half = v_set(0.5f);
    return v_fma(half, v_erf(v_mul(z, v_set(SQRT_HALF))), half);
}

LANES_INLINE V gelu(V z) { return v_mul(z, normal_below(z)); }
LANES_INLINE V gelu_slope(V dy, V z) {
    const V bell = v_exp(v_mul(v_mul(z, z), v_set(-0.5f)));
    const V density = v_mul(bell, v_set(INVERSE_SQRT_2PI));
    return v_flush(v_mul(dy, v_fma(z, density, normal_below(z))));
}

LANES_INLINE V silu(V z) { return v_mul(z, v_sigmoid(z)); }
/* f'(z) = s + z s (1 - s), with 1 - s = sigmoid(-z) free of cancellation. */
LANES_INLINE V silu_slope(V dy, V z) {
    const V e = v_exp(v_neg(v_abs(z)));
    const V larger = v_div(v_set(1), v_add(v_set(1), e)), smaller = v_mul(e, larger);
    const M negative = v_less(z, v_zero());
    const V s = v_select(negative, smaller, larger), rest = v_select(negative, larger, smaller);
    return v_flush(v_mul(dy, v_fma(v_mul(z, s), rest, s)));
}

/* With w = exp(z) and n = w (w + 2): tanh(log(1 + w)) = n / (n + 2). */
LANES_INLINE V mish(V z) {
    const V w = v_exp(v_min(v_set(MISH_LINEAR), z));
    const V n = v_mul(w, v_add(w, v_set(2)));
    return v_mul(z, v_div(n, v_add(n, v_set(2))));
}
/* f'(z) = n / (n + 2) + z 4 w (1 + w) / (n + 2)^2 */
LANES_INLINE V mish_slope(V dy, V z) {
    const V bounded = v_min(v_set(MISH_LINEAR), z);
    const V w = v_exp(bounded);
    const V n = v_mul(w, v_add(w, v_set(2)));
    const V inverse = v_div(v_set(1), v_add(n, v_set(2)));
    const V bend = v_mul(v_mul(v_set(4), w), v_mul(v_add(w, v_set(1)), v_mul(inverse, inverse)));
    return v_flush(v_mul(dy, v_fma(bounded, bend, v_mul(n, inverse))));
}

LANES_INLINE V softplus(V z) { return v_softplus(z); }
LANES_INLINE V softplus_slope(V dy, V y) { return v_flush(v_mul(dy, v_neg(v_expm1(v_neg(y))))); }

LANES_INLINE V softsign(V z) { return v_div(z, v_add(v_set(1), v_abs(z))); }
LANES_INLINE V softsign_slope(V dy, V y) {
    const V left = v_sub(v_set(1), v_abs(y));
    return v_flush(v_mul(dy, v_mul(left, left)));
}

/* name_forward and name_backward over arrays; x is what backward is written in: y or z. */
#define PASSES(name, f, slope, x)                                                                  \
    static void name##_forward(float *y, const float *z, size_t n) { pass_forward(y, z, n, f); }   \
    static void name##_backward(float *dz, const float *dy, const float *z, const float *y,        \
                                size_t n) {                                                        \
        (void)z, (void)y;                                                                          \
        pass_backward(dz, dy, x, n, slope);                                                        \
    }

PASSES(linear, linear, linear_slope, y)
PASSES(step, step, step_slope, y)
PASSES(sigmoid, sigmoid, sigmoid_slope, y)
PASSES(tanh, tanh_of, tanh_slope, y)
PASSES(relu, relu, relu_slope, y)
PASSES(leaky_relu, leaky_relu, leaky_relu_slope, y)
PASSES(elu, elu, elu_slope, y)
PASSES(selu, selu, selu_slope, y)
PASSES(gelu, gelu, gelu_slope, z)
PASSES(silu, silu, silu_slope, z)
PASSES(mish, mish, mish_slope, z)
PASSES(softplus, softplus, softplus_slope, y)
PASSES(softsign, softsign, softsign_slope, y)

// clang-format off
static const Activation activations[] = {
    {.kind = {"linear", "no activation: layers without one between them are a single linear map",
              "f(z) = z", NULL},
     .forward = linear_forward, .backward = linear_backward, .initializer = "xavier_uniform"},
    {.kind = {"step", "the perceptron's threshold; its derivative is 0, so layers before it do not learn",
              "f(z) = 1 if z > 0, else 0", "McCulloch & Pitts 1943"},
     .forward = step_forward, .backward = step_backward, .initializer = "xavier_uniform"},
    {.kind = {"sigmoid", "S-shaped between 0 and 1; gradients vanish in deep networks",
              "f(z) = 1 / (1 + exp(-z))", "Rumelhart, Hinton & Williams 1986"},
     .forward = sigmoid_forward, .backward = sigmoid_backward, .initializer = "xavier_uniform",
     .saturates = true, .middle = 0.5f, .reach = 0.5f},
    {.kind = {"tanh", "S-shaped between -1 and 1, centred at 0",
              "f(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))", "LeCun et al. 1998"},
     .forward = tanh_forward, .backward = tanh_backward, .initializer = "xavier_uniform",
     .saturates = true, .middle = 0, .reach = 1},
    {.kind = {"relu", "the usual choice: fast, does not saturate; units can die",
              "f(z) = max(0, z)", "Nair & Hinton 2010"},
     .forward = relu_forward, .backward = relu_backward, .initializer = "he_normal",
     .can_die = true},
    {.kind = {"leaky_relu", "relu with a small slope below 0, so that no unit dies",
              "f(z) = z if z > 0, else 0.01 z", "Maas, Hannun & Ng 2013"},
     .forward = leaky_relu_forward, .backward = leaky_relu_backward, .initializer = "he_normal"},
    {.kind = {"elu", "relu with an exponential tail down to -1",
              "f(z) = z if z > 0, else exp(z) - 1", "Clevert, Unterthiner & Hochreiter 2016"},
     .forward = elu_forward, .backward = elu_backward, .initializer = "he_normal"},
    {.kind = {"selu", "elu scaled to keep mean 0 and variance 1 from layer to layer; with LeCun weights",
              "f(z) = 1.0507 z if z > 0, else 1.0507 * 1.6733 (exp(z) - 1)",
              "Klambauer, Unterthiner, Mayr & Hochreiter 2017"},
     .forward = selu_forward, .backward = selu_backward, .initializer = "lecun_normal"},
    {.kind = {"gelu", "z weighted by the normal distribution below it (exact form)",
              "f(z) = z (1 + erf(z / sqrt(2))) / 2", "Hendrycks & Gimpel 2016"},
     .forward = gelu_forward, .backward = gelu_backward, .needs_input = true,
     .initializer = "he_normal"},
    {.kind = {"silu", "z weighted by its sigmoid, also called swish",
              "f(z) = z / (1 + exp(-z))", "Elfwing, Uchibe & Doya 2018"},
     .forward = silu_forward, .backward = silu_backward, .needs_input = true,
     .initializer = "he_normal"},
    {.kind = {"mish", "like silu, a little steeper",
              "f(z) = z tanh(log(1 + exp(z)))", "Misra 2020"},
     .forward = mish_forward, .backward = mish_backward, .needs_input = true,
     .initializer = "he_normal"},
    {.kind = {"softplus", "a smooth relu, always above 0",
              "f(z) = log(1 + exp(z))", "Dugas et al. 2001"},
     .forward = softplus_forward, .backward = softplus_backward, .initializer = "xavier_uniform"},
    {.kind = {"softsign", "between -1 and 1 like tanh, approached more slowly",
              "f(z) = z / (1 + |z|)", "Glorot & Bengio 2010"},
     .forward = softsign_forward, .backward = softsign_backward, .initializer = "xavier_uniform",
     .saturates = true, .middle = 0, .reach = 1},
};
// clang-format on

const KindTable AT_LEVEL(activation_kinds) = KIND_TABLE("activation", activations);

/* Outputs: the same over rows, with zeros beyond column n. */

LANES_INLINE void output_forward(float *y, const float *z, size_t rows, size_t n, size_t row,
                                 Forward *f) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < row; j += V_LANES) {
            const size_t m = j < n ? lanes_left(n, j) : 0;
            v_store(y + i * row + j, lanes_keep(f(v_load_n(z + i * row + j, m)), m, v_zero()));
        }
}

LANES_INLINE void output_backward(float *dz, const float *dy, const float *y, size_t rows, size_t n,
                                  size_t row, Backward *slope) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < row; j += V_LANES) {
            const size_t m = j < n ? lanes_left(n, j) : 0, at = i * row + j;
            const V d = slope(v_load_n(dy + at, m), v_load_n(y + at, m));
            v_store(dz + at, lanes_keep(d, m, v_zero()));
        }
}

#define OUTPUT_FORWARD(name, f)                                                                    \
    static void name##_outputs(float *y, const float *z, size_t rows, size_t n, size_t row) {      \
        output_forward(y, z, rows, n, row, f);                                                     \
    }
#define OUTPUT_BACKWARD(name, slope)                                                               \
    static void name##_outputs_backward(float *dz, const float *dy, const float *y, size_t rows,   \
                                        size_t n, size_t row) {                                    \
        output_backward(dz, dy, y, rows, n, row, slope);                                           \
    }

OUTPUT_FORWARD(linear, linear)
OUTPUT_BACKWARD(linear, linear_slope)
OUTPUT_FORWARD(step, step)
OUTPUT_FORWARD(sigmoid, sigmoid)
OUTPUT_BACKWARD(sigmoid, sigmoid_slope)

static void softmax_outputs(float *y, const float *z, size_t rows, size_t n, size_t row) {
    for (size_t i = 0; i < rows; i++, y += row, z += row) {
        const V sum = v_set(lanes_softmax(y, z, n).sum);
        for (size_t j = 0; j < n; j += V_LANES)
            v_store(y + j, v_flush(v_div(v_load(y + j), sum)));
        lanes_clear_beyond(y, n, row);
    }
}

/* dz_j = y_j (dy_j - sum over k of dy_k y_k) */
static void softmax_outputs_backward(float *dz, const float *dy, const float *y, size_t rows,
                                     size_t n, size_t row) {
    for (size_t i = 0; i < rows; i++, dz += row, dy += row, y += row) {
        V products = v_zero();
        for (size_t j = 0; j < n; j += V_LANES) {
            const size_t m = lanes_left(n, j);
            products = v_fma(v_load_n(dy + j, m), v_load_n(y + j, m), products);
        }
        const V mean = v_set(v_sum(products));
        for (size_t j = 0; j < n; j += V_LANES) {
            const size_t m = lanes_left(n, j);
            const V d = v_mul(v_load_n(y + j, m), v_sub(v_load_n(dy + j, m), mean));
            v_store(dz + j, lanes_keep(v_flush(d), m, v_zero()));
        }
        lanes_clear_beyond(dz, n, row);
    }
}

// clang-format off
static const Output outputs[] = {
    {.kind = {"linear", "the logits as they are: regression, and scores of hinge",
              "y = z", NULL},
     .tasks = FOR_REGRESSION | FOR_BINARY | FOR_MULTICLASS,
     .forward = linear_outputs, .backward = linear_outputs_backward,
     .threshold = 0, .initializer = "xavier_uniform"},
    {.kind = {"step", "the perceptron's decision, 0 or 1",
              "y = 1 if z > 0, else 0", "Rosenblatt 1958"},
     .tasks = FOR_BINARY, .forward = step_outputs,
     .threshold = 0.5f, .initializer = "xavier_uniform"},
    {.kind = {"sigmoid", "probability of the second class, or of each label; a value between 0 and 1",
              "y = 1 / (1 + exp(-z))", "Rumelhart, Hinton & Williams 1986"},
     .tasks = FOR_BINARY | FOR_MULTILABEL | FOR_REGRESSION,
     .forward = sigmoid_outputs, .backward = sigmoid_outputs_backward,
     .gives_probabilities = true, .threshold = 0.5f, .initializer = "xavier_uniform"},
    {.kind = {"softmax", "one probability per class, with sum 1",
              "y_j = exp(z_j) / sum over k of exp(z_k)", "Bridle 1990"},
     .tasks = FOR_MULTICLASS, .forward = softmax_outputs, .backward = softmax_outputs_backward,
     .gives_probabilities = true, .threshold = 0.5f, .initializer = "xavier_uniform"},
};
// clang-format on

const KindTable AT_LEVEL(output_kinds) = KIND_TABLE("output", outputs);
