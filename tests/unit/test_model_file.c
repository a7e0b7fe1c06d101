/* model.json: what is written is read back bit for bit, and nothing else is accepted. */
#include "unit.h"

#include <string.h>

#include "base/file.h"
#include "model_fixture.h"
#include "scratch.h"

static const ModelWish *const wishes[] = {&model_classes, &model_numbers, &model_binary};
enum { N_WISHES = sizeof wishes / sizeof *wishes };

static const WeightFormat *format_of(const char *name) {
    return fixture_row(weight_format_kinds(), name);
}

/* The text of a model. */
static TextBuffer print_wish(const ModelWish *wish, const char *format) {
    ModelFile file = {0};
    ModelTable table;
    TextBuffer out = {0};
    model_fixture(&file, wish, &table);
    model_file_print(&out, &file, format_of(format));
    model_file_free(&file);
    model_table_free(&table);
    return out;
}

static bool accepts(const char *bytes, size_t n, Error *err) {
    ModelFile file;
    const bool good = model_file_parse("m.json", bytes, n, &file, err);
    if (good) {
        model_file_free(&file);
    }
    return good;
}

/* ---- Round trips ---- */

static void assert_same_predictions(const ModelFile *a, const ModelFile *b) {
    assert_int_equal(a->network.n_parameters, b->network.n_parameters);
    assert_memory_equal(a->model.parameters, b->model.parameters,
                        a->network.n_parameters * sizeof(float));
    assert_memory_equal(a->model.buffers, b->model.buffers, a->network.n_buffers * sizeof(float));
    assert_int_equal(a->self_test.n_rows, b->self_test.n_rows);
    assert_memory_equal(a->self_test.expected, b->self_test.expected,
                        a->self_test.n_rows * a->self_test.n_outputs * sizeof(float));
}

static void assert_same_rest(const ModelFile *a, const ModelFile *b) {
    assert_ptr_equal(a->target.task, b->target.task);
    assert_ptr_equal(a->loss.loss, b->loss.loss);
    assert_ptr_equal(a->network.output, b->network.output);
    assert_int_equal(a->loss.n_classes, b->loss.n_classes);
    assert_true(a->seed == b->seed);
    assert_int_equal(a->best_epoch, b->best_epoch);
    assert_true(a->losses[1] == b->losses[1] && isnan(b->losses[2]));
    assert_int_equal(a->header, b->header);
    assert_string_equal(a->weight_column, b->weight_column);
    assert_string_equal(a->ids.items[0], b->ids.items[0]);
    for (size_t i = 0; i < a->features.n; i++) {
        const Feature *of_a = &a->features.items[i], *of_b = &b->features.items[i];
        assert_string_equal(of_a->name, of_b->name);
        assert_ptr_equal(of_a->scaler, of_b->scaler);
        assert_ptr_equal(of_a->encoder, of_b->encoder);
        assert_ptr_equal(of_a->imputer, of_b->imputer);
        assert_int_equal(of_a->fill_code, of_b->fill_code);
        assert_true(of_a->fill == of_b->fill);
    }
    for (size_t i = 0; i + 1 < a->network.n_layers; i++) {
        assert_true(a->network.layers[i].dropout == b->network.layers[i].dropout);
        assert_int_equal(a->network.layers[i].residual, b->network.layers[i].residual);
    }
    assert_true(a->network.input_dropout == b->network.input_dropout);
}

static void assert_round_trip(const ModelWish *wish, const WeightFormat *format) {
    ModelFile file = {0}, again;
    ModelTable table;
    TextBuffer first = {0}, second = {0};
    Error err = {0};
    model_fixture(&file, wish, &table);
    model_file_print(&first, &file, format);
    if (!model_file_parse("m.json", first.bytes, first.n, &again, &err)) {
        fail_msg("%s\n%s", err.text, text_of(&first));
    }
    assert_same_predictions(&file, &again);
    assert_same_rest(&file, &again);
    model_file_print(&second, &again, format);
    assert_string_equal(text_of(&first), text_of(&second));
    text_free(&first);
    text_free(&second);
    model_file_free(&file);
    model_file_free(&again);
    model_table_free(&table);
}

