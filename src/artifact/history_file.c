#include "artifact/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "artifact/json.h"
#include "base/file.h"
#include "base/memory.h"

/* ---- A line ---- */

static void add_validation(Json *root, const PartResult *validation, const MetricList *metrics) {
    if (validation->rows == 0) {
        json_add_null(root, "validation");
        return;
    }
    Json *out = json_add_object(root, "validation");
    json_add_double(out, "loss", validation->loss);
    for (size_t i = 0; i < metrics->n && i < validation->n_metrics; i++) {
        json_add_double(out, metrics->items[i]->kind.name, validation->values[i]);
    }
}

static void add_layers(Json *root, const EpochRecord *record, size_t n_layers) {
    Json *norm = json_add_object(root, "gradient_norm");
    json_add_double(norm, "total", record->gradient_norm);
    Json *layers = json_add_array(norm, "layers");
    Json *dead = json_add_array(root, "dead_units");
    Json *saturated = json_add_array(root, "saturated_units");
    for (size_t i = 0; i < n_layers; i++) {
        const LayerRecord *layer = &record->layers[i];
        json_add_double(layers, NULL, layer->gradient_norm);
        json_add_double(dead, NULL, layer->dead_units);
        json_add_double(saturated, NULL, layer->saturated_units);
    }
}

void history_file_print(TextBuffer *out, const EpochRecord *record, const MetricList *metrics,
                        size_t n_layers) {
    Json *root = json_new_object();
    json_add_integer(root, "epoch", record->epoch);
    Json *train = json_add_object(root, "train");
    json_add_double(train, "loss", record->loss);
    json_add_double(train, "penalty", record->penalty);
    add_validation(root, &record->validation, metrics);
    json_add_double(root, "learning_rate", record->learning_rate);
    add_layers(root, record, n_layers);
    json_print_line(out, root);
    json_free(root);
}

/* ---- The file ---- */

static bool fail_here(const HistoryFile *file, const char *what, Error *err) {
    return file_fail(err, ERROR_FILE, file->path, "cannot %s: %s", what, strerror(errno));
}

/* Bytes of the first n lines of the file. */
static bool measure_lines(const HistoryFile *file, size_t n, size_t *n_bytes, Error *err) {
    char *bytes = NULL;
    size_t length = 0;
    *n_bytes = 0;
    if (n == 0) {
        return true;
    }
    if (!file_read(file->path, SIZE_MAX / 4, false, &bytes, &length, err)) {
        return false;
    }
    size_t n_lines = 0;
    for (const char *end; n_lines < n && (end = memchr(bytes + *n_bytes, '\n', length - *n_bytes));
         n_lines++) {
        *n_bytes = (size_t)(end - bytes) + 1;
    }
    memory_free(bytes);
    return n_lines == n ||
           file_fail(err, ERROR_FILE, file->path,
                     "has %zu lines, and the checkpoint is of epoch %zu", n_lines, n);
}

bool history_file_open(HistoryFile *file, const char *path, size_t n_kept, Error *err) {
    *file = (HistoryFile){.path = memory_copy_text(path), .fd = -1};
    size_t n_bytes;
    bool good = measure_lines(file, n_kept, &n_bytes, err);
    if (good) {
        file->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        good = (file->fd >= 0 && ftruncate(file->fd, (off_t)n_bytes) == 0) ||
               fail_here(file, "open the file", err);
    }
    if (!good) {
        history_file_close(file, NULL);
    }
    return good;
}

bool history_file_add(HistoryFile *file, const EpochRecord *record, const MetricList *metrics,
                      size_t n_layers, Error *err) {
    file->line.n = 0;
    history_file_print(&file->line, record, metrics, n_layers);
    return file_write_descriptor(file->fd, file->line.bytes, file->line.n) ||
           fail_here(file, "write", err);
}

bool history_file_close(HistoryFile *file, Error *err) {
    const bool is_open = file->path && file->fd >= 0;
    const bool good = !is_open || close(file->fd) == 0 || fail_here(file, "write", err);
    memory_free(file->path);
    text_free(&file->line);
    *file = (HistoryFile){.fd = -1};
    return good;
}
