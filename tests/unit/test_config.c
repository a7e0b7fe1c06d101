/* Configs: precedence, all mistakes at once with their places, keys without effect, and the
 * resolved config, which reads back as itself. */
#include "app/config.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "scratch.h"
#include "unit.h"

#define SMALLEST "[data]\nfile = d.csv\ntarget = y\n"

enum { MOST_OVERRIDES = 4 };

typedef struct Loaded {
    Config config;
    Problems problems;
    bool good;
} Loaded;

/* Loads c.ini with this text and up to four overrides (NULL ends them). */
static Loaded load_with(const char *text, const char *const *overrides) {
    Loaded loaded = {.good = false};
    TextList list = {0};
    Error err = {0};
    scratch_put("c.ini", text);
    for (size_t i = 0; overrides && i < MOST_OVERRIDES && overrides[i]; i++) {
        text_list_add(&list, overrides[i]);
    }
    loaded.good = config_load("c.ini", &list, &loaded.config, &loaded.problems, &err);
    assert_int_equal(err.code, 0);
    text_list_free(&list);
    return loaded;
}

static Loaded load(const char *text) { return load_with(text, NULL); }

static void loaded_free(Loaded *loaded) {
    config_free(&loaded->config);
    problems_free(&loaded->problems);
}

/* The text gives exactly these problems; errors when there is one that is no warning. */
static void check_problems(const char *text, const char *problems) {
    Loaded loaded = load(text);
    assert_string_equal(text_of(&loaded.problems.text), problems);
    assert_true(loaded.good == !strstr(problems, " error: "));
    loaded_free(&loaded);
}

static void check_overrides(const char *const *overrides, const char *problems) {
    Loaded loaded = load_with(SMALLEST, overrides);
    assert_string_equal(text_of(&loaded.problems.text), problems);
    loaded_free(&loaded);
}

static void the_smallest_file_has_all_defaults(void **state) {
    (void)state;
    Loaded loaded = load(SMALLEST);
    const Config *config = &loaded.config;
    assert_string_equal(text_of(&loaded.problems.text), "");
    assert_true(loaded.good);
    assert_string_equal(config->name, "c");
    assert_string_equal(config->output_folder, "runs/c");
    assert_true(config->seed == 42 && config->split.seed == 42 && config->fit.seed == 42);
    assert_int_equal(config->fit.epochs, 100);
    assert_int_equal(config->fit.batch_size, 32);
    assert_true(config->fit.shuffle && !config->fit.drop_last && config->fit.restore_best);
    assert_int_equal(config->network.hidden.n, 2);
    assert_true(config->network.hidden.items[0] == 64 && config->network.hidden.items[1] == 32);
    assert_string_equal(config->optimizer->kind.name, "adam");
    assert_ptr_equal(config->fit.optimizer, config->optimizer);
    assert_true(isnan(config->fit.settings.learning_rate));
    assert_null(config->loss);
    assert_string_equal(config->fit.monitor, "validation.loss");
    assert_true(config->split.fractions[PART_TRAIN] == 0.7);
    assert_true(config->csv.header && config->csv.delimiter == 0);
    assert_int_equal(config->schema.missing.n, 6);
    loaded_free(&loaded);
}

static void the_command_line_goes_over_the_file_over_the_default(void **state) {
    (void)state;
    static const char *const overrides[] = {"training.epochs=6", "--run.seed=9",
                                            "gate.test.loss=< 1", NULL};
    Loaded loaded = load_with(SMALLEST "[training]\nepochs = 3\nbatch_size = 8\n[run]\nname = x\n"
                                       "[gate]\ntest.loss = < 2\n",
                              overrides);
    const Config *config = &loaded.config;
    assert_true(loaded.good);
    assert_int_equal(config->fit.epochs, 6);
    assert_int_equal(config->fit.batch_size, 8);
    assert_true(config->seed == 9 && config->split.seed == 9 && config->fit.seed == 9);
    assert_string_equal(config->output_folder, "runs/x");
    assert_string_equal(config_text(config, "training.epochs"), "6");
    assert_string_equal(config_text(config, "training.shuffle"), "true");
    assert_int_equal(config->gates.n, 1);
    assert_true(config->gates.items[0].limit == 1);
    loaded_free(&loaded);
}

