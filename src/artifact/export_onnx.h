/* The row of artifact/exporter.h for ONNX. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_ONNX_H
#define NNTRAIN_ARTIFACT_EXPORT_ONNX_H

#include "artifact/exporter.h"

bool export_onnx_print(ExportText *out, const ModelFile *model, const char *name, Error *err);

#endif
