#include "base/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* ---- folders of files ---- */

/* The names in a folder; ERROR_FILE when one of them is a folder too. */
static bool list_files(const char *folder, TextList *names, Error *err) {
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    if (!stream) {
        file_fail(err, ERROR_FILE, folder, "cannot list the folder: %s", strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    bool good = true;
    for (const struct dirent *entry; good && (entry = readdir(stream));) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(status.st_mode)) {
            good = file_fail(err, ERROR_FILE, folder,
                             "holds other folders, so no run has made it; choose another folder");
        }
        text_list_add(names, entry->d_name);
    }
    closedir(stream);
    return good;
}

/* Does something to each file of a folder; false with errno at the first that it fails for. */
static bool for_each_file(const char *folder, const TextList *names,
                          bool (*action)(const char *path)) {
    bool good = true;
    for (size_t i = 0; good && i < names->n; i++) {
        char *path = file_join(folder, names->items[i]);
        good = action(path);
        memory_free(path);
    }
    return good;
}

static bool is_mark(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strcmp(name, RUN_FOLDER_MARK) == 0 || strcmp(name, RUN_FOLDER_OPEN_MARK) == 0;
}

static bool remove_file(const char *path) { return unlink(path) == 0 || errno == ENOENT; }
static bool remove_unmarked(const char *path) { return is_mark(path) || remove_file(path); }

/* Removes a folder with its files, but nothing that holds folders. Its not being there is fine. The
 * marks go last, so that what is left when it is interrupted can still be told from others'. */
static bool remove_folder(const char *folder, Error *err) {
    struct stat status;
    if (lstat(folder, &status) != 0 && errno == ENOENT) {
        return true;
    }
    TextList names = {0};
    bool good = list_files(folder, &names, err);
    if (good && (!for_each_file(folder, &names, remove_unmarked) ||
                 !for_each_file(folder, &names, remove_file) || rmdir(folder) != 0)) {
        good = file_fail(err, ERROR_FILE, folder, "cannot remove the folder: %s", strerror(errno));
    }
    text_list_free(&names);
    return good;
}

/* Files that were written bit by bit have not been synced yet. */
static bool sync_file(const char *path) {
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return errno == ELOOP; /* a symbolic link has nothing of its own */
    }
    const bool good = fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
    const int why = errno;
    close(fd);
    errno = why;
    return good;
}

static bool sync_folder(const char *folder, Error *err) {
    TextList names = {0};
    bool good = list_files(folder, &names, err);
    if (good && !for_each_file(folder, &names, sync_file)) {
        good = file_fail(err, ERROR_FILE, folder, "cannot sync: %s", strerror(errno));
    }
    text_list_free(&names);
    return good && file_sync_folder(folder, err);
}

/* ---- what may be replaced ---- */

/* True when nothing is at path, an empty folder, or a finished run. */
static bool check_replaceable(const char *path, Error *err) {
    struct stat status;
    if (lstat(path, &status) != 0) {
        return errno == ENOENT ||
               file_fail(err, ERROR_FILE, path, "cannot be used: %s", strerror(errno));
    }
    if (!S_ISDIR(status.st_mode)) {
        return file_fail(err, ERROR_FILE, path, "is a file, expected a folder");
    }
    TextList names = {0};
    bool good = list_files(path, &names, err);
    if (good && names.n > 0 && !text_list_has(&names, RUN_FOLDER_MARK)) {
        good = file_fail(err, ERROR_FILE, path,
                         "is a folder that no run has made (it has files, but no " RUN_FOLDER_MARK
                         "); choose another folder");
    }
    text_list_free(&names);
    return good;
}

/* True when a folder at path is empty, or an interrupted run: one begun, or one that was finished
 * and not yet swapped in. */
