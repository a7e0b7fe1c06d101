/* Ten training steps of every optimizer, loss, output, activation, norm, schedule and regularizer
 * against PyTorch in float64 (tests/reference/make_steps_reference.py): loss, gradient norm and
 * rate of each step, then every parameter and running statistic.
 *
 * What float32 may be off is stated in each case as "float32": how far PyTorch's own float32 run
 * ended from its float64 run, in roundings (2^-24 of max(|value|, 1)). nntrain rounds in another
 * order, so it is given FACTOR times that, and never less than LEAST roundings: 5e-7, the most that
 * one float32 rounding per step comes to. */
#include <stdio.h>

#include "base/text.h"
#include "training_reference.h"

enum { STEPS = 10 };
static const double LEAST = 6, FACTOR = 2;

static cJSON *document;

static void describe(const cJSON *item) {
    print_error("%s, %s %s %s, %s, norm %s, batch_size %zu%s:\n", reference_text(item, "optimizer"),
                reference_text(item, "task"), reference_text(item, "output"),
                reference_text(item, "loss"), reference_text(item, "activation"),
                reference_text(item, "norm"), number_of(item, "batch_size"),
                field(item, "schedule") ? ", with a schedule" : "");
}

/* ---- comparison ---- */

typedef enum Quantity { LOSSES, NORMS, PARAMETERS } Quantity;

static double allowed_roundings(const cJSON *item, Quantity quantity) {
    const cJSON *float32 = cJSON_GetArrayItem(field(item, "float32"), (int)quantity);
    assert_non_null(float32);
    return fmax(LEAST, FACTOR * float32->valuedouble);
}

static void expect_near(const Run *run, Quantity quantity, const char *what, size_t index,
                        double actual, double expected) {
    const double unit = ROUNDING * fmax(fabs(expected), 1);
    const double allowed = allowed_roundings(run->item, quantity);
    if (!(fabs(actual - expected) <= allowed * unit)) {
        describe(run->item);
        fail_msg("%s [%zu]: %.9g, expected %.9g: %.1f roundings, allowed %.1f", what, index, actual,
                 expected, fabs(actual - expected) / unit, allowed);
    }
}

static double expected_at(const Run *run, const char *what, size_t step) {
    const cJSON *array = field(run->item, what);
    assert_int_equal(cJSON_GetArraySize(array), STEPS);
    return cJSON_GetArrayItem(array, (int)step)->valuedouble;
}

static double next_rate(const Run *run, const SchedulePosition *at) {
    const double base = run->stepper.optimizer.settings.learning_rate;
    const double rate = schedule_rate(&run->options.schedule, &run->schedule, at, base);
    const double expected = expected_at(run, "rates", (size_t)at->step);
    if (!(fabs(rate - expected) <= 1e-12 * expected)) {
        describe(run->item);
        fail_msg("rate [%zu]: %.15g, expected %.15g", (size_t)at->step, rate, expected);
    }
    return rate;
}

static void end_epoch(Run *run, uint64_t epoch) {
    const cJSON *metrics = field(field(run->item, "schedule"), "metrics");
    if (metrics) {
        const double value = cJSON_GetArrayItem(metrics, (int)epoch)->valuedouble;
        schedule_observe(&run->options.schedule, &run->schedule, value, false);
    }
}

static void take_steps(Run *run) {
    const size_t batch = run->stepper.batch_size, n_rows = run->data.n_rows;
    const size_t per_epoch = (n_rows + batch - 1) / batch;
    uint32_t *examples = NEW(uint32_t, n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        examples[i] = (uint32_t)i;
    }
    for (size_t step = 0; step < STEPS; step++) {
        const size_t epoch = step / per_epoch, first = step % per_epoch * batch;
        const size_t n = n_rows - first < batch ? n_rows - first : batch;
        const SchedulePosition at = {epoch, step, per_epoch, STEPS / per_epoch};
        const StepResult result =
            stepper_step(&run->stepper, examples + first, n, (uint32_t)epoch, next_rate(run, &at));
        assert_true(result.is_finite);
        expect_near(run, LOSSES, "loss", step, result.loss.loss / result.loss.weight,
                    expected_at(run, "losses", step));
        expect_near(run, NORMS, "gradient norm", step, result.gradient_norm,
                    expected_at(run, "norms", step));
        if ((step + 1) % per_epoch == 0) {
            end_epoch(run, epoch);
        }
    }
    memory_free(examples);
}

