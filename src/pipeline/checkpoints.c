#include "pipeline/checkpoints.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/memory.h"

/* ---- What a run is made of: keys ---- */

/* Other folders and files may hold the same data, and start weights are in the checkpoint. */
static bool is_of_no_matter(const Option *option) {
    return option->type->is_path || option->type == &type_folder;
}

static void print_layers(TextBuffer *out, const Config *config) {
    for (size_t i = 0; i < config->n_layers; i++) {
        for (size_t k = 0; k < config_n_layer_options; k++) {
            const char *text = config->layers[i].values[k].text;
            if (text) {
                text_printf(out, "layer.%zu.%s = %s\n", i + 1, config_layer_options[k].key, text);
            }
        }
    }
}

static void print_keys(TextBuffer *out, const Config *config) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        char *text = config_written(option, config, "");
        text_printf(out, "%s.%s = %s\n", option->section, option->key, text);
        memory_free(text);
    }
    print_layers(out, config);
}

/* The value of a key ("section.key") in what print_keys has printed, released with memory_free;
 * NULL: none. */
static char *find_value(const char *keys, const char *name) {
    TextBuffer start = {0};
    char *value = NULL;
    text_printf(&start, "%s = ", name);
    for (const char *line = keys; *line && !value;) {
        const size_t n = strcspn(line, "\n");
        if (n >= start.n && strncmp(line, start.bytes, start.n) == 0) {
            value = memory_copy_bytes(line + start.n, n - start.n);
        }
        line += n + (line[n] == '\n');
    }
    text_free(&start);
    return value;
}

/* A value of NULL: the key is not there. */
static void refuse_change(Problems *problems, const char *place, const char *name, const char *now,
                          const char *then) {
    char shown[2][TEXT_SHOWN];
    problems_error(problems,
                   "%s: error: %s%s%s, but the run that --resume goes on with has %s; %s, or start "
                   "anew without --resume",
                   place, name, now ? " = " : " is not given",
                   now ? text_shown(shown[0], now, strlen(now)) : "",
                   then ? text_shown(shown[1], then, strlen(then)) : "none",
                   then ? "give that value" : "leave it out");
}

static void check_key(const Checkpoints *checkpoints, const Option *option, Problems *problems) {
    const Config *config = checkpoints->config;
    TextBuffer name = {0}, reason = {0};
    text_printf(&name, "%s.%s", option->section, option->key);
    char *now = config_written(option, config, "");
    char *then = find_value(text_of(&checkpoints->file.sections[CHECKPOINT_KEYS]), text_of(&name));
    const bool has_effect = !option->without_effect || !option->without_effect(config, &reason);
    if (then && !option_is_same(option, then, now) && has_effect) {
        if (option->may_change || option->is_outward) {
            char shown[2][TEXT_SHOWN];
            problems_warning(problems, "note: %s is %s now, and was %s when the run began",
                             text_of(&name), text_shown(shown[0], now, strlen(now)),
                             text_shown(shown[1], then, strlen(then)));
        } else {
            refuse_change(problems, config_place(config, option->section, option->key),
                          text_of(&name), now, then);
        }
    }
    text_free(&name);
    text_free(&reason);
    memory_free(then);
    memory_free(now);
}

/* One key of [layer.N]; true when the run began with that layer's key, or has it now. */
static bool check_layer_key(const Checkpoints *checkpoints, size_t layer, size_t key,
                            Problems *problems) {
    const Config *config = checkpoints->config;
    const ConfigValue *value = layer < config->n_layers ? &config->layers[layer].values[key] : NULL;
    const char *now = value ? value->text : NULL;
    TextBuffer name = {0};
    text_printf(&name, "layer.%zu.%s", layer + 1, config_layer_options[key].key);
    char *then = find_value(text_of(&checkpoints->file.sections[CHECKPOINT_KEYS]), text_of(&name));
    const bool is_there = now || then;
    if (now && then ? !option_is_same(&config_layer_options[key], now, then) : is_there) {
        refuse_change(problems, now ? value->place : config->path, text_of(&name), now, then);
    }
    memory_free(then);
    text_free(&name);
    return is_there;
}

/* Layers are numbered without a hole, and each has units. */
static void check_layers(const Checkpoints *checkpoints, Problems *problems) {
    bool is_there = true;
    for (size_t layer = 0; is_there; layer++) {
        is_there = false;
        for (size_t key = 0; key < config_n_layer_options; key++) {
            is_there |= check_layer_key(checkpoints, layer, key, problems);
        }
    }
}

static bool check_keys(const Checkpoints *checkpoints, Error *err) {
    Problems problems = {0};
    for (size_t i = 0; i < config_n_options; i++) {
        if (!is_of_no_matter(&config_options[i])) {
            check_key(checkpoints, &config_options[i], &problems);
        }
    }
    check_layers(checkpoints, &problems);
    const bool good = problems.n_errors == 0;
    if (good) {
        console_aside(checkpoints->console, "        ", text_of(&problems.text));
    } else {
        fail(err, ERROR_CONFIG, "%s", text_of(&problems.text));
    }
    problems_free(&problems);
    return good;
}

/* ---- What a run is made of: data ---- */

static uint32_t sum_bytes(uint32_t sum, const void *bytes, size_t n) {
    return bytes ? (uint32_t)crc32_z(sum, bytes, n) : sum;
}

