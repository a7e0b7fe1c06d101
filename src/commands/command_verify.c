#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact/json_read.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/run_folder.h"
#include "commands/commands.h"
#include "commands/load_config.h"
#include "pipeline/pipeline.h"

/* ---- The run made anew, in a folder that is removed ---- */

/* Below $TMPDIR or /tmp; NULL with an error. */
static char *make_folder(Error *err) {
    const char *given = getenv("TMPDIR"), *above = given && *given ? given : "/tmp";
    char *folder = file_join(above, "nntrain-verify-XXXXXX");
    if (!mkdtemp(folder)) {
        file_fail(err, ERROR_FILE, above, "no folder can be made in it: %s; TMPDIR names another",
                  strerror(errno));
        memory_free(folder);
        return NULL;
    }
    return folder;
}

/* The names in a folder. ERROR_FILE. */
static bool list_names(const char *folder, TextList *names, Error *err) {
    DIR *stream = opendir(folder);
    if (!stream) {
        return file_fail(err, ERROR_FILE, folder, "cannot list the folder: %s", strerror(errno));
    }
    for (const struct dirent *entry; (entry = readdir(stream));) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            text_list_add(names, entry->d_name);
        }
    }
    closedir(stream);
    return true;
}

/* A folder with files, and with folders that hold files only. */
static void remove_folder(const char *folder, int depth) {
    TextList names = {0};
    list_names(folder, &names, NULL);
    for (size_t i = 0; i < names.n; i++) {
        char *path = file_join(folder, names.items[i]);
        if (unlink(path) != 0 && depth > 0) {
            remove_folder(path, depth - 1);
        }
        memory_free(path);
    }
    text_list_free(&names);
    rmdir(folder);
}

/* A diverged run and one whose gate fails are complete, too. */
static bool run_again(const CommandLine *line, const char *folder, const Console *console,
                      Error *err) {
    Config config = {0};
    Outcome outcome = {0};
    Notes notes = {0};
    Console own = *console;
    CommandLine anew = *line;
    char *path = file_join(line->arguments.items[0], "config.ini");
    TextBuffer override = {0};
    text_printf(&override, "output.dir=%s", folder);
    anew.arguments = (TextList){.items = &path, .n = 1};
    anew.overrides = (TextList){.items = &override.bytes, .n = 1};
    own.notes = &notes;
    const PipelineInput in = {.config = &config,
                              .console = &own,
                              .command_line = text_of(&line->original),
                              .baseline = line->baseline};
    const bool good = load_config(&anew, false, &own, &config, err) &&
                      (pipeline_run(&in, &outcome, err) || err->code == ERROR_DIVERGED ||
                       err->code == ERROR_GATE);
    notes_free(&notes);
    outcome_free(&outcome);
    config_free(&config);
    text_free(&override);
    memory_free(path);
    return good;
}

/* ---- What manifests say ---- */

/* A member of each object of a list of the manifest, a line each; "" when there is no manifest to
 * read. */
static void print_listed(TextBuffer *out, const char *folder, const char *list,
                         const char *member) {
    char *path = file_join(folder, RUN_FOLDER_MARK), *bytes = NULL;
    size_t n = 0;
    JsonDocument document = {0};
    JsonAt root, items;
    if (file_read(path, 1 << 26, false, &bytes, &n, NULL) &&
        json_parse(&document, path, bytes, n, ERROR_DATA, NULL) &&
        json_root(&document, &root, NULL) && json_get_array(&root, list, &items, NULL)) {
        for (JsonAt item = json_first(&items); item.value; json_next(&item)) {
            const char *text = "";
            if (json_is_object(&item, NULL) && json_has(&item, member)) {
                json_get_text(&item, member, &text, NULL);
            }
            text_printf(out, "%s\n", text);
        }
    }
    json_document_free(&document);
    memory_free(bytes);
    memory_free(path);
}

/* ---- Comparing ---- */

typedef struct Comparison {
    const char *run, *anew; /* folders */
    TextBuffer differences; /* a line each */
    TextBuffer same;        /* names */
    TextBuffer listed;      /* names that the run's manifest has, a line each */
    TextBuffer others;      /* names of what was put into the folder afterwards */
    Error unreadable;       /* the first file that could not be compared */
} Comparison;

/* Paths, times and origins are those of the folder and the moment, and states to go on from may be
 * left over. */
static bool is_of_the_place(const char *name) {
    static const char *const names[] = {
        RUN_FOLDER_MARK,         RUN_FOLDER_OPEN_MARK, RUN_FOLDER_STATE, RUN_FOLDER_OLD_STATE,
        RUN_FOLDER_TRIALS_AHEAD, RUN_FOLDER_CONFIG,    "best.ini"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        found |= strcmp(name, names[i]) == 0;
    }
    return found;
}

/* A file that is not there is no error, and has no bytes. */
static bool read_in(const char *folder, const char *name, char **bytes, size_t *n, Error *err) {
    char *path = file_join(folder, name);
    const bool good = file_is_missing(path) || file_read(path, SIZE_MAX / 4, false, bytes, n, err);
    memory_free(path);
    return good;
}

