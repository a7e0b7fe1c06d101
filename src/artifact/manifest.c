#include "artifact/manifest.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <sha256.h>
#include <zlib.h>

#include "artifact/json.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "compute/level.h"

static const char FORMAT[] = "nntrain.manifest";
enum { FORMAT_VERSION = 1 };

ManifestMoment manifest_now(void) {
    ManifestMoment moment = {0};
    clock_gettime(CLOCK_REALTIME, &moment.calendar);
    moment.steady = clock_now();
    return moment;
}

/* ---- Times, machine, versions ---- */

/* "2024-05-01T12:00:00.125Z" */
static void add_time(Json *to, const char *key, struct timespec time) {
    struct tm utc;
    char day[32] = "", text[48];
    if (!gmtime_r(&time.tv_sec, &utc) ||
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc) == 0) {
        json_add_null(to, key);
        return;
    }
    snprintf(text, sizeof text, "%s.%03ldZ", day, time.tv_nsec / 1000000);
    json_add_text(to, key, text);
}

static void add_times(Json *root, const ManifestInfo *info) {
    const double milliseconds = round(1e3 * (info->finished.steady - info->started.steady));
    add_time(root, "started", info->started.calendar);
    add_time(root, "finished", info->finished.calendar);
    json_add_double(root, "duration_seconds", milliseconds / 1000);
}

static void add_host(Json *root, const ManifestInfo *info) {
    struct utsname names;
    const bool has_names = uname(&names) == 0;
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    Json *host = json_add_object(root, "host");
    json_add_text(host, "name", has_names ? names.nodename : NULL);
    json_add_text(host, "system", has_names ? names.sysname : NULL);
    json_add_text(host, "release", has_names ? names.release : NULL);
    json_add_text(host, "machine", has_names ? names.machine : NULL);
    json_add_integer(host, "processors", processors > 0 ? (uint64_t)processors : 0);
    json_add_integer(host, "threads", info->threads);
    json_add_text(host, "level", kind_at(level_kinds(), compute_level())->name);
}

static void add_versions(Json *root) {
    Json *versions = json_add_object(root, "versions");
    json_add_text(versions, "nntrain", NNTRAIN_VERSION);
#if defined(__clang__)
    json_add_text(versions, "compiler", __VERSION__);
#else
    json_add_text(versions, "compiler", "gcc " __VERSION__);
#endif
    json_add_text(versions, "cjson", json_library_version());
    json_add_text(versions, "zlib", zlibVersion());
}

/* ---- Files ---- */

/* Size and hash of a regular file. False, with errno 0, for anything else. */
static bool measure(const char *path, uint64_t *n_bytes, char hex[65]) {
    struct stat status;
    errno = 0;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    *n_bytes = (uint64_t)status.st_size;
    return SHA256File(path, hex) != NULL;
}

static void add_file(Json *files, const char *name, uint64_t n_bytes, const char *hex) {
    Json *file = json_add_object(files, NULL);
    json_add_text(file, "name", name);
    if (hex) {
        json_add_integer(file, "size_bytes", n_bytes);
    } else {
        json_add_null(file, "size_bytes");
    }
    json_add_text(file, "sha256", hex);
}

static void add_data_files(Json *root, const ManifestInfo *info) {
    Json *files = json_add_array(root, "data");
    for (size_t i = 0; i < info->data_files->n; i++) {
        const char *path = info->data_files->items[i];
        uint64_t n_bytes = 0;
        char hex[65];
        const bool is_measured = strcmp(path, "-") != 0 && measure(path, &n_bytes, hex);
        add_file(files, path, n_bytes, is_measured ? hex : NULL);
    }
}

static bool add_run_files(Json *root, const ManifestInfo *info, Error *err) {
    Json *files = json_add_array(root, "files");
    bool good = true;
    for (size_t i = 0; good && i < info->files->n; i++) {
        const char *name = info->files->items[i];
        uint64_t n_bytes = 0;
        char hex[65];
        char *path = file_join(info->folder, name);
        good = measure(path, &n_bytes, hex) ||
               file_fail(err, ERROR_FILE, path, "cannot read: %s",
                         errno ? strerror(errno) : "it is no regular file");
        if (good) {
            add_file(files, name, n_bytes, hex);
        }
        memory_free(path);
    }
    return good;
}

bool manifest_print(TextBuffer *out, const ManifestInfo *info, Error *err) {
    Json *root = json_new_object();
    json_add_text(root, "format", FORMAT);
    json_add_integer(root, "format_version", FORMAT_VERSION);
    json_add_text(root, "name", info->name);
    json_add_text(root, "status", info->status);
    json_add_text(root, "command_line", info->command_line);
    add_times(root, info);
    add_host(root, info);
    add_versions(root);
    add_data_files(root, info);
    const bool good = add_run_files(root, info, err);
    if (good) {
        json_print(out, root, NULL);
    }
    json_free(root);
    return good;
}
