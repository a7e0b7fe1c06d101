/* manifest.json: what it says of times, files and versions. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>

#include "artifact/json_read.h"
#include "artifact/manifest.h"
#include "base/memory.h"
#include "scratch.h"

/* SHA-256 of "abc" and of nothing (FIPS 180-4 and its examples). */
static const char ABC[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char NOTHING[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static ManifestInfo info_of(const TextList *data, const TextList *files) {
    return (ManifestInfo){.name = "iris",
                          .status = "ok",
                          .command_line = "nntrain \xff iris.ini",
                          .started = {.calendar = {1714564800, 125000000}, .steady = 10.9},
                          .finished = {.calendar = {1714564799, 999999999}, .steady = 12.15},
                          .threads = 2,
                          .data_files = data,
                          .folder = "run",
                          .files = files};
}

static void test_content(void **state) {
    (void)state;
    TextList data = {0}, files = {0};
    TextBuffer text = {0};
    Error err = {0};
    mkdir("run", 0777);
    scratch_put("run/model.json", "abc");
    scratch_put("data.csv", "");
    text_list_add(&data, "data.csv");
    text_list_add(&data, "-");
    text_list_add(&files, "model.json");
    const ManifestInfo info = info_of(&data, &files);
    assert_true(manifest_print(&text, &info, &err));
    JsonDocument document;
    JsonAt root;
    assert_true(json_parse(&document, "m", text.bytes, text.n, ERROR_DATA, &err));
    assert_true(json_root(&document, &root, &err));
    const char *started, *finished, *command;
    double seconds;
    assert_true(json_get_text(&root, "started", &started, &err));
    assert_true(json_get_text(&root, "finished", &finished, &err));
    assert_true(json_get_text(&root, "command_line", &command, &err));
    assert_true(json_get_double(&root, "duration_seconds", &seconds, &err));
    assert_string_equal(started, "2024-05-01T12:00:00.125Z");
    assert_string_equal(finished, "2024-05-01T11:59:59.999Z");
    assert_string_equal(command, "nntrain \\xff iris.ini");
    assert_true(seconds == 1.25);
    json_document_free(&document);
    char expected[1000];
    snprintf(expected, sizeof expected,
             "  \"data\": [{\n      \"name\": \"data.csv\",\n      \"size_bytes\": 0,\n"
             "      \"sha256\": \"%s\"\n    }, {\n      \"name\": \"-\",\n"
             "      \"size_bytes\": null,\n      \"sha256\": null\n    }],\n"
             "  \"files\": [{\n      \"name\": \"model.json\",\n      \"size_bytes\": 3,\n"
             "      \"sha256\": \"%s\"\n    }]\n}\n",
             NOTHING, ABC);
    const char *at = strstr(text_of(&text), "  \"data\": [");
    assert_non_null(at);
    assert_string_equal(at, expected);
    text_free(&text);
    text_list_free(&data);
    text_list_free(&files);
}

static void test_a_missing_run_file_is_an_error(void **state) {
    (void)state;
    TextList data = {0}, files = {0};
    TextBuffer text = {0};
    Error err = {0};
    text_list_add(&data, "gone.csv");
    const ManifestInfo info = info_of(&data, &files);
    assert_true(manifest_print(&text, &info, &err));
    text_list_add(&files, "gone.json");
    const size_t n = text.n;
    assert_false(manifest_print(&text, &info, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_non_null(strstr(err.text, "run/gone.json"));
    assert_int_equal(text.n, n);
    text_free(&text);
    text_list_free(&data);
    text_list_free(&files);
}

static void test_now(void **state) {
    (void)state;
    const ManifestMoment a = manifest_now(), b = manifest_now();
    assert_true(a.calendar.tv_sec > 1600000000);
    assert_true(b.steady >= a.steady);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_a_missing_run_file_is_an_error),
        cmocka_unit_test(test_now),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