/* A matrix of the reference against rows that are `row` floats apart. */
static void compare_tensor(const Run *run, const char *name, const float *actual, size_t rows,
                           size_t columns, size_t row) {
    size_t n = 0;
    double *expected = reference_array(field(run->item, "end"), name, &n);
    assert_int_equal(n, rows * columns);
    for (size_t i = 0; i < n; i++) {
        expect_near(run, PARAMETERS, name, i, (double)actual[i / columns * row + i % columns],
                    expected[i]);
    }
    memory_free(expected);
}

static size_t compare_running(const Run *run) {
    size_t n_compared = 0;
    for (size_t i = 0; i + 1 < run->network.n_layers; i++) {
        const Layer *layer = &run->network.layers[i];
        const size_t n = layer->n_units, row = compute_pad(n);
        for (size_t part = 0; layer->norm->has_running && part < 2; part++, n_compared++) {
            char name[48];
            snprintf(name, sizeof name, "layers.%zu.norm.running_%s", i, part ? "var" : "mean");
            compare_tensor(run, name, run->model.buffers + layer->running + part * row, 1, n, row);
        }
    }
    return n_compared;
}

/* A case in which nothing moved would prove nothing. */
static void expect_moves(const Run *run) {
    const Tensor *last =
        &run->network.tensors[run->network.layers[run->network.n_layers - 1].weight];
    const cJSON *start = field(field(run->item, "start"), last->name)->child;
    const cJSON *end = field(field(run->item, "end"), last->name)->child;
    double most = 0;
    for (; start && end; start = start->next, end = end->next) {
        most = fmax(most, fabs(end->valuedouble - start->valuedouble));
    }
    assert_true(most > 5e-4);
}

static void ten_steps_match_pytorch(void **state) {
    (void)state;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, field(document, "cases")) {
        Run run;
        run_init(&run, document, item);
        take_steps(&run);
        size_t n_compared = compare_running(&run);
        for (size_t t = 0; t < run.network.n_tensors; t++, n_compared++) {
            const Tensor *tensor = &run.network.tensors[t];
            compare_tensor(&run, tensor->name, run.model.parameters + tensor->offset, tensor->rows,
                           tensor->columns, tensor->row);
        }
        assert_int_equal(cJSON_GetArraySize(field(item, "end")), n_compared);
        expect_near(&run, PARAMETERS, "penalty", 0, stepper_penalty(&run.stepper),
                    reference_number(item, "penalty", (double)NAN));
        expect_moves(&run);
        run_free(&run);
    }
}

/* ---- every row has a case ---- */

typedef bool IsWanted(const cJSON *item, const void *context);

static void expect_case(const char *noun, const char *name, IsWanted *is_wanted,
                        const void *context) {
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, field(document, "cases")) {
        if (is_wanted(item, context)) {
            return;
        }
    }
    fail_msg("no case in tests/reference/steps.json for %s %s: add one to "
             "tests/reference/make_steps_reference.py",
             noun, name);
}

static bool has_text(const cJSON *object, const char *name, const char *text) {
    const cJSON *item = field(object, name);
    return item && strcmp(item->valuestring, text) == 0;
}

/* Columns of a case by the noun of their table. */
static bool uses_kind(const cJSON *item, const void *context) {
    const void *const *noun_and_name = context;
    return has_text(item, noun_and_name[0], noun_and_name[1]);
}

static bool uses_schedule(const cJSON *item, const void *name) {
    return has_text(field(item, "schedule"), "name", name);
}

static bool uses_strength(const cJSON *item, const void *name) {
    return reference_number(item, name, 0) > 0;
}

static bool has_flag(const cJSON *item, const void *name) { return is_true(item, name); }

static bool warms_up(const cJSON *item, const void *context) {
    (void)context;
    return reference_number(field(item, "schedule"), "warmup", 0) > 0;
}

static bool decays(const cJSON *item, const void *name) {
    return has_text(item, "optimizer", name) && uses_strength(item, "weight_decay");
}

