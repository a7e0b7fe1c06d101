#include "base/run_folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

/* The number in the file; 0: none. */
static long read_owner(int fd) {
    char text[32] = "";
    const ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

static bool is_alive(long owner) {
    return owner > 0 && (kill((pid_t)owner, 0) == 0 || errno != ESRCH);
}

/* Between taking the lock and writing its number, the holder's file is empty, or has the number of
 * a dead one: it is given a moment. A holder on another machine looks dead for ever. */
static long wait_for_owner(int fd) {
    long owner = read_owner(fd);
    for (int i = 0; i < 100 && !is_alive(owner); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        owner = read_owner(fd);
    }
    return owner;
}

static bool fail_held(const char *folder, int fd, Error *err) {
    const long owner = wait_for_owner(fd);
    char who[48] = "another process";
    if (owner > 0) {
        snprintf(who, sizeof who, "process %ld", owner);
    }
    return file_fail(err, ERROR_FILE, folder,
                     "%s is writing this run; wait for it, or choose another output.dir", who);
}

static bool fail_lock(const char *lock_path, const char *folder, Error *err) {
    const int why = errno;
    return file_fail(
        err, ERROR_FILE, folder,
        "the run cannot be written here: cannot lock %s: %s; choose another output.dir", lock_path,
        strerror(why));
}

static bool fail_taken(const char *lock_path, const char *folder, int *lock, Error *err) {
    fail_lock(lock_path, folder, err);
    run_folder_lock_drop(lock_path, lock);
    return false;
}

/* Opens and locks the file; false also when its owner removed it in between, then *again is true.
 */
static bool try_lock(const char *lock_path, const char *folder, int *lock, bool *again,
                     Error *err) {
    *again = false;
    int fd = open(lock_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0) {
        return fail_lock(lock_path, folder, err);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            fail_held(folder, fd, err);
        } else {
            fail_lock(lock_path, folder, err);
            unlink(lock_path); /* where nothing can be locked, nobody holds it */
        }
        close(fd);
        return false;
    }
    struct stat held;
    struct stat named;
    const bool is_named = stat(lock_path, &named) == 0;
    if ((!is_named && errno != ENOENT) || fstat(fd, &held) != 0) {
        return fail_taken(lock_path, folder, &fd, err);
    }
    if (!is_named || held.st_dev != named.st_dev || held.st_ino != named.st_ino) {
        close(fd);
        *again = true;
        return false;
    }
    *lock = fd; /* only now: who is refused drops no lock, which would be another's */
    return true;
}

bool run_folder_lock_take(const char *lock_path, const char *folder, int *lock, Error *err) {
    *lock = -1;
    bool again;
    while (!try_lock(lock_path, folder, lock, &again, err)) {
        if (!again) {
            return false;
        }
    }
    return (ftruncate(*lock, 0) == 0 && dprintf(*lock, "%ld\n", (long)getpid()) >= 0) ||
           fail_taken(lock_path, folder, lock, err);
}

void run_folder_lock_drop(const char *lock_path, int *lock) {
    if (*lock >= 0) {
        unlink(lock_path); /* while it is held: who opened it before finds in try_lock that it is
                              gone */
        close(*lock);
        *lock = -1;
    }
}
