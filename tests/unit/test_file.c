#include "base/file.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <zlib.h>

#include "base/memory.h"
#include "scratch.h"
#include "unit.h"

enum { LIMIT = 1000000 };

static void check_read(const char *path, bool may_unpack, const char *expected, size_t n_expected) {
    Error err = {0};
    char *bytes = NULL;
    size_t n = 0;
    if (!file_read(path, LIMIT, may_unpack, &bytes, &n, &err)) {
        print_error("%s\n", err.text);
    }
    assert_non_null(bytes);
    assert_int_equal(n, n_expected);
    assert_memory_equal(bytes, expected, n);
    assert_int_equal(bytes[n], '\0');
    memory_free(bytes);
}

static void check_unreadable(const char *path, size_t limit, ErrorCode code, const char *message) {
    Error err = {0};
    char *bytes = NULL;
    size_t n = 0;
    assert_false(file_read(path, limit, true, &bytes, &n, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(err.text, message);
    assert_null(bytes);
}

static void test_read(void **state) {
    (void)state;
    scratch_put("a.txt", "some\ntext");
    check_read("a.txt", false, "some\ntext", 9);
    scratch_put("empty.txt", "");
    check_read("empty.txt", true, "", 0);
    Error err = {0};
    char *bytes;
    size_t n;
    assert_true(file_read("/proc/self/status", LIMIT, false, &bytes, &n, &err));
    assert_true(n > 100);
    memory_free(bytes);
}

static void test_read_what_is_no_file(void **state) {
    (void)state;
    check_unreadable("missing.csv", LIMIT, ERROR_FILE,
                     "missing.csv: error: cannot read: No such file or directory");
    check_unreadable("", LIMIT, ERROR_FILE, ": error: cannot read: No such file or directory");
    mkdir("folder", 0777);
    check_unreadable("folder", LIMIT, ERROR_FILE, "folder: error: is a folder, expected a file");
    mkfifo("pipe", 0666);
    check_unreadable("pipe", LIMIT, ERROR_FILE,
                     "pipe: error: is a pipe, expected a file (- reads standard input)");
    check_unreadable("/dev/zero", LIMIT, ERROR_FILE,
                     "/dev/zero: error: is a device, expected a file");
    symlink("loop", "loop");
    check_unreadable("loop", LIMIT, ERROR_FILE,
                     "loop: error: cannot read: Too many levels of symbolic links");
    check_unreadable("bad\nname", LIMIT, ERROR_FILE,
                     "bad\\x0aname: error: cannot read: No such file or directory");
}

static void test_read_limit(void **state) {
    (void)state;
    scratch_put("ten.txt", "0123456789");
    check_unreadable("ten.txt", 9, ERROR_SIZE,
                     "ten.txt: error: is longer than the limit of 9 bytes");
    check_unreadable("/proc/self/status", 9, ERROR_SIZE,
                     "/proc/self/status: error: is longer than the limit of 9 bytes");
    Error err = {0};
    char *bytes;
    size_t n;
    assert_true(file_read("ten.txt", 10, false, &bytes, &n, &err));
    assert_int_equal(n, 10);
    memory_free(bytes);
}

/* Puts text on standard input through a pipe and reads it back. */
static void test_read_standard_input(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const int old = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(write(ends[1], "a,b\n1,2\n", 8), 8);
    close(ends[1]);
    check_read("-", true, "a,b\n1,2\n", 8);
    const int folder = open(".", O_RDONLY);
    dup2(folder, STDIN_FILENO);
    close(folder);
    check_unreadable("-", LIMIT, ERROR_FILE, "standard input: error: is a folder, expected a file");
    if (old >= 0) {
        dup2(old, STDIN_FILENO);
        close(old);
    }
}

/* Appends a gzip member with text to path. */
static void append_packed(const char *path, const char *text, size_t n) {
    gzFile file = gzopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned int)n), n);
    assert_int_equal(gzclose(file), Z_OK);
}

static void test_read_gzip(void **state) {
    (void)state;
    append_packed("a.gz", "first\n", 6);
    check_read("a.gz", true, "first\n", 6);
    append_packed("a.gz", "second\n", 7);
    check_read("a.gz", true, "first\nsecond\n", 13);
    append_packed("empty.gz", "", 0);
    check_read("empty.gz", true, "", 0);
    FILE *file = fopen("a.gz", "ab"); /* zeros behind the end are padding */
    fwrite("\0\0\0\0", 1, 4, file);
    fclose(file);
    check_read("a.gz", true, "first\nsecond\n", 13);
    Error err = {0};
    char *bytes;
    size_t n;
    assert_true(file_read("a.gz", LIMIT, false, &bytes, &n, &err));
    assert_memory_equal(bytes, "\x1F\x8B", 2);
    memory_free(bytes);
}

