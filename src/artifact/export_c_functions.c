#include "artifact/export_c_functions.h"

/* clang-format off */
static const CFunction rows[] = {
    {.kind = {"bits", "a float's bits, and back", NULL, NULL},
     .text =
        "static uint32_t bits_of(float x) {\n"
        "    uint32_t bits;\n"
        "    memcpy(&bits, &x, sizeof bits);\n"
        "    return bits;\n"
        "}\n\n"
        "static float from_bits(uint32_t bits) {\n"
        "    float x;\n"
        "    memcpy(&x, &bits, sizeof x);\n"
        "    return x;\n"
        "}\n"},
    {.kind = {"polynomial", "c[0] + c[1] x + ... by Horner's rule", NULL, NULL},
     .text =
        "static float polynomial_of(float x, const float *c, int degree) {\n"
        "    float sum = c[degree];\n"
        "    while (degree-- > 0)\n"
        "        sum = fmaf(sum, x, c[degree]);\n"
        "    return sum;\n"
        "}\n"},
    {.kind = {"reduced", "x = n log(2) + r; returns r", NULL, NULL},
     .text =
        "static float reduced_of(float x, float *n) {\n"
        "    *n = rintf(x * 0x1.715476p+0f);\n"
        "    return fmaf(-*n, -0x1.bd0106p-13f, fmaf(-*n, 0x1.63p-1f, x));\n"
        "}\n"},
    {.kind = {"power2", "2^n for integral n", NULL, NULL}, .uses = "bits",
     .text =
        "static float power2_of(float n) {\n"
        "    return from_bits((bits_of(n + 0x1.8p23f) << 23) + 0x3F800000u);\n"
        "}\n"},
    {.kind = {"exp", "e^x", NULL, NULL}, .uses = "polynomial, reduced, power2",
     .text =
        "static float exp_of(float x) {\n"
        "    static const float c[] = {0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558aep-5f,\n"
        "                              0x1.12398p-7f,  0x1.6a4f72p-10f};\n"
        "    const float low = -88.0f > x ? -88.0f : x;\n"
        "    float n, r, p, half;\n"
        "    r = reduced_of(89.0f < low ? 89.0f : low, &n);\n"
        "    p = fmaf(r * r, polynomial_of(r, c, 4), r) + 1.0f;\n"
        "    half = rintf(n * 0.5f);\n"
        "    return x < -0x1.5d589ep6f ? 0.0f : (p * power2_of(half)) * power2_of(n - half);\n"
        "}\n"},
    {.kind = {"expm1", "e^x - 1", NULL, NULL}, .uses = "polynomial, reduced, power2",
     .text =
        "static float expm1_of(float x) {\n"
        "    static const float c[] = {0x1p-1f,        0x1.555554p-3f,  0x1.5554f8p-5f,\n"
        "                              0x1.1112d8p-7f, 0x1.6d3a3ap-10f, 0x1.9e72e6p-13f};\n"
        "    const float low = -25.0f > x ? -25.0f : x;\n"
        "    float n, r, p, half;\n"
        "    r = reduced_of(89.0f < low ? 89.0f : low, &n);\n"
        "    p = fmaf(r * r, polynomial_of(r, c, 5), r);\n"
        "    half = power2_of(n - 1.0f);\n"
        "    return fmaf(half, p, half - 0.5f) * 2.0f;\n"
        "}\n"},
    {.kind = {"log1p", "log(1 + x) for x >= 0", NULL, NULL}, .uses = "bits, polynomial",
     .text =
        "static float log1p_of(float x) {\n"
        "    static const float c[] = {0x1.555548p-2f,  -0x1.000006p-2f, 0x1.99a478p-3f,\n"
        "                              -0x1.555c4ep-3f, 0x1.233b78p-3f,  -0x1.fc26acp-4f,\n"
        "                              0x1.e6c03ep-4f,  -0x1.de1004p-4f, 0x1.1484e8p-4f};\n"
        "    const float sum = 1.0f + x, part = sum - 1.0f;\n"
        "    const float lost = (1.0f - (sum - part)) + (x - part);\n"
        "    const uint32_t bits = bits_of(sum);\n"
        "    const uint32_t biased = (bits + (0x3F800000u - 0x3F3504F3u)) >> 23;\n"
        "    const float n = (float)((int32_t)biased - 127);\n"
        "    const float reduced = from_bits(bits - (biased << 23) + 0x3F800000u) - 1.0f;\n"
        "    const float f = n == 0.0f ? x : reduced;\n"
        "    const float correction = n == 0.0f ? 0.0f : lost / sum;\n"
        "    const float p = fmaf(f, polynomial_of(f, c, 8), -0.5f);\n"
        "    const float tail = fmaf(f * f, p, fmaf(n, -0x1.bd0106p-13f, correction));\n"
        "    return fmaf(n, 0x1.63p-1f, f + tail);\n"
        "}\n"},
    {.kind = {"erf", "the error function", NULL, NULL}, .uses = "exp",
     .text =
        "static float erf_of(float x) {\n"
        "    static const float small[] = {0x1.06eba8p-3f,  -0x1.81273ep-2f,  0x1.ce2ce6p-4f,\n"
        "                                  -0x1.b7f71ap-6f, 0x1.53f224p-8f,   -0x1.a3515ep-11f,\n"
        "                                  0x1.4771fcp-14f};\n"
        "    static const float large[] = {0x1.20ebb4p+0f,   0x1.455644p-1f, 0x1.b0b708p-4f,\n"
        "                                  -0x1.79e69ap-6f,  0x1.9efda6p-9f, -0x1.173998p-13f,\n"
        "                                  -0x1.ef126ep-16f, 0x1.e8f546p-19f};\n"
        "    const float size = 4.0f < fabsf(x) ? 4.0f : fabsf(x);\n"
        "    const float y = size < 1.0f ? fmaf(size, polynomial_of(size * size, small, 6), size)\n"
        "                                : 1.0f - exp_of(-(size * polynomial_of(size, large, 7)));\n"
        "    return copysignf(y, x);\n"
        "}\n"},
    {.kind = {"linear", "z as it is", NULL, NULL}},
    {.kind = {"step", "1 above 0, else 0", NULL, NULL},
     .text =
        "static float step_of(float z) {\n"
        "    return z > 0.0f ? 1.0f : 0.0f;\n"
        "}\n"},
    {.kind = {"sigmoid", "1 / (1 + exp(-z))", NULL, NULL}, .uses = "exp",
     .text =
        "static float sigmoid_of(float z) {\n"
        "    const float e = exp_of(-fabsf(z));\n"
        "    return (z < 0.0f ? e : 1.0f) / (1.0f + e);\n"
        "}\n"},
    {.kind = {"tanh", "hyperbolic tangent", NULL, NULL}, .uses = "expm1",
     .text =
        "static float tanh_of(float z) {\n"
        "    const float size = 10.0f < fabsf(z) ? 10.0f : fabsf(z);\n"
        "    const float t = expm1_of(2.0f * size);\n"
        "    return copysignf(t / (t + 2.0f), z);\n"
        "}\n"},
    {.kind = {"relu", "max(0, z)", NULL, NULL},
     .text =
        "static float relu_of(float z) {\n"
        "    return 0.0f > z ? 0.0f : z;\n"
        "}\n"},
    {.kind = {"leaky_relu", "z if z > 0, else 0.01 z", NULL, NULL},
     .text =
        "static float leaky_relu_of(float z) {\n"
        "    return z > 0.0f ? z : z * 0.01f;\n"
        "}\n"},
    {.kind = {"elu", "z if z > 0, else exp(z) - 1", NULL, NULL}, .uses = "expm1",
     .text =
        "static float elu_of(float z) {\n"
        "    return z > 0.0f ? z : expm1_of(z);\n"
        "}\n"},
    {.kind = {"selu", "elu scaled to keep mean and variance", NULL, NULL}, .uses = "expm1",
     .text =
        "static float selu_of(float z) {\n"
        "    return z > 0.0f ? z * 1.0507009873554804934193349852946f\n"
        "                    : expm1_of(z) * 1.7580993408473768599402175208123f;\n"
        "}\n"},
    {.kind = {"gelu", "z (1 + erf(z / sqrt(2))) / 2", NULL, NULL}, .uses = "erf",
     .text =
        "static float gelu_of(float z) {\n"
        "    return z * fmaf(0.5f, erf_of(z * 0.70710678118654752440f), 0.5f);\n"
        "}\n"},
    {.kind = {"silu", "z / (1 + exp(-z))", NULL, NULL}, .uses = "sigmoid",
     .text =
        "static float silu_of(float z) {\n"
        "    return z * sigmoid_of(z);\n"
        "}\n"},
    {.kind = {"mish", "z tanh(log(1 + exp(z)))", NULL, NULL}, .uses = "exp",
     .text =
        "static float mish_of(float z) {\n"
        "    const float w = exp_of(20.0f < z ? 20.0f : z);\n"
        "    const float n = w * (w + 2.0f);\n"
        "    return z * (n / (n + 2.0f));\n"
        "}\n"},
    {.kind = {"softplus", "log(1 + exp(z))", NULL, NULL}, .uses = "exp, log1p",
     .text =
        "static float softplus_of(float z) {\n"
        "    return (0.0f > z ? 0.0f : z) + log1p_of(exp_of(-fabsf(z)));\n"
        "}\n"},
    {.kind = {"softsign", "z / (1 + |z|)", NULL, NULL},
     .text =
        "static float softsign_of(float z) {\n"
        "    return z / (1.0f + fabsf(z));\n"
        "}\n"},
    {.kind = {"lane_sum", "sixteen partial sums, combined by a fixed tree", NULL, NULL},
     .text =
        "static float lane_sum_of(float lanes[16]) {\n"
        "    int half, i;\n"
        "    for (half = 8; half > 0; half /= 2)\n"
        "        for (i = 0; i < half; i++)\n"
        "            lanes[i] += lanes[i + half];\n"
        "    return lanes[0];\n"
        "}\n"},
    {.kind = {"softmax", "probabilities of a row of logits", NULL, NULL}, .uses = "exp, lane_sum",
     .is_over_row = true,
     .text =
        "static void softmax_of(float *z, int n) {\n"
        "    float lanes[16] = {0}, largest = z[0], sum;\n"
        "    int i;\n"
        "    for (i = 1; i < n; i++)\n"
        "        largest = z[i] > largest ? z[i] : largest;\n"
        "    for (i = 0; i < n; i++) {\n"
        "        z[i] = exp_of(z[i] - largest);\n"
        "        lanes[i % 16] += z[i];\n"
        "    }\n"
        "    sum = lane_sum_of(lanes);\n"
        "    for (i = 0; i < n; i++) {\n"
        "        z[i] /= sum;\n"
        "        z[i] = z[i] < 0x1p-100f ? 0.0f : z[i];\n"
        "    }\n"
        "}\n"},
    {.kind = {"dense", "y = bias + weight x, weight as (n_out, n_in)", NULL, NULL},
     .text =
        "static void dense_of(const float *x, int n_in, const float *weight, const float *bias,\n"
        "                     float *y, int n_out) {\n"
        "    int i, j;\n"
        "    for (i = 0; i < n_out; i++) {\n"
        "        float sum = bias[i];\n"
        "        for (j = 0; j < n_in; j++)\n"
        "            sum = fmaf(x[j], *weight++, sum);\n"
        "        y[i] = sum;\n"
        "    }\n"
        "}\n"},
    {.kind = {"batch_norm", "(z - mean) / std gain + shift, by unit", NULL, NULL},
     .text =
        "static void batch_norm_of(float *z, int n, const float *mean, const float *inverse_std,\n"
        "                          const float *gain, const float *shift) {\n"
        "    int i;\n"
        "    for (i = 0; i < n; i++)\n"
        "        z[i] = fmaf((z[i] - mean[i]) * inverse_std[i], gain[i], shift[i]);\n"
        "}\n"},
    {.kind = {"layer_norm", "(z - mean) / std gain + shift, over the row", NULL, NULL},
     .uses = "lane_sum",
     .text =
        "static void layer_norm_of(float *z, int n, const float *gain, const float *shift) {\n"
        "    float sums[16] = {0}, squares[16] = {0}, mean, inverse_std;\n"
        "    int i;\n"
        "    for (i = 0; i < n; i++)\n"
        "        sums[i % 16] += z[i];\n"
        "    mean = lane_sum_of(sums) / (float)n;\n"
        "    for (i = 0; i < n; i++)\n"
        "        squares[i % 16] = fmaf(z[i] - mean, z[i] - mean, squares[i % 16]);\n"
        "    inverse_std = 1.0f / sqrtf(lane_sum_of(squares) / (float)n + 1e-5f);\n"
        "    for (i = 0; i < n; i++)\n"
        "        z[i] = fmaf((z[i] - mean) * inverse_std, gain[i], shift[i]);\n"
        "}\n"},
    {.kind = {"number", "a scaled number; 0 when it is refused", NULL, NULL},
     .text =
        "static int number_of(double value, double fill, double center, double scale, float *x) {\n"
        "    *x = (float)(((value != value ? fill : value) - center) / scale);\n"
        "    return fabsf(*x) <= FLT_MAX;\n"
        "}\n"},
    {.kind = {"rank", "a number as its rank among quantiles; 0 when it is refused", NULL, NULL},
     .text =
        "static double rank_among(double value, const double *quantiles, int n) {\n"
        "    const int last = n - 1;\n"
        "    int first = 0, after;\n"
        "    double part;\n"
        "    if (value <= quantiles[0])\n"
        "        return 0.0;\n"
        "    if (value >= quantiles[last])\n"
        "        return 1.0;\n"
        "    while (quantiles[first] < value)\n"
        "        first++;\n"
        "    for (after = first; quantiles[after] == value; after++) {\n"
        "    }\n"
        "    if (after > first)\n"
        "        return 0.5 * (double)(first + after - 1) / (double)last;\n"
        "    part = (value - quantiles[first - 1]) / (quantiles[first] - quantiles[first - 1]);\n"
        "    return ((double)(first - 1) + part) / (double)last;\n"
        "}\n\n"
        "static int rank_of(double value, double fill, const double *quantiles, int n,\n"
        "                   float *x) {\n"
        "    const double filled = value != value ? fill : value;\n"
        "    *x = filled == filled ? (float)rank_among(filled, quantiles, n) : 0.0f;\n"
        "    return filled == filled;\n"
        "}\n"},
    {.kind = {"missing", "is a text missing?", NULL, NULL},
     .text =
        "static int missing_of(const char *text) {\n"
        "    size_t i;\n"
        "    if (!text || !*text)\n"
        "        return 1;\n"
        "    for (i = 0; i < sizeof missing_tokens / sizeof *missing_tokens; i++)\n"
        "        if (strcmp(text, missing_tokens[i]) == 0)\n"
        "            return 1;\n"
        "    return 0;\n"
        "}\n"},
    {.kind = {"code", "a category's code; below 0 when it is refused", NULL, NULL},
     .uses = "missing",
     .text =
        "static int code_of(const char *text, const char *const *names, int n, int missing,\n"
        "                   int unknown) {\n"
        "    int i;\n"
        "    if (missing_of(text))\n"
        "        return missing;\n"
        "    for (i = 0; i < n; i++)\n"
        "        if (strcmp(text, names[i]) == 0)\n"
        "            return i;\n"
        "    return unknown;\n"
        "}\n"},
};
/* clang-format on */

const KindTable *c_function_kinds(void) {
    static const KindTable table = KIND_TABLE("C function", rows);
    return &table;
}

bool c_function_need(const char *name, bool *needed) {
    const CFunction *row = (const CFunction *)kind_find(c_function_kinds(), name);
    if (!row) {
        return false;
    }
    TextList uses = {0};
    const char *problem;
    needed[row - rows] = true;
    bool good = !row->uses || text_split_list(row->uses, &uses, &problem);
    for (size_t i = 0; good && i < uses.n; i++) {
        good = c_function_need(uses.items[i], needed);
    }
    text_list_free(&uses);
    return good;
}

void c_functions_print(TextBuffer *out, const bool *needed) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (needed[i] && rows[i].text) {
            text_printf(out, "\n/* %s */\n%s", rows[i].kind.help, rows[i].text);
        }
    }
}