static void test_round_trips(void **state) {
    (void)state;
    for (size_t i = 0; i < N_WISHES; i++) {
        assert_round_trip(wishes[i], format_of("numbers"));
        assert_round_trip(wishes[i], format_of("base64"));
        assert_round_trip(wishes[i], NULL);
    }
}

static void test_read_from_disk(void **state) {
    (void)state;
    TextBuffer text = print_wish(&model_binary, "numbers");
    ModelFile file;
    Error err = {0};
    assert_true(file_write("m.json", text.bytes, text.n, &err));
    assert_true(model_file_read("m.json", &file, &err));
    assert_true(isfinite(file.threshold) && file.threshold == 0.375);
    model_file_free(&file);
    assert_false(model_file_read("absent.json", &file, &err));
    assert_int_equal(err.code, ERROR_FILE);
    text_free(&text);
}

/* ---- The form ---- */

static void assert_order(const char *text, const char *const *keys, size_t n) {
    const char *at = text;
    for (size_t i = 0; i < n; i++) {
        const char *next = strstr(at, keys[i]);
        if (!next) {
            fail_msg("%s is missing or out of order", keys[i]);
        }
        at = next;
    }
}

static void test_member_order(void **state) {
    (void)state;
    static const char *const keys[] = {
        "{\n  \"format\": \"nntrain.model\",\n  \"format_version\": 1,\n",
        "\n  \"nntrain_version\": ",
        "\n  \"task\": \"multiclass\",",
        "\n  \"inputs\": [{",
        "\n  \"output\": {",
        "\n  \"network\": {",
        "\n  \"tensors\": [{",
        "\n  \"weights_sha256\": \"",
        "\n  \"training\": {",
        "\n    \"seed\": \"18364758544493064720\",",
        "\n  \"self_test\": [{",
        "\n  \"sha256\": \""};
    TextBuffer text = print_wish(&model_classes, "numbers");
    assert_order(text_of(&text), keys, sizeof keys / sizeof *keys);
    text_free(&text);
}

/* The matrix of the output layer, (in, out) in memory, is [out, in] in the file. */
static void test_weights_are_rows_of_outputs(void **state) {
    (void)state;
    ModelFile file = {0};
    ModelTable table;
    TextBuffer text = {0};
    model_fixture(&file, &model_classes, &table);
    const Layer *layer = &file.network.layers[2];
    const Tensor *weight = &file.network.tensors[layer->weight];
    float *w = file.model.parameters + weight->offset;
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 3; j++) {
            w[i * weight->row + j] = (float)(10 * j + i); /* input i, output j */
        }
    }
    model_file_print(&text, &file, format_of("numbers"));
    assert_non_null(strstr(text_of(&text), "\"name\": \"layers.2.weight\",\n"
                                           "      \"dtype\": \"f32\",\n"
                                           "      \"shape\": [3, 3],\n"
                                           "      \"data\": [0, 1, 2, 10, 11, 12, 20, 21, 22]\n"));
    text_free(&text);
    model_file_free(&file);
    model_table_free(&table);
}

static void test_tensor_names(void **state) {
    (void)state;
    static const char *const batch[] = {"\"layers.0.weight\"",
                                        "\"layers.0.bias\"",
                                        "\"layers.0.norm.weight\"",
                                        "\"layers.0.norm.bias\"",
                                        "\"layers.0.norm.running_mean\"",
                                        "\"layers.0.norm.running_var\"",
                                        "\"layers.1.weight\"",
                                        "\"layers.2.weight\"",
                                        "\"layers.2.bias\""};
    TextBuffer text = print_wish(&model_classes, "base64");
    assert_order(text_of(&text), batch, sizeof batch / sizeof *batch);
    assert_non_null(strstr(text_of(&text), "\"encoding\": \"base64\""));
    text_free(&text);
    static const char *const embedded[] = {"\"embeddings.0.weight\"", "\"layers.0.weight\""};
    text = print_wish(&model_numbers, "numbers");
    assert_order(text_of(&text), embedded, 2);
    assert_null(strstr(text_of(&text), "running_mean"));
    text_free(&text);
}

