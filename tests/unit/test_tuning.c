/* Spaces, samplers and rankings, with nothing to train. */
#include "search_functions.h"
#include "training/tuning_settings.h"
#include "training/tuning_words.h"
#include "unit.h"

static void add(Space *space, const char *name, const char *text) {
    Error err = {0};
    if (!space_add(space, name, text, "c.ini:1:1", &err)) {
        fail_msg("%s: %s", text, err.text);
    }
}

static void distributions_read_what_they_write(void **state) {
    (void)state;
    Space space = {0};
    add(&space, "a.log", "log 1e-4 .. 1e-1");
    add(&space, "a.uniform", "uniform 0 ..0.5");
    add(&space, "a.int", "int 5 .. 30 step 5");
    add(&space, "a.choice", "choice 16, \"128, 64\", \"\"");
    for (size_t k = 0; k < space.n; k++) {
        const SpaceKey *key = &space.keys[k];
        for (double unit = 0; unit < 1; unit += 0.01) {
            const double value = key->distribution->from_unit(key, unit);
            const double again =
                key->distribution->from_unit(key, key->distribution->to_unit(key, value));
            assert_true(fabs(again - value) <= 2e-6 * fabs(value));
        }
    }
    assert_true(space.keys[0].distribution->from_unit(&space.keys[0], 0) == 1e-4);
    assert_true(space.keys[2].distribution->from_unit(&space.keys[2], 0.999) == 30);
    assert_int_equal(space_grid_size(&space.keys[0], 4), 4);
    assert_true(fabs(space_grid_value(&space.keys[0], 1, 4) - 1e-3) < 1e-8);
    assert_true(space_grid_value(&space.keys[0], 3, 4) == 1e-1);
    assert_int_equal(space_grid_size(&space.keys[2], 4), 6);
    TextBuffer text = {0};
    const double values[] = {0.001, (double)NAN, 10, 1};
    space_append_setting(&text, &space, values);
    assert_string_equal(text_of(&text), "log 0.001; int 10; choice 128, 64");
    text_free(&text);
    space_free(&space);
}

/* A setting is looked for with three values; how many were tried. */
typedef struct Wanted {
    double a, b, c; /* NAN: whatever it is */
    size_t n_tried;
} Wanted;

static bool is_wanted(void *context, const double *values) {
    Wanted *wanted = context;
    wanted->n_tried++;
    return (isnan(wanted->a) || values[0] == wanted->a) &&
           (isnan(wanted->b) || values[1] == wanted->b) &&
           (isnan(wanted->c) || values[2] == wanted->c);
}

static void settings_are_found_that_two_keys_or_three_decide(void **state) {
    (void)state;
    const double any = (double)NAN;
    Space space = {0};
    Error err = {0};
    add(&space, "a.a", "choice 1, 2, 3");
    add(&space, "a.b", "int 1 .. 3");
    add(&space, "a.c", "choice 1, 2 if a.a is 3");
    assert_true(space_link(&space, &err));
    Wanted alone = {1, any, any, 0}, other = {2, any, any, 0}, pair = {1, 3, any, 0};
    assert_true(space_find_setting(&space, 0, 1, is_wanted, &alone));
    assert_int_equal(alone.n_tried, 1);
    assert_false(space_find_setting(&space, 0, 1, is_wanted, &other));
    assert_true(other.n_tried > 10 && other.n_tried < 100);
    assert_true(space_find_setting(&space, 0, 1, is_wanted, &pair));
    /* a.c counts only where a.a is 3, which all its settings have */
    Wanted under = {2, any, 1, 0}, impossible = {1, any, 1, 0}, three = {2, 2, 1, 0};
    assert_true(space_find_setting(&space, 2, 1, is_wanted, &under));
    assert_int_equal(under.n_tried, 1);
    assert_false(space_find_setting(&space, 2, 1, is_wanted, &impossible));
    assert_true(space_find_setting(&space, 2, 1, is_wanted, &three));
    assert_true(space_find_setting(&space, ANY_KEY, 0, is_wanted, &three));
    space_free(&space);
}

