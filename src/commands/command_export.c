#include <assert.h>
#include <string.h>

#include "app/console.h"
#include "artifact/exporter.h"
#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/model_argument.h"
#include "commands/output_check.h"

/* Where the export goes; paths are released by places_free. */
typedef struct Places {
    char *model;
    bool is_stdout;
    char *file, *companion; /* NULL: none */
    char *name;             /* of the file, without folder and suffix */
} Places;

static void places_free(Places *places) {
    memory_free(places->model);
    memory_free(places->file);
    memory_free(places->companion);
    memory_free(places->name);
}

static bool choose_exporter(const CommandLine *line, const Exporter **exporter, Error *err) {
    *exporter = line->format ? (const Exporter *)kind_find(exporter_kinds(), line->format) : NULL;
    if (*exporter) {
        return true;
    }
    TextBuffer names = {0};
    kind_list_names(&names, exporter_kinds());
    if (line->format) {
        char shown[TEXT_SHOWN];
        fail(err, ERROR_USAGE, "error: --format %s: must be one of %s",
             text_shown(shown, line->format, strlen(line->format)), text_of(&names));
    } else {
        fail(err, ERROR_USAGE, "error: export needs --format NAME, one of %s", text_of(&names));
    }
    text_free(&names);
    return false;
}

/* folder/stem.suffix */
static char *place_beside(const char *path, const char *stem, const char *suffix) {
    TextBuffer name = {0};
    char *folder = file_folder_of(path);
    text_printf(&name, "%s.%s", stem, suffix);
    char *place = file_join(folder, text_of(&name));
    memory_free(folder);
    text_free(&name);
    return place;
}

static bool check_place(const Places *places, const char *path, Error *err) {
    if (path && file_is_same(path, places->model)) {
        return file_fail(err, ERROR_FILE, path,
                         "would be replaced, but it is the model; give another path with -o");
    }
    return !path || output_check(path, exporter_made, err);
}

static bool ends_in(const char *path, const char *suffix) {
    const size_t n = strlen(path), n_suffix = strlen(suffix);
    return n > n_suffix + 1 && path[n - n_suffix - 1] == '.' &&
           strcmp(path + n - n_suffix, suffix) == 0;
}

static bool choose_places(const CommandLine *line, const Exporter *exporter, Places *places,
                          Error *err) {
    places->model = model_argument_path(line, err);
    places->is_stdout = line->output && strcmp(line->output, "-") == 0;
    if (!places->model) {
        return false;
    }
    if (exporter->companion && places->is_stdout) {
        return fail(err, ERROR_USAGE,
                    "error: --output -: %s makes two files, which do not fit standard output; "
                    "name a file FILE.%s",
                    exporter->kind.name, exporter->suffix);
    }
    if (exporter->companion && line->output && !ends_in(line->output, exporter->suffix)) {
        return file_fail(err, ERROR_USAGE, line->output,
                         "--output of %s must end in .%s (a .%s is written beside it)",
                         exporter->kind.name, exporter->suffix, exporter->companion);
    }
    const bool is_named = line->output && !places->is_stdout;
    places->name = file_stem_of(is_named ? line->output : places->model);
    places->file = line->output ? memory_copy_text(line->output)
                                : place_beside(places->model, places->name, exporter->suffix);
    places->companion =
        exporter->companion ? place_beside(places->file, places->name, exporter->companion) : NULL;
    return check_place(places, places->file, err) && check_place(places, places->companion, err);
}

static bool write_all(const Places *places, const ExportText *text, Error *err) {
    return file_write(places->file, text_of(&text->file), text->file.n, err) &&
           (!places->companion ||
            file_write(places->companion, text_of(&text->companion), text->companion.n, err));
}

static void tell(const CommandLine *line, const Places *places, const ExportText *text) {
    Console console;
    TextBuffer said = {0};
    assert(places->file);
    text_append(&said, "wrote ");
    text_append_uncut(&said, places->file, strlen(places->file));
    if (places->companion) {
        text_append(&said, " and ");
        text_append_uncut(&said, places->companion, strlen(places->companion));
    }
    text_printf(&said, ": %s\n", text_of(&text->note));
    console_init(&console, line->quiet, false);
    console_choose(&console, line, NULL);
    console_lines(&console, "", text_of(&said));
    text_free(&said);
}

bool command_export(const CommandLine *line, Error *err) {
    const Exporter *exporter;
    Places places = {0};
    ModelFile model = {0};
    ExportText text = {0};
    const bool good =
        choose_exporter(line, &exporter, err) && choose_places(line, exporter, &places, err) &&
        model_file_read(places.model, &model, err) &&
        exporter->print(&text, &model, places.name, err) && write_all(&places, &text, err);
    if (good && !places.is_stdout) {
        tell(line, &places, &text);
    }
    export_text_free(&text);
    model_file_free(&model);
    places_free(&places);
    return good;
}
