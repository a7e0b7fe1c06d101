#include "app/option_effect.h"

#include <string.h>

#include "app/config.h"
#include "base/memory.h"

/* The values of one other key with which an option has an effect, and those with which it has not.
 */
typedef struct Effect {
    const Option *decider; /* NULL: no key alone decides */
    TextList with, without;
} Effect;

static void effect_free(Effect *effect) {
    text_list_free(&effect->with);
    text_list_free(&effect->without);
    *effect = (Effect){0};
}

static void set(Config *config, const Option *option, const char *text) {
    TextBuffer reason = {0};
    option->type->parse(option, text, (char *)config + option->offset, &reason);
    text_free(&reason);
}

static void use_defaults(Config *config) {
    Problems problems = {0};
    config_set_defaults(config, &problems);
    problems_free(&problems);
}

static const char *why_not(const Option *option, const Config *config, TextBuffer *reason) {
    reason->n = 0;
    return option->without_effect(config, reason);
}

static void try_value(Effect *effect, const Option *option, Config *config, const char *value) {
    if (text_list_has(&effect->with, value) || text_list_has(&effect->without, value)) {
        return;
    }
    TextBuffer reason = {0};
    set(config, effect->decider, value);
    text_list_add(why_not(option, config, &reason) ? &effect->without : &effect->with, value);
    text_free(&reason);
}

/* Does the decider decide? Fills effect with all its choices and words; config is as before. */
static bool try_decider(Effect *effect, const Option *option, Config *config) {
    const Option *decider = effect->decider;
    for (size_t i = 0; decider->choices && i < decider->choices()->n; i++) {
        try_value(effect, option, config, kind_at(decider->choices(), i)->name);
    }
    if (decider->word) {
        try_value(effect, option, config, decider->word);
    }
    try_value(effect, option, config, decider->default_text);
    set(config, decider, decider->default_text);
    return effect->with.n > 0 && effect->without.n > 0;
}

static void find_effect(const Option *option, Config *config, Effect *effect) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *other = &config_options[i];
        if (other == option || !other->default_text || !(other->choices || other->word)) {
            continue;
        }
        effect->decider = other;
        if (try_decider(effect, option, config)) {
            return;
        }
        effect_free(effect);
    }
}

static void describe_decider(TextBuffer *out, const Effect *effect) {
    const bool only = effect->decider->choices && effect->with.n <= effect->without.n;
    text_printf(out, "%s with %s.%s = ", only ? "only" : "not", effect->decider->section,
                effect->decider->key);
    text_join_list(out, only ? &effect->with : &effect->without);
}

/* Conditions that are no choice: a number that is 0 by default, and sections [layer.N]. */
static void describe_rest(TextBuffer *out, const Option *option, Config *config) {
    TextBuffer reason = {0};
    const char *why = why_not(option, config, &reason);
    if (why) {
        text_printf(out, "not with %s", why);
    } else {
        config->layers = NEW(ConfigLayer, 1);
        config->n_layers = 1;
        why = why_not(option, config, &reason);
        text_printf(out, "%s%s", why ? "not with " : "", why ? why : "");
    }
    text_free(&reason);
}

void option_describe_effect(TextBuffer *out, const Option *option) {
    if (!option->without_effect) {
        return;
    }
    Config config = {0};
    Effect effect = {0};
    use_defaults(&config);
    find_effect(option, &config, &effect);
    if (effect.decider) {
        describe_decider(out, &effect);
    } else {
        describe_rest(out, option, &config);
    }
    effect_free(&effect);
    config_free(&config);
}

void option_keys_of_choice(TextBuffer *out, const KindTable *table, const Kind *choice) {
    Config config = {0};
    use_defaults(&config);
    TextBuffer keys = {0};
    for (size_t i = 0; i < config_n_options; i++) {
        Effect effect = {0};
        if (config_options[i].without_effect) {
            find_effect(&config_options[i], &config, &effect);
        }
        if (effect.decider && effect.decider->choices && effect.decider->choices() == table &&
            text_list_has(&effect.with, choice->name)) {
            text_printf(&keys, "%s%s.%s", keys.n ? ", " : "", config_options[i].section,
                        config_options[i].key);
        }
        effect_free(&effect);
    }
    text_append(out, text_of(&keys));
    text_free(&keys);
    config_free(&config);
}
