/* Damaged and forged models: mutants COUNT SEED MODEL.json DATA.csv [MODEL.json DATA.csv ...]
 *
 * Every truncation of each model, and every one of its bits changed, is refused, or gives the same
 * predictions. COUNT models with one to four changes of their structure, likewise; and signed anew:
 * those are refused as a model, or read, and are then the same when they are written and read
 * again, and predict numbers, or say why the data does not fit. One for which that does not hold is
 * kept as build/fuzz/failed/mutant.json. */
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>

#include "artifact/model_file.h"
#include "artifact/predictions_file.h"
#include "base/memory.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "mutate_json.h"
#include "training/evaluate.h"

enum { MOST_ROWS = 40, MOST_CHANGES = 4, MOST_MODEL_BYTES = 64 * 1024, HANGS_AFTER = 30 };

/* What a model says of rows. */
typedef struct Good {
    char *path, *bytes;
    size_t n;
    Table table;
    TextBuffer answer;
} Good;

typedef struct Counts {
    size_t n_refused, n_same, n_other, n_unusable;
} Counts;

/* The predictions as CSV; false when the rows cannot be had from the table. */
static bool predict(const ModelFile *model, const Table *table, TextBuffer *out, Error *err) {
    size_t *columns = NEW(size_t, model->features.n);
    uint32_t chosen[MOST_ROWS];
    RowSet rows = {chosen, table->n_rows < MOST_ROWS ? table->n_rows : MOST_ROWS};
    Dataset dataset = {0};
    size_t n_dropped = 0;
    for (size_t i = 0; i < rows.n; i++) {
        chosen[i] = (uint32_t)(i * table->n_rows / rows.n);
    }
    bool good = features_bind(&model->features, table, columns, NULL, err);
    if (good) {
        features_drop_incomplete(&model->features, table, columns, &rows, &n_dropped);
        good = dataset_build(&model->features, NULL, table, &rows, table->n_columns, NULL, &dataset,
                             err);
    }
    if (good) {
        Predictions predictions = {0};
        const Evaluation evaluation = {.target = &model->target, .threshold = model->threshold};
        evaluate_predict(&evaluation, &model->model, &model->loss, &dataset, &predictions);
        predictions_file_print(out, &(PredictionsReport){.predictions = &predictions,
                                                         .target = &model->target,
                                                         .source = dataset.source,
                                                         .table = table});
        predictions_free(&predictions);
    }
    dataset_free(&dataset);
    memory_free(columns);
    return good;
}

static void load(Good *good, const char *model, const char *data) {
    ModelFile file;
    Error err = {0};
    Problems problems = {0};
    *good = (Good){.path = memory_copy_text(model)};
    require(file_read(model, MOST_MODEL_BYTES, false, &good->bytes, &good->n, &err));
    CsvOptions options = {.header = true, .delimiter = ',', .n_threads = 1};
    text_list_add(&options.files, data);
    require(csv_read(&options, &good->table, &problems, &err));
    require(model_file_parse(model, good->bytes, good->n, &file, &err));
    require(sign_is_there(good->bytes, good->n));
    require(predict(&file, &good->table, &good->answer, &err));
    model_file_free(&file);
    text_list_free(&options.files);
    problems_free(&problems);
}

static void unload(Good *good) {
    memory_free(good->path);
    memory_free(good->bytes);
    table_free(&good->table);
    text_free(&good->answer);
}

/* It is the same when it is written and read again. */
static void check_written(const ModelFile *file) {
    ModelFile again;
    Error err = {0};
    TextBuffer text = {0}, more = {0};
    model_file_print(&text, file, NULL);
    require(model_file_parse("again.json", text_of(&text), text.n, &again, &err));
    model_file_print(&more, &again, NULL);
    require(text.n == more.n && memcmp(text.bytes, more.bytes, text.n) == 0);
    model_file_free(&again);
    text_free(&text);
    text_free(&more);
}

/* What is looked at, for the moment at which something does not hold. */
static const char *current;
static size_t n_current;

static void keep_current(int number) {
    const int fd = open("build/fuzz/failed/mutant.json", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    signal(number, SIG_DFL);
    if (fd >= 0 && write(fd, current, n_current) == (ssize_t)n_current) {
        close(fd);
    }
    raise(number);
}

static bool has_no_number(const char *csv) {
    static const char *const words[] = {",nan",  ",-nan",  ",inf",  ",-inf",
                                        "\nnan", "\n-nan", "\ninf", "\n-inf"};
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        found = found || strstr(csv, words[i]);
    }
    return found;
}