static void one_override_goes_not_over_another(void **state) {
    (void)state;
    static const char *const twice[] = {"training.epochs=5", "--training.epochs=6", NULL};
    check_overrides(twice, "command line: --training.epochs=6: error: training.epochs is already "
                           "given: command line: training.epochs=5");
    static const char *const slash[] = {"run.name=../a", NULL};
    check_overrides(slash,
                    "command line: run.name=../a: error: run.name: \"../a\" has a slash; the "
                    "folder is chosen by output.dir");
}

static void all_mistakes_are_told_at_once(void **state) {
    (void)state;
    check_problems(
        "epochs = 3\n"
        "[data]\n"
        "file = d.csv\n"
        "  targets = y\n"
        "[Training]\n"
        "lr = 0.1\n"
        "[training]\n"
        "epochs = many\n"
        "epoch = 3\n"
        "learning_rate = 0.1\n"
        "[network]\n"
        "hidden = 128,,64\n"
        "dropout = 1.5\n"
        "activation = relu, geluu\n",
        "c.ini:1:1: error: unknown key epochs before the first [section]; did you mean "
        "training.epochs?\n"
        "c.ini:4:3: error: unknown key data.targets; did you mean data.target?\n"
        "c.ini:5:1: error: unknown section [Training]; did you mean [training]?\n"
        "c.ini:6:1: error: unknown key Training.lr; did you mean optimizer.learning_rate?\n"
        "c.ini:8:1: error: training.epochs: \"many\" is not an integer from 0 to 10000000\n"
        "c.ini:9:1: error: unknown key training.epoch; did you mean training.epochs?\n"
        "c.ini:10:1: error: unknown key training.learning_rate; did you mean "
        "optimizer.learning_rate?\n"
        "c.ini:12:1: error: network.hidden: an empty item in the list \"128,,64\"\n"
        "c.ini:13:1: error: network.dropout: \"1.5\" is not a number from 0 to 0.99\n"
        "c.ini:14:1: error: network.activation: \"geluu\" is not one of linear, step, "
        "sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, silu, mish, softplus, "
        "softsign; did you mean gelu?\n"
        "c.ini: error: data.target is required: column(s) to predict, by name or as #3 "
        "(1-based; in a file \"#3\", quoted); several: multi-output or multi-label");
}

static void all_required_keys_are_told(void **state) {
    (void)state;
    check_problems("", "c.ini: error: data.file is required: CSV file(s) or glob, .gz too; - is "
                       "standard input\n"
                       "c.ini: error: data.target is required: column(s) to predict, by name or "
                       "as #3 (1-based; in a file \"#3\", quoted); several: multi-output or "
                       "multi-label");
}

static void words_of_other_tools_are_understood(void **state) {
    (void)state;
    check_problems(SMALLEST
                   "[train]\nmax_iter = 3\nhidden_layer_sizes = 3\n[model]\nrandom_state = 1\n",
                   "c.ini:4:1: error: unknown section [train]; did you mean [training]?\n"
                   "c.ini:5:1: error: unknown key train.max_iter; did you mean training.epochs?\n"
                   "c.ini:6:1: error: unknown key train.hidden_layer_sizes; did you mean "
                   "network.hidden?\n"
                   "c.ini:7:1: error: unknown section [model]\n"
                   "c.ini:8:1: error: unknown key model.random_state; did you mean run.seed?");
    check_problems(
        SMALLEST "[training]\npatience = 3\n",
        "c.ini:5:1: error: unknown key training.patience; did you mean schedule.patience "
        "or early_stopping.patience?");
    check_problems(
        SMALLEST "[training]\nzzz = 3\n",
        "c.ini:5:1: error: unknown key training.zzz; `nntrain help config` lists all keys");
}

static void duplicates_name_both_lines(void **state) {
    (void)state;
    check_problems(SMALLEST "target = z\n[run]\nseed = 1\n[data]\nid = a\n",
                   "c.ini:7:1: error: [data] is already given on line 1\n"
                   "c.ini:4:1: error: data.target is already given on line 3");
}