static void mistakes_are_named(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"16, 32", "does not begin with a distribution (one of log, uniform, int, choice)"},
        {"log 0 .. 1", "a logarithmic range begins above 0"},
        {"uniform 1 .. 1", "is empty"},
        {"uniform 0 to 1", "is no range; write uniform LOW .. HIGH"},
        {"int 1 .. 2.5", "whole ends"},
        {"int 1 .. 9 step 0", "whole ends"},
        {"int 1 .. 9 step", "after step a number is missing"},
        {"int 1 .. 9 stop 2", "\"stop 2\" is not understood"},
        {"choice 1", "at least two values"},
        {"choice 1, 2, 1", "twice"},
        {"choice 1,, 2", "an empty item"},
        {"choice 1, 2 if sgd", "is no condition"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Space space = {0};
        Error err = {0};
        assert_false(space_add(&space, "a.b", cases[i][0], "c.ini:1:1", &err));
        assert_non_null(strstr(err.text, cases[i][1]));
        space_free(&space);
    }
}

static void conditions_need_a_choice_above(void **state) {
    (void)state;
    Space space = {0};
    Error err = {0};
    add(&space, "a.x", "uniform 0 .. 1 if a.y is one");
    add(&space, "a.y", "choice one, two");
    add(&space, "a.z", "uniform 0 .. 1 if a.y is three");
    assert_false(space_link(&space, &err));
    assert_non_null(strstr(err.text, "tuning.space.a.x: the condition is about a.y"));
    assert_non_null(strstr(err.text, "a.y has no choice \"three\""));
    space_free(&space);
}

static void a_grid_takes_every_setting_once(void **state) {
    (void)state;
    Space space = {0};
    Search search;
    Error err = {0};
    add(&space, "a.name", "choice adam, sgd");
    add(&space, "a.momentum", "uniform 0 .. 1 if a.name is sgd");
    add(&space, "a.n", "int 1 .. 3");
    assert_true(space_link(&space, &err));
    SearchOptions options = function_options("grid", 1, 42);
    assert_true(search_init(&search, &space, &options, &err));
    assert_true(search_next(&search));
    assert_int_equal(search.n_jobs, 3 + 5 * 3); /* adam, then sgd with five momenta */
    assert_true(isnan(search.trials[0].values[1]));
    for (size_t j = 0; j < search.n_jobs; j++) {
        TrialResult result = {.status = trial_ok(), .mean = 1};
        search_tell(&search, j, &result);
    }
    assert_false(search_next(&search));
    search_free(&search);
    space_free(&space);
}

/* Runs a search to its end; the mean of a trial is the function's value. Counts epochs. */
static void run_search(Search *search, const Space *space, const SearchOptions *options,
                       const SearchFunction *function, int64_t *epochs) {
    Error err = {0};
    assert_true(search_init(search, space, options, &err));
    while (search_next(search)) {
        for (size_t j = search->n_jobs; j-- > 0;) { /* in any order */
            const Trial *trial = &search->trials[search->jobs[j].trial];
            TrialResult result = {.status = trial_ok(), .mean = function->value(trial->values)};
            *epochs += search->jobs[j].epochs ? search->jobs[j].epochs : options->max_epochs;
            search_tell(search, j, &result);
        }
    }
}

