#include "nn/loss_classes.h"

#include <assert.h>

#include "compute/kernels.h"
#include "compute/transpose.h"
#include "nn/lanes.h"

/* Smallest 1 - p that is told from 0; keeps (1 - p)^(gamma - 1) finite where log p is 0. */
#define SMALLEST_MISS 0x1p-100f

/* Fewer rows are not worth a vector for each class. */
enum { FEWEST_ROWS = 4 };

static size_t class_of(const LossRows *in, size_t i) {
    const size_t code = (size_t)in->target[i * in->target_row];
    assert(code < in->n_outputs);
    return code;
}

/* t_c = share weight_c + (c == code ? hit : 0) */
typedef struct TargetRow {
    size_t code;
    float hit, share, mass; /* mass: sum of t */
    const float *weight;    /* NULL: all 1 */
} TargetRow;

static float weight_of(const LossRows *in, size_t code) {
    return in->class_weight ? in->class_weight[code] : 1.0f;
}

/* Of a row of class code. weight may be NULL: all 1; weight_sum is over classes. */
static TargetRow target_row(const LossRows *in, size_t code, const float *weight,
                            double weight_sum) {
    const double smoothing = in->options.label_smoothing;
    const double hit = (1 - smoothing) * (weight ? (double)weight[code] : 1.0);
    const double share = smoothing / (double)in->n_outputs;
    return (TargetRow){.code = code,
                       .hit = (float)hit,
                       .share = (float)share,
                       .mass = (float)(hit + share * weight_sum),
                       .weight = weight};
}

/* share weight_c for the m classes from j on; zero in other lanes. */
LANES_INLINE V target_shares(const TargetRow *target, size_t j, size_t m) {
    const V weight = target->weight ? v_load_n(target->weight + j, m) : v_set(1);
    return lanes_keep(v_mul(v_set(target->share), weight), m, v_zero());
}

LANES_INLINE M target_is_class(const TargetRow *target, size_t j) {
    return v_equal(v_add(lanes_index(), v_set((float)j)), v_set((float)target->code));
}

/* t_c for the m classes from j on; zero in other lanes. */
LANES_INLINE V target_lanes(const TargetRow *target, size_t j, size_t m) {
    const V hit = v_select(target_is_class(target, j), v_set(target->hit), v_zero());
    return v_add(target_shares(target, j, m), hit);
}

static double sum_weights(const LossRows *in) {
    double sum = 0;
    for (size_t c = 0; c < in->n_outputs; c++)
        sum += (double)weight_of(in, c);
    return sum;
}

/* sum over c of t_c (largest - z_c): what the loss has beyond mass * log(sum of exponentials). No
 * term is negative, so nothing cancels. */
static float loss_below_largest(const TargetRow *target, const float *z, size_t n, float largest) {
    const float own = target->hit * (largest - z[target->code]);
    if (target->share <= 0.0f)
        return own;
    V sum = v_zero();
    for (size_t j = 0; j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        const V below = v_sub(v_set(largest), v_load_n(z + j, m));
        sum = v_fma(target_shares(target, j, m), below, sum);
    }
    return own + v_sum(sum);
}

/* d L / d z_c = mass p_c - t_c, from exponentials in place. */
static void cross_entropy_gradient(const TargetRow *target, float *row_start, size_t n, float sum) {
    for (size_t j = 0; j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        const V p = v_div(v_load(row_start + j), v_set(sum));
        const V slope = v_flush(v_sub(v_mul(v_set(target->mass), p), target_lanes(target, j, m)));
        v_store(row_start + j, lanes_keep(slope, m, v_zero()));
    }
}

/* Row after row. */
static void cross_entropy_by_rows(const LossRows *in, float *losses, float *gradient) {
    assert(in->rows <= LEAF_ROWS);
    const size_t n = in->n_outputs;
    const double weight_sum = sum_weights(in);
    float mass[LEAF_ROWS], below[LEAF_ROWS];
    for (size_t i = 0; i < in->rows; i++) {
        const TargetRow target = target_row(in, class_of(in, i), in->class_weight, weight_sum);
        const float *z = in->z + i * in->row;
        float *d = gradient ? gradient + i * in->row : NULL;
        const SoftmaxRow softmax = lanes_softmax(d, z, n);
        mass[i] = target.mass;
        below[i] = loss_below_largest(&target, z, n, softmax.largest);
        losses[i] = softmax.sum;
        if (d) {
            cross_entropy_gradient(&target, d, n, softmax.sum);
            lanes_clear_beyond(d, n, in->row);
        }
    }
    for (size_t i = 0; i < in->rows; i += V_LANES) {
        const size_t m = lanes_left(in->rows, i);
        const V log_sum = v_log(v_load_n(losses + i, m));
        v_store_n(losses + i, v_fma(v_load_n(mass + i, m), log_sum, v_load_n(below + i, m)), m);
    }
}

