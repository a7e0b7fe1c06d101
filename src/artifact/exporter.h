/* Models as other programs read them: one row per format. All of a format's output is made in
 * memory from a ModelFile that was read (and so checked), and written by whoever asked for it. */
#ifndef NNTRAIN_ARTIFACT_EXPORTER_H
#define NNTRAIN_ARTIFACT_EXPORTER_H

#include "artifact/model_file.h"

enum { EXPORTER_HEAD = 512 };

/* What is to be written. Zero-initialise. */
typedef struct ExportText {
    TextBuffer file;      /* the file itself, bytes of any kind */
    TextBuffer companion; /* the second file, where the format has one */
    TextBuffer note;      /* one line for people: what goes in and comes out, what it takes */
} ExportText;

void export_text_free(ExportText *text);

typedef struct Exporter {
    Kind kind;
    const char *suffix;    /* of the file's name: "onnx" */
    const char *companion; /* suffix of the second file beside it; NULL: there is none */
    const char *mark;      /* what every file of it has within its first EXPORTER_HEAD bytes */
    /* name: of the file, without folder and suffix. ERROR_MODEL when the format cannot express
     * something of the model, with what and why; ERROR_SIZE over a limit of the format. */
    bool (*print)(ExportText *out, const ModelFile *model, const char *name, Error *err);
} Exporter;

const KindTable *exporter_kinds(void);

/* Whether a file that begins with these bytes is an export, of any format. */
bool exporter_made(const char *bytes, size_t n);

#endif
