#include "artifact/trials_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "artifact/json.h"
#include "artifact/json_read.h"
#include "base/file.h"
#include "base/memory.h"

enum { MOST_BYTES = 1 << 30, BYTES_OF_PART = 1 << 16 };

/* ---- Lines ---- */

void trials_header_print(TextBuffer *out, const TrialsHeader *header) {
    Json *root = json_new_object();
    json_add_text(root, "format", "nntrain.trials");
    json_add_integer(root, "format_version", 1);
    json_add_text(root, "nntrain_version", NNTRAIN_VERSION);
    json_add_text(root, "method", header->method);
    json_add_text(root, "objective", header->objective);
    json_add_integer(root, "seed", header->seed);
    json_add_text(root, "config_sha256", header->config_sha256);
    json_add_text(root, "data_sha256", header->data_sha256);
    json_add_integer(root, "shard", header->shard + 1);
    json_add_integer(root, "shards", header->n_shards);
    json_print_line(out, root);
    json_free(root);
}

static void add_setting(Json *to, const Space *space, const double *values) {
    Json *setting = json_add_object(to, "setting");
    for (size_t k = 0; k < space->n; k++) {
        if (!isnan(values[k])) {
            TextBuffer text = {0};
            space_append_value(&text, &space->keys[k], values[k]);
            json_add_text(setting, space->keys[k].name, text_of(&text));
            text_free(&text);
        }
    }
}

void trials_result_print(TextBuffer *out, const Space *space, const Job *job, const double *values,
                         const TrialResult *result) {
    Json *root = json_new_object();
    json_add_integer(root, "trial", job->trial + 1);
    json_add_text(root, "status", result->status->kind.name);
    if (job->epochs > 0) {
        json_add_integer(root, "epochs", (uint64_t)job->epochs);
    } else {
        json_add_null(root, "epochs");
    }
    json_add_double(root, "value", result->mean);
    json_add_double(root, "deviation", result->deviation);
    json_add_integer(root, "parameters", result->n_parameters);
    add_setting(root, space, values);
    json_add_text(root, "message", result->message);
    json_print_line(out, root);
    json_free(root);
}

void trials_line_print(TextBuffer *out, const Search *search, size_t number) {
    const Trial *trial = &search->trials[number];
    const Job job = {number, trial->epochs};
    trials_result_print(out, search->space, &job, trial->values, &trial->result);
}

/* ---- Writing ---- */

static bool fail_here(const char *path, const char *what, Error *err) {
    return file_fail(err, ERROR_FILE, path, "cannot %s: %s", what, strerror(errno));
}

/* Bytes up to the end of the last whole line. */
static size_t whole_lines(const char *bytes, size_t n) {
    while (n > 0 && bytes[n - 1] != '\n') {
        n--;
    }
    return n;
}

bool trials_writer_open(TrialsWriter *writer, const char *path, Error *err) {
    *writer = (TrialsWriter){.path = memory_copy_text(path), .fd = -1};
    if (!file_is_missing(path) &&
        !file_read(path, MOST_BYTES, false, &writer->kept, &writer->n_kept, err)) {
        return false;
    }
    writer->n_kept = whole_lines(writer->kept, writer->n_kept);
    writer->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    return (writer->fd >= 0 && ftruncate(writer->fd, (off_t)writer->n_kept) == 0) ||
           fail_here(path, "open the file", err);
}

bool trials_writer_append(TrialsWriter *writer, const char *path, const TrialsHeader *header,
                          Error *err) {
    TextBuffer line = {0};
    bool good = trials_writer_open(writer, path, err);
    writer->at = writer->n_kept;
    if (good && writer->n_kept == 0) {
        trials_header_print(&line, header);
        good = trials_writer_add(writer, &line, err);
    }
    text_free(&line);
    return good;
}

bool trials_writer_add(TrialsWriter *writer, const TextBuffer *line, Error *err) {
    writer->line++;
    if (writer->at < writer->n_kept) {
        const bool is_same = writer->n_kept - writer->at >= line->n &&
                             memcmp(writer->kept + writer->at, line->bytes, line->n) == 0;
        writer->at += line->n;
        return is_same || file_fail(err, ERROR_FILE, writer->path,
                                    "line %zu is of another search: the config or the data have "
                                    "changed; start without --resume",
                                    writer->line);
    }
    writer->has_unsynced = true;
    return file_write_descriptor(writer->fd, line->bytes, line->n) ||
           fail_here(writer->path, "write", err);
}