static void halving_finds_the_best_with_fewer_epochs(void **state) {
    (void)state;
    const SearchFunction *function = &search_functions[1];
    static const char *const names[] = {"halving", "hyperband"};
    for (size_t i = 0; i < 2; i++) {
        Space space = {0};
        Search search;
        Ranking ranking;
        int64_t epochs = 0;
        function_space(function, &space);
        SearchOptions options = function_options(names[i], 54, 42);
        run_search(&search, &space, &options, function, &epochs);
        assert_int_equal(search.n, 54);
        assert_true(epochs < 54 * 27 / 2);
        size_t best = 0;
        for (size_t t = 1; t < search.n; t++) {
            best = search_is_better(&search, t, best) ? t : best;
        }
        ranking_make(&search, &ranking);
        assert_int_equal(ranking.n, 54);
        assert_int_equal(ranking.order[0], best);
        assert_ptr_equal(search.trials[best].result.status, trial_ok());
        assert_int_equal(search.trials[best].epochs, 27);
        ranking_free(&ranking);
        search_free(&search);
        space_free(&space);
    }
}

/* Each shard gives the trials that it runs the settings and the fate that one machine gives them.
 */
static void shards_are_parts_of_the_whole(void **state) {
    (void)state;
    const SearchFunction *function = &search_functions[3];
    static const char *const names[] = {"random", "grid", "halving", "hyperband"};
    for (size_t i = 0; i < 4; i++) {
        Space space = {0};
        Search whole;
        int64_t epochs = 0;
        function_space(function, &space);
        SearchOptions options = function_options(names[i], 60, 7);
        run_search(&whole, &space, &options, function, &epochs);
        size_t n_run = 0;
        for (size_t shard = 0; shard < 3; shard++) {
            Search part;
            options.shard = shard;
            options.n_shards = 3;
            run_search(&part, &space, &options, function, &epochs);
            assert_int_equal(part.n, whole.n);
            for (size_t t = 0; t < part.n; t++) {
                const Trial *own = &part.trials[t], *other = &whole.trials[t];
                assert_memory_equal(own->values, other->values, space.n * sizeof(double));
                if (own->result.status) {
                    assert_ptr_equal(own->result.status, other->result.status);
                    n_run++;
                }
            }
            search_free(&part);
        }
        assert_int_equal(n_run, whole.n);
        search_free(&whole);
        space_free(&space);
    }
}

/* Sign test: with fair coins, 16 or more of 20 come with probability 0.0059. */
static void tpe_beats_random(void **state) {
    (void)state;
    for (size_t f = 0; f < N_SEARCH_FUNCTIONS; f++) {
        size_t wins = 0;
        for (uint64_t seed = 0; seed < 20; seed++) {
            SearchOptions tpe = function_options("tpe", 100, seed);
            SearchOptions random = function_options("random", 100, seed);
            wins += search_least(&search_functions[f], &tpe) <
                    search_least(&search_functions[f], &random);
        }
        if (wins < 16) {
            fail_msg("%s: %zu of 20", search_functions[f].name, wins);
        }
    }
}

static void failed_trials_do_not_mislead_tpe(void **state) {
    (void)state;
    const SearchFunction *function = &search_functions[0];
    Space space = {0};
    Search search;
    Error err = {0};
    function_space(function, &space);
    SearchOptions options = function_options("tpe", 40, 1);
    assert_true(search_init(&search, &space, &options, &err));
    while (search_next(&search)) {
        for (size_t j = 0; j < search.n_jobs; j++) {
            TrialResult result = {.status = trial_diverged(), .mean = (double)NAN};
            search_tell(&search, j, &result);
        }
    }
    assert_int_equal(search.n, 40);
    Ranking ranking;
    ranking_make(&search, &ranking);
    assert_int_equal(ranking.n, 40);
    assert_int_equal(ranking.n_ok, 0);
    ranking_free(&ranking);
    search_free(&search);
    space_free(&space);
}

