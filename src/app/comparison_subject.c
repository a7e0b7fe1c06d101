#include "app/comparison_subject.h"

#include <string.h>

#include "artifact/json_read.h"
#include "base/file.h"
#include "base/memory.h"

enum { MOST_BYTES = 1 << 28 };

const char *const subject_names[N_SUBJECTS] = {"data", "task", "loss"};

static bool read_document(const char *run, const char *name, JsonDocument *document) {
    Error unused;
    char *bytes = NULL;
    size_t n = 0;
    char *path = file_join(run, name);
    const bool good = file_read(path, MOST_BYTES, false, &bytes, &n, &unused) &&
                      json_parse(document, path, bytes, n, ERROR_DATA, &unused);
    memory_free(bytes);
    memory_free(path);
    return good;
}

/* Nothing when the hash of a file is unknown, as of standard input. */
static void append_hashes(TextBuffer *out, const JsonAt *root) {
    JsonAt files;
    const char *hash;
    if (!json_get_array(root, "data", &files, NULL)) {
        return;
    }
    for (JsonAt file = json_first(&files); file.value; json_next(&file)) {
        if (!json_is_object(&file, NULL) || !json_has(&file, "sha256") ||
            !json_get_text(&file, "sha256", &hash, NULL)) {
            out->n = 0;
            return;
        }
        text_printf(out, "%s ", hash);
    }
}

void subject_read(const char *run, TextList lists[N_SUBJECTS]) {
    JsonDocument manifest = {0}, model = {0};
    JsonAt root, training, kind;
    TextBuffer hashes = {0};
    const char *task = "", *loss = "";
    if (read_document(run, "manifest.json", &manifest) && json_root(&manifest, &root, NULL)) {
        append_hashes(&hashes, &root);
    }
    if (read_document(run, "model.json", &model) && json_root(&model, &root, NULL)) {
        json_get_text(&root, "task", &task, NULL);
        (void)(json_get_object(&root, "training", &training, NULL) &&
               json_get_object(&training, "loss", &kind, NULL) &&
               json_get_text(&kind, "name", &loss, NULL));
    }
    text_list_add(&lists[SUBJECT_DATA], hashes.n > 0 ? text_of(&hashes) : "");
    text_list_add(&lists[SUBJECT_TASK], task);
    text_list_add(&lists[SUBJECT_LOSS], loss);
    text_free(&hashes);
    json_document_free(&manifest);
    json_document_free(&model);
}

bool subject_differs(const TextList *list) {
    const char *first = NULL;
    for (size_t i = 0; i < list->n; i++) {
        const char *text = list->items[i];
        if (text[0] != '\0' && first && strcmp(text, first) != 0) {
            return true;
        }
        first = text[0] != '\0' ? text : first;
    }
    return false;
}
