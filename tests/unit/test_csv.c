#include "data/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/memory.h"
#include "data/csv_delimiter.h"

/* What one reading of one text gave. */
typedef struct Result {
    bool ok;
    Table table;
    Problems problems;
    Error err;
} Result;

static char folder[] = "/tmp/nntrain_csv_XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

static char *path_of(const char *name) {
    TextBuffer path = {0};
    text_printf(&path, "%s/%s", folder, name);
    char *copy = memory_copy_text(text_of(&path));
    text_free(&path);
    return copy;
}

static void write_file(const char *name, const char *bytes, size_t n) {
    char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    memory_free(path);
}

static void delete_file(const char *name) {
    char *path = path_of(name);
    unlink(path);
    memory_free(path);
}

static Result read_with(const char *bytes, size_t n, CsvOptions options) {
    Result result = {0};
    write_file("a.csv", bytes, n);
    options.folder = folder;
    text_list_add(&options.files, "a.csv");
    result.ok = csv_read(&options, &result.table, &result.problems, &result.err);
    text_list_free(&options.files);
    delete_file("a.csv");
    return result;
}

static Result read_text(const char *text) {
    return read_with(text, strlen(text), (CsvOptions){.header = true});
}

static void result_free(Result *result) {
    table_free(&result->table);
    problems_free(&result->problems);
}

/* The text is refused with this code, and the message ends the path with `part`. */
static void expect_bytes_error(const char *bytes, size_t n, ErrorCode code, const char *part) {
    Result result = read_with(bytes, n, (CsvOptions){.header = true});
    if (result.ok || result.err.code != code || !strstr(result.err.text, part)) {
        fail_msg("expected '%s', got %d '%s'", part, (int)result.err.code, result.err.text);
    }
    result_free(&result);
}

static void expect_error(const char *text, const char *part) {
    expect_bytes_error(text, strlen(text), ERROR_DATA, part);
}

/* The cell as it is written. */
static void append_text(TextBuffer *out, const Table *table, size_t row, size_t column) {
    TextList cells = {0};
    table_texts(table, row, &column, 1, &cells);
    text_append(out, cells.items[0]);
    text_list_free(&cells);
}

static void expect_text(const Table *table, size_t row, size_t column, const char *expected) {
    TextBuffer text = {0};
    append_text(&text, table, row, column);
    assert_string_equal(text_of(&text), expected);
    text_free(&text);
}

/* All cells joined as "a|b/c|d", rows by '/'. */
static void expect_cells(const char *text, const char *expected) {
    Result result = read_text(text);
    if (!result.ok) {
        fail_msg("'%s': %s", text, result.err.text);
    }
    TextBuffer cells = {0};
    for (size_t row = 0; row < result.table.n_rows; row++) {
        for (size_t column = 0; column < result.table.n_columns; column++) {
            text_append(&cells, column ? "|" : row ? "/" : "");
            append_text(&cells, &result.table, row, column);
        }
    }
    assert_string_equal(text_of(&cells), expected);
    text_free(&cells);
    result_free(&result);
}

static void test_cells(void **state) {
    (void)state;
    expect_cells("a,b\n1,2\n3,4\n", "1|2/3|4");
    expect_cells("a,b\n1,2\n3,4", "1|2/3|4");
    expect_cells("a,b\r\n1,2\r\n", "1|2");
    expect_cells("\xEF\xBB\xBF\"a\",b\n1,\n", "1|");
    expect_cells("a,b\n,\n", "|");
    expect_cells("a,b\n x y , \" z \" \n", "x y| z ");
    expect_cells("a,b\n\"x, \"\"y\"\"\",\"\"\n", "x, \"y\"|");
    expect_cells("a,b\n\"x\ny\",2\n", "x\ny|2");
    expect_cells("a,b\n\"x\r\ny\rz\",2\n", "x\r\ny\rz|2");
    expect_cells("a,b\n1,2\n\n\n", "1|2");
    expect_cells("a,b\r\n1,2\r\n\r\n", "1|2");
    expect_cells("a\n1\n\"\"\n2\n", "1//2");
    expect_cells("a\tb\n1\t\n\t2\n", "1|/|2");
    expect_cells("a;b\n1,5;2\n", "1,5|2");
    expect_cells("a|b\n1|2\n", "1|2");
    expect_cells("text\nx\n", "x");
}

