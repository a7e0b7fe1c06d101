/* history.jsonl: the form of a line, and that lines are in the file once they were added. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "artifact/history_file.h"
#include "base/memory.h"
#include "scratch.h"

/* Epoch `epoch` of a network with two layers and one metric. */
typedef struct Fixture {
    const Metric *items[1];
    MetricList metrics;
    LayerRecord layers[2];
    double values[1];
    EpochRecord record;
} Fixture;

static void fixture_init(Fixture *fixture, size_t epoch) {
    *fixture = (Fixture){.layers = {{0.5, 0.25, (double)NAN}, {2, (double)NAN, (double)NAN}},
                         .values = {0.9}};
    fixture->items[0] = (const Metric *)kind_find(metric_kinds(), "accuracy");
    fixture->metrics = (MetricList){fixture->items, 1};
    fixture->record = (EpochRecord){
        .epoch = epoch,
        .loss = 0.1,
        .penalty = 0,
        .learning_rate = 0.001,
        .gradient_norm = 2.5,
        .layers = fixture->layers,
        .validation = {.rows = 4, .loss = 0.2, .values = fixture->values, .n_metrics = 1}};
}

#define REST                                                                                       \
    "\"learning_rate\":0.001,\"gradient_norm\":{\"total\":2.5,\"layers\":[0.5,2]},"                \
    "\"dead_units\":[0.25,null],\"saturated_units\":[null,null]}\n"
#define LINE(epoch)                                                                                \
    "{\"epoch\":" epoch ",\"train\":{\"loss\":0.1,\"penalty\":0},"                                 \
    "\"validation\":{\"loss\":0.2,\"accuracy\":0.9}," REST

static void test_line(void **state) {
    (void)state;
    Fixture fixture;
    fixture_init(&fixture, 3);
    TextBuffer out = {0};
    history_file_print(&out, &fixture.record, &fixture.metrics, 2);
    assert_string_equal(text_of(&out), LINE("3"));
    out.n = 0;
    fixture.record.validation.rows = 0;
    fixture.record.loss = (double)INFINITY;
    history_file_print(&out, &fixture.record, &fixture.metrics, 2);
    assert_string_equal(text_of(&out), "{\"epoch\":3,\"train\":{\"loss\":null,\"penalty\":0},"
                                       "\"validation\":null," REST);
    text_free(&out);
}

static void add(HistoryFile *file, size_t epoch) {
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, epoch);
    if (!history_file_add(file, &fixture.record, &fixture.metrics, 2, &err)) {
        fail_msg("%s", err.text);
    }
}

static void test_lines_are_there_at_once(void **state) {
    (void)state;
    HistoryFile file = {0};
    Error err = {0};
    scratch_put("h.jsonl", "something older\n");
    assert_true(history_file_open(&file, "h.jsonl", 0, &err));
    assert_true(scratch_holds("h.jsonl", ""));
    add(&file, 1);
    assert_true(scratch_holds("h.jsonl", LINE("1")));
    add(&file, 2);
    assert_true(scratch_holds("h.jsonl", LINE("1") LINE("2")));
    assert_true(history_file_close(&file, &err));
    assert_true(history_file_close(&file, &err));
}

static void test_resume_cuts_what_is_beyond(void **state) {
    (void)state;
    HistoryFile file = {0};
    Error err = {0};
    scratch_put("h.jsonl", LINE("1") LINE("2") "{\"epoch\":3,\"tr");
    assert_true(history_file_open(&file, "h.jsonl", 1, &err));
    add(&file, 2);
    assert_true(history_file_close(&file, &err));
    assert_true(scratch_holds("h.jsonl", LINE("1") LINE("2")));
    scratch_put("h.jsonl", LINE("1") "{\"epoch\":2,\"tr");
    assert_false(history_file_open(&file, "h.jsonl", 2, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_true(scratch_holds("h.jsonl", LINE("1") "{\"epoch\":2,\"tr"));
}

static void test_failures(void **state) {
    (void)state;
    HistoryFile file = {0};
    Error err = {0};
    Fixture fixture;
    assert_true(history_file_close(&file, &err));
    assert_false(history_file_open(&file, "no/such/h.jsonl", 0, &err));
    assert_int_equal(err.code, ERROR_FILE);
    file = (HistoryFile){.path = memory_copy_text("/dev/full"), .fd = open("/dev/full", O_WRONLY)};
    fixture_init(&fixture, 1);
    assert_false(history_file_add(&file, &fixture.record, &fixture.metrics, 2, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_non_null(strstr(err.text, "/dev/full"));
    history_file_close(&file, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_lines_are_there_at_once),
        cmocka_unit_test(test_resume_cuts_what_is_beyond),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