bool trials_writer_sync(TrialsWriter *writer, Error *err) {
    const bool good = !writer->has_unsynced || fdatasync(writer->fd) == 0 || errno == EINVAL;
    writer->has_unsynced = false;
    return good || fail_here(writer->path, "write", err);
}

void trials_writer_close(TrialsWriter *writer) {
    if (writer->path && writer->fd >= 0) {
        close(writer->fd);
    }
    memory_free(writer->path);
    memory_free(writer->kept);
    *writer = (TrialsWriter){.fd = -1};
}

/* ---- Reading ---- */

/* The next whole line without its newline; false at the end. */
static bool next_line(const TrialsReader *reader, size_t *n) {
    const char *end = reader->at < reader->n
                          ? memchr(reader->bytes + reader->at, '\n', reader->n - reader->at)
                          : NULL;
    *n = end ? (size_t)(end - (reader->bytes + reader->at)) : 0;
    return end != NULL;
}

static void skip_line(TrialsReader *reader, size_t n) {
    reader->at += n + 1;
    reader->line++;
}

bool trials_reader_open(TrialsReader *reader, const char *path, Error *err) {
    *reader = (TrialsReader){.path = memory_copy_text(path)};
    if (!file_is_missing(path) &&
        !file_read(path, MOST_BYTES, false, &reader->bytes, &reader->n, err)) {
        return false;
    }
    size_t n;
    if (next_line(reader, &n)) {
        text_append_bytes(&reader->header, reader->bytes, n);
        skip_line(reader, n);
    }
    return true;
}

static bool read_result(const JsonAt *root, const TrialStatus *status, TrialResult *result,
                        Error *err) {
    const char *message = NULL;
    *result = (TrialResult){.status = status->has_value ? trial_ok() : status};
    if (!json_get_double_or_null(root, "value", &result->mean, err) ||
        !json_get_double_or_null(root, "deviation", &result->deviation, err) ||
        !json_get_size(root, "parameters", SIZE_MAX / 2, &result->n_parameters, err) ||
        (json_has(root, "message") && !json_get_text(root, "message", &message, err))) {
        return false;
    }
    result->message = message ? memory_copy_text(message) : NULL;
    return true;
}

/* Parses a line; lines of pruned trials follow from the others and are passed by. */
static bool take_line(TrialsReader *reader, size_t n, const Job *job, TrialResult *result,
                      bool *found, bool *is_passed, Error *err) {
    JsonDocument document = {0};
    JsonAt root;
    const Kind *status;
    size_t trial = 0, epochs = 0;
    bool good =
        json_parse(&document, reader->path, reader->bytes + reader->at, n, ERROR_DATA, err) &&
        json_root(&document, &root, err) &&
        json_get_kind(&root, "status", trial_status_kinds(), &status, err) &&
        json_get_size(&root, "trial", SIZE_MAX / 2, &trial, err) &&
        (!json_has(&root, "epochs") || json_get_size(&root, "epochs", SIZE_MAX / 2, &epochs, err));
    *is_passed = good && (const TrialStatus *)status == trial_pruned();
    *found = good && !*is_passed && trial == job->trial + 1 && (int64_t)epochs == job->epochs;
    if (*found) {
        good = read_result(&root, (const TrialStatus *)status, result, err);
    }
    json_document_free(&document);
    return good;
}

bool trials_reader_take(TrialsReader *reader, const Job *job, TrialResult *result, bool *found,
                        Error *err) {
    size_t n;
    bool is_passed = true;
    *found = false;
    while (is_passed && next_line(reader, &n)) {
        if (!take_line(reader, n, job, result, found, &is_passed, err)) {
            return false;
        }
        if (*found || is_passed) {
            skip_line(reader, n);
        }
    }
    return true;
}

bool trials_reader_search(TrialsReader *reader, const Job *job, TrialResult *result, bool *found,
                          Error *err) {
    size_t n;
    bool is_passed;
    *found = false;
    reader->at = reader->header.n + 1;
    while (!*found && next_line(reader, &n)) {
        if (!take_line(reader, n, job, result, found, &is_passed, err)) {
            return false;
        }
        skip_line(reader, n);
    }
    return true;
}