static void test_weights_hash(void **state) {
    (void)state;
    ModelFile file = {0};
    ModelTable table;
    char before[65], after[65];
    model_fixture(&file, &model_classes, &table);
    model_file_weights_sha256(&file, before);
    TextBuffer text = {0};
    model_file_print(&text, &file, NULL);
    assert_non_null(strstr(text_of(&text), before));
    file.model.buffers[file.network.layers[0].running] += 1;
    model_file_weights_sha256(&file, after);
    assert_string_not_equal(before, after);
    text_free(&text);
    model_file_free(&file);
    model_table_free(&table);
}

/* ---- Damage ---- */

static void test_every_truncation_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < N_WISHES; i++) {
        TextBuffer text = print_wish(wishes[i], i == 0 ? "base64" : "numbers");
        for (size_t n = 0; n < text.n; n++) {
            Error err = {0};
            assert_false(accepts(text.bytes, n, &err));
            assert_int_equal(err.code, ERROR_MODEL);
        }
        Error err = {0};
        assert_true(accepts(text.bytes, text.n, &err));
        text_free(&text);
    }
}

static void test_every_changed_byte_is_refused(void **state) {
    (void)state;
    static const unsigned char masks[] = {1, 2, 4, 8, 16, 32, 64, 128};
    TextBuffer text = print_wish(&model_binary, "numbers");
    for (size_t n = 0; n < text.n; n++) {
        for (size_t m = 0; m < sizeof masks; m++) {
            Error err = {0};
            const char kept = text.bytes[n];
            text.bytes[n] = (char)((unsigned char)kept ^ masks[m]);
            assert_false(accepts(text.bytes, text.n, &err));
            assert_int_equal(err.code, ERROR_MODEL);
            text.bytes[n] = kept;
        }
    }
    text_free(&text);
}

static void test_appended_bytes_are_refused(void **state) {
    (void)state;
    static const char *const ends[] = {"\n", " ", "x", "{}", "}"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        TextBuffer text = print_wish(&model_binary, "numbers");
        text_append(&text, ends[i]);
        Error err = {0};
        assert_false(accepts(text.bytes, text.n, &err));
        assert_int_equal(err.code, ERROR_MODEL);
        text_free(&text);
    }
    TextBuffer text = print_wish(&model_binary, "numbers");
    Error err = {0};
    assert_false(accepts(text.bytes, text.n + 1, &err)); /* the terminator */
    text_free(&text);
}

/* ---- Edited, with a new hash ---- */

/* Replaces the first `from` in text by `to` and seals the file again. */
static void edit(TextBuffer *text, const char *from, const char *to) {
    const char *at = strstr(text_of(text), from);
    if (!at) {
        fail_msg("%s is not in the model:\n%s", from, text_of(text));
    }
    TextBuffer edited = {0};
    text_append_bytes(&edited, text->bytes, (size_t)(at - text->bytes));
    text_append(&edited, to);
    text_append(&edited, at + strlen(from));
    const size_t n_end = strlen("\"sha256\": \"\"\n}\n") + 64;
    edited.n -= n_end;
    char hex[65];
    file_sha256(edited.bytes, edited.n, hex);
    text_printf(&edited, "\"sha256\": \"%s\"\n}\n", hex);
    text_free(text);
    *text = edited;
}

typedef struct Forgery {
    const ModelWish *wish;
    const char *from, *to, *says;
} Forgery;