static void contradictions_are_errors(void **state) {
    (void)state;
    check_problems(SMALLEST "[split]\ntrain = 0.8\n",
                   "c.ini:5:1: error: split.train + split.validation + split.test is 1.1, not 1");
    check_problems(SMALLEST "[split]\nmethod = group\nfolds = 1\n",
                   "c.ini:6:1: error: split.folds = 1: cross-validation needs at least 2 folds (0: "
                   "off)\nc.ini:5:1: error: split.method = group needs data.group");
    check_problems(
        SMALLEST "[network]\nhidden = 8, 8\nactivation = relu, tanh, relu\n"
                 "dropout = 0.1, 0.2, 0.3\n",
        "c.ini:6:1: error: network.activation has 3 values for 2 hidden layers; give one, "
        "or one per layer\n"
        "c.ini:7:1: error: network.dropout has 3 values for 2 hidden layers; give one, or "
        "one per layer");
    check_problems(SMALLEST "[network]\noutput = softmax\n[loss]\nname = mse\n",
                   "c.ini:7:1: error: loss.name = mse needs network.output = linear, sigmoid, not "
                   "softmax");
    check_problems(
        SMALLEST "[preprocess]\ntarget_scale = minmax\n[loss]\nname = poisson\n",
        "c.ini:5:1: error: preprocess.target_scale = minmax: loss.name = poisson predicts "
        "counts as they are; use none");
}

static void the_monitor_must_be_known_during_training(void **state) {
    (void)state;
    check_problems(
        SMALLEST "[early_stopping]\nmonitor = validation.acuracy\n",
        "c.ini:5:1: error: early_stopping.monitor: 'validation.acuracy' is no metric path; "
        "did you mean 'validation.accuracy'?");
    static const char *const unknown[] = {"test.loss", "train.accuracy", "epochs", "gap.loss",
                                          "baseline.linear.test.accuracy"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        TextBuffer text = {0}, problem = {0};
        text_printf(&text, SMALLEST "[early_stopping]\nmonitor = %s\n", unknown[i]);
        text_printf(&problem,
                    "c.ini:5:1: error: early_stopping.monitor = %s is not known during "
                    "training; watch train.loss, validation.loss or a metric of validation",
                    unknown[i]);
        check_problems(text_of(&text), text_of(&problem));
        text_free(&text);
        text_free(&problem);
    }
    check_problems(SMALLEST "[early_stopping]\nmonitor = validation.accuracy\n", "");
    check_problems(SMALLEST "[early_stopping]\nmonitor = train.loss\n", "");
}

static void keys_without_effect_are_warned_of(void **state) {
    (void)state;
    check_problems(
        SMALLEST "[optimizer]\nmomentum = 0.9\nbeta1 = 0.8\n[loss]\ndelta = 2\n"
                 "[early_stopping]\nmin_delta = 0.1\n[training]\nbatch_size = full\n"
                 "shuffle = true\n[init]\nstd = 2\n[schedule]\npower = 2\n",
        "c.ini:13:1: warning: training.shuffle has no effect with training.batch_size = "
        "full\n"
        "c.ini:15:1: warning: init.std has no effect with init.weights = auto\n"
        "c.ini:8:1: warning: loss.delta has no effect with loss.name = auto\n"
        "c.ini:5:1: warning: optimizer.momentum has no effect with optimizer.name = adam\n"
        "c.ini:17:1: warning: schedule.power has no effect with schedule.name = constant\n"
        "c.ini:10:1: warning: early_stopping.min_delta has no effect with "
        "early_stopping.patience = 0");
    check_problems(SMALLEST "[network]\nhidden =\nnorm = layer\nresidual = true\n",
                   "c.ini:6:1: warning: network.norm has no effect with network.hidden empty\n"
                   "c.ini:7:1: warning: network.residual has no effect with network.hidden empty");
    check_problems(SMALLEST "[split]\nmethod = column\ncolumn = part\ntest = 0.15\n",
                   "c.ini:7:1: warning: split.test has no effect with split.method = column");
    check_problems(SMALLEST "[split]\ncolumn = part\ntest = 0.15\n",
                   "c.ini:6:1: warning: split.test has no effect with rows parted by split.column");
    check_problems(SMALLEST "group = g\ntime = t\n[split]\nmethod = group\n",
                   "c.ini:5:1: warning: data.time has no effect on the split with split.method = "
                   "group; to keep a column out of the inputs, use data.ignore");
    check_problems(SMALLEST "task = binary\n[preprocess]\ntarget_scale = minmax\n",
                   "c.ini:6:1: warning: preprocess.target_scale has no effect with data.task = "
                   "binary");
    check_problems(SMALLEST "[optimizer]\nname = lbfgs\n[regularization]\nclip_norm = 1\n"
                            "clip_value = 1\nmax_norm = 1\n",
                   "c.ini:7:1: warning: regularization.clip_norm has no effect with "
                   "optimizer.name = lbfgs\n"
                   "c.ini:8:1: warning: regularization.clip_value has no effect with "
                   "optimizer.name = lbfgs\n"
                   "c.ini:9:1: warning: regularization.max_norm has no effect with "
                   "optimizer.name = lbfgs");
}

