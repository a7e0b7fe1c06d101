#include "artifact/inspection.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "artifact/model_section.h"
#include "data/split.h"

enum { LABEL_WIDTH = 12, NAME_WIDTH = 24, SHORT_HASH = 16, SHORT_TEXT = 64 };

/* ---- Layout ---- */

void inspection_fact(TextBuffer *out, const char *label, const char *text) {
    size_t at = LABEL_WIDTH;
    text_printf(out, "%-*s", LABEL_WIDTH, label);
    while (*text) {
        const size_t n = strcspn(text, " ");
        if (at > LABEL_WIDTH && at + 1 + n > INSPECTION_WIDTH) {
            text_printf(out, "\n%*s", LABEL_WIDTH, "");
            at = LABEL_WIDTH;
        } else if (at > LABEL_WIDTH) {
            text_append(out, " ");
            at++;
        }
        text_append_bytes(out, text, n);
        at += n;
        text += n + (text[n] == ' ');
    }
    text_append(out, "\n");
}

static void fact_of(TextBuffer *out, const char *label, TextBuffer *text) {
    inspection_fact(out, label, text_of(text));
    text_free(text);
}

static void append_padded(TextBuffer *out, const char *text, size_t width) {
    text_append(out, text);
    text_pad(out, text, width);
    text_append(out, "  ");
}

/* "a, b, ..." within `room` columns, at least one of them. */
static void append_names(TextBuffer *out, const TextList *names, size_t room) {
    enum { ROOM_FOR_REST = 5 };
    size_t used = 0, shown = 0;
    for (; shown < names->n; shown++) {
        char text[TEXT_SHOWN];
        text_shown(text, names->items[shown], strlen(names->items[shown]));
        const size_t n = text_width(text) + 2;
        const bool is_last = shown + 1 == names->n;
        if (shown > 0 && used + n + (is_last ? 0 : ROOM_FOR_REST) > room) {
            break;
        }
        text_printf(out, "%s%s", shown > 0 ? ", " : "", text);
        used += n;
    }
    if (shown < names->n) {
        text_append(out, ", ...");
    }
}

/* ---- Facts ---- */

static void print_task(TextBuffer *out, const ModelFile *model) {
    const Target *target = &model->target;
    TextBuffer text = {0};
    text_printf(&text, "%s of ", target->task->kind.name);
    append_names(&text, &target->names, SHORT_TEXT);
    if (target->task->has_classes) {
        text_printf(&text, ", %zu classes: ", target->classes.n);
        append_names(&text, &target->classes, SHORT_TEXT);
    }
    if (isfinite(model->threshold)) {
        text_printf(&text, "; %s above %.6g", target->task->has_classes ? "the second" : "yes",
                    model->threshold);
    }
    for (size_t i = 0; target->scalings && i < target->names.n && i < 1; i++) {
        text_printf(&text, "; scale %s (center %.6g, scale %.6g)", target->scaler->kind.name,
                    target->scalings[i].center, target->scalings[i].scale);
    }
    fact_of(out, "task", &text);
}

static void print_training(TextBuffer *out, const ModelFile *model) {
    TextBuffer text = {0};
    text_printf(&text, "seed %llu, best epoch %zu, loss %s", (unsigned long long)model->seed,
                model->best_epoch, model->loss.loss->kind.name);
    const char *before = ":";
    for (Part part = PART_TRAIN; part < N_PARTS; part++) {
        if (isfinite(model->losses[part])) {
            text_printf(&text, "%s %.5g %s", before, model->losses[part], part_names[part]);
            before = ",";
        }
    }
    fact_of(out, "training", &text);
}

static void print_facts(TextBuffer *out, const ModelFile *model, const char *path,
                        const char *version) {
    TextBuffer text = {0};
    char shown[TEXT_SHOWN], hex[65];
    text_append_uncut(&text, path, strlen(path));
    text_printf(&text, ", written by nntrain %s", text_shown(shown, version, strlen(version)));
    fact_of(out, "model", &text);
    print_task(out, model);
    network_describe(&text, &model->network);
    fact_of(out, "network", &text);
    print_training(out, model);
    model_file_weights_sha256(model, hex);
    text_printf(&text, "sha256 %.*s...", SHORT_HASH, hex);
    fact_of(out, "weights", &text);
    text_printf(&text, "%zu row%s give%s the outputs kept in the file", model->self_test.n_rows,
                model->self_test.n_rows == 1 ? "" : "s", model->self_test.n_rows == 1 ? "s" : "");
    fact_of(out, "self test", &text);
}

/* ---- Layers ---- */

static size_t layer_parameters(const Network *network, size_t layer) {
    size_t n = 0;
    for (size_t i = 0; i < network->n_tensors; i++) {
        const Tensor *tensor = &network->tensors[i];
        if (tensor->role != TENSOR_EMBEDDING && tensor->layer == layer) {
            n += tensor->rows * tensor->columns;
        }
    }
    return n;
}

static const Feature *feature_at(const Features *features, size_t column) {
    const Feature *feature = features->items;
    while (feature->first_column != column) {
        feature++;
    }
    return feature;
}

