/* The space that a search goes through: for each searched key of the config a distribution of its
 * values, and perhaps a condition under which it counts.
 *
 *     log 1e-4 .. 1e-1     uniform 0 .. 0.5     int 5 .. 30 step 5     choice 16, 32, "a, b"
 *     log 1e-3 .. 1 if optimizer.name is sgd, momentum
 *
 * A setting is one number per key: the value itself, or the index of a choice; NAN where the
 * condition does not hold and the config's own value stays. Use: space_add per key, space_link,
 * then the rest. */
#ifndef NNTRAIN_TRAINING_TUNING_SPACE_H
#define NNTRAIN_TRAINING_TUNING_SPACE_H

#include "base/error.h"
#include "base/kind.h"

typedef struct SpaceKey SpaceKey;

typedef struct Distribution {
    Kind kind;
    /* What follows the name, without the condition. ERROR_CONFIG, in words without a place. */
    bool (*parse)(SpaceKey *key, const char *text, Error *err);
    /* The value at a place in [0, 1), and the place of a value. */
    double (*from_unit)(const SpaceKey *key, double unit);
    double (*to_unit)(const SpaceKey *key, double value);
    bool is_choice;   /* values are indices without an order */
    bool is_discrete; /* a grid takes every value */
} Distribution;

const KindTable *distribution_kinds(void);

struct SpaceKey {
    char *name;  /* "optimizer.learning_rate" */
    char *text;  /* as written */
    char *place; /* where: "iris.ini:12:1" */
    const Distribution *distribution;
    double low, high, step; /* of ranges */
    TextList choices;
    char *condition;          /* another key, or NULL */
    TextList condition_texts; /* one of these choices */
    size_t condition_key;     /* its index; it stands above */
};

/* Zero-initialise. */
typedef struct Space {
    SpaceKey *keys;
    size_t n, capacity;
} Space;

/* Adds a key; one of the same name is replaced. ERROR_CONFIG, in words without a place. */
bool space_add(Space *space, const char *name, const char *text, const char *place, Error *err);
/* Finds the keys of all conditions. ERROR_CONFIG with a line per mistake, each with its place. */
bool space_link(Space *space, Error *err);
void space_free(Space *space);

/* Values of a key on a grid, and the one at an index; n_points: how many of a continuous range. */
size_t space_grid_size(const SpaceKey *key, size_t n_points);
double space_grid_value(const SpaceKey *key, size_t index, size_t n_points);

/* Whether key k counts, given the values of the keys above it. */
bool space_is_active(const Space *space, size_t k, const double *values);

/* The text of a value, as the config takes it. */
void space_append_value(TextBuffer *out, const SpaceKey *key, double value);
/* The key without its section, where that says enough: no other key of the space is called so. */
const char *space_short_name(const Space *space, size_t k);
/* "learning_rate 0.01; hidden 64, 32": the keys that count. */
void space_append_setting(TextBuffer *out, const Space *space, const double *values);

#endif