static void layers_may_have_sections(void **state) {
    (void)state;
    Loaded loaded = load(SMALLEST "[layer.1]\nunits = 8\nactivation = tanh\ndropout = 0.5\n"
                                  "[layer.2]\nunits = 4\nl2 = 0.1\n");
    assert_string_equal(text_of(&loaded.problems.text), "");
    assert_int_equal(loaded.config.n_layers, 2);
    const LayerConfig *first = &loaded.config.layers[0].options;
    const LayerConfig *second = &loaded.config.layers[1].options;
    assert_int_equal(first->units, 8);
    assert_string_equal(first->activation->kind.name, "tanh");
    assert_true(first->dropout == 0.5 && isnan(first->l2) && isnan(first->bias));
    assert_true(second->units == 4 && !second->activation && second->l2 == 0.1);
    loaded_free(&loaded);
}

static void layers_are_checked(void **state) {
    (void)state;
    check_problems(SMALLEST "[layer.0]\nunits = 1\n[layer.x]\n[layer.1]\nunit = 3\nunits = 0\n",
                   "c.ini:4:1: error: [layer.0]: layers are [layer.1] to [layer.1000]\n"
                   "c.ini:6:1: error: [layer.x]: layers are [layer.1] to [layer.1000]\n"
                   "c.ini:8:1: error: unknown key layer.1.unit; a layer has units, activation, "
                   "dropout, norm, init, bias, l1, l2\n"
                   "c.ini:9:1: error: layer.1.units: \"0\" is not an integer from 1 to 2147483647");
    check_problems(
        SMALLEST "[layer.2]\nunits = 3\n",
        "c.ini:4:1: error: [layer.1] needs units; layers are numbered 1, 2, ... without holes");
    check_problems(SMALLEST "[network]\nhidden = 3\n[layer.1]\nunits = 3\n",
                   "c.ini:5:1: warning: network.hidden has no effect with layers given by "
                   "[layer.1], ...");
}

static void gates_are_checked(void **state) {
    (void)state;
    check_problems(
        SMALLEST "[gate]\ntest.accuracy = 0.9\ntest.acuracy = >= 0.9\n"
                 "test.loss = <= low\nbaseline.linear.test.accuracy = >= 0\n"
                 "test.accuracy.drop = <= 1%\n",
        "c.ini:5:1: error: gate.test.accuracy: '0.9' does not begin with an operator (one "
        "of >=, >, <=, <, ==), as in '>= 0.95'\n"
        "c.ini:6:1: error: gate.test.acuracy: 'test.acuracy' is no metric path; did you "
        "mean 'test.accuracy'?\n"
        "c.ini:7:1: error: gate.test.loss: 'low' after the operator is no number, such as "
        "0.95 or 95%");
}

static void overrides_have_their_own_place(void **state) {
    (void)state;
    static const char *const bad[] = {"training.epochs=-1", "--data.targets=z", "seed=3", "run.=1"};
    check_overrides(bad,
                    "command line: error: \"run.=1\" is no override; write section.key=value\n"
                    "command line: training.epochs=-1: error: training.epochs: \"-1\" is not an "
                    "integer from 0 to 10000000\n"
                    "command line: --data.targets=z: error: unknown key data.targets; did you "
                    "mean data.target?\n"
                    "command line: seed=3: error: unknown key seed; did you mean run.seed or "
                    "split.seed?");
}

