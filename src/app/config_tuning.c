#include "app/config_tuning.h"

#include <math.h>
#include <string.h>

#include "app/config_check.h"
#include "app/config_effect.h"
#include "base/memory.h"
#include "training/results.h"
#include "training/tuning_settings.h"

bool config_is_space(const char *section) { return strcmp(section, "tuning.space") == 0; }

bool config_is_tuning(const char *section) {
    return config_is_space(section) || strcmp(section, "tuning") == 0;
}

/* ---- A key of the space ---- */

/* [layer.2] stands in the table as [layer.N]. */
static bool is_section(const Option *option, const char *name, size_t n) {
    const bool is_layer = strcmp(option->section, "layer.N") == 0;
    return is_layer ? n > strlen("layer.") && strncmp(name, "layer.", strlen("layer.")) == 0
                    : strlen(option->section) == n && strncmp(option->section, name, n) == 0;
}

static const Option *find_in(const Option *options, size_t n, const char *name) {
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < n; i++) {
        if (is_section(&options[i], name, (size_t)(dot - name)) &&
            strcmp(options[i].key, dot + 1) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

const Option *config_find_option(const char *name) {
    const Option *option = find_in(config_options, config_n_options, name);
    return option ? option : find_in(config_layer_options, config_n_layer_options, name);
}

/* The program itself is no hyperparameter: step 0, and step 9. */
static bool may_be_searched(const Option *option) { return option->step >= 1 && option->step <= 8; }

/* "optimizer.lr" as an entry of [optimizer], for the message that names the key meant. */
static void report_unknown(const IniEntry *entry, Problems *problems) {
    Ini ini = {0};
    if (strrchr(entry->key, '.')) {
        ini_add_setting(&ini, entry->key, "", entry->place);
        config_report_unknown_key(&ini.entries[0], problems);
    } else {
        char name[TEXT_SHOWN];
        problems_error(problems, "%s: error: %s: write section.key, as in optimizer.learning_rate",
                       entry->place, ini_entry_name(name, entry));
    }
    ini_free(&ini);
}

/* A value that the search may choose must be one that the key takes. */
static bool check_value(const SpaceKey *key, const Option *option, double value,
                        Problems *problems) {
    TextBuffer text = {0}, reason = {0};
    void *field = memory_new(1, sizeof(Config)); /* as large as any field */
    space_append_value(&text, key, value);
    const bool good = option->type->parse(option, text_of(&text), field, &reason);
    if (!good) {
        problems_error(problems, "%s: error: tuning.space.%s: %s", key->place, key->name,
                       text_of(&reason));
    }
    if (option->type->release) {
        option->type->release(field);
    }
    memory_free(field);
    text_free(&text);
    text_free(&reason);
    return good;
}

/* Whole numbers are all that the key takes: its ends and what is near the middle. */
static bool takes_only_whole(const SpaceKey *key, const Option *option, double between) {
    Problems whole = {0}, fraction = {0};
    const bool only = check_value(key, option, floor(between), &whole) &&
                      !check_value(key, option, between, &fraction);
    problems_free(&whole);
    problems_free(&fraction);
    return only;
}

/* Every choice; of a range its ends, and a value between them that is no round number. */
static void check_values(const SpaceKey *key, const Option *option, Problems *problems) {
    if (key->distribution->is_choice) {
        for (size_t i = 0; i < key->choices.n; i++) {
            check_value(key, option, (double)i, problems);
        }
        return;
    }
    const bool good_low = check_value(key, option, key->low, problems);
    const bool good_high = check_value(key, option, key->high, problems);
    const double between = key->distribution->from_unit(key, 0.381966);
    if (good_low && good_high && takes_only_whole(key, option, between)) {
        problems_error(problems,
                       "%s: error: tuning.space.%s: %s gives fractions, and the key takes whole "
                       "numbers; write int %.0f .. %.0f",
                       key->place, key->name, key->distribution->kind.name, ceil(key->low),
                       floor(key->high));
    } else if (good_low && good_high) {
        check_value(key, option, between, problems);
    }
}

void config_add_space_entry(Config *config, const IniEntry *entry, Problems *problems) {
    const Option *option = config_find_option(entry->key);
    Error err = {0};
    if (!option) {
        report_unknown(entry, problems);
    } else if (!may_be_searched(option)) {
        problems_error(problems, "%s: error: tuning.space.%s: [%s] is not searched", entry->place,
                       entry->key, option->section);
    } else if (option->type->is_path) {
        problems_error(problems,
                       "%s: error: tuning.space.%s: files are not searched, for the run folder "
                       "would not know where they are; make a search for each",
                       entry->place, entry->key);
    } else if (!space_add(&config->tuning.space, entry->key, entry->value, entry->place, &err)) {
        problems_error(problems, "%s: error: tuning.space.%s: %s", entry->place, entry->key,
                       err.text);
    } else {
        const Space *space = &config->tuning.space;
        size_t k = 0;
        while (strcmp(space->keys[k].name, entry->key) != 0) {
            k++;
        }
        check_values(&space->keys[k], option, problems);
    }
}

/* ---- The whole ---- */

/* "3/8". */
static bool parse_shard(const char *text, size_t *shard, size_t *n_shards) {
    const char *slash = strchr(text, '/');
    uint64_t part, n;
    if (!slash || !text_to_uint64(text, (size_t)(slash - text), &part) ||
        !text_to_uint64(slash + 1, strlen(slash + 1), &n) || part < 1 || part > n || n > 1000000) {
        return false;
    }
    *shard = (size_t)part - 1;
    *n_shards = (size_t)n;
    return true;
}

void config_settle_tuning(Config *config, Problems *problems) {
    TuningConfig *tuning = &config->tuning;
    tuning->n_shards = 1;
    if (tuning->shard_text && !parse_shard(tuning->shard_text, &tuning->shard, &tuning->n_shards)) {
        char shown[TEXT_SHOWN];
        problems_error(problems,
                       "%s: error: tuning.shard: \"%s\" is no part of a whole, such as 3/8",
                       config_place(config, "tuning", "shard"),
                       text_shown(shown, tuning->shard_text, strlen(tuning->shard_text)));
    }
    Error err = {0};
    if (!space_link(&tuning->space, &err)) {
        problems_error(problems, "%s", err.text);
    }
}

/* Test rows tell how good the chosen setting is; they cannot do so once they have chosen it. */
void config_check_objective(const Config *config, Problems *problems) {
    const char *objective = config->tuning.objective;
    const char *place = config_place(config, "tuning", "objective");
    Error err = {0};
    if (!config->tuning.is_on) {
        return;
    }
    if (!results_check_path(objective, &err)) {
        problems_error(problems, "%s: error: tuning.objective: %s", place, err.text);
    } else if (strncmp(objective, "validation.", strlen("validation.")) != 0 &&
               strncmp(objective, "train.", strlen("train.")) != 0) {
        problems_error(problems,
                       "%s: error: tuning.objective = %s: a search is decided by a number of "
                       "validation or train",
                       place, objective);
    }
}

static void check_rungs(const Config *config, Problems *problems) {
    for (size_t k = 0; k < config->tuning.space.n; k++) {
        const SpaceKey *key = &config->tuning.space.keys[k];
        if (config->tuning.sampler->uses_rungs && strcmp(key->name, "training.epochs") == 0) {
            problems_error(problems,
                           "%s: error: tuning.space.training.epochs: tuning.method = %s allots the "
                           "epochs",
                           key->place, config->tuning.sampler->kind.name);
        }
    }
}

/* With a single rung, every trial trains to its end. */
static void check_rung_count(const Config *config, Problems *problems) {
    const TuningConfig *tuning = &config->tuning;
    const SearchOptions options = {.min_epochs = tuning->min_epochs,
                                   .max_epochs = config->fit.epochs,
                                   .eta = (size_t)tuning->eta};
    if (!tuning->sampler->uses_rungs || search_n_rungs(&options) > 1) {
        return;
    }
    const long long epochs = config->fit.epochs, eta = tuning->eta, least = tuning->min_epochs;
    TextBuffer line = {0};
    text_printf(&line,
                "tuning.method = %s prunes no trial: training.epochs = %lld divided by tuning.eta "
                "= %lld is less than tuning.min_epochs = %lld",
                tuning->sampler->kind.name, epochs, eta, least);
    config_report_no_effect(config_place(config, "tuning", "method"), text_of(&line), problems);
    text_free(&line);
}

static void check_min_success(const Config *config, Problems *problems) {
    const TuningConfig *tuning = &config->tuning;
    if (!tuning->sampler->is_exhaustive && tuning->min_success > tuning->trials) {
        problems_error(problems,
                       "%s: error: tuning.min_success: %lld is more than tuning.trials = %lld",
                       config_place(config, "tuning", "min_success"),
                       (long long)tuning->min_success, (long long)tuning->trials);
    }
}

/* A key that is searched for nothing makes every trial as good as the next. */
static void check_effects(const Config *config, Problems *problems) {
    for (size_t k = 0; k < config->tuning.space.n; k++) {
        const SpaceKey *key = &config->tuning.space.keys[k];
        TextBuffer why = {0};
        if (!config_search_has_effect(config, k, &why)) {
            TextBuffer line = {0};
            text_printf(&line, "tuning.space.%s has no effect with %s", key->name, text_of(&why));
            config_report_no_effect(key->place, text_of(&line), problems);
            text_free(&line);
        }
        text_free(&why);
    }
}

/* Settings that are tried, and why the first one is none. */
typedef struct Attempt {
    const Config *config;
    SettingCheck *check;
    void *context;
    TextBuffer reason;
} Attempt;

static bool can_be(void *context, const double *values) {
    Attempt *attempt = context;
    Ini settings = {0};
    Config varied = {0};
    Problems problems = {0};
    Error err = {0};
    config_add_setting(&attempt->config->tuning.space, values, &settings);
    bool good = config_vary(attempt->config, &settings, &varied, &problems) ||
                fail(&err, ERROR_CONFIG, "%s", text_of(&problems.text));
    good = good && (!attempt->check || attempt->check(attempt->context, &varied, values, &err) ||
                    err.code != ERROR_CONFIG);
    if (!good && attempt->reason.n == 0) {
        size_t n;
        const char *reason = error_reason(err.text, &n);
        text_append_bytes(&attempt->reason, reason, n);
    }
    problems_free(&problems);
    config_free(&varied);
    ini_free(&settings);
    return good;
}

static void check_setting(Attempt *attempt, size_t k, double value, Problems *problems) {
    const Space *space = &attempt->config->tuning.space;
    attempt->reason.n = 0;
    if (!space_find_setting(space, k, value, can_be, attempt)) {
        TextBuffer text = {0};
        char shown[TEXT_SHOWN];
        space_append_value(&text, &space->keys[k], value);
        problems_error(problems, "%s: error: tuning.space.%s: no trial can have \"%s\": %s",
                       space->keys[k].place, space->keys[k].name,
                       text_shown(shown, text_of(&text), text.n), text_of(&attempt->reason));
        text_free(&text);
    }
}

void config_check_values(const Config *config, SettingCheck *check, void *context,
                         Problems *problems) {
    Attempt attempt = {.config = config, .check = check, .context = context};
    for (size_t k = 0; k < config->tuning.space.n; k++) {
        const SpaceKey *key = &config->tuning.space.keys[k];
        const size_t n = key->distribution->is_choice ? key->choices.n : 0;
        for (size_t i = 0; i < n; i++) {
            check_setting(&attempt, k, (double)i, problems);
        }
        if (n == 0) {
            check_setting(&attempt, k, key->low, problems);
            check_setting(&attempt, k, key->high, problems);
        }
    }
    text_free(&attempt.reason);
}

void config_check_tuning(const Config *config, Problems *problems) {
    const TuningConfig *tuning = &config->tuning;
    if (!tuning->is_on) {
        return;
    }
    if (tuning->space.n == 0) {
        problems_error(problems,
                       "%s: error: [tuning] without [tuning.space]: name the keys to search, as in "
                       "optimizer.learning_rate = log 1e-4 .. 1e-1",
                       config->path);
    }
    check_rungs(config, problems);
    check_rung_count(config, problems);
    check_min_success(config, problems);
    Search search;
    Error err = {0};
    const SearchOptions options = {.sampler = tuning->sampler,
                                   .grid_points = (size_t)tuning->grid_points,
                                   .shard = tuning->shard,
                                   .n_shards = tuning->n_shards};
    if (problems->n_errors == 0 && !search_init(&search, &tuning->space, &options, &err)) {
        problems_error(problems, "%s: error: tuning.method: %s",
                       config_place(config, "tuning", "method"), err.text);
    }
    if (problems->n_errors == 0) {
        config_check_values(config, NULL, NULL, problems);
    }
    if (problems->n_errors == 0) {
        check_effects(config, problems);
    }
}