static void every_row_has_a_case(void **state) {
    (void)state;
    const struct {
        const char *column;
        const KindTable *table;
    } columns[] = {{"optimizer", optimizer_kinds()},
                   {"activation", activation_kinds()},
                   {"norm", norm_kinds()},
                   {"output", output_kinds()}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        for (size_t k = 0; k < columns[i].table->n; k++) {
            const char *name = kind_at(columns[i].table, k)->name;
            const void *const noun_and_name[] = {columns[i].column, name};
            expect_case(columns[i].column, name, uses_kind, noun_and_name);
        }
    }
    for (size_t k = 0; k < schedule_kinds()->n; k++) {
        const char *name = kind_at(schedule_kinds(), k)->name;
        expect_case("schedule", name, uses_schedule, name);
    }
    const KindTable *const strengths[] = {penalty_kinds(), clipping_kinds()};
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < strengths[i]->n; k++) {
            const char *name = kind_at(strengths[i], k)->name;
            expect_case(strengths[i]->noun, name, uses_strength, name);
        }
    }
    for (size_t k = 0; k < optimizer_kinds()->n; k++) {
        const Optimizer *optimizer = (const Optimizer *)kind_at(optimizer_kinds(), k);
        if (optimizer->has_weight_decay) {
            expect_case("weight decay of", optimizer->kind.name, decays, optimizer->kind.name);
        }
    }
    expect_case("regularizer", "max_norm", uses_strength, "max_norm");
    expect_case("schedule", "with warm-up", warms_up, NULL);
    expect_case("structure", "residual", has_flag, "residual");
    expect_case("structure", "embedding", has_flag, "embedding");
}

/* A loss as it is used; each flag asks for a case that has it. */
typedef struct LossUse {
    const char *loss, *output, *task;
    const char *option; /* set and not 0, or NULL */
    bool class_weight, sample_weight;
} LossUse;

static bool uses_loss(const cJSON *item, const void *context) {
    const LossUse *use = context;
    return has_text(item, "loss", use->loss) && has_text(item, "output", use->output) &&
           has_text(item, "task", use->task) &&
           (!use->option || reference_number(field(item, "options"), use->option, 0) > 0) &&
           (!use->class_weight || field(item, "class_weight")) &&
           (!use->sample_weight || is_true(item, "sample_weight"));
}

static void expect_loss(LossUse use) {
    TextBuffer text = {0};
    text_printf(&text, "%s, %s, %s%s%s%s%s", use.loss, use.output, use.task,
                use.option ? ", with " : "", use.option ? use.option : "",
                use.class_weight ? ", with class weights" : "",
                use.sample_weight ? ", with sample weights" : "");
    expect_case("loss", text_of(&text), uses_loss, &use);
    text_free(&text);
}

static void expect_loss_uses(const Loss *loss, const Output *output, const Task *task) {
    const char *const options[] = {
        loss->has_label_smoothing ? "label_smoothing" : NULL, loss->has_delta ? "delta" : NULL,
        loss->has_quantile ? "quantile" : NULL, loss->has_gamma ? "gamma" : NULL};
    const LossUse use = {loss->kind.name, output->kind.name, task->kind.name, NULL, false, false};
    expect_loss(use);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        LossUse with_option = use;
        with_option.option = options[i];
        expect_loss(with_option);
    }
    if (task->has_classes) {
        LossUse weighted = use;
        weighted.class_weight = weighted.sample_weight = true;
        expect_loss(weighted);
    }
}

static void every_use_of_a_loss_has_a_case(void **state) {
    (void)state;
    for (size_t l = 0; l < loss_kinds()->n; l++) {
        const Loss *loss = (const Loss *)kind_at(loss_kinds(), l);
        TextList outputs = {0};
        const char *problem = NULL;
        assert_true(text_split_list(loss->outputs, &outputs, &problem));
        for (size_t i = 0; i < outputs.n * task_kinds()->n; i++) {
            const Output *output = fixture_row(output_kinds(), outputs.items[i / task_kinds()->n]);
            const Task *task = (const Task *)kind_at(task_kinds(), i % task_kinds()->n);
            if ((loss->tasks & output->tasks & task->bit) != 0) {
                expect_loss_uses(loss, output, task);
            }
        }
        text_list_free(&outputs);
    }
}

static int load(void **state) {
    (void)state;
    document = reference_load("tests/reference/steps.json");
    return 0;
}

static int unload(void **state) {
    (void)state;
    cJSON_Delete(document);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_steps_match_pytorch),
        cmocka_unit_test(every_row_has_a_case),
        cmocka_unit_test(every_use_of_a_loss_has_a_case),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
