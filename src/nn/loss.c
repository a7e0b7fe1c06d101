#include "nn/loss.h"

#include "data/task.h"
#include "nn/lanes.h"
#include "nn/loss_classes.h"

/* Losses that are a sum over outputs: loss and derivative of one element. */
typedef struct Term {
    V loss, slope;
} Term;

typedef Term Element(V z, V t, const LossOptions *options);

/* One output: 16 rows in a vector. */
LANES_INLINE void sum_one_output(const LossRows *in, float *losses, float *gradient, Element *f) {
    for (size_t first = 0; first < in->rows; first += V_LANES) {
        const size_t m = lanes_left(in->rows, first);
        float z[V_LANES] = {0}, t[V_LANES] = {0}, weight[V_LANES] = {0}, slope[V_LANES];
        for (size_t i = 0; i < m; i++) {
            z[i] = in->z[(first + i) * in->row];
            t[i] = in->target[(first + i) * in->target_row];
            weight[i] = in->class_weight ? in->class_weight[(size_t)t[i]] : 1.0f;
        }
        const Term term = f(v_load(z), v_load(t), &in->options);
        v_store_n(losses + first, v_mul(term.loss, v_load(weight)), m);
        v_store(slope, v_flush(v_mul(term.slope, v_load(weight))));
        for (size_t i = 0; gradient && i < m; i++) {
            float *d = gradient + (first + i) * in->row;
            for (size_t j = 0; j < in->row; j += V_LANES)
                v_store(d + j, v_zero());
            d[0] = slope[i];
        }
    }
}

/* Several outputs: the mean over a row. */
LANES_INLINE void mean_over_outputs(const LossRows *in, float *losses, float *gradient,
                                    Element *f) {
    const size_t n = in->n_outputs;
    const V count = v_set((float)n);
    for (size_t i = 0; i < in->rows; i++) {
        const float *z = in->z + i * in->row, *t = in->target + i * in->target_row;
        V sum = v_zero();
        for (size_t j = 0; j < in->row; j += V_LANES) {
            const size_t m = j < n ? lanes_left(n, j) : 0;
            Term term = {v_zero(), v_zero()};
            if (m > 0)
                term = f(v_load_n(z + j, m), v_load_n(t + j, m), &in->options);
            sum = v_add(sum, lanes_keep(term.loss, m, v_zero()));
            const V slope = v_flush(v_div(term.slope, count));
            if (gradient)
                v_store(gradient + i * in->row + j, lanes_keep(slope, m, v_zero()));
        }
        losses[i] = v_sum(sum) / (float)n;
    }
}

LANES_INLINE void sum_elements(const LossRows *in, float *losses, float *gradient, Element *f) {
    if (in->n_outputs == 1)
        sum_one_output(in, losses, gradient, f);
    else
        mean_over_outputs(in, losses, gradient, f);
}

LANES_INLINE Term mse(V y, V t, const LossOptions *options) {
    (void)options;
    const V error = v_sub(y, t);
    return (Term){v_mul(error, error), v_add(error, error)};
}

/* At an error of 0 the subgradient 0. */
LANES_INLINE Term mae(V y, V t, const LossOptions *options) {
    (void)options;
    const V error = v_sub(y, t);
    const V sign = v_select(v_equal(error, v_zero()), v_zero(), v_copy_sign(v_set(1), error));
    return (Term){v_abs(error), sign};
}

LANES_INLINE Term huber(V y, V t, const LossOptions *options) {
    const V delta = v_set((float)options->delta), half = v_set(0.5f);
    const V error = v_sub(y, t), size = v_abs(error);
    const V outside = v_mul(delta, v_fnma(half, delta, size));
    const V loss = v_select(v_greater(size, delta), outside, v_mul(half, v_mul(error, error)));
    return (Term){loss, v_max(v_neg(delta), v_min(delta, error))};
}

/* At an error of 0 the subgradient 0. */
LANES_INLINE Term quantile(V y, V t, const LossOptions *options) {
    const V above = v_set((float)options->quantile), below = v_set((float)(options->quantile - 1));
    const V error = v_sub(t, y);
    const V slope = v_neg(v_select(v_greater(error, v_zero()), above, below));
    return (Term){v_max(v_mul(above, error), v_mul(below, error)),
                  v_select(v_equal(error, v_zero()), v_zero(), slope)};
}

LANES_INLINE Term poisson(V z, V t, const LossOptions *options) {
    (void)options;
    const V rate = v_exp(z);
    return (Term){v_fnma(t, z, rate), v_sub(rate, t)};
}