static void test_names_and_places(void **state) {
    (void)state;
    Result result = read_text("a,\"b\nc\",d\r\n1,\"2\r\n\r\n\",3\r\n4,5,6\r\n");
    assert_true(result.ok);
    assert_string_equal(result.table.names.items[1], "b\nc");
    assert_int_equal(result.table.n_rows, 2);
    assert_int_equal(table_line(&result.table, 0), 3);
    assert_int_equal(table_line(&result.table, 1), 6);
    assert_int_equal(table_find(&result.table, "d"), 2);
    assert_int_equal(table_find(&result.table, "#3"), 2);
    assert_int_equal(table_find(&result.table, "#0"), 3);
    assert_int_equal(table_find(&result.table, "#4"), 3);
    assert_int_equal(table_find(&result.table, "x"), 3);
    Error err;
    assert_false(table_fail(&result.table, 1, 2, &err, "is %s", "odd"));
    assert_non_null(strstr(err.text, "/a.csv:6:3: error: column 'd': '6' is odd"));
    result_free(&result);
}

static void test_damaged(void **state) {
    (void)state;
    expect_error("", "a.csv: error: the file is empty");
    expect_error("\xEF\xBB\xBF", "the file is empty");
    expect_error("\n \n\r\n", "nothing but blank lines");
    expect_error("a,b\n", "a header, but no rows");
    expect_error("a,b\n1,2\n3\n4,5\n6,7,8\n",
                 ":3:2: error: the row has 1 cell, but the header has 2; 1 more row");
    expect_error("a,b\n1,2\n3,4,\n", ":3:3: error: the row has 3 cells");
    expect_error("a,b\n1,2\n\n3,4\n", ":3:1: error: a blank line");
    expect_error("a,b\r\n1,2\r\n\r\n3,4\r\n", ":3:1: error: a blank line");
    expect_error("\na,b\n1,2\n", ":1:1: error: a blank line");
    expect_error("a\n1\n\n2\n", ":3:1: error: a blank line");
    expect_error("a,b\n1,2\n3,\"4\n5,6\n7,8\n",
                 ":3:2: error: the quote that opens here is never closed");
    expect_error("a,b\n1,5\"x\"\n",
                 ":2:2: error: the cell that starts here has a stray quote on line 2");
    expect_error("a,b\n1,\"\n\na\"b\n",
                 ":2:2: error: the cell that starts here has a stray quote on line 4");
    expect_error("a,b\r1,2\r", ":1: error: a carriage return");
    expect_error("a,b\n1,2\r", ":2: error: a carriage return");
    expect_error("a,b\n1,\xE9\n", ":2: error: the line is not valid UTF-8");
    expect_error("PK\x03\x04 and more", "ZIP archive or a spreadsheet");
    expect_error("PAR1 and more", "Parquet");
    expect_bytes_error("\xFF\xFE"
                       "a\0,\0",
                       6, ERROR_DATA, "UTF-16");
    expect_bytes_error("a,b\n1,\0\n", 8, ERROR_DATA, ":2: error: a NUL byte");
}

static void test_header_rules(void **state) {
    (void)state;
    expect_error("a,b,a\n1,2,3\n", ":1:3: error: columns 1 and 3 are both named 'a'");
    expect_error("a,,b\n1,2,3\n", ":1:2: error: column 2 has no name");
    expect_error("1,2\n3,4\n", "set data.header = false");
    expect_error("a,b;c\n1,2;3\n", "both , and ; could be the delimiter; set data.delimiter");
    Result result = read_with("1,2\n3,4\n", 8, (CsvOptions){.header = false});
    assert_true(result.ok);
    assert_int_equal(result.table.n_rows, 2);
    assert_string_equal(result.table.names.items[1], "c2");
    expect_text(&result.table, 0, 1, "2");
    expect_text(&result.table, 1, 1, "4");
    result_free(&result);
    result = read_with("a;b\n1,5;2\n", 10, (CsvOptions){.header = true, .delimiter = ','});
    assert_false(result.ok);
    assert_non_null(strstr(result.err.text, "is the delimiter ;?"));
    result_free(&result);
}

