#include "base/run_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/flat_folder.h"
#include "base/memory.h"
#include "base/run_folder_lock.h"

/* ---- what may be replaced ---- */

/* Last to go is what tells the folder from others': the mark of a run that is finished, or begun.
 */
static bool is_named(const char *path, const char *name) {
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, name) == 0;
}

static bool is_mark(const char *path) { return is_named(path, RUN_FOLDER_MARK); }
static bool is_open_mark(const char *path) { return is_named(path, RUN_FOLDER_OPEN_MARK); }

static bool remove_finished(const char *folder, Error *err) {
    return flat_folder_remove(folder, is_mark, err);
}

static bool remove_begun(const char *folder, Error *err) {
    return flat_folder_remove(folder, is_open_mark, err);
}

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
    bool good = flat_folder_list(path, &names, err);
    if (good && names.n > 0 && !text_list_has(&names, RUN_FOLDER_MARK)) {
        good = file_fail(err, ERROR_FILE, path,
                         "is a folder that no run has made (it has files, but no " RUN_FOLDER_MARK
                         "); choose another output.dir");
    }
    text_list_free(&names);
    return good;
}

/* True when a folder at path is empty, or an interrupted run: one begun, or one that was finished
 * and not yet swapped in. */
static bool check_interrupted(const char *path, Error *err) {
    TextList names = {0};
    bool good = flat_folder_list(path, &names, err);
    if (good && names.n > 0 && !text_list_has(&names, RUN_FOLDER_OPEN_MARK) &&
        !text_list_has(&names, RUN_FOLDER_MARK)) {
        good =
            file_fail(err, ERROR_FILE, path,
                      "is a folder that no run has made (it has files, but no " RUN_FOLDER_OPEN_MARK
                      "), and the run needs its name; move it away, or "
                      "choose another output.dir");
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

/* ---- the life of a run folder ---- */

static bool is_state(const char *path) {
    return is_named(path, RUN_FOLDER_STATE) || is_named(path, RUN_FOLDER_OLD_STATE) ||
           is_named(path, RUN_FOLDER_TRIALS) || is_named(path, RUN_FOLDER_TRIALS_AHEAD);
}

static bool has_state(const char *folder) {
    TextList names = {0};
    bool found = false;
    if (flat_folder_list(folder, &names, NULL)) {
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
        return remove_begun(run->partial, err);
    }
    if (lstat(run->interrupted, &status) == 0 &&
        (!check_interrupted(run->interrupted, err) || !remove_begun(run->interrupted, err))) {
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
    run->has_made = mkdir(run->partial, 0777) == 0;
    return (run->has_made || file_fail(err, ERROR_FILE, run->partial,
                                       "cannot create the folder: %s", strerror(errno))) &&
           make_open_mark(run, err);
}

static bool remove_derived(const char *path) {
    return is_open_mark(path) || is_state(path) || is_named(path, RUN_FOLDER_CONFIG) ||
           flat_folder_remove_file(path);
}

bool run_folder_clear(const RunFolder *run, Error *err) {
    TextList names = {0};
    bool good = flat_folder_list(run->partial, &names, err) && make_open_mark(run, err);
    if (good && !flat_folder_for_each(run->partial, &names, remove_derived)) {
        good = file_fail(err, ERROR_FILE, run->partial, "cannot be emptied: %s", strerror(errno));
    }
    text_list_free(&names);
    return good;
}

/* Of a run that is in place, and is not gone on with. */
static void remove_left_over(const RunFolder *run) {
    static const char *const names[] = {RUN_FOLDER_STATE, RUN_FOLDER_OLD_STATE,
                                        RUN_FOLDER_TRIALS_AHEAD, RUN_FOLDER_OPEN_MARK};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = file_join(run->path, names[i]);
        flat_folder_remove_file(path);
        memory_free(path);
    }
}

/* From .partial, where the exchange has put it; the run that it took the place of is in place. */
static bool move_to_previous(const RunFolder *run, Error *err) {
    return remove_finished(run->previous, err) &&
           (rename(run->partial, run->previous) == 0 ||
            file_fail(err, ERROR_FILE, run->previous, "cannot put the older run here: %s",
                      strerror(errno)));
}

/* Ends what a run that was killed amid its commit has begun. The open mark tells the new run from
 * the older one, whichever of the two is where. */
static bool end_commit(const RunFolder *run, Error *err) {
    const bool is_done = flat_folder_has(run->path, RUN_FOLDER_MARK);
    if (is_done && flat_folder_has(run->partial, RUN_FOLDER_MARK) &&
        !flat_folder_has(run->partial, RUN_FOLDER_OPEN_MARK) && !move_to_previous(run, err)) {
        return false;
    }
    if (is_done) {
        remove_left_over(run);
    }
    return true;
}

static bool find_partial(const RunFolder *run, Error *err) {
    struct stat status;
    if (lstat(run->partial, &status) == 0 && S_ISDIR(status.st_mode)) {
        return check_interrupted(run->partial, err);
    }
    if (flat_folder_has(run->path, RUN_FOLDER_MARK)) {
        return file_fail(err, ERROR_FILE, run->path,
                         "the run is complete: there is nothing to go on with; leave out --resume "
                         "to train again");
    }
    return file_fail(err, ERROR_FILE, run->partial,
                     "there is no interrupted run to go on with; leave out --resume to start one");
}

/* Removes .partial when the run has put nothing into it. */
static void drop_empty_partial(const RunFolder *run) {
    TextList names = {0};
    Error ignored = {0};
    if (flat_folder_list(run->partial, &names, &ignored) &&
        (names.n == 0 || (names.n == 1 && strcmp(names.items[0], RUN_FOLDER_OPEN_MARK) == 0))) {
        remove_begun(run->partial, &ignored);
    }
    text_list_free(&names);
}

static bool begin(RunFolder *run, const char *path, bool resumes, Error *err) {
    *run = (RunFolder){.lock = -1};
    bool good = settle_paths(run, path, err);
    if (good) {
        char *parent = file_folder_of(run->path);
        good = file_make_folder(parent, err);
        memory_free(parent);
    }
    good = good && run_folder_lock_take(run->lock_path, run->path, &run->lock, err) &&
           check_replaceable(run->path, err) && check_replaceable(run->previous, err) &&
           end_commit(run, err) && (resumes ? find_partial(run, err) : make_partial(run, err));
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

static bool fail_swap(const RunFolder *run, int why, Error *err) {
    return file_fail(err, ERROR_FILE, run->path, "cannot put the finished run here: %s",
                     strerror(why));
}

/* Where the file system cannot exchange: for a moment, nothing is at path. */
static bool swap_in_turn(RunFolder *run, Error *err) {
    if (!remove_finished(run->previous, err)) {
        return false;
    }
    if (rename(run->path, run->previous) != 0) {
        return fail_swap(run, errno, err);
    }
    if (rename(run->partial, run->path) != 0) {
        const int why = errno;
        return rename(run->previous, run->path) == 0
                   ? fail_swap(run, why, err)
                   : file_fail(
                         err, ERROR_FILE, run->path,
                         "cannot put the finished run here: %s; it is in %s, and the run that "
                         "was here in %s",
                         strerror(why), run->partial, run->previous);
    }
    run->has_replaced = true;
    return true;
}

static bool exchange(const RunFolder *run) {
#ifdef RENAME_EXCHANGE
    return renameat2(AT_FDCWD, run->partial, AT_FDCWD, run->path, RENAME_EXCHANGE) == 0;
#else
    (void)run;
    return false;
#endif
}

static bool swap_in(RunFolder *run, Error *err) {
    /* A rename is enough when nothing or an empty folder is at path; .previous stays then. */
    if (rename(run->partial, run->path) == 0) {
        return true;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) {
        return fail_swap(run, errno, err);
    }
    if (!exchange(run)) {
        return swap_in_turn(run, err);
    }
    if (!move_to_previous(run, err)) {
        exchange(run);
        return false;
    }
    run->has_replaced = true;
    return true;
}

bool run_folder_commit(RunFolder *run, Error *err) {
    /* Looked at again, because others may have changed it since begin. */
    if (!flat_folder_sync(run->partial, err) || !check_replaceable(run->path, err) ||
        !check_replaceable(run->previous, err) || !swap_in(run, err)) {
        return false;
    }
    remove_left_over(run);
    char *parent = file_folder_of(run->path);
    const bool synced = file_sync_folder(parent, err);
    memory_free(parent);
    return synced;
}

void run_folder_free(RunFolder *run) {
    if (!run->path) {
        return; /* zeroed: its lock of 0 is no descriptor */
    }
    if (run->lock >= 0 && run->has_made) {
        drop_empty_partial(run);
    }
    run_folder_lock_drop(run->lock_path, &run->lock);
    memory_free(run->path);
    memory_free(run->partial);
    memory_free(run->previous);
    memory_free(run->interrupted);
    memory_free(run->lock_path);
    *run = (RunFolder){0};
}