static void test_read_gzip_limit(void **state) {
    (void)state;
    char *zeros = NEW(char, 300000);
    append_packed("zeros.gz", zeros, 300000);
    check_read("zeros.gz", true, zeros, 300000);
    Error err = {0};
    char *bytes;
    size_t n;
    assert_true(file_read("zeros.gz", 300000, true, &bytes, &n, &err));
    assert_int_equal(n, 300000);
    memory_free(bytes);
    check_unreadable("zeros.gz", 299999, ERROR_SIZE,
                     "zeros.gz: error: unpacks to more than the limit of 299999 bytes");
    memory_free(zeros);
}

/* Every truncation and every flipped bit of a gzip file is refused, or, where the flip is in a part
 * of the header that says nothing about the content, gives the same content. */
static void test_read_damaged_gzip(void **state) {
    (void)state;
    const char text[] = "a,b,c\n1,2,3\n4,5,6\n1,2,3\n";
    append_packed("good.gz", text, sizeof text - 1);
    Error err = {0};
    char *packed;
    size_t n_packed;
    assert_true(file_read("good.gz", LIMIT, false, &packed, &n_packed, &err));
    for (size_t n = 2; n < n_packed; n++) {
        assert_true(file_write("cut.gz", packed, n, &err));
        check_unreadable("cut.gz", LIMIT, ERROR_DATA,
                         "cut.gz: error: is a damaged or truncated gzip file");
    }
    for (size_t bit = 16; bit < 8 * n_packed; bit++) {
        packed[bit / 8] = (char)(packed[bit / 8] ^ (1 << bit % 8));
        FILE *file = fopen("bit.gz", "wb");
        fwrite(packed, 1, n_packed, file);
        fclose(file);
        char *bytes;
        size_t n;
        if (file_read("bit.gz", LIMIT, true, &bytes, &n, &err)) {
            assert_true(bit / 8 < 10);
            assert_string_equal(bytes, text);
            memory_free(bytes);
        } else {
            assert_int_equal(err.code, ERROR_DATA);
        }
        packed[bit / 8] = (char)(packed[bit / 8] ^ (1 << bit % 8));
    }
    memory_free(packed);
}

static void check_write(const char *path, const char *text) {
    Error err = {0};
    if (!file_write(path, text, strlen(text), &err)) {
        print_error("%s\n", err.text);
        assert_true(false);
    }
    assert_true(scratch_holds(path, text));
}