/* is_forged: a model of its own, which may say something else. */
static void check(const Good *good, const char *bytes, size_t n, bool is_forged, Counts *counts) {
    ModelFile file;
    Error err = {0};
    TextBuffer answer = {0};
    /* exact, so that a byte too far is seen */
    char *copy = malloc(n + (n == 0));
    require(copy);
    memcpy(copy, bytes, n);
    current = copy;
    n_current = n;
    /* of processor time, so that a loaded machine does not decide */
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = HANGS_AFTER}, NULL);
    if (!model_file_parse("model.json", copy, n, &file, &err)) {
        require(err.code == ERROR_MODEL && *err.text);
        fuzz_check_message(err.text);
        counts->n_refused++;
    } else {
        const bool is_usable = predict(&file, &good->table, &answer, &err);
        const bool is_same = is_usable && answer.n == good->answer.n &&
                             memcmp(text_of(&answer), text_of(&good->answer), answer.n) == 0;
        require(is_usable || (err.code == ERROR_DATA && *err.text));
        require(is_forged || is_same);
        require(!has_no_number(text_of(&answer)));
        check_written(&file);
        counts->n_unusable += !is_usable;
        counts->n_same += is_same;
        counts->n_other += is_usable && !is_same;
        model_file_free(&file);
    }
    text_free(&answer);
    free(copy);
}

/* ---- damage ---- */

static void check_damage(const Good *good, Counts *counts) {
    char *copy = memory_copy_bytes(good->bytes, good->n);
    for (size_t n = 0; n < good->n; n++) {
        check(good, copy, n, false, counts);
    }
    for (size_t bit = 0; bit < 8 * good->n; bit++) {
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        check(good, copy, good->n, false, counts);
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
    }
    memory_free(copy);
}

/* ---- changes of the structure ---- */

static void check_mutant(const Good *good, uint64_t seed, Counts *unsigned_ones,
                         Counts *signed_ones) {
    TextBuffer text = {0};
    uint64_t state = seed;
    text_append_bytes(&text, good->bytes, good->n);
    mutate_draw(&state, 1);
    for (size_t i = 1 + mutate_draw(&state, MOST_CHANGES); i > 0; i--) {
        TextBuffer changed = {0};
        mutate_json_once(&changed, text_of(&text), text.n, &state);
        text_free(&text);
        text = changed;
    }
    check(good, text_of(&text), text.n, false, unsigned_ones);
    if (sign_is_there(text_of(&text), text.n)) {
        sign_content(text.bytes, text.n - N_SIGNATURE);
        check(good, text_of(&text), text.n, true, signed_ones);
    }
    text_free(&text);
}

static void tell(const char *what, const Counts *counts) {
    const size_t n = counts->n_refused + counts->n_unusable + counts->n_same + counts->n_other;
    printf(
        "%zu %s: %zu refused, %zu that do not fit the data, %zu with the same and %zu with other "
        "predictions\n",
        n, what, counts->n_refused, counts->n_unusable, counts->n_same, counts->n_other);
    fflush(stdout);
}

int main(int argc, char **argv) {
    require(argc >= 5 && argc % 2 == 1);
    const size_t count = strtoull(argv[1], NULL, 10), n_models = (size_t)(argc - 3) / 2;
    const uint64_t seed = strtoull(argv[2], NULL, 10);
    Good *models = calloc(n_models, sizeof *models);
    Counts damage = {0}, unsigned_ones = {0}, signed_ones = {0};
    signal(SIGABRT, keep_current);
    signal(SIGPROF, keep_current);
    for (size_t i = 0; i < n_models; i++) {
        load(&models[i], argv[3 + 2 * i], argv[4 + 2 * i]);
        check_damage(&models[i], &damage);
    }
    tell("truncations and changed bits", &damage);
    for (size_t i = 0; i < count; i++) {
        check_mutant(&models[i % n_models], (seed << 32) + i, &unsigned_ones, &signed_ones);
    }
    tell("mutants that are not signed", &unsigned_ones);
    tell("mutants that are signed anew", &signed_ones);
    for (size_t i = 0; i < n_models; i++) {
        unload(&models[i]);
    }
    free(models);
    return 0;
}
