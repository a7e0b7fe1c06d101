#include "commands/ci_outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "artifact/ci_report.h"
#include "base/file.h"
#include "commands/output_check.h"
#include "data/csv_files.h"
#include "pipeline/outputs.h"

static bool check_path(const char *path, Error *err) {
    const int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    if (path && fd < 0) {
        return file_fail(err, ERROR_FILE, path, "cannot write: %s", strerror(errno));
    }
    return !path || close(fd) == 0 ||
           file_fail(err, ERROR_FILE, path, "cannot write: %s", strerror(errno));
}

static bool is_junit(const char *head, size_t n) {
    static const char start[] = "<?xml";
    return n >= sizeof start - 1 && memcmp(head, start, sizeof start - 1) == 0;
}

bool ci_outputs_check(const CommandLine *line, Error *err) {
    return (!line->summary || output_check(line->summary, NULL, err)) &&
           (!line->junit || output_check(line->junit, is_junit, err)) &&
           check_path(line->summary, err) && check_path(line->junit, err);
}

static bool is_one_of(const char *path, const TextList *names, const char *folder) {
    TextList files = {0};
    bool found = false;
    if (path && csv_files_resolve(names, folder, &files, NULL)) {
        for (size_t i = 0; i < files.n; i++) {
            found |= file_is_same(path, files.items[i]);
        }
    }
    text_list_free(&files);
    return found;
}

bool ci_outputs_check_inputs(const CommandLine *line, const Config *config, Error *err) {
    const char *const paths[] = {line->summary, line->junit};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (is_one_of(paths[i], &config->csv.files, config->folder) ||
            is_one_of(paths[i], &config->validation_files, config->folder) ||
            is_one_of(paths[i], &config->test_files, config->folder)) {
            return file_fail(err, ERROR_FILE, paths[i],
                             "is data of the run, and would be changed; name another file");
        }
    }
    return true;
}

/* In one write where the disk has room, so that jobs that share the file do not mix. */
static bool append_file(const char *path, const TextBuffer *text, Error *err) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    bool good = fd >= 0 && file_write_descriptor(fd, text->bytes, text->n);
    good = (fd < 0 || close(fd) == 0) && good;
    return good || file_fail(err, ERROR_FILE, path, "cannot write: %s", strerror(errno));
}

bool ci_outputs_write(const CommandLine *line, const PipelineInput *in, const Outcome *outcome,
                      const Error *error, Error *err) {
    if (!line->summary && !line->junit) {
        return true;
    }
    if (!ci_outputs_check_inputs(line, in->config, err)) {
        return false;
    }
    const Notes none = {0};
    const MetricsReport metrics = outputs_metrics(in, outcome);
    const CiReport report = {.name = in->config->name ? in->config->name : line->arguments.items[0],
                             .folder = in->config->output_folder ? in->config->output_folder : "",
                             .metrics = outcome->metrics_json ? &metrics : NULL,
                             .notes = in->console->notes ? in->console->notes : &none,
                             .error = error};
    TextBuffer summary = {0}, junit = {0};
    ci_summary_print(&summary, &report);
    ci_junit_print(&junit, &report);
    const bool good = (!line->summary || append_file(line->summary, &summary, err)) &&
                      (!line->junit || file_write(line->junit, junit.bytes, junit.n, err));
    text_free(&summary);
    text_free(&junit);
    return good;
}