static void typed_paths_are_relative_to_the_current_folder(void **state) {
    (void)state;
    assert_int_equal(mkdir("configs", 0700), 0);
    scratch_put("configs/c.ini", SMALLEST "test_file = t.csv\n");
    static const char *const typed[] = {"data.file=d/a.csv, -, /x/b.csv", "init.from=m.json",
                                        "data.validation_file=none"};
    TextList overrides = {0};
    Problems problems = {0};
    Config config = {0};
    Error err = {0};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        text_list_add(&overrides, typed[i]);
    }
    assert_true(config_load("configs/c.ini", &overrides, &config, &problems, &err));
    assert_string_equal(config_text(&config, "data.file"), "../d/a.csv, -, /x/b.csv");
    assert_string_equal(config_text(&config, "init.from"), "../m.json");
    assert_string_equal(config_text(&config, "data.test_file"), "t.csv");
    assert_string_equal(config_text(&config, "data.validation_file"), "none");
    assert_string_equal(config.csv.files.items[2], "/x/b.csv");
    assert_int_equal(config.validation_files.n, 0);
    config_free(&config);
    problems_free(&problems);
    text_list_free(&overrides);
}

/* The line of the printed config that begins with "key = ", without its newline. */
static char *line_of(const char *printed, const char *section, const char *key) {
    TextBuffer start = {0}, heading = {0};
    text_printf(&heading, "\n[%s]\n", section);
    text_printf(&start, "\n%s = ", key);
    const char *at = strstr(printed, text_of(&heading));
    at = at ? strstr(at, text_of(&start)) : NULL;
    text_free(&start);
    text_free(&heading);
    return at ? memory_copy_bytes(at + 1, strcspn(at + 1, "\n")) : memory_copy_text("");
}

static void check_line(const char *printed, const char *section, const char *key,
                       const char *expected) {
    char *line = line_of(printed, section, key);
    assert_string_equal(line, expected);
    memory_free(line);
}

static const char *const rich_config =
    "[data]\nfile = data/a.csv, data/*.csv.gz\ntarget = \"a, b\", c\nmissing = \"\", -\n"
    "delimiter = \";\"\nid = row\n"
    "[run]\nmax_time = 90s\n"
    "[network]\nactivation = tanh\n"
    "[layer.1]\nunits = 8\nl1 = 0.25\n[layer.2]\nunits = 4\nactivation = gelu\n"
    "[evaluation]\nmetrics = rmse, mae\nthreshold = f1\n"
    "[schedule]\nname = multistep\nmilestones = 3, 5,\n  7\n"
    "[split]\ntrain = 60%\nvalidation = 20%\ntest = 20%\n"
    "[gate]\ntest.rmse = < 3\nbaseline.linear.test.r2 = > 10%\n";

static void the_resolved_config_says_where_values_came_from(void **state) {
    (void)state;
    static const char *const overrides[] = {"training.epochs=3", NULL};
    Loaded loaded = load_with(rich_config, overrides);
    assert_string_equal(text_of(&loaded.problems.text), "");
    TextBuffer out = {0};
    config_print(&out, &loaded.config, "runs/c");
    const char *text = text_of(&out);
    check_line(text, "data", "file", "file = ../../data/a.csv, ../../data/*.csv.gz  ; c.ini:2:1");
    check_line(text, "data", "target", "target = \"a, b\", c  ; c.ini:3:1");
    check_line(text, "training", "epochs", "epochs = 3  ; command line");
    check_line(text, "training", "shuffle", "shuffle = true  ; default");
    check_line(text, "network", "; hidden",
               "; hidden = 64, 32  ; default, no effect with layers given by [layer.1], ...");
    check_line(text, "run", "name", "name = c  ; default");
    check_line(text, "schedule", "milestones", "milestones = 3, 5, 7  ; c.ini:22:1");
    check_line(text, "layer.1", "l1", "l1 = 0.25  ; c.ini:13:1");
    check_line(text, "gate", "test.rmse", "test.rmse = < 3");
    text_free(&out);
    loaded_free(&loaded);
}

