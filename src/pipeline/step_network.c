#include "pipeline/steps.h"

#include <math.h>

#include "base/memory.h"
#include "pipeline/narration.h"
#include "pipeline/output_choice.h"

static bool check_fit(const Config *config, const Task *task, const Output *output,
                      const Loss *loss, Error *err) {
    if (loss && !(loss->tasks & task->bit)) {
        return fail(err, ERROR_CONFIG, "%s: error: loss.name = %s is not for %s; auto chooses %s",
                    config_place(config, "loss", "name"), loss->kind.name, task->kind.name,
                    task->loss);
    }
    if (!output || !(output->tasks & task->bit)) {
        return fail(err, ERROR_CONFIG,
                    "%s: error: network.output = %s is not for %s; auto chooses %s",
                    config_place(config, "network", "output"), output ? output->kind.name : "auto",
                    task->kind.name, task->output);
    }
    if (!loss) {
        return fail(err, ERROR_CONFIG, "%s: error: no loss trains network.output = %s for %s",
                    config->path, output->kind.name, task->kind.name);
    }
    return true;
}

static double from_list(const NumberList *list, size_t layer, double fallback) {
    return list->n == 0 ? fallback : list->items[list->n == 1 ? 0 : layer];
}

/* Hidden layer `i` as network.* says. */
static LayerOptions common_layer(const Config *config, size_t i) {
    const NetworkConfig *network = &config->network;
    size_t activation = network->activations.n == 1 ? 0 : i;
    return (LayerOptions){
        .units = i < network->hidden.n ? (int64_t)network->hidden.items[i] : 0,
        .activation = (const Activation *)network->activations.items[activation],
        .norm = network->norm,
        .dropout = from_list(&network->dropout, i, 0),
        .initializer = config->initializer,
        .bias = config->bias,
        .l1 = config->l1,
        .l2 = config->l2,
    };
}

static double inherit(double own, double common) { return isnan(own) ? common : own; }

/* Hidden layer `i` as [layer.N] says, the rest inherited. */
static LayerOptions own_layer(const Config *config, size_t i) {
    LayerOptions layer = common_layer(config, i);
    const LayerConfig *own = &config->layers[i].options;
    layer.units = own->units;
    layer.activation = own->activation ? own->activation : layer.activation;
    layer.norm = own->norm ? own->norm : layer.norm;
    layer.dropout = inherit(own->dropout, layer.dropout);
    layer.initializer = own->initializer ? own->initializer : layer.initializer;
    layer.bias = inherit(own->bias, layer.bias);
    layer.l1 = inherit(own->l1, layer.l1);
    layer.l2 = inherit(own->l2, layer.l2);
    return layer;
}

NetworkInput *list_inputs(const Features *features) {
    NetworkInput *inputs = NEW(NetworkInput, features->n_columns);
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        if (!feature->is_numeric && feature->encoder->is_looked_up) {
            inputs[feature->first_column] =
                (NetworkInput){feature->categories.n, feature->embedding_dim};
        }
    }
    return inputs;
}

bool build_network(const Config *config, const Prepared *data, Console *console, Network *network,
                   Error *err) {
    const Task *task = data->target.task;
    const Output *output =
        config->network.output ? config->network.output : output_for(task, config->loss);
    const Loss *loss = config->loss ? config->loss : output ? loss_for(task, output) : NULL;
    if (!check_fit(config, task, output, loss, err)) {
        return false;
    }
    size_t n_hidden = config->n_layers ? config->n_layers : config->network.hidden.n;
    NetworkOptions options = {.layers = NEW(LayerOptions, n_hidden),
                              .n_layers = n_hidden,
                              .output = output,
                              .output_initializer = config->initializer,
                              .output_bias = config->bias,
                              .output_l1 = config->l1,
                              .output_l2 = config->l2,
                              .residual = config->network.residual,
                              .input_dropout = config->network.input_dropout};
    for (size_t i = 0; i < n_hidden; i++) {
        options.layers[i] = config->n_layers ? own_layer(config, i) : common_layer(config, i);
    }
    NetworkInput *inputs = list_inputs(&data->features);
    bool good = network_build(&options, inputs, data->features.n_columns,
                              target_outputs(&data->target), network, err);
    memory_free(inputs);
    memory_free(options.layers);
    if (!good) {
        return fail_within(err, "%s: ", config->path);
    }
    tell_network(console, config, network);
    return true;
}
