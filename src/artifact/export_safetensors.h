/* The row of artifact/exporter.h for safetensors. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_SAFETENSORS_H
#define NNTRAIN_ARTIFACT_EXPORT_SAFETENSORS_H

#include "artifact/exporter.h"

bool export_safetensors_print(ExportText *out, const ModelFile *model, const char *name,
                              Error *err);

#endif
