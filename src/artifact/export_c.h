/* The row of artifact/exporter.h for C source. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_C_H
#define NNTRAIN_ARTIFACT_EXPORT_C_H

#include "artifact/exporter.h"

bool export_c_print(ExportText *out, const ModelFile *model, const char *name, Error *err);

#endif