/* Of at most 16 classes: t_c for every class of a row. */
typedef struct FewTargets {
    size_t n;
    bool is_smoothed;
    float hit[V_LANES], mass[V_LANES], share[V_LANES]; /* share: times the weight */
} FewTargets;

static FewTargets few_targets(const LossRows *in) {
    const double weight_sum = sum_weights(in);
    FewTargets targets = {.n = in->n_outputs};
    for (size_t c = 0; c < in->n_outputs; c++) {
        const TargetRow target = target_row(in, c, in->class_weight, weight_sum);
        targets.hit[c] = target.hit;
        targets.mass[c] = target.mass;
        targets.share[c] = target.share * weight_of(in, c);
        targets.is_smoothed = target.share > 0.0f;
    }
    return targets;
}

/* Sixteen rows, one in each lane. */
typedef struct FewRows {
    V z[V_LANES];     /* by class */
    V code, hit, own; /* own: z of the row's class */
    V mass;
} FewRows;

/* The m rows from first on; the others are rows of zeros and of class 0. */
LANES_INLINE void load_few_rows(FewRows *rows, const LossRows *in, const FewTargets *targets,
                                size_t first, size_t m) {
    float code[V_LANES] = {0};
    for (size_t r = 0; r < m; r++)
        code[r] = (float)class_of(in, first + r);
    V_UNROLL
    for (size_t r = 0; r < V_LANES; r++)
        rows->z[r] = r < m ? v_load(in->z + (first + r) * in->row) : v_zero();
    v_transpose(rows->z);
    rows->code = v_load(code);
    rows->hit = rows->mass = rows->own = v_zero();
    for (size_t c = 0; c < targets->n; c++) {
        const M is_class = v_equal(rows->code, v_set((float)c));
        rows->hit = v_select(is_class, v_set(targets->hit[c]), rows->hit);
        rows->mass = v_select(is_class, v_set(targets->mass[c]), rows->mass);
        rows->own = v_select(is_class, rows->z[c], rows->own);
    }
}

/* v_sum's and v_largest's tree over 16 vectors, for each lane. */
LANES_INLINE V lanes_joined(const V *x, V (*join)(V, V)) {
    V half[V_LANES / 2];
    V_UNROLL
    for (size_t i = 0; i < 8; i++)
        half[i] = join(x[i], x[i + 8]);
    V_UNROLL
    for (size_t i = 0; i < 4; i++)
        half[i] = join(half[i], half[i + 4]);
    return join(join(half[0], half[2]), join(half[1], half[3]));
}

/* As loss_below_largest. */
static V few_below_largest(const FewRows *rows, const FewTargets *targets, V largest) {
    const V own = v_mul(rows->hit, v_sub(largest, rows->own));
    if (!targets->is_smoothed)
        return own;
    V term[V_LANES];
    for (size_t c = 0; c < V_LANES; c++) {
        const V below = v_sub(largest, rows->z[c]);
        term[c] = c < targets->n ? v_fma(v_set(targets->share[c]), below, v_zero()) : v_zero();
    }
    return v_add(own, lanes_joined(term, v_add));
}

/* d L / d z_c of each row, from exponentials in place; zero beyond the classes. */
static void few_gradients(const FewRows *rows, const FewTargets *targets, V *e, V sum) {
    for (size_t c = 0; c < targets->n; c++) {
        const M is_class = v_equal(rows->code, v_set((float)c));
        const V hit = v_select(is_class, rows->hit, v_zero());
        const V t = v_add(v_set(targets->share[c]), hit);
        e[c] = v_flush(v_sub(v_mul(rows->mass, v_div(e[c], sum)), t));
    }
}

static void store_few_rows(const LossRows *in, size_t first, size_t m, V *gradients,
                           float *gradient) {
    v_transpose(gradients);
    for (size_t r = 0; r < m; r++) {
        float *d = gradient + (first + r) * in->row;
        v_store(d, gradients[r]);
        lanes_clear_beyond(d, in->n_outputs, in->row);
    }
}

static void cross_entropy_of_few(const LossRows *in, const FewTargets *targets, size_t first,
                                 float *losses, float *gradient) {
    const size_t m = lanes_left(in->rows, first);
    FewRows rows;
    load_few_rows(&rows, in, targets, first, m);
    V e[V_LANES];
    for (size_t c = 0; c < V_LANES; c++)
        e[c] = c < targets->n ? rows.z[c] : v_set(-INFINITY);
    const V largest = lanes_joined(e, v_max);
    for (size_t c = 0; c < V_LANES; c++)
        e[c] = c < targets->n ? v_exp(v_sub(rows.z[c], largest)) : v_zero();
    const V sum = lanes_joined(e, v_add);
    const V below = few_below_largest(&rows, targets, largest);
    v_store_n(losses + first, v_fma(rows.mass, v_log(sum), below), m);
    if (gradient) {
        few_gradients(&rows, targets, e, sum);
        store_few_rows(in, first, m, e, gradient);
    }
}