static const Forgery forgeries[] = {
    {&model_binary, "nntrain.model", "nntrain.metrics", "format is \"nntrain.metrics\""},
    {&model_binary, "\"format_version\": 1", "\"format_version\": 999", "format_version is 999"},
    {&model_binary, "\"format_version\": 1", "\"format_version\": \"1\"", "must be a number"},
    {&model_binary, "  \"format_version\": 1,\n", "", "\"format_version\" is missing"},
    {&model_binary, "\"task\"", "\"Task\"", "unknown member \"Task\""},
    {&model_binary, "  \"task\"", "  \"task\": \"binary\", \"task\"", "there twice"},
    {&model_binary, "\"task\": \"binary\"", "\"task\": \"guess\"",
     "task: unknown task 'guess'; known: binary, multiclass"},
    {&model_binary, "\"task\": \"binary\"", "\"task\": \"regression\"", "\"scale\" is missing"},
    {&model_binary, "\"classes\": [\"0\", \"1\"]", "\"classes\": [\"0\"]", "classes"},
    {&model_binary, "\"activation\": \"selu\"", "\"activation\": \"SELU\"",
     "network.layers[0].activation: unknown activation 'SELU'; known: linear, step, sigmoid"},
    {&model_binary, "\"activation\": \"sigmoid\"", "\"activation\": \"softmax\"",
     "does not fit task"},
    {&model_binary, "\"name\": \"focal\"", "\"name\": \"mse\"", "does not fit task"},
    {&model_binary, "\"name\": \"focal\"", "\"name\": \"hinge\"", "does not fit task"},
    {&model_binary, "\"units\": 3", "\"units\": 4", "parameters"},
    {&model_binary, "\"units\": 3", "\"units\": 0", "1 or more are needed"},
    {&model_binary, "\"units\": 3", "\"units\": -3", "whole number"},
    {&model_binary, "\"units\": 3", "\"units\": 2.5", "whole number"},
    {&model_binary, "\"units\": 3", "\"units\": 2147483647", "limit"},
    {&model_binary, "\"units\": 3", "\"units\": 1e300", "whole number"},
    {&model_binary, "\"shape\": [3, 1]", "\"shape\": [1, 3]",
     "tensors[0]: the network needs shape [3, 1]"},
    {&model_binary, "\"shape\": [3, 1]", "\"shape\": []", "the network needs shape"},
    {&model_binary, "\"shape\": [3, 1]", "\"shape\": [3, 1, 1]", "the network needs shape"},
    {&model_binary, "\"shape\": [3, 1]", "\"shape\": [-3, -1]", "the network needs shape"},
    {&model_binary, "\"data\": [", "\"data\": [0, ", "4 numbers, shape needs 3"},
    {&model_binary, "\"data\": [", "\"data\": [null, ", "numbers, shape needs"},
    {&model_binary, "\"dtype\": \"f32\"", "\"dtype\": \"f64\"", "dtype f32"},
    {&model_binary, "layers.0.weight", "layers.1.weight", "must be layers.0.weight"},
    {&model_binary, "\"weights_sha256\": \"", "\"weights_sha256\": \"0", "weights_sha256 is not"},
    {&model_binary, "\"scale\": 1\n", "\"scale\": 0\n", "scale must be above 0"},
    {&model_binary, "\"parameters\": ", "\"parameters\": 1", "parameters"},
    {&model_binary, "\"residual\": false", "\"residual\": true", "residual"},
    {&model_binary, "\"type\": \"dense\"", "\"type\": \"conv\"", "must be dense"},
    {&model_binary, "\"type\": \"number\"", "\"type\": \"text\"", "number or category"},
    {&model_binary, "\"columns\": [\"size\"]", "\"columns\": [\"sizes\"]", "columns"},
    {&model_binary, "\"inputs\": [{", "\"inputs\": [0, {", "inputs[0]: is a number"},
    {&model_binary, "\"input\": [\"", "\"input\": [\"x", "self test"},
    {&model_binary, "\"output\": [0.", "\"output\": [1.", "self test of the model fails"},
    {&model_binary, "\"input\": [", "\"input\": [\"1\", ", "must have 1 cells and 1 outputs"},
    {&model_binary, "\"dropout\": 0", "\"dropout\": 1", "drops a fraction"},
    {&model_numbers, "\"quantiles\": [", "\"quantiles\": [9, ", "increasing"},
    {&model_numbers, "\"quantiles\": [", "\"quantiles\": [], \"x\": [", "unknown member"},
    {&model_numbers, "\"has_other\": true", "\"has_other\": false", "needs a category"},
    {&model_numbers, "\"embedding_dim\": ", "\"embedding_dim\": 0, \"x\": ", "unknown member"},
    {&model_numbers, "\"method\": \"embedding\"", "\"method\": \"ordinal\"", "embedding_dim"},
    {&model_numbers, "\"dim\": ", "\"dim\": 1", "does not fit its input"},
    {&model_numbers, "\"fill_code\": ", "\"fill_code\": 99", "whole number"},
    {&model_numbers, "\"name\": [\"y\", \"z\"]", "\"name\": [\"y\"]", "two or more"},
    {&model_numbers, "\"name\": [\"y\", \"z\"]", "\"name\": \"y\"", "must be an object"},
    {&model_classes, "\"class_weight\": [", "\"class_weight\": [-", "at least 0"},
    {&model_classes, "\"class_weight\": [", "\"class_weight\": [1, ", "per class"},
};