static void test_write(void **state) {
    (void)state;
    mkdir("w", 0777);
    check_write("w/new.txt", "one");
    check_write("w/new.txt", "two");
    check_write("w/new.txt", "");
    check_write("here.txt", "x");
    char name[256];
    memset(name, 'n', 255); /* as long as a name can be */
    name[255] = '\0';
    check_write(name, "long");
    assert_int_equal(scratch_count("w"), 1);
    struct stat status;
    chmod("w/new.txt", 0640);
    check_write("w/new.txt", "three");
    assert_int_equal(stat("w/new.txt", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
}

static void test_write_keeps_links(void **state) {
    (void)state;
    mkdir("links", 0777);
    mkdir("links/deep", 0777);
    scratch_put("links/deep/target.txt", "old");
    assert_int_equal(symlink("deep/target.txt", "links/to_target"), 0);
    assert_int_equal(symlink("to_target", "links/to_link"), 0);
    assert_int_equal(symlink("deep/later.txt", "links/to_nothing"), 0);
    check_write("links/to_link", "new");
    assert_true(scratch_holds("links/deep/target.txt", "new"));
    check_write("links/to_nothing", "made");
    assert_true(scratch_holds("links/deep/later.txt", "made"));
    struct stat status;
    assert_int_equal(lstat("links/to_link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat("links/to_target", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat("links/to_nothing", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void check_unwritable(const char *path, const char *message) {
    Error err = {0};
    assert_false(file_write(path, "12345", 5, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.text, message);
}

static void test_write_where_it_cannot_be(void **state) {
    (void)state;
    mkdir("afolder", 0777);
    check_unwritable("afolder", "afolder: error: is a folder, expected a file");
    check_unwritable("nowhere/x",
                     "nowhere/x: error: cannot write 5 bytes: No such file or directory");
    check_unwritable("/dev/full",
                     "/dev/full: error: cannot write 5 bytes: No space left on device");
    symlink("round", "round");
    check_unwritable("round",
                     "round: error: cannot write 5 bytes: Too many levels of symbolic links");
    Error err = {0};
    assert_true(file_write("/dev/null", "12345", 5, &err));
    struct stat status;
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

/* As on a full disk: at every limit below the size the old file stays and no temporary does. */
static void test_write_over_the_limit(void **state) {
    (void)state;
    enum { SIZE = 40000 };
    mkdir("full", 0777);
    scratch_put("full/file", "the old content");
    char *bytes = NEW(char, SIZE);
    for (rlim_t limit = 0; limit < SIZE; limit += 4096) {
        const pid_t child = fork();
        if (child == 0) {
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, limit});
            Error err = {0};
            const bool written = file_write("full/file", bytes, SIZE, &err);
            _exit(!written && err.code == ERROR_FILE &&
                          strcmp(err.text, "full/file: error: cannot write 40000 bytes: "
                                           "File too large") == 0
                      ? 0
                      : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        assert_int_equal(status, 0);
        assert_true(scratch_holds("full/file", "the old content"));
        assert_int_equal(scratch_count("full"), 1);
    }
    memory_free(bytes);
}

/* Parts, of which the last is missing when context says so. */
static bool fill_parts(FileSink *sink, const void *context) {
    const bool *fails = context;
    for (size_t i = 0; i < 3; i++) {
        if (!file_sink_add(sink, "part", 4)) {
            return false;
        }
    }
    errno = ENOSPC;
    return !*fails;
}

static void test_write_in_parts(void **state) {
    (void)state;
    Error err = {0};
    mkdir("parts", 0777);
    assert_true(file_write_parts("parts/file", fill_parts, &(bool){false}, &err));
    assert_true(scratch_holds("parts/file", "partpartpart"));
    assert_false(file_write_parts("parts/file", fill_parts, &(bool){true}, &err));
    assert_string_equal(err.text, "parts/file: error: cannot write: No space left on device");
    assert_true(scratch_holds("parts/file", "partpartpart"));
    assert_int_equal(scratch_count("parts"), 1);
}

static void test_write_standard_output(void **state) {
    (void)state;
    fflush(stdout);
    const int old = dup(STDOUT_FILENO);
    const int file = open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(file, STDOUT_FILENO);
    close(file);
    printf("first ");
    Error err = {0};
    const bool written = file_write("-", "second", 6, &err);
    const int full = open("/dev/full", O_WRONLY);
    dup2(full, STDOUT_FILENO);
    close(full);
    const bool failed = !file_write("-", "second", 6, &err);
    dup2(old, STDOUT_FILENO);
    close(old);
    assert_true(written);
    assert_true(scratch_holds("out.txt", "first second"));
    assert_true(failed);
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.text, "standard output: error: cannot write 6 bytes: "
                                  "No space left on device");
}

/* A writer that is killed at any moment leaves one of the two contents, whole. */
static void test_write_survives_kills(void **state) {
    (void)state;
    enum { SIZE = 100000 };
    mkdir("killed", 0777);
    char *a = NEW(char, SIZE);
    char *b = NEW(char, SIZE);
    memset(a, 'a', SIZE);
    memset(b, 'b', SIZE);
    Error err = {0};
    assert_true(file_write("killed/file", a, SIZE, &err));
    for (unsigned trial = 0; trial < 40; trial++) {
        const pid_t child = fork();
        if (child == 0) {
            while (file_write("killed/file", b, SIZE, &err) &&
                   file_write("killed/file", a, SIZE, &err)) {
            }
            _exit(1);
        }
        usleep(300 * trial);
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        char *bytes;
        size_t n;
        assert_true(file_read("killed/file", SIZE, false, &bytes, &n, &err));
        assert_int_equal(n, SIZE);
        assert_memory_equal(bytes, bytes[0] == 'a' ? a : b, SIZE);
        memory_free(bytes);
    }
    memory_free(a);
    memory_free(b);
}

static void test_make_folder(void **state) {
    (void)state;
    Error err = {0};
    assert_true(file_make_folder("x/y/z", &err));
    assert_true(file_is_folder("x/y/z"));
    assert_true(file_make_folder("x/y/z/", &err));
    assert_true(file_make_folder("", &err));
    assert_true(file_sync_folder("x", &err));
    assert_true(file_sync_folder("", &err));
    assert_false(file_sync_folder("q", &err));
    scratch_put("x/file", "");
    assert_false(file_make_folder("x/file", &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.text, "x/file: error: cannot create the folder: File exists");
    assert_false(file_make_folder("x/file/y", &err));
}

static void test_questions(void **state) {
    (void)state;
    scratch_put("q.txt", "");
    mkdir("qf", 0777);
    assert_int_equal(link("q.txt", "qf/other_name"), 0);
    assert_int_equal(symlink("q.txt", "q_link"), 0);
    assert_true(file_exists("q.txt"));
    assert_true(file_exists("qf"));
    assert_false(file_exists("nope"));
    assert_true(file_is_folder("qf"));
    assert_false(file_is_folder("q.txt"));
    assert_true(file_is_same("q.txt", "./qf/../q.txt"));
    assert_true(file_is_same("q.txt", "qf/other_name"));
    assert_true(file_is_same("q.txt", "q_link"));
    assert_false(file_is_same("q.txt", "qf"));
    assert_false(file_is_same("nope", "nope"));
}

static void check_parts(const char *path, const char *folder, const char *stem) {
    char *text = file_folder_of(path);
    assert_string_equal(text, folder);
    memory_free(text);
    text = file_stem_of(path);
    assert_string_equal(text, stem);
    memory_free(text);
}

static void check_join(const char *folder, const char *name, const char *expected) {
    char *path = file_join(folder, name);
    assert_string_equal(path, expected);
    memory_free(path);
}

static void test_parts_of_paths(void **state) {
    (void)state;
    check_parts("a/b/iris.csv", "a/b", "iris");
    check_parts("iris.csv", "", "iris");
    check_parts("iris.csv.gz", "", "iris.csv");
    check_parts("/iris", "/", "iris");
    check_parts("a.b/iris", "a.b", "iris");
    check_parts("runs/x/", "runs", "x");
    check_parts(".hidden", "", ".hidden");
    check_parts("a/.hidden.txt", "a", ".hidden");
    check_parts("/", "/", "");
    check_parts("", "", "");
    check_parts("a//b", "a", "b");
    check_join("a", "b", "a/b");
    check_join("a/", "b", "a/b");
    check_join("/", "b", "/b");
    check_join("", "b", "b");
    check_join("a", "/b", "/b");
}

static void test_glob(void **state) {
    (void)state;
    mkdir("g", 0777);
    static const char *const names[] = {"g/b2.csv", "g/B1.csv", "g/a.csv", "g/c.txt", "g/x[1].csv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        scratch_put(names[i], "");
    }
    Error err = {0};
    TextList found = {0};
    assert_true(file_glob("g/*.csv", &found, &err));
    TextBuffer joined = {0};
    text_join_list(&joined, &found);
    assert_string_equal(joined.bytes, "g/B1.csv, g/a.csv, g/b2.csv, g/x[1].csv");
    text_free(&joined);
    text_list_free(&found);
    assert_true(file_glob("g/missing.csv", &found, &err));
    assert_true(file_glob("g/x[1].csv", &found, &err));
    assert_int_equal(found.n, 2);
    assert_string_equal(found.items[0], "g/missing.csv");
    assert_string_equal(found.items[1], "g/x[1].csv");
    assert_false(file_glob("g/*.json", &found, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.text, "g/*.json: error: no file matches this pattern");
    text_list_free(&found);
}

static void test_sha256(void **state) {
    (void)state;
    char hex[65];
    file_sha256("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    file_sha256("abc", 3, hex); /* FIPS 180-2, appendix B.1 */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_what_is_no_file),
        cmocka_unit_test(test_read_limit),
        cmocka_unit_test(test_read_standard_input),
        cmocka_unit_test(test_read_gzip),
        cmocka_unit_test(test_read_gzip_limit),
        cmocka_unit_test(test_read_damaged_gzip),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_write_keeps_links),
        cmocka_unit_test(test_write_where_it_cannot_be),
        cmocka_unit_test(test_write_over_the_limit),
        cmocka_unit_test(test_write_in_parts),
        cmocka_unit_test(test_write_standard_output),
        cmocka_unit_test(test_write_survives_kills),
        cmocka_unit_test(test_make_folder),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_parts_of_paths),
        cmocka_unit_test(test_glob),
        cmocka_unit_test(test_sha256),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
