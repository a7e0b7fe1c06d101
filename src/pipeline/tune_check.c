#include "pipeline/tune_check.h"

#include <math.h>
#include <string.h>

#include "app/config_tuning.h"
#include "pipeline/path_check.h"
#include "pipeline/tune_trial.h"

static bool check_objective(const Config *config, const Trained *trained, Error *err) {
    return path_check(config, config->tuning.objective, trained, err) ||
           fail_within(
               err, "%s: error: tuning.objective: ", config_place(config, "tuning", "objective"));
}

/* Whether the message is about a key that the setting has, such as a column that is not there. */
static bool is_of_setting(const Space *space, const double *values, const Error *err) {
    for (size_t k = 0; k < space->n; k++) {
        const char *name = space->keys[k].name;
        if (!isnan(values[k]) && strncmp(err->text, name, strlen(name)) == 0 &&
            err->text[strlen(name)] == ':') {
            return true;
        }
    }
    return false;
}

/* What else the data make impossible is left to the trials. */
static bool can_be_trained(void *context, const Config *setting, const double *values, Error *err) {
    const TrialGround *ground = context;
    if (trial_check(ground, setting, values, err)) {
        return true;
    }
    if (is_of_setting(&ground->config->tuning.space, values, err)) {
        err->code = ERROR_CONFIG;
    }
    return false;
}

bool tune_check(const Config *config, const Source *source, const Trained *trained, Error *err) {
    if (!config->tuning.is_on) {
        return true;
    }
    Prepared shared = trained->data;
    TrialGround ground = {.config = config, .source = source, .prepared = &shared, .n_parts = 1};
    Problems problems = {0};
    bool good = check_objective(config, trained, err);
    if (good) {
        config_check_values(config, can_be_trained, &ground, &problems);
        good = problems.n_errors == 0 || fail(err, ERROR_CONFIG, "%s", text_of(&problems.text));
    }
    problems_free(&problems);
    return good;
}