/* What a logit says of the two classes, without cancellation: p = sigmoid(z), q = 1 - p. */
typedef struct TwoClasses {
    V p, q, minus_log_p, minus_log_q;
} TwoClasses;

LANES_INLINE TwoClasses two_classes(V z) {
    const V e = v_exp(v_neg(v_abs(z))), rest = v_log1p(e);
    const V larger = v_div(v_set(1), v_add(v_set(1), e)), smaller = v_mul(e, larger);
    const M negative = v_less(z, v_zero());
    return (TwoClasses){
        .p = v_select(negative, smaller, larger),
        .q = v_select(negative, larger, smaller),
        .minus_log_p = v_add(v_max(v_zero(), v_neg(z)), rest),
        .minus_log_q = v_add(v_max(v_zero(), z), rest),
    };
}

LANES_INLINE V smoothed(V t, double smoothing) {
    return v_fma(t, v_set((float)(1 - smoothing)), v_set((float)(smoothing / 2)));
}

LANES_INLINE Term binary_cross_entropy(V z, V t, const LossOptions *options) {
    const TwoClasses is = two_classes(z);
    const V one = smoothed(t, options->label_smoothing), zero = v_sub(v_set(1), one);
    return (Term){v_fma(one, is.minus_log_p, v_mul(zero, is.minus_log_q)),
                  v_sub(v_mul(zero, is.p), v_mul(one, is.q))};
}

LANES_INLINE Term focal(V z, V t, const LossOptions *options) {
    const TwoClasses is = two_classes(z);
    const V gamma = v_set((float)options->gamma);
    const V one = smoothed(t, options->label_smoothing), zero = v_sub(v_set(1), one);
    /* q^gamma and p^gamma, weighted. */
    const V of_one = v_mul(one, v_exp(v_neg(v_mul(gamma, is.minus_log_q))));
    const V of_zero = v_mul(zero, v_exp(v_neg(v_mul(gamma, is.minus_log_p))));
    const V slope_of_one = v_fma(v_mul(gamma, is.p), is.minus_log_p, is.q);
    const V slope_of_zero = v_fma(v_mul(gamma, is.q), is.minus_log_q, is.p);
    return (Term){v_fma(of_one, is.minus_log_p, v_mul(of_zero, is.minus_log_q)),
                  v_sub(v_mul(of_zero, slope_of_zero), v_mul(of_one, slope_of_one))};
}

/* From 0 and 1 to -1 and 1. */
LANES_INLINE V signed_class(V t) { return v_fma(v_set(2), t, v_set(-1)); }

LANES_INLINE Term hinge(V z, V t, const LossOptions *options) {
    (void)options;
    const V side = signed_class(t), lacking = v_fnma(side, z, v_set(1));
    const V slope = v_select(v_greater(lacking, v_zero()), v_neg(side), v_zero());
    return (Term){v_max(v_zero(), lacking), slope};
}

/* The decision is 1 for z > 0, so z = 0 is a mistake for a row of class 1: no loss, and yet it
 * learns. */
LANES_INLINE Term perceptron(V z, V t, const LossOptions *options) {
    (void)options;
    const V side = signed_class(t), zero = v_zero();
    const M is_one = v_greater(side, zero);
    /* NaN is neither, hence a mistake with loss NaN. */
    const M right =
        m_or(m_and(is_one, v_greater(z, zero)), m_and(m_not(is_one), v_less_equal(z, zero)));
    const V turned = v_neg(side);
    return (Term){v_select(right, zero, v_mul(turned, z)), v_select(right, zero, turned)};
}

#define SUM_ROWS(name, f)                                                                          \
    static void name(const LossRows *in, float *losses, float *gradient) {                         \
        sum_elements(in, losses, gradient, f);                                                     \
    }

SUM_ROWS(mse_rows, mse)
SUM_ROWS(mae_rows, mae)
SUM_ROWS(huber_rows, huber)
SUM_ROWS(quantile_rows, quantile)
SUM_ROWS(poisson_rows, poisson)
SUM_ROWS(binary_cross_entropy_rows, binary_cross_entropy)
SUM_ROWS(focal_element_rows, focal)
SUM_ROWS(hinge_element_rows, hinge)
SUM_ROWS(perceptron_rows, perceptron)

/* Two classes share one output; several outputs without classes are labels. */
static void focal_rows(const LossRows *in, float *losses, float *gradient) {
    if (in->n_outputs > 1 && in->n_classes > 0)
        loss_classes_focal(in, losses, gradient);
    else
        focal_element_rows(in, losses, gradient);
}

