#include "app/config_effect.h"

#include <math.h>

#include "app/config_tuning.h"
#include "base/memory.h"

enum { NO_KEY = -1, MOST_VALUES = 64, N_DRAWS = 32 };

void config_add_setting(const Space *space, const double *values, Ini *settings) {
    for (size_t k = 0; k < space->n; k++) {
        if (!isnan(values[k])) {
            TextBuffer text = {0};
            space_append_value(&text, &space->keys[k], values[k]);
            ini_add_setting(settings, space->keys[k].name, text_of(&text), space->keys[k].place);
            text_free(&text);
        }
    }
}

/* A key that is asked about, and what was found. */
typedef struct Question {
    const Config *config;
    const Option *option;
    ptrdiff_t key; /* of the space that is the option itself, or NO_KEY */
    double *values;
    TextList reasons;
} Question;

/* Gives key k a value, and those keys one on whose choices it depends. */
static void set_value(Question *question, size_t k, double value) {
    const Space *space = &question->config->tuning.space;
    question->values[k] = value;
    while (space->keys[k].condition) {
        const SpaceKey *decider = &space->keys[space->keys[k].condition_key];
        size_t choice = 0;
        while (choice + 1 < decider->choices.n &&
               !text_list_has(&space->keys[k].condition_texts, decider->choices.items[choice])) {
            choice++;
        }
        k = space->keys[k].condition_key;
        question->values[k] = (double)choice;
    }
}

static void clear_values(Question *question) {
    for (size_t k = 0; k < question->config->tuning.space.n; k++) {
        question->values[k] = (double)NAN;
    }
}

/* Under the setting that question->values is. A setting that is no config has no effect at all. */
static bool ask(Question *question) {
    const Space *space = &question->config->tuning.space;
    if (question->key >= 0 && !space_is_active(space, (size_t)question->key, question->values)) {
        return false;
    }
    Ini settings = {0};
    Config varied = {0};
    Problems problems = {0};
    TextBuffer reason = {0};
    const char *why = NULL;
    config_add_setting(space, question->values, &settings);
    const bool good = config_vary(question->config, &settings, &varied, &problems);
    if (good) {
        why = question->option->without_effect(&varied, &reason);
    }
    if (why && !text_list_has(&question->reasons, why)) {
        text_list_add(&question->reasons, why);
    }
    text_free(&reason);
    problems_free(&problems);
    config_free(&varied);
    ini_free(&settings);
    return good && !why;
}

/* The key itself with one other key, each of whose values is tried. */
static bool ask_with(Question *question, size_t other) {
    const SpaceKey *key = &question->config->tuning.space.keys[other];
    const size_t n = space_grid_size(key, 2);
    for (size_t i = 0; i < n && i < MOST_VALUES; i++) {
        clear_values(question);
        if (question->key >= 0) {
            set_value(question, (size_t)question->key, 0);
        }
        set_value(question, other, space_grid_value(key, i, 2));
        if (question->key >= 0) {
            const SpaceKey *own = &question->config->tuning.space.keys[question->key];
            question->values[question->key] = space_grid_value(own, 0, 2);
        }
        if (ask(question)) {
            return true;
        }
    }
    return false;
}

/* Several keys may decide together. */
static bool ask_at_random(Question *question) {
    const Space *space = &question->config->tuning.space;
    const SearchOptions options = {.sampler = question->config->tuning.sampler, .n_shards = 1};
    Search search;
    Error err = {0};
    bool has = false;
    search_init(&search, space, &options, &err); /* a grid may be too large, but is not made here */
    for (size_t i = 0; !has && i < N_DRAWS; i++) {
        search_add_trial(&search);
        search_draw(&search, i);
        for (size_t k = 0; k < space->n; k++) {
            question->values[k] = search.trials[i].values[k];
        }
        has = ask(question);
    }
    search_free(&search);
    return has;
}

static bool answer(const Config *config, const Option *option, ptrdiff_t key, TextBuffer *why) {
    const Space *space = &config->tuning.space;
    Question question = {
        .config = config, .option = option, .key = key, .values = NEW(double, space->n)};
    bool has = false;
    for (size_t k = 0; !has && k < space->n; k++) {
        has = ask_with(&question, k);
    }
    has = has || ask_at_random(&question);
    for (size_t i = 0; i < question.reasons.n; i++) {
        text_printf(why, "%s%s", i ? " or " : "", question.reasons.items[i]);
    }
    has = has || question.reasons.n == 0; /* no setting is a config: errors say so */
    text_list_free(&question.reasons);
    memory_free(question.values);
    return has;
}

bool config_has_effect(const Config *config, const Option *option, TextBuffer *why) {
    TextBuffer reason = {0};
    const char *now = option->without_effect ? option->without_effect(config, &reason) : NULL;
    const bool is_searched = config->tuning.is_on && option->step >= 1 && option->step <= 8;
    const bool has = !now || (is_searched && answer(config, option, NO_KEY, why));
    if (now && !has && why->n == 0) {
        text_append(why, now);
    }
    text_free(&reason);
    return has;
}

bool config_search_has_effect(const Config *config, size_t k, TextBuffer *why) {
    const Option *option = config_find_option(config->tuning.space.keys[k].name);
    const bool is_of_layer = option < config_options || option >= config_options + config_n_options;
    return is_of_layer || !option->without_effect || answer(config, option, (ptrdiff_t)k, why);
}
