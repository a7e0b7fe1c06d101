#include "artifact/exporter.h"

#include <string.h>

#include "artifact/export_c.h"
#include "artifact/export_onnx.h"
#include "artifact/export_safetensors.h"

void export_text_free(ExportText *text) {
    text_free(&text->file);
    text_free(&text->companion);
    text_free(&text->note);
}

const KindTable *exporter_kinds(void) {
    static const Exporter rows[] = {
        {.kind = {"onnx", "for onnxruntime and others: raw columns to label and probabilities",
                  NULL, "ONNX operator set 13, ai.onnx.ml 2"},
         .suffix = "onnx",
         .mark = "\x12\x07nntrain",
         .print = export_onnx_print},
        {.kind = {"c", "C99 source without dependencies, with the bits of `nntrain predict`", NULL,
                  NULL},
         .suffix = "c",
         .companion = "h",
         .mark = ": a network made by nntrain ",
         .print = export_c_print},
        {.kind = {"safetensors",
                  "the weights, for PyTorch and NumPy, with the rest of the model as metadata",
                  NULL, NULL},
         .suffix = "safetensors",
         .mark = "\"nntrain.model\":\"{",
         .print = export_safetensors_print},
    };
    static const KindTable table = KIND_TABLE("export format", rows);
    return &table;
}

bool exporter_made(const char *bytes, size_t n) {
    const KindTable *kinds = exporter_kinds();
    bool found = false;
    for (size_t i = 0; i < kinds->n && !found; i++) {
        const char *mark = ((const Exporter *)kind_at(kinds, i))->mark;
        found = memmem(bytes, n, mark, strlen(mark)) != NULL;
    }
    return found;
}