/* In a file, # after a blank would begin a comment. */
static void what_is_typed_is_quoted_where_a_file_needs_it(void **state) {
    (void)state;
    static const char *const overrides[] = {"data.target=#2", "data.ignore=a #b,c",
                                            "data.delimiter=,", NULL};
    Loaded loaded = load_with(SMALLEST, overrides);
    TextBuffer out = {0};
    config_print(&out, &loaded.config, "runs/c");
    check_line(text_of(&out), "data", "target", "target = \"#2\"  ; command line");
    check_line(text_of(&out), "data", "ignore", "ignore = \"a #b\", c  ; command line");
    check_line(text_of(&out), "data", "delimiter", "delimiter = \",\"  ; command line");
    text_free(&out);
    loaded_free(&loaded);
}

static void what_no_file_could_hold_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *override, *why;
    } cases[] = {
        {"run.name=a ; b", "a ; or # at the start or after a blank begins a comment"},
        {"run.name=#a", "a ; or # at the start or after a blank begins a comment"},
        {"run.name=a\n[training]", "it is not one line of UTF-8 text"},
        {"run.name=\xff", "it is not one line of UTF-8 text"},
        {"run.name=a,", "a value that ends in a comma goes on with the next line"},
        {"data.weight=5\"", "a double quote is never closed"},
        {"data.ignore=a ;b", "a ; or # at the start or after a blank begins a comment"},
        {"data.file=\033.csv", "it is not one line of UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const overrides[] = {cases[i].override, NULL};
        Loaded loaded = load_with(SMALLEST, overrides);
        TextBuffer expected = {0};
        const size_t n_key = strcspn(cases[i].override, "=");
        text_append(&expected, "command line: ");
        text_append_escaped(&expected, cases[i].override, strlen(cases[i].override));
        text_printf(&expected, ": error: %.*s: config.ini cannot hold this value: %s", (int)n_key,
                    cases[i].override, cases[i].why);
        assert_string_equal(text_of(&loaded.problems.text), text_of(&expected));
        text_free(&expected);
        loaded_free(&loaded);
    }
}

/* Values of all keys that have an effect; the text, and not the place, which is another. */
static void check_same_values(const Config *a, const Config *b) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        bool is_name = strcmp(option->section, "run") == 0 && strcmp(option->key, "name") == 0;
        TextBuffer reason = {0};
        bool has_effect = !option->without_effect || !option->without_effect(a, &reason);
        text_free(&reason);
        if (!option->type->is_path && !is_name && has_effect) {
            assert_string_equal(a->values[i].text, b->values[i].text);
        }
    }
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->output_folder, b->output_folder);
    assert_true(a->seed == b->seed && a->split.seed == b->split.seed);
    assert_true(a->max_seconds == b->max_seconds);
    assert_int_equal(a->n_layers, b->n_layers);
    for (size_t i = 0; i < a->n_layers; i++) {
        assert_int_equal(a->layers[i].options.units, b->layers[i].options.units);
        assert_ptr_equal(a->layers[i].options.activation, b->layers[i].options.activation);
        assert_memory_equal(&a->layers[i].options.l1, &b->layers[i].options.l1, sizeof(double));
    }
    assert_int_equal(a->gates.n, b->gates.n);
    for (size_t i = 0; i < a->gates.n; i++) {
        assert_string_equal(a->gates.items[i].name, b->gates.items[i].name);
        assert_true(a->gates.items[i].limit == b->gates.items[i].limit);
    }
}

static void check_reads_back(const char *text) {
    Loaded first = load(text);
    assert_string_equal(text_of(&first.problems.text), "");
    TextBuffer printed = {0}, again = {0};
    config_print(&printed, &first.config, "runs/c");
    TextList none = {0};
    Problems problems = {0};
    Error err = {0};
    Config second = {0};
    mkdir("runs", 0700);
    mkdir("runs/c", 0700);
    scratch_put("runs/c/config.ini", text_of(&printed));
    assert_true(config_load("runs/c/config.ini", &none, &second, &problems, &err));
    assert_string_equal(text_of(&problems.text), "");
    assert_non_null(strstr(text_of(&printed), "it runs as it is"));
    check_same_values(&first.config, &second);
    config_print(&again, &second, "");
    assert_true(again.n > 1000);
    char *from_here = config_move_paths(config_text(&second, "data.file"), second.folder, "");
    assert_string_equal(from_here, config_text(&first.config, "data.file"));
    memory_free(from_here);
    text_free(&printed);
    text_free(&again);
    problems_free(&problems);
    config_free(&second);
    loaded_free(&first);
}

