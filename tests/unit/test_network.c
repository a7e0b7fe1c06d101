/* The shape of networks: tensors in one block, sizes, and wishes that cannot be met. */
#include "nn/network.h"

#include <string.h>

#include "compute/kernels.h"
#include "unit.h"

static const void *row_named(const KindTable *table, const char *name) {
    const Kind *kind = kind_find(table, name);
    assert_non_null(kind);
    return kind;
}

static LayerOptions hidden(int64_t units, const char *activation, const char *norm) {
    return (LayerOptions){.units = units,
                          .activation = row_named(activation_kinds(), activation),
                          .norm = row_named(norm_kinds(), norm)};
}

static NetworkOptions options_of(LayerOptions *layers, size_t n_layers, const char *output) {
    return (NetworkOptions){
        .layers = layers, .n_layers = n_layers, .output = row_named(output_kinds(), output)};
}

static void tensors_fill_one_block(void **state) {
    (void)state;
    LayerOptions layers[] = {hidden(20, "relu", "batch"), hidden(16, "tanh", "layer")};
    const NetworkOptions options = options_of(layers, 2, "softmax");
    const NetworkInput inputs[] = {{0, 0}, {7, 3}, {0, 0}, {4, 18}};
    Network network;
    assert_true(network_build(&options, inputs, 4, 3, &network, NULL));
    size_t end = 0, n_true = 0;
    for (size_t i = 0; i < network.n_tensors; i++) {
        const Tensor *tensor = &network.tensors[i];
        assert_int_equal(tensor->offset, end);
        assert_int_equal(tensor->row, compute_pad(tensor->columns));
        end += tensor->rows * tensor->row;
        n_true += tensor->rows * tensor->columns;
        assert_int_equal(tensor->offset % LANES, 0);
    }
    assert_int_equal(network.n_parameters, end);
    assert_int_equal(network.n_true_parameters, n_true);
    /* 7x3 + 4x18 + (23x20 + 3x20) + (20x16 + 3x16) + (16x3 + 3) */
    assert_int_equal(n_true, 21 + 72 + 520 + 368 + 51);
    assert_int_equal(network_outputs(&network), 3);
    network_free(&network);
}

static void tensors_are_named_as_in_pytorch(void **state) {
    (void)state;
    LayerOptions layers[] = {hidden(5, "relu", "batch")};
    const NetworkOptions options = options_of(layers, 1, "linear");
    const NetworkInput inputs[] = {{3, 2}, {0, 0}};
    Network network;
    assert_true(network_build(&options, inputs, 2, 2, &network, NULL));
    static const struct {
        const char *name;
        TensorRole role;
        size_t rows, columns;
    } expected[] = {{"embeddings.0.weight", TENSOR_EMBEDDING, 3, 2},
                    {"layers.0.weight", TENSOR_WEIGHT, 3, 5},
                    {"layers.0.bias", TENSOR_BIAS, 1, 5},
                    {"layers.0.norm.weight", TENSOR_GAIN, 1, 5},
                    {"layers.0.norm.bias", TENSOR_SHIFT, 1, 5},
                    {"layers.1.weight", TENSOR_WEIGHT, 5, 2},
                    {"layers.1.bias", TENSOR_BIAS, 1, 2}};
    assert_int_equal(network.n_tensors, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < network.n_tensors; i++) {
        assert_string_equal(network.tensors[i].name, expected[i].name);
        assert_int_equal(network.tensors[i].role, expected[i].role);
        assert_int_equal(network.tensors[i].rows, expected[i].rows);
        assert_int_equal(network.tensors[i].columns, expected[i].columns);
    }
    network_free(&network);
}

static void inputs_are_numbers_then_embeddings(void **state) {
    (void)state;
    const NetworkOptions options = options_of(NULL, 0, "linear");
    const NetworkInput inputs[] = {{3, 2}, {0, 0}, {5, 4}, {0, 0}};
    Network network;
    assert_true(network_build(&options, inputs, 4, 1, &network, NULL));
    assert_int_equal(network.n_inputs, 4);
    assert_int_equal(network.n_numeric, 2);
    assert_int_equal(network.numeric[0], 1);
    assert_int_equal(network.numeric[1], 3);
    assert_int_equal(network.n_embeddings, 2);
    assert_int_equal(network.embeddings[0].first_input, 2);
    assert_int_equal(network.embeddings[1].first_input, 4);
    assert_int_equal(network.embeddings[1].column, 2);
    assert_int_equal(network.n_expanded, 8);
    assert_int_equal(network.layers[0].n_inputs, 8);
    network_free(&network);
}

