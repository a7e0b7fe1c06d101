#include "artifact/exporter.h"

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
         .print = export_onnx_print},
        {.kind = {"c", "C99 source without dependencies, with the bits of `nntrain predict`", NULL,
                  NULL},
         .suffix = "c",
         .companion = "h",
         .print = export_c_print},
        {.kind = {"safetensors",
                  "the weights, for PyTorch and NumPy, with the rest of the model as metadata",
                  NULL, NULL},
         .suffix = "safetensors",
         .print = export_safetensors_print},
    };
    static const KindTable table = KIND_TABLE("export format", rows);
    return &table;
}
