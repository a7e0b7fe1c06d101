#include "data/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* One row of two cells, from line 7 of the second of two files. */
static Table make_table(const char *path) {
    Table table = {.n_rows = 1, .n_columns = 2};
    text_list_add(&table.files, "first.csv");
    text_list_add(&table.files, path);
    text_list_add(&table.names, "#2");
    text_list_add(&table.names, "na\nme");
    table.pool = memory_copy_bytes("\0x\x1b", 3);
    table.cells = NEW(size_t, 2);
    table.cells[1] = 1;
    table.lines = NEW(uint64_t, 1);
    table.lines[0] = 7;
    table.sources = NEW(uint32_t, 1);
    table.sources[0] = 1;
    return table;
}

static void test_cells_and_names(void **state) {
    (void)state;
    Table table = make_table("b.csv");
    assert_string_equal(table_cell(&table, 0, 0), "");
    assert_string_equal(table_cell(&table, 0, 1), "x\x1b");
    /* A column that is called so comes before the count. */
    assert_int_equal(table_find(&table, "#2"), 0);
    assert_int_equal(table_find(&table, "#1"), 0);
    assert_int_equal(table_find(&table, "#"), 2);
    assert_int_equal(table_find(&table, "#3"), 2);
    assert_int_equal(table_find(&table, "# 1"), 2);
    assert_int_equal(table_find(&table, "#18446744073709551616"), 2);
    table_free(&table);
    table_free(&table);
}

static void test_messages(void **state) {
    (void)state;
    char place[TEXT_SHOWN];
    Error err;
    Table table = make_table("b.csv");
    assert_string_equal(table_place(&table, 0, place), "b.csv:7");
    assert_false(table_fail(&table, 0, 1, &err, "is no %s", "number"));
    assert_int_equal(err.code, ERROR_DATA);
    assert_string_equal(err.text, "b.csv:7:2: error: column 'na\\x0ame': 'x\\x1b' is no number");
    table_free(&table);
}

static void test_long_path(void **state) {
    (void)state;
    char path[4000], place[TEXT_SHOWN];
    Error err;
    memset(path, '\x01', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    Table table = make_table(path);
    table_place(&table, 0, place);
    assert_string_equal(place + strlen(place) - 2, ":7");
    table_fail(&table, 0, 1, &err, "is no number");
    table_free(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_and_names),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_long_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