static void hinge_rows(const LossRows *in, float *losses, float *gradient) {
    if (in->n_outputs > 1)
        loss_classes_margin(in, losses, gradient);
    else
        hinge_element_rows(in, losses, gradient);
}

// clang-format off
static const Loss losses_table[] = {
    {.kind = {"mse", "mean squared error",
              "L = (y - t)^2", "Gauss 1809"},
     .tasks = FOR_REGRESSION, .outputs = "linear, sigmoid", .rows = mse_rows},
    {.kind = {"mae", "mean absolute error: predicts the median, mindful of outliers",
              "L = |y - t|", "Laplace 1774"},
     .tasks = FOR_REGRESSION, .outputs = "linear, sigmoid", .rows = mae_rows},
    {.kind = {"huber", "squared near the target, absolute beyond delta",
              "L = (y - t)^2 / 2 if |y - t| <= delta, else delta (|y - t| - delta / 2)", "Huber 1964"},
     .tasks = FOR_REGRESSION, .outputs = "linear, sigmoid", .has_delta = true, .rows = huber_rows},
    {.kind = {"quantile", "predicts a quantile q of the target (pinball loss)",
              "L = max(q (t - y), (q - 1) (t - y))", "Koenker & Bassett 1978"},
     .tasks = FOR_REGRESSION, .outputs = "linear, sigmoid", .has_quantile = true,
     .monitor_help = "pinball loss: errors weighted by q above the prediction, by 1 - q below it",
     .rows = quantile_rows},
    {.kind = {"poisson", "counts: the prediction is exp(z)",
              "L = exp(z) - t z", "Nelder & Wedderburn 1972"},
     .tasks = FOR_REGRESSION, .outputs = "linear", .on_logits = true, .predicts_exponential = true,
     .monitor_help = "negative log-likelihood without log(t!), so that it may be below 0",
     .rows = poisson_rows},
    {.kind = {"binary_cross_entropy", "negative log-likelihood of two classes, or of each label",
              "L = -t log p - (1 - t) log(1 - p), p = sigmoid(z); label smoothing s: t (1 - s) + s / 2",
              "Cox 1958; smoothing: Szegedy et al. 2016"},
     .tasks = FOR_BINARY | FOR_MULTILABEL, .outputs = "sigmoid", .on_logits = true,
     .has_label_smoothing = true, .rows = binary_cross_entropy_rows},
    {.kind = {"cross_entropy", "negative log-likelihood of the class",
              "L = -sum t_c log p_c, p = softmax(z); label smoothing s: t_c = (1 - s) [c = class] + s / K",
              "Bridle 1990; smoothing: Szegedy et al. 2016"},
     .tasks = FOR_MULTICLASS, .outputs = "softmax", .on_logits = true,
     .has_label_smoothing = true, .rows = loss_classes_cross_entropy},
    {.kind = {"focal", "cross-entropy in which rows that are already right count less",
              "L = -sum t_c (1 - p_c)^gamma log p_c", "Lin et al. 2017"},
     .tasks = FOR_BINARY | FOR_MULTICLASS | FOR_MULTILABEL, .outputs = "sigmoid, softmax",
     .on_logits = true, .has_label_smoothing = true, .has_gamma = true,
     .monitor_help = "cross-entropy with sure rows discounted, not a likelihood",
     .rows = focal_rows},
    {.kind = {"hinge", "largest margin, as a support vector machine",
              "L = max(0, 1 - t z), t = -1 or 1; K classes: (1 / K) sum over c != t of max(0, 1 - z_t + z_c)",
              "Cortes & Vapnik 1995; K classes: Weston & Watkins 1999"},
     .tasks = FOR_CLASSES, .outputs = "linear", .on_logits = true,
     .monitor_help = "how far rows are short of a margin of 1, not a likelihood",
     .rows = hinge_rows},
    {.kind = {"perceptron", "the perceptron's rule: learns from misclassified rows only",
              "L = max(0, -t z), t = -1 or 1; dL/dz = -t where the decision z > 0 is wrong, else 0",
              "Rosenblatt 1958"},
     .tasks = FOR_BINARY, .outputs = "step", .on_logits = true, .learns_from_mistakes_only = true,
     .monitor_help = "how far misclassified rows are beyond the boundary, not a likelihood",
     .rows = perceptron_rows},
};
// clang-format on

const KindTable AT_LEVEL(loss_kinds) = KIND_TABLE("loss", losses_table);