static void the_resolved_config_reads_back(void **state) {
    (void)state;
    check_reads_back(rich_config);
    check_reads_back(SMALLEST);
    check_reads_back(SMALLEST "[network]\nhidden =\n[split]\nseed = 7\n[run]\nname = my run\n");
}

/* Long lists are continued, as inih holds short lines only. */
static void long_lists_read_back(void **state) {
    (void)state;
    TextBuffer text = {0};
    text_append(&text, SMALLEST "features = ");
    for (size_t i = 0; i < 60; i++) {
        text_printf(&text, "column_number_%zu%s", i, i == 59 ? "\n" : i % 8 == 7 ? ",\n  " : ", ");
    }
    check_reads_back(text_of(&text));
    text_free(&text);
}

static void what_is_no_ini_lacks_nothing_else(void **state) {
    (void)state;
    check_problems("\xff\xfe", "c.ini: error: is UTF-16; save it as UTF-8 (byte 0)");
}

static void places_of_keys(void **state) {
    (void)state;
    Loaded loaded = load(SMALLEST "  id = k\n");
    assert_string_equal(config_place(&loaded.config, "data", "id"), "c.ini:4:3");
    assert_string_equal(config_place(&loaded.config, "data", "time"), "c.ini");
    loaded_free(&loaded);
}

static void the_name_of_the_file_is_foreign_text(void **state) {
    (void)state;
    TextList none = {0};
    Problems problems = {0};
    Error err = {0};
    Config config = {0};
    scratch_put("a\n\033[1m.ini", SMALLEST);
    assert_false(config_load("a\n\033[1m.ini", &none, &config, &problems, &err));
    assert_string_equal(
        text_of(&problems.text),
        "a\\x0a\\x1b[1m.ini: error: run.name: config.ini cannot hold this value: it "
        "is not one line of UTF-8 text");
    config_free(&config);
    problems_free(&problems);
}

static void a_missing_file_is_a_file_error(void **state) {
    (void)state;
    TextList none = {0};
    Problems problems = {0};
    Error err = {0};
    Config config = {0};
    assert_false(config_load("no.ini", &none, &config, &problems, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_int_equal(problems.n_errors, 0);
    config_free(&config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_file_has_all_defaults),
        cmocka_unit_test(the_command_line_goes_over_the_file_over_the_default),
        cmocka_unit_test(one_override_goes_not_over_another),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(all_required_keys_are_told),
        cmocka_unit_test(words_of_other_tools_are_understood),
        cmocka_unit_test(duplicates_name_both_lines),
        cmocka_unit_test(contradictions_are_errors),
        cmocka_unit_test(the_monitor_must_be_known_during_training),
        cmocka_unit_test(keys_without_effect_are_warned_of),
        cmocka_unit_test(layers_may_have_sections),
        cmocka_unit_test(layers_are_checked),
        cmocka_unit_test(gates_are_checked),
        cmocka_unit_test(overrides_have_their_own_place),
        cmocka_unit_test(typed_paths_are_relative_to_the_current_folder),
        cmocka_unit_test(the_resolved_config_says_where_values_came_from),
        cmocka_unit_test(what_is_typed_is_quoted_where_a_file_needs_it),
        cmocka_unit_test(what_no_file_could_hold_is_refused),
        cmocka_unit_test(the_resolved_config_reads_back),
        cmocka_unit_test(long_lists_read_back),
        cmocka_unit_test(what_is_no_ini_lacks_nothing_else),
        cmocka_unit_test(places_of_keys),
        cmocka_unit_test(the_name_of_the_file_is_foreign_text),
        cmocka_unit_test(a_missing_file_is_a_file_error),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