static bool check_interrupted(const char *path, Error *err) {
    TextList names = {0};
    bool good = list_files(path, &names, err);
    if (good && names.n > 0 && !text_list_has(&names, RUN_FOLDER_OPEN_MARK) &&
        !text_list_has(&names, RUN_FOLDER_MARK)) {
        good =
            file_fail(err, ERROR_FILE, path,
                      "is a folder that no run has made (it has files, but no " RUN_FOLDER_OPEN_MARK
                      "), and the run needs its name; move it away, or "
                      "choose another folder");
    }
    text_list_free(&names);
    return good;
}

static char *with_suffix(const char *path, const char *suffix) {
    TextBuffer text = {0};
    text_printf(&text, "%s%s", path, suffix);
    return text.bytes;
}

/* True for the names that another run gives to its own files beside its folder. */
static bool is_reserved(const char *name) {
    static const char *const suffixes[] = {".partial", ".previous", ".interrupted", ".lock"};
    const size_t n = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        const size_t n_suffix = strlen(suffixes[i]);
        if (n >= n_suffix && strcmp(name + n - n_suffix, suffixes[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Fills the paths of run. */
static bool settle_paths(RunFolder *run, const char *path, Error *err) {
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') {
        n--;
    }
    char *trimmed = memory_copy_bytes(path, n);
    run->path = file_follow_links(trimmed);
    memory_free(trimmed);
    if (!run->path) {
        return file_fail(err, ERROR_FILE, path, "cannot be used: %s", strerror(errno));
    }
    n = strlen(run->path);
    while (n > 1 && run->path[n - 1] == '/') {
        run->path[--n] = '\0';
    }
    const char *slash = strrchr(run->path, '/');
    const char *name = slash ? slash + 1 : run->path;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return file_fail(err, ERROR_FILE, path, "cannot be a run folder; give it a name");
    }
    if (is_reserved(name)) {
        return file_fail(err, ERROR_FILE, path,
                         "cannot be a run folder: names that end in .partial, .previous, "
                         ".interrupted or .lock are for what stands beside one");
    }
    run->partial = with_suffix(run->path, ".partial");
    run->previous = with_suffix(run->path, ".previous");
    run->interrupted = with_suffix(run->path, ".interrupted");
    run->lock_path = with_suffix(run->path, ".lock");
    return true;
}

/* ---- lock ---- */

static bool fail_held(const RunFolder *run, int fd, Error *err) {
    char owner[32] = "";
    const ssize_t n = pread(fd, owner, sizeof owner - 1, 0);
    owner[n > 0 ? n : 0] = '\0';
    owner[strspn(owner, "0123456789")] = '\0';
    return file_fail(err, ERROR_FILE, run->path,
                     "%s%s is writing this run; wait for it, or choose another folder",
                     owner[0] ? "process " : "another process", owner);
}

/* Opens and locks the file at lock_path; false also when its owner removed it in between, then
 * *again is true. */
static bool try_lock(RunFolder *run, bool *again, Error *err) {
    *again = false;
    const int fd =
        open(run->lock_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0) {
        return file_fail(err, ERROR_FILE, run->lock_path, "cannot lock: %s", strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            fail_held(run, fd, err);
        } else {
            file_fail(err, ERROR_FILE, run->lock_path, "cannot lock: %s", strerror(errno));
        }
        close(fd);
        return false;
    }
    struct stat held;
    struct stat named;
    if (fstat(fd, &held) != 0 || stat(run->lock_path, &named) != 0 || held.st_dev != named.st_dev ||
        held.st_ino != named.st_ino) {
        close(fd);
        *again = true;
        return false;
    }
    run->lock = fd;
    return true;
}

static bool take_lock(RunFolder *run, Error *err) {
    bool again;
    while (!try_lock(run, &again, err)) {
        if (!again) {
            return false;
        }
    }
    if (ftruncate(run->lock, 0) != 0 || dprintf(run->lock, "%ld\n", (long)getpid()) < 0) {
        return file_fail(err, ERROR_FILE, run->lock_path, "cannot lock: %s", strerror(errno));
    }
    return true;
}

/* Removed while it is held: who opened it before finds in try_lock that it is gone. */
static void drop_lock(RunFolder *run) {
    if (run->lock >= 0) {
        unlink(run->lock_path);
        close(run->lock);
        run->lock = -1;
    }
}

/* ---- the life of a run folder ---- */

static bool is_state(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strcmp(name, RUN_FOLDER_STATE) == 0 || strcmp(name, RUN_FOLDER_OLD_STATE) == 0 ||
           strcmp(name, RUN_FOLDER_TRIALS) == 0;
}

static bool has_state(const char *folder) {
    TextList names = {0};
    bool found = false;
    if (list_files(folder, &names, NULL)) {
        found = text_list_has(&names, RUN_FOLDER_STATE) ||
                text_list_has(&names, RUN_FOLDER_OLD_STATE) ||
                text_list_has(&names, RUN_FOLDER_TRIALS);
    }
    text_list_free(&names);
    return found;
}

/* What a run that did not end has left: put aside when it can be gone on with, else removed. */
static bool clear_away(RunFolder *run, Error *err) {
    struct stat status;
    if (lstat(run->partial, &status) != 0) {
        return true;
    }
    if (!check_interrupted(run->partial, err)) {
        return false;
    }
    if (!has_state(run->partial)) {
        return remove_folder(run->partial, err);
    }
    if (lstat(run->interrupted, &status) == 0 &&
        (!check_interrupted(run->interrupted, err) || !remove_folder(run->interrupted, err))) {
        return false;
    }
    run->has_put_aside = rename(run->partial, run->interrupted) == 0;
    return run->has_put_aside ||
           file_fail(err, ERROR_FILE, run->interrupted, "cannot put the interrupted run here: %s",
                     strerror(errno));
}

static bool make_open_mark(const RunFolder *run, Error *err) {
    char *mark = run_folder_file(run, RUN_FOLDER_OPEN_MARK);
    const int fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        file_fail(err, ERROR_FILE, mark, "cannot create the file: %s", strerror(errno));
    } else {
        close(fd);
    }
    memory_free(mark);
    return fd >= 0;
}

static bool make_partial(RunFolder *run, Error *err) {
    if (!clear_away(run, err)) {
        return false;
    }
    return (mkdir(run->partial, 0777) == 0 ||
            file_fail(err, ERROR_FILE, run->partial, "cannot create the folder: %s",
                      strerror(errno))) &&
           make_open_mark(run, err);
}

static bool remove_derived(const char *path) {
    const char *slash = strrchr(path, '/');
    const bool is_open_mark = strcmp(slash ? slash + 1 : path, RUN_FOLDER_OPEN_MARK) == 0;
    return is_open_mark || is_state(path) || remove_file(path);
}

bool run_folder_clear(const RunFolder *run, Error *err) {
    TextList names = {0};
    bool good = list_files(run->partial, &names, err) && make_open_mark(run, err);
    if (good && !for_each_file(run->partial, &names, remove_derived)) {
        good = file_fail(err, ERROR_FILE, run->partial, "cannot be emptied: %s", strerror(errno));
    }
    text_list_free(&names);
    return good;
}

/* The state may be left where a run was killed right after its swap. */
static void remove_state(const RunFolder *run) {
    static const char *const names[] = {RUN_FOLDER_STATE, RUN_FOLDER_OLD_STATE};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = file_join(run->path, names[i]);
        remove_file(path);
        memory_free(path);
    }
}