static void print_layer(TextBuffer *out, const Network *network, size_t index) {
    const Layer *layer = &network->layers[index];
    const bool is_hidden = layer->activation != NULL;
    const Kind *activation = is_hidden ? &layer->activation->kind : &network->output->kind;
    char name[SHORT_TEXT];
    snprintf(name, sizeof name, is_hidden ? "layer %zu" : "output", index + 1);
    text_printf(out, "%-24s %7zu %7zu  %-10s  %-5s ", name, layer->n_inputs, layer->n_units,
                activation->name, is_hidden && layer->norm->is_on ? layer->norm->kind.name : "-");
    if (is_hidden && layer->dropout > 0) {
        text_printf(out, "%7.3g", layer->dropout);
    } else {
        text_printf(out, "%7s", "-");
    }
    text_printf(out, "  %10zu\n", layer_parameters(network, index));
}

static void print_layers(TextBuffer *out, const ModelFile *model) {
    const Network *network = &model->network;
    text_printf(out, "\n%-24s %7s %7s  %-10s  %-5s %7s  %10s\n", "layer", "inputs", "units",
                "activation", "norm", "dropout", "parameters");
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        const char *column = feature_at(&model->features, embedding->column)->name;
        char shown[TEXT_SHOWN];
        TextBuffer name = {0};
        text_printf(&name, "embedding %s", text_shown(shown, column, strlen(column)));
        append_padded(out, text_of(&name), NAME_WIDTH - 1);
        text_printf(out, "%6zu %7zu  %-10s  %-5s %7s  %10zu\n", embedding->n_categories,
                    embedding->dim, "-", "-", "-", embedding->n_categories * embedding->dim);
        text_free(&name);
    }
    for (size_t i = 0; i < network->n_layers; i++) {
        print_layer(out, network, i);
    }
}

/* ---- Columns ---- */

static void append_missing(TextBuffer *out, const Feature *feature) {
    const Imputer *imputer = feature->imputer;
    if (!imputer->fill) {
        text_append(out, imputer->drops_rows ? "row left out" : "error");
    } else if (feature->is_numeric) {
        text_printf(out, "%.5g%s", feature->fill, feature->has_indicator ? ", indicator" : "");
    } else if (feature->fill_code < feature->categories.n) {
        char shown[TEXT_SHOWN];
        const char *name = feature->categories.items[feature->fill_code];
        text_append(out, text_shown(shown, name, strlen(name)));
    } else {
        text_append(out, "unknown");
    }
}

static void append_encoding(TextBuffer *out, const Feature *feature) {
    enum { ROOM = 30 };
    if (!feature->is_numeric) {
        const char *encoder = feature->encoder->kind.name;
        text_printf(out, "%s of %zu: ", encoder, feature->categories.n);
        append_names(out, &feature->categories, ROOM - strlen(encoder) - strlen(" of 2: "));
        return;
    }
    text_append(out, feature->scaler->kind.name);
    if (feature->scaling.quantiles) {
        text_printf(out, " (%.5g to %.5g)", feature->scaling.quantiles[0],
                    feature->scaling.quantiles[feature->scaling.n_quantiles - 1]);
    } else if (!feature->scaler->is_identity) {
        text_printf(out, " (%.5g, %.5g)", feature->scaling.center, feature->scaling.scale);
    }
}

static void print_column(TextBuffer *out, const Feature *feature) {
    enum { MISSING_WIDTH = 16 };
    char name[TEXT_SHOWN];
    TextBuffer missing = {0};
    append_padded(out, text_shown(name, feature->name, strlen(feature->name)), NAME_WIDTH - 4);
    append_padded(out, feature->is_numeric ? "number" : "category", strlen("category"));
    append_missing(&missing, feature);
    append_padded(out, text_of(&missing), MISSING_WIDTH);
    append_encoding(out, feature);
    text_append(out, "\n");
    text_free(&missing);
}

void inspection_print(TextBuffer *out, const ModelFile *model, const char *path,
                      const char *version) {
    print_facts(out, model, path, version);
    print_layers(out, model);
    text_printf(out, "\n%-20s  %-8s  %-16s  %s\n", "column", "type", "missing becomes",
                "scale (center, scale) or codes");
    for (size_t i = 0; i < model->features.n; i++) {
        print_column(out, &model->features.items[i]);
    }
}

void inspection_add(Json *to, const ModelFile *model) {
    const Network *network = &model->network;
    char hex[65];
    model_description_add(to, model);
    model_training_add(to, model);
    model_file_weights_sha256(model, hex);
    json_add_text(to, "weights_sha256", hex);
    Json *layers = json_add_array(to, "layers");
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        Json *layer = json_add_object(layers, NULL);
        json_add_text(layer, "name", network->tensors[embedding->tensor].name);
        json_add_integer(layer, "inputs", embedding->n_categories);
        json_add_integer(layer, "units", embedding->dim);
        json_add_integer(layer, "parameters", embedding->n_categories * embedding->dim);
    }
    for (size_t i = 0; i < network->n_layers; i++) {
        Json *layer = json_add_object(layers, NULL);
        char name[SHORT_TEXT];
        snprintf(name, sizeof name, "layers.%zu", i);
        json_add_text(layer, "name", name);
        json_add_integer(layer, "inputs", network->layers[i].n_inputs);
        json_add_integer(layer, "units", network->layers[i].n_units);
        json_add_integer(layer, "parameters", layer_parameters(network, i));
    }
}