static void test_limits(void **state) {
    (void)state;
    TextBuffer text = {0};
    for (int i = 0; i < 70000; i++) {
        text_printf(&text, "%sc%d", i ? "," : "", i);
    }
    text_append(&text, "\n1\n");
    expect_bytes_error(text.bytes, text.n, ERROR_SIZE, "70000 columns; the limit is 65536");
    text_free(&text);
    /* The quote is given up long before the end of the file. */
    text_append(&text, "a,b\n1,2\n3,\"");
    for (int i = 0; i < 400000; i++) {
        text_append(&text, "4\n5,6");
    }
    expect_bytes_error(text.bytes, text.n, ERROR_DATA,
                       ":3:2: error: the cell that starts here is longer");
    text_free(&text);
}

/* Blocks are cut at every place relative to characters, line ends and quotes. */
static void test_block_borders(void **state) {
    (void)state;
    for (size_t shift = 0; shift < 16; shift++) {
        TextBuffer text = {0};
        text_append(&text, "a,b\r\n");
        for (size_t i = 0; i < shift; i++) {
            text_append(&text, "x");
        }
        size_t n_rows = 0;
        for (; text.n < 200000; n_rows++) {
            text_append(&text, "\xF0\x9F\x98\x80\xC3\xA9,\"\r\n\"\"\"\r\n");
        }
        Result result = read_with(text.bytes, text.n, (CsvOptions){.header = true});
        if (!result.ok) {
            fail_msg("%s", result.err.text);
        }
        assert_int_equal(result.table.n_rows, n_rows);
        assert_int_equal(table_line(&result.table, n_rows - 1), 2 * n_rows);
        expect_text(&result.table, n_rows - 1, 0, "\xF0\x9F\x98\x80\xC3\xA9");
        expect_text(&result.table, n_rows - 1, 1, "\r\n\"");
        assert_int_equal(result.problems.n_warnings, 0);
        result_free(&result);
        text_free(&text);
    }
}

static void test_mixed_line_ends(void **state) {
    (void)state;
    Result result = read_text("a,b\n1,2\r\n3,4\n5,6\r\n");
    assert_true(result.ok);
    assert_int_equal(result.problems.n_warnings, 1);
    result_free(&result);
}

static void test_max_rows(void **state) {
    (void)state;
    Result result =
        read_with("a,b\n1,2\n3,4\nragged\n", 19, (CsvOptions){.header = true, .max_rows = 2});
    assert_true(result.ok);
    assert_int_equal(result.table.n_rows, 2);
    result_free(&result);
}

static bool read_several(const char *pattern, Table *table, Error *err) {
    CsvOptions options = {.folder = folder, .header = true};
    Problems problems = {0};
    const char *problem;
    assert_true(text_split_list(pattern, &options.files, &problem));
    const bool ok = csv_read(&options, table, &problems, err);
    text_list_free(&options.files);
    problems_free(&problems);
    return ok;
}