void loss_classes_cross_entropy(const LossRows *in, float *losses, float *gradient) {
    if (in->n_outputs > V_LANES || in->rows < FEWEST_ROWS) {
        cross_entropy_by_rows(in, losses, gradient);
        return;
    }
    const FewTargets targets = few_targets(in);
    for (size_t first = 0; first < in->rows; first += V_LANES)
        cross_entropy_of_few(in, &targets, first, losses, gradient);
}

/* log p_c of the m classes from j on; 0 in other lanes. */
LANES_INLINE V log_probability(const float *z, size_t j, size_t m, float largest, V log_sum) {
    const V below = v_sub(v_load_n(z + j, m), v_set(largest));
    return lanes_keep(v_sub(below, log_sum), m, v_zero());
}

/* With L = sum over c of t_c F(p_c) and h_c = t_c p_c F'(p_c): d L / d z_c = h_c - p_c sum of h. */
static float focal_row(const LossRows *in, size_t i, float *d) {
    const TargetRow target = target_row(in, class_of(in, i), NULL, (double)in->n_outputs);
    const float *z = in->z + i * in->row;
    const size_t n = in->n_outputs;
    const SoftmaxRow softmax = lanes_softmax(NULL, z, n);
    const V log_sum = v_log(v_set(softmax.sum)), g = v_set((float)in->options.gamma);
    const V weight = v_set(weight_of(in, target.code));
    V loss = v_zero(), pull = v_zero();
    for (size_t j = 0; j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        const V log_p = log_probability(z, j, m, softmax.largest, log_sum);
        const V miss = v_max(v_set(SMALLEST_MISS), v_neg(v_expm1(log_p)));
        const V discount = v_exp(v_mul(g, v_log(miss)));
        const V t = v_mul(weight, target_lanes(&target, j, m));
        loss = v_fnma(t, v_mul(discount, log_p), loss);
        const V steepness = v_mul(v_mul(g, v_div(v_exp(log_p), miss)), log_p);
        const V h = v_mul(t, v_mul(discount, v_sub(steepness, v_set(1))));
        pull = v_add(pull, h);
        if (d)
            v_store(d + j, h);
    }
    const V pull_sum = v_set(v_sum(pull));
    for (size_t j = 0; d && j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        const V p = v_exp(log_probability(z, j, m, softmax.largest, log_sum));
        const V slope = v_fnma(p, pull_sum, v_load(d + j));
        v_store(d + j, lanes_keep(v_flush(slope), m, v_zero()));
    }
    return v_sum(loss);
}

void loss_classes_focal(const LossRows *in, float *losses, float *gradient) {
    for (size_t i = 0; i < in->rows; i++) {
        float *d = gradient ? gradient + i * in->row : NULL;
        losses[i] = focal_row(in, i, d);
        if (d)
            lanes_clear_beyond(d, in->n_outputs, in->row);
    }
}

static float margin_row(const LossRows *in, size_t i, float *d) {
    const TargetRow target = {.code = class_of(in, i)};
    const float *z = in->z + i * in->row;
    const size_t n = in->n_outputs;
    const float share = weight_of(in, target.code) / (float)n;
    const V own = v_set(z[target.code]);
    V loss = v_zero(), count = v_zero();
    for (size_t j = 0; j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        const V lacking = v_add(v_sub(v_set(1), own), v_load_n(z + j, m));
        /* Written so that NaN is kept. */
        const M other = m_and(lanes_below(m), m_not(target_is_class(&target, j)));
        const M within = m_and(other, m_not(v_less_equal(lacking, v_zero())));
        loss = v_add(loss, v_select(within, lacking, v_zero()));
        count = v_add(count, v_select(within, v_set(1), v_zero()));
        if (d)
            v_store(d + j, v_select(within, v_set(share), v_zero()));
    }
    if (d)
        d[target.code] = -share * v_sum(count);
    return share * v_sum(loss);
}

void loss_classes_margin(const LossRows *in, float *losses, float *gradient) {
    for (size_t i = 0; i < in->rows; i++) {
        float *d = gradient ? gradient + i * in->row : NULL;
        losses[i] = margin_row(in, i, d);
        if (d)
            lanes_clear_beyond(d, in->n_outputs, in->row);
    }
}
