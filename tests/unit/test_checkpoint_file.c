/* checkpoint.bin: what is written is read back; any damage is seen; the one before stands in. */
#include "artifact/checkpoint_file.h"

#include <stdio.h>
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

/* Without waiting for the disk. */
static void put(const char *path, const char *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
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
        put("b/" RUN_FOLDER_STATE, bytes, length);
        assert_int_equal(check_state("b", NULL, 0), ERROR_MODEL);
    }
    for (size_t bit = 0; bit < 8 * n; bit += 3) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        put("b/" RUN_FOLDER_STATE, bytes, n);
        assert_int_equal(check_state("b", NULL, 0), ERROR_MODEL);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    put("b/" RUN_FOLDER_STATE, bytes, n);
    check_state("b", "s", 0);
    memory_free(bytes);
}

enum { N_HASH = 64, N_MESSAGES = 4 };

/* Notes which of the messages the checkpoint is refused with; a hash is made that fits. */
static void try_signed(const char *bytes, size_t n, bool *told) {
    static const char *const messages[N_MESSAGES] = {
        "this is no checkpoint", "the checkpoint is of another version of nntrain",
        "the checkpoint has sections that are not there",
        "the checkpoint has bytes that belong nowhere"};
    char *copy = memory_copy(bytes, n + 1, 1), hex[N_HASH + 1];
    file_sha256(copy, n - N_HASH, hex);
    memcpy(copy + n - N_HASH, hex, N_HASH);
    put("h/" RUN_FOLDER_STATE, copy, n);
    CheckpointFile file;
    Problems warnings = {0};
    Error err = {0};
    if (!checkpoint_file_read("h", &file, &warnings, &err)) {
        assert_int_equal(err.code, ERROR_MODEL);
        size_t i = 0;
        while (i < N_MESSAGES && !strstr(err.text, messages[i])) {
            i++;
        }
        assert_in_range(i, 0, N_MESSAGES - 1);
        told[i] = true;
    }
    checkpoint_file_free(&file);
    problems_free(&warnings);
    memory_free(copy);
}

/* What is behind the hash is looked at with the same suspicion. */
static void damage_that_is_signed_is_seen(void **state) {
    (void)state;
    bool told[N_MESSAGES] = {false};
    mkdir("h", 0777);
    write_text("h", "state");
    char *bytes;
    size_t n;
    assert_true(file_read("h/" RUN_FOLDER_STATE, 1 << 20, false, &bytes, &n, NULL));
    for (size_t at = 0; at < n - N_HASH; at++) {
        for (int bit = 0; bit < 8; bit += 7) {
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
            try_signed(bytes, n, told);
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
        }
        try_signed(bytes, at < N_HASH ? n : at + N_HASH, told);
    }
    char *longer = NEW(char, n + 2);
    memcpy(longer, bytes, n);
    try_signed(longer, n + 1, told);
    for (size_t i = 0; i < N_MESSAGES; i++) {
        assert_true(told[i]);
    }
    memory_free(longer);
    memory_free(bytes);
}

static void the_one_before_stands_in(void **state) {
    (void)state;
    mkdir("c", 0777);
    write_text("c", "one");
    write_text("c", "two");
    put("c/" RUN_FOLDER_STATE, "half", 4);
    check_state("c", "one", 1);
    put("c/" RUN_FOLDER_OLD_STATE, "half", 4);
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
        cmocka_unit_test(damage_that_is_signed_is_seen),
        cmocka_unit_test(the_one_before_stands_in),
        cmocka_unit_test(what_cannot_be_written_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
