/* How a category becomes network inputs. Categories have the codes 0, 1, ... in category order. */
#ifndef NNTRAIN_DATA_ENCODER_H
#define NNTRAIN_DATA_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"

/* An encoder: how many columns n categories give, and what they hold. encode sets all width floats
 * of out; a code of n_categories means "none of them", which only encoders without needs_other are
 * given. */
typedef struct Encoder {
    Kind kind;
    size_t (*width)(size_t n_categories);
    void (*encode)(float *out, size_t code, size_t n_categories);
    bool is_per_category; /* one column per category, named "column=category"; else one, named
                             "column" */
    bool is_looked_up;    /* the network embeds the code */
    bool needs_other;     /* an unknown category needs a code, <other>, of its own */
} Encoder;

const KindTable *encoder_kinds(void);

/* Width of an embedding of n categories when the user gave none: min(50, (n + 1) / 2), in whole
 * numbers. */
size_t encoder_auto_width(size_t n_categories);

#endif