static bool is_complete(const char *folder) {
    TextList names = {0};
    const bool found = list_files(folder, &names, NULL) && text_list_has(&names, RUN_FOLDER_MARK);
    text_list_free(&names);
    return found;
}

static bool find_partial(const RunFolder *run, Error *err) {
    struct stat status;
    if (lstat(run->partial, &status) != 0 || !S_ISDIR(status.st_mode)) {
        const bool is_done = is_complete(run->path);
        if (is_done) {
            remove_state(run);
        }
        return file_fail(err, ERROR_FILE, run->partial,
                         "there is no interrupted run to go on with%s",
                         is_done ? "; the run is complete" : "");
    }
    return check_interrupted(run->partial, err);
}

/* Removes .partial when the run has put nothing into it. */
static void drop_empty_partial(const RunFolder *run) {
    TextList names = {0};
    Error ignored = {0};
    if (list_files(run->partial, &names, &ignored) &&
        (names.n == 0 || (names.n == 1 && strcmp(names.items[0], RUN_FOLDER_OPEN_MARK) == 0))) {
        remove_folder(run->partial, &ignored);
    }
    text_list_free(&names);
}

static bool remove_open_mark(const RunFolder *run, Error *err) {
    char *mark = run_folder_file(run, RUN_FOLDER_OPEN_MARK);
    const bool good =
        remove_file(mark) || file_fail(err, ERROR_FILE, mark, "cannot remove: %s", strerror(errno));
    memory_free(mark);
    return good;
}

