#include "base/control_group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "unit.h"

static const char lines[] = "9:name=systemd:/\n"
                            "5:cpuset,cpu,cpuacct:/a/b\n"
                            "4:memory:/process/c\n"
                            "0::/d:e\n";

static void check_found(const char *text, const char *controller, const char *expected) {
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    const char *found = control_group_find(copy, controller);
    if (expected) {
        assert_string_equal(found, expected);
    } else {
        assert_null(found);
    }
}

static void groups_are_found_by_their_controller(void **state) {
    (void)state;
    check_found(lines, "cpu", "/a/b");
    check_found(lines, "cpuset", "/a/b");
    check_found(lines, "cpuacct", "/a/b");
    check_found(lines, "memory", "/process/c");
    check_found(lines, "", "/d:e");
    check_found(lines, "mem", NULL);
    check_found(lines, "memory2", NULL);
    check_found("", "cpu", NULL);
    check_found("no colon\none:colon\n\n", "", NULL);
    check_found("1:cpu:", "cpu", "");
}

static void files_begin_with_a_number_or_have_none(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t number;
    } cases[] = {{"150000000\n", 150000000}, {"7", 7},  {"max\n", 0}, {"-1\n", 0}, {"", 0},
                 {"12 100000\n", 12},        {"1x", 0}, {"\n", 0}};
    char folder[] = "/tmp/nntrain_group_XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    snprintf(path, sizeof path, "%s/limit", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(file_write(path, cases[i].text, strlen(cases[i].text), NULL));
        assert_true(control_group_number(folder, "limit") == cases[i].number);
    }
    assert_true(control_group_number(folder, "none") == 0);
    unlink(path);
    rmdir(folder);
}

static uint64_t count_folder(const char *folder) {
    assert_memory_equal(folder, "/sys/fs/cgroup/", strlen("/sys/fs/cgroup/"));
    return 3;
}

static void the_smallest_limit_is_that_of_any_group(void **state) {
    (void)state;
    assert_true(control_group_smallest("no_such_controller", count_folder) == 0);
    const uint64_t limit = control_group_smallest("", count_folder);
    assert_true(limit == 0 || limit == 3); /* 0: where there is no cgroup v2 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_found_by_their_controller),
        cmocka_unit_test(files_begin_with_a_number_or_have_none),
        cmocka_unit_test(the_smallest_limit_is_that_of_any_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