static void automatic_initializers_follow_the_activation(void **state) {
    (void)state;
    const KindTable *activations = activation_kinds();
    for (size_t i = 0; i < activations->n; i++) {
        const Activation *activation = (const Activation *)kind_at(activations, i);
        LayerOptions layers[] = {hidden(4, activation->kind.name, "none"),
                                 hidden(4, activation->kind.name, "none")};
        layers[1].initializer = row_named(initializer_kinds(), "zeros");
        const NetworkOptions options = options_of(layers, 2, "linear");
        Network network;
        assert_true(network_build(&options, &(NetworkInput){0, 0}, 1, 1, &network, NULL));
        const Tensor *tensors = network.tensors;
        assert_string_equal(tensors[network.layers[0].weight].initializer->kind.name,
                            activation->initializer);
        assert_string_equal(tensors[network.layers[1].weight].initializer->kind.name, "zeros");
        assert_string_equal(tensors[network.layers[2].weight].initializer->kind.name,
                            options.output->initializer);
        network_free(&network);
    }
}

static void residual_needs_equal_widths(void **state) {
    (void)state;
    LayerOptions layers[] = {hidden(8, "relu", "none"), hidden(8, "relu", "none"),
                             hidden(4, "relu", "none")};
    NetworkOptions options = options_of(layers, 3, "linear");
    options.residual = true;
    const NetworkInput inputs[3] = {{0, 0}};
    Network network;
    assert_true(network_build(&options, inputs, 3, 4, &network, NULL));
    assert_false(network.layers[0].residual);
    assert_true(network.layers[1].residual);
    assert_false(network.layers[2].residual);
    assert_false(network.layers[3].residual);
    network_free(&network);
}

static void description_reads_from_input_to_output(void **state) {
    (void)state;
    LayerOptions layers[] = {hidden(16, "relu", "none"), hidden(8, "tanh", "batch")};
    layers[1].dropout = 0.25;
    const NetworkOptions options = options_of(layers, 2, "softmax");
    const NetworkInput inputs[4] = {{0, 0}};
    Network network;
    assert_true(network_build(&options, inputs, 4, 3, &network, NULL));
    TextBuffer text = {0};
    network_describe(&text, &network);
    assert_string_equal(
        text_of(&text),
        "4 -> 16 relu -> 8 tanh (batch norm, dropout 0.25) -> 3 softmax, 259 parameters");
    text_free(&text);
    network_free(&network);
}

static void expect_error(const NetworkOptions *options, size_t n_inputs, size_t n_outputs,
                         ErrorCode code, const char *text) {
    const NetworkInput inputs[4] = {{0, 0}};
    Network network = {0};
    Error err = {0};
    assert_false(network_build(options, inputs, n_inputs, n_outputs, &network, &err));
    assert_int_equal(err.code, code);
    if (strstr(err.text, text) == NULL) {
        print_error("'%s' does not say '%s'\n", err.text, text);
    }
    assert_non_null(strstr(err.text, text));
    network_free(&network);
}

static void impossible_wishes_are_config_errors(void **state) {
    (void)state;
    LayerOptions layer = hidden(4, "relu", "none");
    NetworkOptions options = options_of(&layer, 1, "softmax");
    expect_error(&options, 4, 1, ERROR_CONFIG, "output 'softmax' with one output value");
    options = options_of(&layer, 1, "linear");
    expect_error(&options, 0, 1, ERROR_CONFIG, "0 inputs");
    expect_error(&options, 4, 0, ERROR_CONFIG, "0 outputs");
    layer.units = 0;
    expect_error(&options, 4, 1, ERROR_CONFIG, "hidden layer 1 has 0 units");
    layer.units = -5;
    expect_error(&options, 4, 1, ERROR_CONFIG, "hidden layer 1 has -5 units");
    layer.units = 4;
    layer.dropout = 1.0;
    expect_error(&options, 4, 1, ERROR_CONFIG, "drops a fraction of 1");
    layer.dropout = 0.0;
    options.input_dropout = -0.5;
    expect_error(&options, 4, 1, ERROR_CONFIG, "input dropout of -0.5");
}

static void sizes_are_checked_before_allocating(void **state) {
    (void)state;
    LayerOptions layers[] = {hidden(2147483647, "relu", "none"),
                             hidden(2147483647, "relu", "none")};
    NetworkOptions options = options_of(layers, 2, "linear");
    /* 4 n + n + n^2 + n + n + 1 with n = 2^31 - 1 */
    expect_error(&options, 4, 1, ERROR_SIZE, "4611686029164806139 parameters need");
    layers[0].units = layers[1].units = INT64_MAX;
    expect_error(&options, 4, 1, ERROR_SIZE, "more than 18446744073709551615 parameters need more");
    options.n_layers = 1;
    layers[0].units = 1 << 28; /* 5 x 2^28 + 2^28 x 16 with padding */
    expect_error(&options, 4, 1, ERROR_SIZE, "1610612737 parameters need 22.5 GB");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_fill_one_block),
        cmocka_unit_test(tensors_are_named_as_in_pytorch),
        cmocka_unit_test(inputs_are_numbers_then_embeddings),
        cmocka_unit_test(automatic_initializers_follow_the_activation),
        cmocka_unit_test(residual_needs_equal_widths),
        cmocka_unit_test(description_reads_from_input_to_output),
        cmocka_unit_test(impossible_wishes_are_config_errors),
        cmocka_unit_test(sizes_are_checked_before_allocating),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
