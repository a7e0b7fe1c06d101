#include <math.h>
#include <stdio.h>
#include <string.h>

#include "artifact/inspection.h"
#include "artifact/metrics_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/model_argument.h"
#include "data/split.h"

enum { MOST_BYTES = 1 << 28, METRIC_WIDTH = 24 };

/* A model, and what its run folder tells beside it. */
typedef struct Inspection {
    char *model_path;
    ModelFile model;
    JsonDocument model_json; /* for the version that wrote it */
    const char *version;
    MetricsFile metrics;   /* root NULL: none */
    JsonDocument manifest; /* root NULL: none */
} Inspection;

static void inspection_free(Inspection *inspection) {
    memory_free(inspection->model_path);
    model_file_free(&inspection->model);
    json_document_free(&inspection->model_json);
    metrics_file_free(&inspection->metrics);
    json_document_free(&inspection->manifest);
}

/* ---- Reading ---- */

static bool read_version(const char *bytes, size_t n, Inspection *inspection, Error *err) {
    JsonAt root;
    return json_parse(&inspection->model_json, inspection->model_path, bytes, n, ERROR_MODEL,
                      err) &&
           json_root(&inspection->model_json, &root, err) &&
           json_get_text(&root, "nntrain_version", &inspection->version, err);
}

static bool read_model(Inspection *inspection, Error *err) {
    char *bytes = NULL;
    size_t n = 0;
    const bool good = file_read(inspection->model_path, SIZE_MAX >> 1, false, &bytes, &n, err) &&
                      model_file_parse(inspection->model_path, bytes, n, &inspection->model, err) &&
                      read_version(bytes, n, inspection, err);
    memory_free(bytes);
    return good;
}

static bool read_manifest(const char *path, JsonDocument *manifest, Error *err) {
    char *bytes = NULL;
    size_t n = 0;
    JsonAt root;
    const bool good = file_read(path, MOST_BYTES, false, &bytes, &n, err) &&
                      json_parse(manifest, path, bytes, n, ERROR_DATA, err) &&
                      json_root(manifest, &root, err);
    memory_free(bytes);
    return good;
}

static bool read_run(const char *folder, Inspection *inspection, Error *err) {
    char *metrics = file_join(folder, "metrics.json");
    char *manifest = file_join(folder, "manifest.json");
    const bool good = read_model(inspection, err) &&
                      metrics_file_read(metrics, &inspection->metrics, err) &&
                      read_manifest(manifest, &inspection->manifest, err);
    memory_free(metrics);
    memory_free(manifest);
    return good;
}

/* ---- Metrics ---- */

static void append_value(TextBuffer *out, const JsonAt *part, const char *key) {
    double value;
    char text[32] = "-";
    if (part->value && json_get_double(part, key, &value, NULL)) {
        snprintf(text, sizeof text, "%.6g", value);
    }
    text_printf(out, " %12s", text);
}

/* A line per metric, a column per part. */
static void print_metrics(TextBuffer *out, const MetricsFile *file) {
    JsonAt root, parts[N_PARTS];
    const JsonAt *last = NULL;
    if (!file->document.root || !json_root(&file->document, &root, NULL)) {
        return;
    }
    text_printf(out, "\n%-*s", METRIC_WIDTH, "metric");
    for (Part part = PART_TRAIN; part < N_PARTS; part++) {
        parts[part] = (JsonAt){0};
        if (json_get_object(&root, part_names[part], &parts[part], NULL)) {
            last = &parts[part];
        } else {
            parts[part].value = NULL;
        }
        text_printf(out, " %12s", part_names[part]);
    }
    text_append(out, "\n");
    for (JsonAt item = last ? json_first(last) : (JsonAt){0}; item.value; json_next(&item)) {
        double ignored;
        if (!json_get_double(last, item.key, &ignored, NULL)) {
            continue;
        }
        char shown[TEXT_SHOWN];
        text_printf(out, "%-*s", METRIC_WIDTH, text_shown(shown, item.key, strlen(item.key)));
        for (Part part = PART_TRAIN; part < N_PARTS; part++) {
            append_value(out, &parts[part], item.key);
        }
        text_append(out, "\n");
    }
}

