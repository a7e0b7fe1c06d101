#include "base/flat_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

bool flat_folder_list(const char *folder, TextList *names, Error *err) {
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

bool flat_folder_has(const char *folder, const char *name) {
    TextList names = {0};
    const bool found = flat_folder_list(folder, &names, NULL) && text_list_has(&names, name);
    text_list_free(&names);
    return found;
}

bool flat_folder_for_each(const char *folder, const TextList *names,
                          bool (*action)(const char *path)) {
    bool good = true;
    for (size_t i = 0; good && i < names->n; i++) {
        char *path = file_join(folder, names->items[i]);
        good = action(path);
        memory_free(path);
    }
    return good;
}

bool flat_folder_remove_file(const char *path) { return unlink(path) == 0 || errno == ENOENT; }

static bool remove_those(const char *folder, const TextList *names,
                         bool (*is_last)(const char *path), bool last) {
    bool good = true;
    for (size_t i = 0; good && i < names->n; i++) {
        char *path = file_join(folder, names->items[i]);
        good = is_last(path) != last || flat_folder_remove_file(path);
        memory_free(path);
    }
    return good;
}

bool flat_folder_remove(const char *folder, bool (*is_last)(const char *path), Error *err) {
    struct stat status;
    if (lstat(folder, &status) != 0 && errno == ENOENT) {
        return true;
    }
    TextList names = {0};
    bool good = flat_folder_list(folder, &names, err);
    if (good && (!remove_those(folder, &names, is_last, false) ||
                 !remove_those(folder, &names, is_last, true) || rmdir(folder) != 0)) {
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

bool flat_folder_sync(const char *folder, Error *err) {
    TextList names = {0};
    bool good = flat_folder_list(folder, &names, err);
    if (good && !flat_folder_for_each(folder, &names, sync_file)) {
        good = file_fail(err, ERROR_FILE, folder, "cannot sync: %s", strerror(errno));
    }
    text_list_free(&names);
    return good && file_sync_folder(folder, err);
}