bool trials_reader_check(const TrialsReader *reader, const TrialsHeader *header, size_t *shard,
                         const char **other, Error *err) {
    JsonDocument document = {0};
    JsonAt root;
    size_t n_shards = 0;
    const char *config = "", *data = "", *version = "";
    bool good = json_parse(&document, reader->path, text_of(&reader->header), reader->header.n,
                           ERROR_DATA, err) &&
                json_root(&document, &root, err) &&
                json_get_text(&root, "config_sha256", &config, err) &&
                json_get_text(&root, "data_sha256", &data, err) &&
                json_get_text(&root, "nntrain_version", &version, err) &&
                json_get_size(&root, "shard", SIZE_MAX / 2, shard, err) &&
                json_get_size(&root, "shards", SIZE_MAX / 2, &n_shards, err);
    *other = !good                                        ? NULL
             : strcmp(version, NNTRAIN_VERSION) != 0      ? "another version of nntrain"
             : strcmp(config, header->config_sha256) != 0 ? TRIALS_OTHER_CONFIG
             : strcmp(data, header->data_sha256) != 0     ? "other data"
             : n_shards != header->n_shards               ? "another number of shards"
                                                          : NULL;
    good = good && !*other;
    *shard = good ? *shard - 1 : 0;
    json_document_free(&document);
    return good;
}

bool trials_reader_data(const TrialsReader *reader, char hex[65], Error *err) {
    JsonDocument document = {0};
    JsonAt root;
    const char *data = "";
    bool good = json_parse(&document, reader->path, text_of(&reader->header), reader->header.n,
                           ERROR_DATA, err) &&
                json_root(&document, &root, err) &&
                json_get_text(&root, "data_sha256", &data, err) &&
                (strlen(data) == 64 ||
                 file_fail(err, ERROR_DATA, reader->path, "data_sha256 is no SHA-256"));
    memcpy(hex, good ? data : "", good ? 65 : 1);
    json_document_free(&document);
    return good;
}

void trials_reader_close(TrialsReader *reader) {
    memory_free(reader->path);
    memory_free(reader->bytes);
    text_free(&reader->header);
    *reader = (TrialsReader){0};
}

/* ---- The leaderboard ---- */

static void add_importances(Json *root, const Search *search, const Ranking *ranking) {
    Json *list = json_add_array(root, "importance");
    for (size_t k = 0; k < search->space->n; k++) {
        const KeyImportance *importance = &ranking->importances[k];
        Json *item = json_add_object(list, NULL);
        json_add_text(item, "key", search->space->keys[k].name);
        json_add_text(item, "measure",
                      importance->is_eta ? "eta_squared_of_ranks" : "rank_correlation");
        json_add_double(item, "value", importance->value);
        json_add_integer(item, "trials", importance->n);
    }
}

/* What comes before the rows. */
static void print_head(TextBuffer *out, const Search *search, const Ranking *ranking,
                       const char *objective) {
    Json *root = json_new_object();
    json_add_text(root, "format", "nntrain.leaderboard");
    json_add_integer(root, "format_version", 1);
    json_add_text(root, "method", search->options.sampler->kind.name);
    json_add_text(root, "objective", objective);
    json_add_bool(root, "higher_is_better", search->options.higher_is_better);
    json_add_integer(root, "ok", ranking->n_ok);
    json_add_integer(root, "within_one_deviation", ranking->n_close);
    if (ranking->n_ok > 0) {
        json_add_integer(root, "best", ranking->order[0] + 1);
        json_add_integer(root, "simplest", ranking->simplest + 1);
    } else {
        json_add_null(root, "best");
        json_add_null(root, "simplest");
    }
    add_importances(root, search, ranking);
    json_add_array(root, "trials");
    json_print(out, root, NULL);
    json_free(root);
}

typedef struct Leaderboard {
    const Search *search;
    const Ranking *ranking;
    const char *objective;
} Leaderboard;

/* The rows stand within the brackets of the empty list that ends the head. */
static bool fill_leaderboard(FileSink *sink, const void *context) {
    static const char end[] = "]\n}\n";
    const Leaderboard *board = context;
    TextBuffer text = {0};
    print_head(&text, board->search, board->ranking, board->objective);
    assert(text.n > strlen(end) && strcmp(text_of(&text) + text.n - strlen(end), end) == 0);
    text.n -= strlen(end);
    bool good = true;
    for (size_t i = 0; good && i < board->ranking->n; i++) {
        text_append(&text, i > 0 ? ", " : "");
        trials_line_print(&text, board->search, board->ranking->order[i]);
        text.n--; /* without the end of the line */
        if (text.n > BYTES_OF_PART) {
            good = file_sink_add(sink, text.bytes, text.n);
            text.n = 0;
        }
    }
    text_append(&text, end);
    good = good && file_sink_add(sink, text.bytes, text.n);
    text_free(&text);
    return good;
}

bool leaderboard_write(const char *path, const Search *search, const Ranking *ranking,
                       const char *objective, Error *err) {
    return file_write_parts(path, fill_leaderboard, &(Leaderboard){search, ranking, objective},
                            err);
}