/* Where two texts differ first: in history.jsonl a line is an epoch. */
static void add_difference(Comparison *comparison, const char *name, const char *a, size_t n_a,
                           const char *b, size_t n_b) {
    size_t line = 1, i = 0;
    for (; i < n_a && i < n_b && a[i] == b[i]; i++) {
        line += a[i] == '\n';
    }
    const bool is_history = strcmp(name, "history.jsonl") == 0;
    text_printf(&comparison->differences, "%s%s/%s:%zu: error: %s %zu is not the same in a new run",
                comparison->differences.n ? "\n" : "", comparison->run, name, line,
                is_history ? "epoch" : "line", line);
}

static void add_name(TextBuffer *names, const char *name) {
    text_printf(names, "%s%s", names->n ? ", " : "", name);
}

/* A line of the text is the name. */
static bool is_line(const char *text, const char *name) {
    const size_t n = strlen(name);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        if (strncmp(line, name, n) == 0 && line[n] == '\n') {
            return true;
        }
    }
    return false;
}

static void compare_file(Comparison *comparison, const char *name) {
    char *a = NULL, *b = NULL;
    size_t n_a = 0, n_b = 0;
    Error err = {0};
    if (!read_in(comparison->run, name, &a, &n_a, &err) ||
        !read_in(comparison->anew, name, &b, &n_b, &err)) {
        comparison->unreadable = comparison->unreadable.code ? comparison->unreadable : err;
    } else if (!b && !is_line(text_of(&comparison->listed), name)) {
        add_name(&comparison->others, name);
    } else if (!a || !b) {
        text_printf(&comparison->differences, "%s%s/%s: error: %s",
                    comparison->differences.n ? "\n" : "", comparison->run, name,
                    a ? "a new run does not write it" : "is missing; a new run writes it");
    } else if (n_a != n_b || memcmp(a, b, n_a) != 0) {
        add_difference(comparison, name, a, n_a, b, n_b);
    } else {
        add_name(&comparison->same, name);
    }
    memory_free(a);
    memory_free(b);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* history.jsonl first: the first epoch that differs says most. */
static void compare_files(Comparison *comparison) {
    TextList names = {0}, others = {0};
    if (!list_names(comparison->anew, &names, &comparison->unreadable)) {
        return;
    }
    list_names(comparison->run, &others, &comparison->unreadable);
    for (size_t i = 0; i < others.n; i++) {
        if (!text_list_has(&names, others.items[i])) {
            text_list_add(&names, others.items[i]);
        }
    }
    if (names.n > 0) {
        qsort(names.items, names.n, sizeof *names.items, by_name);
    }
    compare_file(comparison, "history.jsonl");
    for (size_t i = 0; i < names.n; i++) {
        if (!is_of_the_place(names.items[i]) && strcmp(names.items[i], "history.jsonl") != 0) {
            compare_file(comparison, names.items[i]);
        }
    }
    text_list_free(&names);
    text_list_free(&others);
}

static bool has_other_data(const Comparison *comparison) {
    TextBuffer then = {0}, now = {0};
    print_listed(&then, comparison->run, "data", "sha256");
    print_listed(&now, comparison->anew, "data", "sha256");
    const bool differs = strcmp(text_of(&then), text_of(&now)) != 0;
    text_free(&then);
    text_free(&now);
    return differs;
}

static bool tell(const Comparison *comparison, Error *err) {
    if (comparison->unreadable.code) {
        *err = comparison->unreadable;
        return false;
    }
    if (comparison->differences.n > 0) {
        return fail(err, ERROR_DIFFERENT, "%s%s", text_of(&comparison->differences),
                    has_other_data(comparison)
                        ? "\nnote: the data files have changed since the run was made"
                        : "");
    }
    printf("%s: a new run has the same bytes: %s\n", comparison->run, text_of(&comparison->same));
    if (comparison->others.n > 0) {
        printf("%s: not of the run: %s\n", comparison->run, text_of(&comparison->others));
    }
    return true;
}

bool command_verify(const CommandLine *line, Error *err) {
    Console console;
    console_init(&console, line->quiet, line->verbose);
    console_choose(&console, line, NULL);
    const char *run = line->arguments.items[0];
    char *mark = file_join(run, RUN_FOLDER_MARK);
    const bool is_run = file_exists(mark);
    memory_free(mark);
    if (!is_run) {
        return file_fail(err, ERROR_FILE, run,
                         "is not the folder of a complete run (it has no " RUN_FOLDER_MARK ")");
    }
    char *folder = make_folder(err);
    if (!folder) {
        return false;
    }
    char *anew = file_join(folder, "run");
    Comparison comparison = {.run = run, .anew = anew};
    bool good = run_again(line, anew, &console, err);
    if (good) {
        console_doing(&console, false, "comparing bytes");
        print_listed(&comparison.listed, run, "files", "name");
        compare_files(&comparison);
        good = tell(&comparison, err);
    } else if (interrupt_is_reason(err)) {
        interrupt_fail(err);
    }
    remove_folder(folder, 1);
    text_free(&comparison.differences);
    text_free(&comparison.same);
    text_free(&comparison.listed);
    text_free(&comparison.others);
    memory_free(anew);
    memory_free(folder);
    return good;
}
