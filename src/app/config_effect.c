#include "app/config_effect.h"

#include <math.h>

#include "app/config_tuning.h"
#include "training/tuning_settings.h"

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

/* A key that is asked about, and why it has no effect in the settings so far. */
typedef struct Question {
    const Config *config;
    const Option *option;
    TextList reasons;
} Question;

/* A setting that is no config has no effect at all. */
static bool is_felt(void *context, const double *values) {
    Question *question = context;
    Ini settings = {0};
    Config varied = {0};
    Problems problems = {0};
    TextBuffer reason = {0};
    const char *why = NULL;
    config_add_setting(&question->config->tuning.space, values, &settings);
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

/* key: of the space that is the option itself, or ANY_KEY. */
static bool answer(const Config *config, const Option *option, size_t key, TextBuffer *why) {
    const Space *space = &config->tuning.space;
    Question question = {.config = config, .option = option};
    const double value = key == ANY_KEY ? 0 : space_grid_value(&space->keys[key], 0, 2);
    const bool is_somewhere = space_find_setting(space, key, value, is_felt, &question);
    for (size_t i = 0; i < question.reasons.n; i++) {
        text_printf(why, "%s%s", i ? " or " : "", question.reasons.items[i]);
    }
    /* no setting is a config: errors say so */
    const bool has = is_somewhere || question.reasons.n == 0;
    text_list_free(&question.reasons);
    return has;
}

bool config_has_effect(const Config *config, const Option *option, TextBuffer *why) {
    TextBuffer reason = {0};
    const char *now = option->without_effect ? option->without_effect(config, &reason) : NULL;
    const bool is_searched = config->tuning.is_on && option->step >= 1 && option->step <= 8;
    const bool has = !now || (is_searched && answer(config, option, ANY_KEY, why));
    if (now && !has && why->n == 0) {
        text_append(why, now);
    }
    text_free(&reason);
    return has;
}

bool config_search_has_effect(const Config *config, size_t k, TextBuffer *why) {
    const Option *option = config_find_option(config->tuning.space.keys[k].name);
    const bool is_of_layer = option < config_options || option >= config_options + config_n_options;
    return is_of_layer || !option->without_effect || answer(config, option, k, why);
}