static bool begin(RunFolder *run, const char *path, bool resumes, Error *err) {
    *run = (RunFolder){.lock = -1};
    bool good = settle_paths(run, path, err);
    if (good) {
        char *parent = file_folder_of(run->path);
        good = file_make_folder(parent, err);
        memory_free(parent);
    }
    good = good && take_lock(run, err) && check_replaceable(run->path, err) &&
           check_replaceable(run->previous, err) &&
           (resumes ? find_partial(run, err) : make_partial(run, err));
    if (!good) {
        run_folder_free(run);
    }
    return good;
}

bool run_folder_begin(RunFolder *run, const char *path, Error *err) {
    return begin(run, path, false, err);
}

bool run_folder_resume(RunFolder *run, const char *path, Error *err) {
    return begin(run, path, true, err);
}

char *run_folder_file(const RunFolder *run, const char *name) {
    return file_join(run->partial, name);
}

/* Moves the old run to previous, where nothing is, and the new one to path; false with errno. */
static bool exchange(const RunFolder *run) {
#ifdef RENAME_EXCHANGE
    /* Where the file system can, in one step, so that there is a run at path at any moment. */
    if (renameat2(AT_FDCWD, run->partial, AT_FDCWD, run->path, RENAME_EXCHANGE) == 0) {
        return rename(run->partial, run->previous) == 0;
    }
#endif
    if (rename(run->path, run->previous) != 0) {
        return false;
    }
    if (rename(run->partial, run->path) != 0) {
        const int why = errno;
        rename(run->previous, run->path);
        errno = why;
        return false;
    }
    return true;
}

static bool swap_in(const RunFolder *run, Error *err) {
    /* A rename is enough when nothing or an empty folder is at path; .previous stays then. */
    bool good = rename(run->partial, run->path) == 0;
    if (!good && (errno == ENOTEMPTY || errno == EEXIST)) {
        if (!remove_folder(run->previous, err)) {
            return false;
        }
        good = exchange(run);
    }
    return good || file_fail(err, ERROR_FILE, run->path, "cannot put the finished run here: %s",
                             strerror(errno));
}

bool run_folder_commit(RunFolder *run, Error *err) {
    /* Looked at again, because others may have changed it since begin. */
    if (!remove_open_mark(run, err) || !sync_folder(run->partial, err) ||
        !check_replaceable(run->path, err) || !check_replaceable(run->previous, err) ||
        !swap_in(run, err)) {
        return false;
    }
    remove_state(run);
    char *parent = file_folder_of(run->path);
    const bool synced = file_sync_folder(parent, err);
    memory_free(parent);
    return synced;
}

void run_folder_free(RunFolder *run) {
    if (!run->path) {
        return; /* zeroed: its lock of 0 is no descriptor */
    }
    if (run->lock >= 0) {
        drop_empty_partial(run);
    }
    drop_lock(run);
    memory_free(run->path);
    memory_free(run->partial);
    memory_free(run->previous);
    memory_free(run->interrupted);
    memory_free(run->lock_path);
    *run = (RunFolder){0};
}
