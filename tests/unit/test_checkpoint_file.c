/* checkpoint.bin: what is written is read back; any damage is seen; the one before stands in. */
#include "artifact/checkpoint_file.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/run_folder.h"
#include "scratch.h"
#include "unit.h"

static void write_text(const char *folder, const char *state) {
    CheckpointFile file = {0};
    text_append(&file.sections[CHECKPOINT_KEYS], "run.seed = 42\n");
    text_append(&file.sections[CHECKPOINT_STATE], state);
    assert_true(checkpoint_file_write(folder, &file, NULL));
    checkpoint_file_free(&file);
}

/* What a folder's checkpoint holds, or the code of the error. */
static ErrorCode check_state(const char *folder, const char *expected, size_t n_warnings) {
    CheckpointFile file;
    Problems warnings = {0};
    Error err = {0};
    if (checkpoint_file_read(folder, &file, &warnings, &err)) {
        assert_non_null(expected);
        assert_string_equal(text_of(&file.sections[CHECKPOINT_STATE]), expected);
        assert_string_equal(text_of(&file.sections[CHECKPOINT_KEYS]), "run.seed = 42\n");
        assert_int_equal(warnings.n_warnings, n_warnings);
    } else {
        assert_null(expected);
    }
    checkpoint_file_free(&file);
    problems_free(&warnings);
    return err.code;
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    mkdir("a", 0777);
    assert_false(checkpoint_file_exists("a"));
    check_state("a", NULL, 0);
    write_text("a", "one");
    check_state("a", "one", 0);
    write_text("a", "two");
    write_text("a", "three");
    check_state("a", "three", 0);
    /* Killed between the two renames. */
    unlink("a/" RUN_FOLDER_STATE);
    assert_true(checkpoint_file_exists("a"));
    check_state("a", "two", 0);
}

static void any_damage_is_seen(void **state) {
    (void)state;
    mkdir("b", 0777);
    write_text("b", "s");
    char *bytes;
    size_t n;
    assert_true(file_read("b/" RUN_FOLDER_STATE, 1 << 20, false, &bytes, &n, NULL));
    for (size_t length = 0; length < n; length++) {
        assert_true(file_write("b/" RUN_FOLDER_STATE, bytes, length, NULL));
        assert_int_equal(check_state("b", NULL, 0), ERROR_MODEL);
    }
    for (size_t bit = 0; bit < 8 * n; bit += 3) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        assert_true(file_write("b/" RUN_FOLDER_STATE, bytes, n, NULL));
        assert_int_equal(check_state("b", NULL, 0), ERROR_MODEL);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    assert_true(file_write("b/" RUN_FOLDER_STATE, bytes, n, NULL));
    check_state("b", "s", 0);
    memory_free(bytes);
}

static void the_one_before_stands_in(void **state) {
    (void)state;
    mkdir("c", 0777);
    write_text("c", "one");
    write_text("c", "two");
    assert_true(file_write("c/" RUN_FOLDER_STATE, "half", 4, NULL));
    check_state("c", "one", 1);
    assert_true(file_write("c/" RUN_FOLDER_OLD_STATE, "half", 4, NULL));
    assert_int_equal(check_state("c", NULL, 0), ERROR_MODEL);
}

/* A finished run would have what is left of the last one that could not be made. */
static void what_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    mkdir("g", 0777);
    write_text("g", "one");
    mkdir("g/" RUN_FOLDER_OLD_STATE, 0777);
    mkdir("g/" RUN_FOLDER_OLD_STATE "/sub", 0777);
    CheckpointFile file = {0};
    Error err = {0};
    assert_false(checkpoint_file_write("g", &file, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_int_equal(scratch_count("g"), 2);
    check_state("g", "one", 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(any_damage_is_seen),
        cmocka_unit_test(the_one_before_stands_in),
        cmocka_unit_test(what_cannot_be_written_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