static uint32_t sum_texts(uint32_t sum, const TextList *texts) {
    for (size_t i = 0; i < texts->n; i++) {
        sum = sum_bytes(sum, texts->items[i], strlen(texts->items[i]) + 1);
    }
    return sum;
}

/* "105 rows of train, 4f1e..." per part, a line for names and classes, and one for a model to begin
 * with. */
static void print_data(TextBuffer *out, const Trained *trained) {
    const Prepared *data = &trained->data;
    for (Part part = 0; part < N_PARTS; part++) {
        const Dataset *set = &data->parts[part];
        const size_t n = set->n_rows;
        text_printf(out, "%zu rows of %s, %08lx %08lx %08lx %08lx\n", n, part_names[part],
                    (unsigned long)sum_bytes(0, set->x, n * set->x_row * sizeof *set->x),
                    (unsigned long)sum_bytes(0, set->y, n * set->y_row * sizeof *set->y),
                    (unsigned long)sum_bytes(0, set->weight, n * sizeof *set->weight),
                    (unsigned long)sum_bytes(0, set->source, n * sizeof *set->source));
    }
    uint32_t names = sum_texts(0, &data->target.names);
    names = sum_texts(names, &data->target.classes);
    for (size_t i = 0; i < data->features.n; i++) {
        const char *name = data->features.items[i].name;
        names = sum_bytes(names, name, strlen(name) + 1);
    }
    text_printf(out, "the names of columns and classes, %08lx\n", (unsigned long)names);
    if (trained->start_sum) {
        text_printf(out, "the model of init.from, %08lx\n", (unsigned long)trained->start_sum);
    }
}

/* "105 rows of train" of both lines where the counts differ, else "other values in 105 rows of
 * train". */
static void append_change(TextBuffer *out, const char *now, const char *then) {
    const int n_now = (int)strcspn(now, ",\n"), n_then = (int)strcspn(then, ",\n");
    text_append(out, out->n ? "; " : "");
    if (n_now != n_then || strncmp(now, then, (size_t)n_now) != 0) {
        text_printf(out, "%.*s now, %.*s then", n_now, now, n_then, then);
    } else {
        text_printf(out, "other values in %.*s", n_now, now);
    }
}

static bool check_data(const Checkpoints *checkpoints, Error *err) {
    TextBuffer now_text = {0}, changed = {0};
    print_data(&now_text, checkpoints->trained);
    const char *now = text_of(&now_text);
    const char *then = text_of(&checkpoints->file.sections[CHECKPOINT_DATA]);
    while (*now && *then) {
        const size_t n = strcspn(now, "\n"), n_then = strcspn(then, "\n");
        if (n != n_then || strncmp(now, then, n) != 0) {
            append_change(&changed, now, then);
        }
        now += n + (now[n] == '\n');
        then += n_then + (then[n_then] == '\n');
    }
    const bool good = changed.n == 0 && *now == *then;
    if (!good) {
        fail(
            err, ERROR_DATA,
            "error: the data is not what the run that --resume goes on with began with (%s); bring "
            "that back, or start anew without --resume",
            text_of(&changed));
    }
    text_free(&now_text);
    text_free(&changed);
    return good;
}

/* ---- Reading and writing ---- */

bool checkpoints_open(Checkpoints *checkpoints, Error *err) {
    Problems warnings = {0};
    const bool is_read =
        checkpoint_file_read(checkpoints->folder, &checkpoints->file, &warnings, err);
    console_aside(checkpoints->console, "        ", text_of(&warnings.text));
    problems_free(&warnings);
    checkpoints->is_kept = is_read;
    return is_read && check_keys(checkpoints, err) && check_data(checkpoints, err);
}

const char *checkpoints_state(const Checkpoints *checkpoints, size_t *n) {
    const TextBuffer *state = &checkpoints->file.sections[CHECKPOINT_STATE];
    *n = state->n;
    return state->n > 0 ? state->bytes : NULL;
}

void checkpoints_save(Checkpoints *checkpoints, const char *state, size_t n) {
    CheckpointFile *file = &checkpoints->file;
    file->sections[CHECKPOINT_KEYS].n = 0;
    print_keys(&file->sections[CHECKPOINT_KEYS], checkpoints->config);
    if (file->sections[CHECKPOINT_DATA].n == 0) {
        print_data(&file->sections[CHECKPOINT_DATA], checkpoints->trained);
    }
    file->sections[CHECKPOINT_STATE].n = 0;
    if (n > 0) {
        text_append_bytes(&file->sections[CHECKPOINT_STATE], state, n);
    }
    Error err = {0};
    if (checkpoint_file_write(checkpoints->folder, file, &err)) {
        checkpoints->is_kept = true;
    } else if (!checkpoints->has_failed) {
        checkpoints->has_failed = true;
        TextBuffer text = {0};
        text_printf(&text, "warning: no checkpoint, training goes on: %s\n", err.text);
        console_aside(checkpoints->console, "        ", text_of(&text));
        text_free(&text);
    }
}

void checkpoints_save_at_times(Checkpoints *checkpoints) {
    const double now = clock_now();
    if (now - checkpoints->saved >= 1) {
        checkpoints->saved = now;
        checkpoints_save(checkpoints, NULL, 0);
    }
}

void checkpoints_free(Checkpoints *checkpoints) {
    checkpoint_file_free(&checkpoints->file);
    *checkpoints = (Checkpoints){0};
}
