#include "base/run_folder.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/memory.h"
#include "scratch.h"
#include "unit.h"

/* Puts a file into the run under construction. */
static void put(const RunFolder *run, const char *name, const char *text) {
    char *path = run_folder_file(run, name);
    scratch_put(path, text);
    memory_free(path);
}

/* A whole run that leaves one file and the mark. */
static void make_run(const char *path, const char *text) {
    RunFolder run;
    Error err = {0};
    if (!run_folder_begin(&run, path, &err)) {
        print_error("%s\n", err.text);
        assert_true(false);
    }
    put(&run, "model.json", text);
    put(&run, RUN_FOLDER_MARK, "{}");
    if (!run_folder_commit(&run, &err)) {
        print_error("%s\n", err.text);
        assert_true(false);
    }
    run_folder_free(&run);
}

static void check_refused(const char *path, const char *message) {
    RunFolder run;
    Error err = {0};
    assert_false(run_folder_begin(&run, path, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.text, message);
    assert_null(run.path);
    run_folder_free(&run);
}

static void test_three_runs(void **state) {
    (void)state;
    make_run("runs/deep/a", "1");
    assert_true(scratch_holds("runs/deep/a/model.json", "1"));
    assert_int_equal(scratch_count("runs/deep"), 1);
    make_run("runs/deep/a/", "2");
    assert_true(scratch_holds("runs/deep/a/model.json", "2"));
    assert_true(scratch_holds("runs/deep/a.previous/model.json", "1"));
    make_run("runs/deep/a", "3");
    assert_true(scratch_holds("runs/deep/a/model.json", "3"));
    assert_true(scratch_holds("runs/deep/a.previous/model.json", "2"));
    assert_int_equal(scratch_count("runs/deep"), 2);
}

static void test_nothing_shows_before_the_commit(void **state) {
    (void)state;
    make_run("b", "old");
    RunFolder run;
    Error err = {0};
    assert_true(run_folder_begin(&run, "b", &err));
    put(&run, "model.json", "half");
    assert_true(scratch_holds("b/model.json", "old"));
    assert_true(scratch_holds("b.partial/model.json", "half"));
    run_folder_free(&run);
    assert_true(scratch_holds("b/model.json", "old"));
    assert_true(scratch_holds("b.partial/model.json", "half"));
    assert_false(file_exists("b.lock"));
    /* The next run starts with nothing but the mark in it, and takes such a one away. */
    assert_true(run_folder_begin(&run, "b", &err));
    assert_int_equal(scratch_count("b.partial"), 1);
    assert_true(scratch_holds("b.partial/" RUN_FOLDER_OPEN_MARK, ""));
    run_folder_free(&run);
    assert_false(file_exists("b.partial"));
    assert_true(scratch_holds("b/model.json", "old"));
}

static void test_resume_keeps_what_is_there(void **state) {
    (void)state;
    RunFolder run;
    Error err = {0};
    assert_false(run_folder_resume(&run, "c", &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.text, "c.partial: error: there is no interrupted run to go on with; "
                                  "leave out --resume to start one");
    assert_true(run_folder_begin(&run, "c", &err));
    put(&run, "checkpoint.bin", "state");
    run_folder_free(&run);
    scratch_put("c.partial/history.jsonl", "{}");
    assert_true(run_folder_resume(&run, "c", &err));
    assert_true(run_folder_clear(&run, &err));
    assert_false(file_exists("c.partial/history.jsonl"));
    assert_true(scratch_holds("c.partial/checkpoint.bin", "state"));
    put(&run, RUN_FOLDER_MARK, "{}");
    assert_true(run_folder_commit(&run, &err));
    run_folder_free(&run);
    assert_int_equal(scratch_count("c"), 1); /* without the mark of .partial and the state */
}

static void test_state_is_put_aside(void **state) {
    (void)state;
    RunFolder run;
    Error err = {0};
    for (int i = 0; i < 2; i++) {
        assert_true(run_folder_begin(&run, "s", &err));
        assert_int_equal(run.has_put_aside, i > 0);
        put(&run, RUN_FOLDER_OLD_STATE, i ? "new" : "old");
        run_folder_free(&run);
    }
    assert_true(scratch_holds("s.interrupted/" RUN_FOLDER_OLD_STATE, "old"));
    assert_true(run_folder_begin(&run, "s", &err));
    run_folder_free(&run);
    assert_true(scratch_holds("s.interrupted/" RUN_FOLDER_OLD_STATE, "new"));
}

static void test_free_takes_a_zeroed_one(void **state) {
    (void)state;
    RunFolder run = {0};
    run_folder_free(&run);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

static void test_second_run_is_refused(void **state) {
    (void)state;
    RunFolder run;
    RunFolder second;
    Error err = {0};
    assert_true(run_folder_begin(&run, "d", &err));
    put(&run, "model.json", "x");
    char message[200];
    snprintf(message, sizeof message,
             "d: error: process %ld is writing this run; wait for it, or choose another output.dir",
             (long)getpid());
    check_refused("d", message);
    assert_false(run_folder_resume(&second, "d", &err));
    assert_true(scratch_holds("d.partial/model.json", "x"));
    assert_true(file_exists("d.lock"));
    put(&run, RUN_FOLDER_MARK, "");
    assert_true(run_folder_commit(&run, &err));
    run_folder_free(&run);
    assert_true(run_folder_begin(&run, "d", &err));
    run_folder_free(&run);
}

static void test_dead_run_is_taken_over(void **state) {
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        RunFolder run;
        Error err = {0};
        if (run_folder_begin(&run, "e", &err)) {
            put(&run, "model.json", "half");
            kill(getpid(), SIGKILL);
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_true(file_exists("e.lock"));
    assert_true(scratch_holds("e.partial/model.json", "half"));
    make_run("e", "whole");
    assert_true(scratch_holds("e/model.json", "whole"));
    assert_false(file_exists("e.lock"));
    assert_false(file_exists("e.partial"));
}

/* Holds the lock, at first with the number of a process that is no more. */
static void hold_lock(const char *path, int ready, int end) {
    const int fd = open(path, O_RDWR | O_CREAT, 0666);
    const pid_t dead = fork();
    if (dead == 0) {
        _exit(0);
    }
    waitpid(dead, NULL, 0);
    char byte = 0;
    if (flock(fd, LOCK_EX) != 0 || dprintf(fd, "%ld\n", (long)dead) < 0 ||
        write(ready, &byte, 1) != 1) {
        _exit(1);
    }
    usleep(30000);
    if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0 ||
        dprintf(fd, "%ld\n", (long)getpid()) < 0) {
        _exit(1);
    }
    _exit(read(end, &byte, 1) == 0 ? 0 : 1);
}

/* A run that has taken the lock of a dead one, and has not yet put its number there, is named. */
static void test_holder_is_named_while_it_begins(void **state) {
    (void)state;
    int ready[2];
    int end[2];
    assert_true(pipe(ready) == 0 && pipe(end) == 0);
    const pid_t child = fork();
    if (child == 0) {
        close(end[1]);
        hold_lock("s.lock", ready[1], end[0]);
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    char message[200];
    snprintf(message, sizeof message,
             "s: error: process %ld is writing this run; wait for it, or choose another output.dir",
             (long)child);
    check_refused("s", message);
    close(end[1]);
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    make_run("s", "1");
}

/* Many processes want one folder: never two at a time, and each gets it or a clear refusal. */
static void test_many_at_once(void **state) {
    (void)state;
    enum { N_CHILDREN = 8, N_TURNS = 50 };
    pid_t children[N_CHILDREN];
    for (int i = 0; i < N_CHILDREN; i++) {
        children[i] = fork();
        if (children[i] != 0) {
            continue;
        }
        int n_runs = 0;
        for (int turn = 0; turn < N_TURNS; turn++) {
            RunFolder run;
            Error err = {0};
            if (!run_folder_begin(&run, "f", &err)) {
                if (!strstr(err.text, "is writing this run")) {
                    fprintf(stderr, "%s\n", err.text);
                    _exit(3);
                }
                usleep(200);
                continue;
            }
            const int alone = open("f.alone", O_CREAT | O_EXCL | O_WRONLY, 0666);
            put(&run, RUN_FOLDER_MARK, "");
            if (alone < 0 || !run_folder_commit(&run, &err) || unlink("f.alone") != 0) {
                fprintf(stderr, "%s\n", err.text);
                _exit(2);
            }
            close(alone);
            run_folder_free(&run);
            n_runs++;
        }
        _exit(n_runs > 0 ? 0 : 4);
    }
    int n_good = 0;
    for (int i = 0; i < N_CHILDREN; i++) {
        int status = 0;
        waitpid(children[i], &status, 0);
        n_good += status == 0;
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 4);
    }
    assert_true(n_good > 0);
}

/* A run that is killed at any moment leaves a whole run at the path. */
static void test_kills_leave_a_whole_run(void **state) {
    (void)state;
    make_run("g", "0");
    for (unsigned trial = 0; trial < 40; trial++) {
        const pid_t child = fork();
        if (child == 0) {
            for (int i = 0;; i++) {
                RunFolder run;
                Error err = {0};
                if (!run_folder_begin(&run, "g", &err)) {
                    _exit(1);
                }
                char text[20];
                snprintf(text, sizeof text, "%d", i);
                put(&run, "model.json", text);
                put(&run, "metrics.json", text);
                put(&run, RUN_FOLDER_MARK, text);
                if (!run_folder_commit(&run, &err)) {
                    _exit(2);
                }
                run_folder_free(&run);
            }
        }
        usleep(500 + 211 * trial);
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        Error err = {0};
        char *model;
        char *mark;
        size_t n;
        assert_true(file_read("g/model.json", 100, false, &model, &n, &err));
        assert_true(file_read("g/" RUN_FOLDER_MARK, 100, false, &mark, &n, &err));
        assert_true(n > 0);
        assert_true(strcmp(mark, "{}") == 0 || strcmp(model, mark) == 0);
        memory_free(model);
        memory_free(mark);
    }
}

static void test_what_is_no_run_is_never_touched(void **state) {
    (void)state;
    scratch_put("h", "a file");
    check_refused("h", "h: error: is a file, expected a folder");
    assert_true(scratch_holds("h", "a file"));
    mkdir("thesis", 0777);
    scratch_put("thesis/chapter1.txt", "text");
    check_refused("thesis", "thesis: error: is a folder that no run has made (it has files, but no "
                            "manifest.json); choose another output.dir");
    mkdir("home", 0777);
    mkdir("home/photos", 0777);
    check_refused("home", "home: error: holds other folders, so no run has made it; choose "
                          "another folder");
    make_run("i", "1");
    mkdir("i.previous", 0777);
    scratch_put("i.previous/diary.txt", "dear");
    check_refused("i", "i.previous: error: is a folder that no run has made (it has files, but no "
                       "manifest.json); choose another output.dir");
    assert_true(scratch_holds("i.previous/diary.txt", "dear"));
    static const char no_partial[] =
        "u.partial: error: is a folder that no run has made (it has files, but "
        "no " RUN_FOLDER_OPEN_MARK
        "), and the run needs its name; move it away, or choose another output.dir";
    mkdir("u.partial", 0777);
    scratch_put("u.partial/thesis.txt", "text");
    check_refused("u", no_partial);
    RunFolder run;
    Error err = {0};
    assert_false(run_folder_resume(&run, "u", &err));
    assert_string_equal(err.text, no_partial);
    assert_true(scratch_holds("u.partial/thesis.txt", "text"));
    mkdir("j.partial", 0777);
    mkdir("j.partial/sub", 0777);
    scratch_put("j.partial/file", "x");
    check_refused("j", "j.partial: error: holds other folders, so no run has made it; choose "
                       "another folder");
    assert_true(scratch_holds("j.partial/file", "x"));
    assert_true(file_is_folder("j.partial/sub"));
    assert_false(file_exists("thesis.lock"));
    assert_false(file_exists("thesis.partial"));
}

static void test_names_that_are_no_folder(void **state) {
    (void)state;
    check_refused("", ": error: cannot be a run folder; give it a name");
    check_refused(".", ".: error: cannot be a run folder; give it a name");
    check_refused("/", "/: error: cannot be a run folder; give it a name");
    check_refused("runs/..", "runs/..: error: cannot be a run folder; give it a name");
    static const char reserved[] = "names that end in .partial, .previous, .interrupted or "
                                   ".lock are for what stands beside one";
    static const char *const names[] = {"i.partial", "runs/i.previous/", "i.lock", ".partial"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char expected[200];
        snprintf(expected, sizeof expected, "%s: error: cannot be a run folder: %s", names[i],
                 reserved);
        check_refused(names[i], expected);
    }
    scratch_put("plain", "");
    check_refused("plain/x", "plain: error: cannot create the folder: File exists");
}

static void test_links(void **state) {
    (void)state;
    mkdir("store", 0777);
    assert_int_equal(symlink("store/k", "k"), 0);
    make_run("k", "1");
    make_run("k", "2");
    struct stat status;
    assert_int_equal(lstat("k", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_true(scratch_holds("store/k/model.json", "2"));
    assert_true(scratch_holds("store/k.previous/model.json", "1"));
    symlink("circle", "circle");
    check_refused("circle", "circle: error: cannot be used: Too many levels of symbolic links");
    /* A link in a left-over .partial is removed, and what it points to is not. */
    scratch_put("precious", "keep me");
    mkdir("l.partial", 0777);
    scratch_put("l.partial/" RUN_FOLDER_OPEN_MARK, "");
    assert_int_equal(symlink("../precious", "l.partial/model.json"), 0);
    make_run("l", "new");
    assert_true(scratch_holds("precious", "keep me"));
    assert_true(scratch_holds("l/model.json", "new"));
    /* Neither is a link in the place of .partial followed. */
    assert_int_equal(symlink("store", "m.partial"), 0);
    RunFolder run;
    Error err = {0};
    assert_false(run_folder_begin(&run, "m", &err));
    assert_true(scratch_holds("store/k/model.json", "2"));
}

/* A run that was killed between its end and the swap. */
static void test_finished_partial_is_replaced(void **state) {
    (void)state;
    mkdir("o.partial", 0777);
    scratch_put("o.partial/" RUN_FOLDER_MARK, "{}");
    make_run("o", "1");
    assert_true(scratch_holds("o/model.json", "1"));
    assert_false(file_exists("o.partial"));
}

/* Between the exchange of two folders and the renaming of the older one. */
static void test_commit_that_was_killed_is_ended(void **state) {
    (void)state;
    make_run("q", "oldest");
    make_run("q", "old");
    assert_int_equal(rename("q", "q.partial"), 0);
    mkdir("q", 0777);
    scratch_put("q/model.json", "new");
    scratch_put("q/" RUN_FOLDER_MARK, "{}");
    scratch_put("q/" RUN_FOLDER_OPEN_MARK, "");
    scratch_put("q/" RUN_FOLDER_STATE, "state");
    RunFolder run;
    Error err = {0};
    assert_false(run_folder_resume(&run, "q", &err));
    assert_string_equal(err.text, "q: error: the run is complete: there is nothing to go on with; "
                                  "leave out --resume to train again");
    assert_true(scratch_holds("q/model.json", "new"));
    assert_true(scratch_holds("q.previous/model.json", "old"));
    assert_false(file_exists("q.partial"));
    assert_int_equal(scratch_count("q"), 2);
}

/* A run that was finished, and killed before it was put in place. */
static void test_finished_partial_can_be_gone_on_with(void **state) {
    (void)state;
    make_run("r", "old");
    mkdir("r.partial", 0777);
    scratch_put("r.partial/model.json", "new");
    scratch_put("r.partial/" RUN_FOLDER_MARK, "{}");
    scratch_put("r.partial/" RUN_FOLDER_OPEN_MARK, "");
    scratch_put("r.partial/" RUN_FOLDER_STATE, "state");
    RunFolder run;
    Error err = {0};
    assert_true(run_folder_resume(&run, "r", &err));
    assert_true(run_folder_commit(&run, &err));
    run_folder_free(&run);
    assert_true(scratch_holds("r/model.json", "new"));
    assert_true(scratch_holds("r.previous/model.json", "old"));
    assert_int_equal(scratch_count("r"), 2);
}

static void test_empty_folder_is_taken(void **state) {
    (void)state;
    mkdir("n", 0777);
    make_run("n", "1");
    assert_true(scratch_holds("n/model.json", "1"));
    assert_false(file_exists("n.previous"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_runs),
        cmocka_unit_test(test_nothing_shows_before_the_commit),
        cmocka_unit_test(test_resume_keeps_what_is_there),
        cmocka_unit_test(test_state_is_put_aside),
        cmocka_unit_test(test_free_takes_a_zeroed_one),
        cmocka_unit_test(test_second_run_is_refused),
        cmocka_unit_test(test_dead_run_is_taken_over),
        cmocka_unit_test(test_holder_is_named_while_it_begins),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_kills_leave_a_whole_run),
        cmocka_unit_test(test_what_is_no_run_is_never_touched),
        cmocka_unit_test(test_names_that_are_no_folder),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_finished_partial_is_replaced),
        cmocka_unit_test(test_commit_that_was_killed_is_ended),
        cmocka_unit_test(test_finished_partial_can_be_gone_on_with),
        cmocka_unit_test(test_empty_folder_is_taken),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
