#include "data/encoder.h"

enum { WIDEST_EMBEDDING = 50 };

static size_t width_onehot(size_t n_categories) { return n_categories; }

static size_t width_code(size_t n_categories) {
    (void)n_categories;
    return 1;
}

static void encode_onehot(float *out, size_t code, size_t n_categories) {
    for (size_t i = 0; i < n_categories; i++)
        out[i] = i == code ? 1.0f : 0.0f;
}

static void encode_code(float *out, size_t code, size_t n_categories) {
    (void)n_categories;
    out[0] = (float)code;
}

/* clang-format off */
static const Encoder encoders[] = {
    {{"onehot", "one 0/1 column per category", "out[i] = 1 if i = code else 0", NULL},
     width_onehot, encode_onehot, true, false, false},
    {{"ordinal", "one column with the code: 0, 1, ... in category order", "out = code", NULL},
     width_code, encode_code, false, false, true},
    {{"embedding", "a vector per category that training learns", "out = W[code]", NULL},
     width_code, encode_code, false, true, true},
};
/* clang-format on */

const KindTable *encoder_kinds(void) {
    static const KindTable table = KIND_TABLE("encoder", encoders);
    return &table;
}

size_t encoder_auto_width(size_t n_categories) {
    const size_t half = (n_categories + 1) / 2;
    return half < WIDEST_EMBEDDING ? half : WIDEST_EMBEDDING;
}
