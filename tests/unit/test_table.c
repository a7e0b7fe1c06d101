#include "data/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One row of two cells, from line 7 of the second of two files. */
static Table make_table(const char *path) {
    Table table = {.n_rows = 1};
    TextList names = {0};
    text_list_add(&table.files, "first.csv");
    text_list_add(&table.files, path);
    text_list_add(&names, "#2");
    text_list_add(&names, "na\nme");
    table_set_names(&table, &names, SIZE_MAX);
    table_reserve(&table, 1);
    table_put_text(&table, 0, 0, "", NULL);
    table_put_text(&table, 0, 1, "x\x1b", NULL);
    table_add_place(&table, (RowPlace){.line = 7, .file = 1});
    text_list_free(&names);
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

static void test_values(void **state) {
    (void)state;
    TextList missing = {0};
    text_list_add(&missing, "NA");
    text_list_add(&missing, "-999");
    assert_true(isnan(table_value_of("", 0, &missing)));
    assert_true(isnan(table_value_of("NA", 2, &missing)));
    assert_true(isnan(table_value_of("-999", 4, &missing)));
    assert_true(table_value_of("NAN", 3, &missing) == HUGE_VAL);
    assert_true(table_value_of("inf", 3, NULL) == HUGE_VAL);
    assert_true(table_value_of("-999.0", 6, &missing) == -999.0);
    text_list_free(&missing);
}

/* Rows are line by line behind a place, and places may skip lines and change the file. */
static void test_places(void **state) {
    (void)state;
    Table table = make_table("b.csv");
    table.n_places = 0;
    table_add_place(&table, (RowPlace){.line = 2});
    table_add_place(&table, (RowPlace){.line = 9, .row = 4});
    table_add_place(&table, (RowPlace){.line = 1, .row = 6, .file = 1});
    const uint64_t lines[] = {2, 3, 4, 5, 9, 10, 1, 2};
    for (size_t row = 0; row < 8; row++) {
        assert_int_equal(table_line(&table, row), lines[row]);
        assert_int_equal(table_file(&table, row), row >= 6);
    }
    table_free(&table);
}

/* Blocks follow each other without a seam, whatever number of rows was guessed. */
static void test_blocks(void **state) {
    (void)state;
    enum { N_ROWS = 70000 };
    static const size_t guesses[] = {0, 1, 8, 9, 1000, N_ROWS, SIZE_MAX};
    TextList names = {0};
    text_list_add(&names, "a");
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        Table table = {0};
        table_set_names(&table, &names, guesses[i]);
        table_clear_column(&table, 0, COLUMN_NUMBERS);
        for (size_t row = 0; row < N_ROWS; row++) {
            table_reserve(&table, row + 1);
            table_block(&table, row, 0)->numbers[table_offset(&table, row)] = (double)row;
        }
        for (size_t row = 0; row < N_ROWS; row++) {
            assert_true(table_value(&table, row, 0) == (double)row);
        }
        table_free(&table);
    }
    text_list_free(&names);
}

/* Rows of a block, as a shift. */
static unsigned block_shift_for(size_t n_columns, size_t n_rows) {
    Table table = {0};
    TextList names = {0};
    for (size_t j = 0; j < n_columns; j++) {
        text_list_add(&names, "a");
    }
    table_set_names(&table, &names, n_rows);
    const unsigned shift = table.block_shift;
    table_free(&table);
    text_list_free(&names);
    return shift;
}

/* Large blocks for many rows, but not where too much of them would stay unused. */
static void test_large_blocks(void **state) {
    (void)state;
    static const struct {
        size_t n_rows, n_columns;
        bool is_large;
    } cases[] = {{1000, 1, false},   {0, 1, false},       {262143, 1, false},
                 {262144, 1, true},  {300000, 20, true},  {300000, 60, false},
                 {524288, 64, true}, {524289, 64, false}, {1000000000, 2, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned usual = block_shift_for(cases[i].n_columns, SIZE_MAX);
        const unsigned shift = block_shift_for(cases[i].n_columns, cases[i].n_rows);
        assert_int_equal(shift > usual, cases[i].is_large);
    }
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
        cmocka_unit_test(test_cells_and_names), cmocka_unit_test(test_values),
        cmocka_unit_test(test_places),          cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_large_blocks),    cmocka_unit_test(test_messages),
        cmocka_unit_test(test_long_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