/* ---- Provenance ---- */

/* The text of a member, escaped; "?" when there is none. */
static void append_member(TextBuffer *out, const JsonAt *object, const char *key) {
    const char *text = "?";
    json_get_text(object, key, &text, NULL);
    text_append_uncut(out, text, strlen(text));
}

static void print_run(TextBuffer *out, const JsonAt *root) {
    TextBuffer text = {0};
    JsonAt host;
    double seconds = 0;
    append_member(&text, root, "name");
    text_append(&text, ", ");
    append_member(&text, root, "status");
    text_append(&text, ", started ");
    append_member(&text, root, "started");
    json_get_double(root, "duration_seconds", &seconds, NULL);
    text_printf(&text, ", took %.3g s", seconds);
    if (json_get_object(root, "host", &host, NULL)) {
        text_append(&text, " on ");
        append_member(&text, &host, "name");
        text_append(&text, " (");
        append_member(&text, &host, "machine");
        text_append(&text, ", ");
        append_member(&text, &host, "level");
        text_append(&text, ")");
    }
    inspection_fact(out, "run", text_of(&text));
    text_free(&text);
}

static void print_files(TextBuffer *out, const JsonAt *root, const char *key, const char *label) {
    JsonAt files;
    if (!json_get_array(root, key, &files, NULL)) {
        return;
    }
    for (JsonAt file = json_first(&files); file.value; json_next(&file)) {
        TextBuffer text = {0};
        const char *hash = "?";
        append_member(&text, &file, "name");
        json_get_text(&file, "sha256", &hash, NULL);
        char shown[TEXT_SHOWN];
        text_printf(&text, " %.16s...", text_shown(shown, hash, strlen(hash)));
        inspection_fact(out, file.index ? "" : label, text_of(&text));
        text_free(&text);
    }
}

static void print_manifest(TextBuffer *out, const JsonDocument *manifest) {
    JsonAt root;
    if (!manifest->root || !json_root(manifest, &root, NULL)) {
        return;
    }
    TextBuffer text = {0};
    text_append(out, "\n");
    print_run(out, &root);
    append_member(&text, &root, "command_line");
    inspection_fact(out, "command", text_of(&text));
    text_free(&text);
    print_files(out, &root, "data", "data");
    print_files(out, &root, "files", "files");
}

/* ---- The command ---- */

static void print_json(TextBuffer *out, const Inspection *inspection) {
    Json *root = json_new_object();
    json_add_text(root, "format", "nntrain.inspection");
    json_add_integer(root, "format_version", 1);
    json_add_text(root, "written_by", inspection->version);
    inspection_add(json_add_object(root, "model"), &inspection->model);
    json_add_copy(root, "metrics", inspection->metrics.document.root);
    json_add_copy(root, "manifest", inspection->manifest.root);
    json_print(out, root, NULL);
    json_free(root);
}

bool command_inspect(const CommandLine *line, Error *err) {
    const char *path = line->arguments.items[0];
    Inspection inspection = {0};
    TextBuffer text = {0};
    inspection.model_path = model_argument_path(line, err);
    const bool good =
        inspection.model_path &&
        (file_is_folder(path) ? read_run(path, &inspection, err) : read_model(&inspection, err));
    if (good && line->json) {
        print_json(&text, &inspection);
    } else if (good) {
        inspection_print(&text, &inspection.model, inspection.model_path, inspection.version);
        print_metrics(&text, &inspection.metrics);
        print_manifest(&text, &inspection.manifest);
    }
    fputs(text_of(&text), stdout);
    text_free(&text);
    inspection_free(&inspection);
    return good;
}