static void test_forgeries_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        const Forgery *forgery = &forgeries[i];
        TextBuffer text = print_wish(forgery->wish, "numbers");
        edit(&text, forgery->from, forgery->to);
        Error err = {0};
        if (accepts(text.bytes, text.n, &err)) {
            fail_msg("accepted: %s -> %s", forgery->from, forgery->to);
        }
        assert_int_equal(err.code, ERROR_MODEL);
        if (!strstr(err.text, forgery->says)) {
            fail_msg("%s -> %s gives: %s", forgery->from, forgery->to, err.text);
        }
        text_free(&text);
    }
}

static void test_base64_forgeries_are_refused(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"\"encoding\": \"base64\"", "\"encoding\": \"hex\"", "encoding must be base64"},
        {"        \"data\": \"", "        \"data\": \"AAAA", "characters, shape needs"},
        {"        \"data\": \"", "        \"data\": \"!", "characters, shape needs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TextBuffer text = print_wish(&model_binary, "base64");
        edit(&text, cases[i][0], cases[i][1]);
        Error err = {0};
        assert_false(accepts(text.bytes, text.n, &err));
        assert_non_null(strstr(err.text, cases[i][2]));
        text_free(&text);
    }
    /* A NaN: the bits 0x7fc00000 in the first weight. */
    TextBuffer text = print_wish(&model_binary, "base64");
    char *data = strstr(text.bytes, "        \"data\": \"") + strlen("        \"data\": \"");
    memcpy(data, "AADAfw", 6);
    edit(&text, "\"dtype\"", "\"dtype\"");
    Error err = {0};
    assert_false(accepts(text.bytes, text.n, &err));
    assert_non_null(strstr(err.text, "tensors[0]: value 1 is not finite"));
    text_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_read_from_disk),
        cmocka_unit_test(test_member_order),
        cmocka_unit_test(test_weights_are_rows_of_outputs),
        cmocka_unit_test(test_tensor_names),
        cmocka_unit_test(test_weights_hash),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_every_changed_byte_is_refused),
        cmocka_unit_test(test_appended_bytes_are_refused),
        cmocka_unit_test(test_forgeries_are_refused),
        cmocka_unit_test(test_base64_forgeries_are_refused),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