static void a_ranking_names_ties_and_what_mattered(void **state) {
    (void)state;
    Space space = {0};
    Search search;
    Error err = {0};
    add(&space, "a.x", "uniform 0 .. 1");
    add(&space, "a.c", "choice p, q");
    assert_true(space_link(&space, &err));
    SearchOptions options = function_options("random", 12, 3);
    options.higher_is_better = true;
    assert_true(search_init(&search, &space, &options, &err));
    assert_true(search_next(&search));
    for (size_t j = 0; j < search.n_jobs; j++) {
        const double x = search.trials[j].values[0];
        TrialResult result = {.status = trial_ok(),
                              .mean = x,
                              .deviation = 0.2,
                              .n_parameters = 100 + (size_t)(1000 * x)};
        search_tell(&search, j, &result);
    }
    Ranking ranking;
    ranking_make(&search, &ranking);
    const double best = search.trials[ranking.order[0]].values[0];
    size_t n_close = 0;
    for (size_t t = 0; t < search.n; t++) {
        n_close += search.trials[t].values[0] >= best - 0.2;
    }
    assert_int_equal(ranking.n_close, n_close);
    assert_int_equal(ranking.simplest, ranking.order[n_close - 1]);
    assert_true(fabs(ranking.importances[0].value - 1) < 1e-12);
    assert_true(ranking.importances[1].is_eta && ranking.importances[1].value < 0.9);
    TextBuffer text = {0};
    tuning_append_noise(&text, &ranking, &search);
    assert_non_null(strstr(text_of(&text), "within one standard deviation (0.2) of the best: "));
    text_free(&text);
    ranking_free(&ranking);
    search_free(&search);
    space_free(&space);
}

/* Names that are alike keep their sections; what is too wide stands below, with the trial again. */
static void a_table_has_a_column_per_key(void **state) {
    (void)state;
    Space space = {0};
    Search search;
    Error err = {0};
    add(&space, "a.name", "choice p, q, \"\"");
    add(&space, "b.name", "choice \"1, 2\", 3");
    add(&space, "b.long_rate", "uniform 0 .. 1 if a.name is p");
    assert_true(space_link(&space, &err));
    const SearchOptions options = function_options("random", 2, 3);
    assert_true(search_init(&search, &space, &options, &err));
    assert_true(search_next(&search));
    const double settings[][3] = {{0, 0, 0.123456}, {2, 1, (double)NAN}};
    for (size_t j = 0; j < search.n_jobs; j++) {
        TrialResult result = {.status = trial_ok(), .mean = 2 - (double)j, .deviation = 0.25};
        memcpy(search.trials[j].values, settings[j], sizeof settings[j]);
        search_tell(&search, j, &result);
    }
    Ranking ranking;
    ranking_make(&search, &ranking);
    TextBuffer text = {0};
    tuning_append_table(&text, &ranking, &search, 10, "loss", 0);
    assert_string_equal(text_of(&text), "                             a     b    long\n"
                                        "trial       loss  status  name  name    rate\n"
                                        "    2  1 +- 0.25      ok    \"\"     3       -\n"
                                        "    1  2 +- 0.25      ok     p  1, 2  0.1235\n");
    text_free(&text);
    tuning_append_table(&text, &ranking, &search, 10, "loss", 30);
    assert_string_equal(text_of(&text), "                             a\n"
                                        "trial       loss  status  name\n"
                                        "    2  1 +- 0.25      ok    \"\"\n"
                                        "    1  2 +- 0.25      ok     p\n"
                                        "          b    long\n"
                                        "trial  name    rate\n"
                                        "    2     3       -\n"
                                        "    1  1, 2  0.1235\n");
    text_free(&text);
    ranking_free(&ranking);
    search_free(&search);
    space_free(&space);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions_read_what_they_write),
        cmocka_unit_test(settings_are_found_that_two_keys_or_three_decide),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(conditions_need_a_choice_above),
        cmocka_unit_test(a_grid_takes_every_setting_once),
        cmocka_unit_test(halving_finds_the_best_with_fewer_epochs),
        cmocka_unit_test(shards_are_parts_of_the_whole),
        cmocka_unit_test(tpe_beats_random),
        cmocka_unit_test(failed_trials_do_not_mislead_tpe),
        cmocka_unit_test(a_ranking_names_ties_and_what_mattered),
        cmocka_unit_test(a_table_has_a_column_per_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
