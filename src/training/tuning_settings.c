#include "training/tuning_settings.h"

#include <math.h>

#include "base/memory.h"
#include "base/random.h"

enum { MOST_VALUES = 64, N_DRAWS = 32 };

/* What is looked for, and the setting at hand. */
typedef struct Hunt {
    const Space *space;
    size_t key;
    double value;
    SettingTest *test;
    void *context;
    double *values;
} Hunt;

static void clear_values(const Hunt *hunt) {
    for (size_t k = 0; k < hunt->space->n; k++) {
        hunt->values[k] = (double)NAN;
    }
}

/* Gives key k a value, and those keys one on whose choices it depends. */
static void set_value(const Hunt *hunt, size_t k, double value) {
    const Space *space = hunt->space;
    hunt->values[k] = value;
    while (space->keys[k].condition) {
        const SpaceKey *decider = &space->keys[space->keys[k].condition_key];
        size_t choice = 0;
        while (choice + 1 < decider->choices.n &&
               !text_list_has(&space->keys[k].condition_texts, decider->choices.items[choice])) {
            choice++;
        }
        k = space->keys[k].condition_key;
        hunt->values[k] = (double)choice;
    }
}

/* The key at its value, and what it depends on. */
static void set_key(const Hunt *hunt) {
    clear_values(hunt);
    if (hunt->key != ANY_KEY) {
        set_value(hunt, hunt->key, hunt->value);
    }
}

static bool passes(const Hunt *hunt) {
    const bool counts =
        hunt->key == ANY_KEY || (hunt->values[hunt->key] == hunt->value &&
                                 space_is_active(hunt->space, hunt->key, hunt->values));
    return counts && hunt->test(hunt->context, hunt->values);
}

static bool find_alone(const Hunt *hunt) {
    set_key(hunt);
    return hunt->key != ANY_KEY && passes(hunt);
}

static bool find_with(const Hunt *hunt, size_t other) {
    const SpaceKey *key = &hunt->space->keys[other];
    const size_t n = other == hunt->key ? 0 : space_grid_size(key, 2);
    for (size_t i = 0; i < n && i < MOST_VALUES; i++) {
        set_key(hunt);
        set_value(hunt, other, space_grid_value(key, i, 2));
        if (passes(hunt)) {
            return true;
        }
    }
    return false;
}

/* Keys that are set stay so. */
static void draw_others(const Hunt *hunt, uint32_t draw) {
    const RandomStream stream = random_stream(0, RANDOM_TUNING);
    for (size_t k = 0; k < hunt->space->n; k++) {
        if (isnan(hunt->values[k]) && space_is_active(hunt->space, k, hunt->values)) {
            const SpaceKey *key = &hunt->space->keys[k];
            uint32_t words[4];
            random_words(stream, draw, (uint32_t)k, 0, 0, words);
            hunt->values[k] = key->distribution->from_unit(key, (double)random_unit(words[0]));
        }
    }
}

static bool find_at_random(const Hunt *hunt) {
    for (uint32_t draw = 0; draw < N_DRAWS; draw++) {
        set_key(hunt);
        draw_others(hunt, draw);
        if (passes(hunt)) {
            return true;
        }
    }
    return false;
}

bool space_find_setting(const Space *space, size_t key, double value, SettingTest *test,
                        void *context) {
    const Hunt hunt = {space, key, value, test, context, NEW(double, space->n)};
    bool found = find_alone(&hunt);
    for (size_t other = 0; !found && other < space->n; other++) {
        found = find_with(&hunt, other);
    }
    found = found || find_at_random(&hunt);
    memory_free(hunt.values);
    return found;
}