static void test_several_files(void **state) {
    (void)state;
    Table table = {0};
    Error err;
    write_file("p1.csv", "a,b\n1,2\n", 8);
    write_file("p2.csv", "a;b\n3;4\n", 8);
    write_file("q.csv", "a,c\n3,4\n", 8);
    assert_true(read_several("p*.csv", &table, &err));
    assert_int_equal(table.n_rows, 2);
    assert_int_equal(table_file(&table, 1), 1);
    expect_text(&table, 1, 0, "3");
    table_free(&table);
    assert_false(read_several("p1.csv, q.csv", &table, &err));
    assert_int_equal(err.code, ERROR_DATA);
    assert_non_null(strstr(err.text, "q.csv:1:2: error: column 2 is 'c' here, but 'b' in "));
    assert_non_null(strstr(err.text, "/p1.csv;"));
    table_free(&table);
    assert_false(read_several("p1.csv, p?.csv", &table, &err));
    assert_non_null(strstr(err.text, "the same file"));
    table_free(&table);
    assert_false(read_several("nothing*.csv", &table, &err));
    assert_int_equal(err.code, ERROR_FILE);
    table_free(&table);
    assert_false(read_several("missing.csv", &table, &err));
    assert_int_equal(err.code, ERROR_FILE);
    table_free(&table);
    assert_false(read_several(".", &table, &err));
    assert_int_equal(err.code, ERROR_FILE);
    table_free(&table);
    delete_file("p1.csv");
    delete_file("p2.csv");
    delete_file("q.csv");
}

/* Found by content; one that was cut off is an error, and so is the name of a plain file. */
static void test_gzip(void **state) {
    (void)state;
    TextBuffer text = {0};
    text_append(&text, "a,b\n");
    for (int i = 0; i < 30000; i++) {
        text_printf(&text, "%d,%d\n", i, i * i % 977);
    }
    char *path = path_of("z.csv.gz");
    gzFile file = gzopen(path, "wb");
    assert_int_equal(gzwrite(file, text.bytes, (unsigned)text.n), text.n);
    gzclose(file);
    Table table = {0};
    Error err = {0};
    assert_true(read_several("z.csv.gz", &table, &err));
    assert_int_equal(table.n_rows, 30000);
    expect_text(&table, 29999, 0, "29999");
    table_free(&table);
    assert_int_equal(truncate(path, 20000), 0);
    assert_false(read_several("z.csv.gz", &table, &err));
    assert_int_equal(err.code, ERROR_DATA);
    table_free(&table);
    unlink(path);
    memory_free(path);
    text_free(&text);
    path = path_of("z.csv");
    file = gzopen(path, "wb");
    assert_int_equal(gzputs(file, "a,b\n1,2\n"), 8);
    gzclose(file);
    assert_false(read_several("z.csv", &table, &err));
    assert_int_equal(err.code, ERROR_DATA);
    assert_non_null(strstr(err.text, "z.csv: error: this is a gzip file, not CSV; unpack it, or "
                                     "rename it so that it ends in .csv.gz"));
    table_free(&table);
    unlink(path);
    memory_free(path);
}

static void test_delimiters(void **state) {
    (void)state;
    char delimiter, tied[2];
    assert_true(csv_delimiter_find("a\n1,2\n", 6, true, &delimiter, tied));
    assert_int_equal(delimiter, ',');
    assert_true(csv_delimiter_find("\"a,b\";c\n", 8, true, &delimiter, tied));
    assert_int_equal(delimiter, ';');
    /* One ragged row does not change the choice: the reader will name the row. */
    assert_true(csv_delimiter_find("a,b|c\n1,2\n1\n1,2\n", 16, true, &delimiter, tied));
    assert_int_equal(delimiter, ',');
    assert_false(csv_delimiter_find("1,5;2\n3,1;4\n", 12, true, &delimiter, tied));
}

static void test_append_cell(void **state) {
    (void)state;
    TextBuffer out = {0};
    csv_append_cell(&out, "x y");
    csv_append_cell(&out, " x");
    csv_append_cell(&out, "a,\"b\"\n");
    csv_append_cell(&out, "");
    assert_string_equal(text_of(&out), "x y\" x\"\"a,\"\"b\"\"\n\"");
    text_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),           cmocka_unit_test(test_names_and_places),
        cmocka_unit_test(test_damaged),         cmocka_unit_test(test_header_rules),
        cmocka_unit_test(test_limits),          cmocka_unit_test(test_block_borders),
        cmocka_unit_test(test_mixed_line_ends), cmocka_unit_test(test_max_rows),
        cmocka_unit_test(test_several_files),   cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_delimiters),      cmocka_unit_test(test_append_cell),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
