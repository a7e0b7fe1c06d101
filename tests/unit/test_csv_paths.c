/* One outcome whatever the way to it: every text is read by libcsv in one stretch, and then by
 * both paths, in stretches of a few bytes, by several threads, as a gzip file; tables, warnings and
 * errors must be equal. The texts are hostile ones, and mutations of real files. */
#include "data/csv.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/random.h"

static char folder[] = "/tmp/nntrain_paths_XXXXXX";
static char start[4096]; /* the folder that the tests are started in, which holds data/ */

static int make_folder(void **state) {
    (void)state;
    return getcwd(start, sizeof start) && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    unlink("a.csv");
    unlink("a.csv.gz");
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

/* ---- one reading as text ---- */

static void describe_cell(TextBuffer *out, const Table *table, size_t row, size_t column) {
    TextList cells = {0};
    double value = table_value(table, row, column);
    uint64_t bits = 0;
    if (isfinite(value)) {
        memcpy(&bits, &value, sizeof bits);
    }
    table_texts(table, row, &column, 1, &cells);
    text_printf(out, "|%s %llx %d", cells.items[0], (unsigned long long)bits,
                isnan(value)   ? 1
                : isinf(value) ? 2
                               : 0);
    text_list_free(&cells);
}

static void describe_table(TextBuffer *out, const Table *table, size_t few) {
    const size_t step = table->n_rows / few + 1;
    for (size_t i = 0; i < table->n_columns; i++) {
        const Column *column = &table->columns[i];
        text_printf(out, "%s form %d texts %zu\n", table->names.items[i], (int)column->form,
                    column->texts.n);
    }
    text_printf(out, "%zu rows\n", table->n_rows);
    for (size_t row = 0; row < table->n_rows; row++) {
        text_printf(out, "%llu", (unsigned long long)table_line(table, row));
        for (size_t column = 0; column < table->n_columns; column++) {
            if (row % step == 0) {
                describe_cell(out, table, row, column);
            } else {
                text_printf(out, "|%g", table_value(table, row, column));
            }
        }
        text_append(out, "\n");
    }
}

static void wish(const void *context, const Table *table, CsvWish *wishes) {
    const CsvWish *all = context;
    for (size_t i = 0; i < table->n_columns; i++) {
        wishes[i] = i % 3 == 2 ? all[1] : all[0];
    }
}

/* With all columns as texts the forms do not depend on what is guessed. */
static const CsvWish texts[2] = {CSV_WISH_TEXTS, CSV_WISH_TEXTS};
static const CsvWish any[2] = {CSV_WISH_ANY, CSV_WISH_TEXTS};

static char *read_as_text(const char *file, CsvOptions options) {
    Table table = {0};
    Problems problems = {0};
    Error err = {0};
    TextBuffer out = {0};
    text_list_add(&options.files, file);
    if (csv_read(&options, &table, &problems, &err)) {
        describe_table(&out, &table, 10);
        text_append(&out, text_of(&problems.text));
    } else {
        text_printf(&out, "%d %s", (int)err.code, err.text);
    }
    text_list_free(&options.files);
    table_free(&table);
    problems_free(&problems);
    char *text = memory_copy_text(text_of(&out));
    text_free(&out);
    /* The name of the packed file differs. */
    for (char *at; (at = strstr(text, ".csv.gz")) != NULL;) {
        memmove(at + 4, at + 7, strlen(at + 7) + 1);
    }
    return text;
}

static void put(const char *bytes, size_t n) {
    FILE *file = fopen("a.csv", "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void put_packed(const char *bytes, size_t n) {
    gzFile file = gzopen("a.csv.gz", "wb1");
    assert_int_equal(gzwrite(file, bytes, (unsigned)n), n);
    assert_int_equal(gzclose(file), Z_OK);
}

/* ---- all ways ---- */

static void expect_same(const char *expected, const char *file, CsvOptions options,
                        const char *bytes, size_t n) {
    char *text = read_as_text(file, options);
    if (strcmp(text, expected) != 0) {
        size_t at = 0;
        while (text[at] == expected[at]) {
            at++;
        }
        at = at > 40 ? at - 40 : 0;
        fail_msg("stretch %zu, %zu threads, strict %d: '%.200s' instead of '%.200s' of:\n%.*s",
                 options.stretch, options.n_threads, options.is_all_strict, text + at,
                 expected + at, (int)(n < 2000 ? n : 2000), bytes);
    }
    memory_free(text);
}

static void check_wishes(CsvOptions base, const char *bytes, size_t n) {
    static const size_t stretches[] = {1, 7, 64, 4096};
    CsvOptions options = base;
    options.n_threads = 1;
    options.is_all_strict = true;
    char *expected = read_as_text("a.csv", options);
    for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++) {
        options = base;
        options.stretch = stretches[i];
        options.n_threads = 1 + i % 3;
        options.is_all_strict = i == 1;
        expect_same(expected, "a.csv", options, bytes, n);
    }
    put_packed(bytes, n);
    options.stretch = 50;
    expect_same(expected, "a.csv.gz", options, bytes, n);
    memory_free(expected);
}

static void check(const char *bytes, size_t n, char delimiter) {
    TextList missing = {0};
    CsvOptions options = {.header = true, .delimiter = delimiter, .missing = &missing};
    text_list_add(&missing, "NA");
    text_list_add(&missing, "-");
    put(bytes, n);
    options.wishes = wish;
    options.wishes_context = any;
    check_wishes(options, bytes, n);
    options.header = false;
    text_list_add(&missing, "-1");
    options.wishes_context = texts;
    options.max_rows = 3;
    check_wishes(options, bytes, n);
    text_list_free(&missing);
}

static void check_text(const char *text, char delimiter) { check(text, strlen(text), delimiter); }

static void test_hostile(void **state) {
    (void)state;
    static const char *const list[] = {
        "",
        "\n",
        "\n\n \n",
        "a",
        "a\n",
        "a,b",
        "\xEF\xBB\xBF",
        "\xEF\xBB\xBF\"a\",b\n1,2\n",
        "a,b\n1,2",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r\n1,2\n3,4\r\n",
        "a,b\n1,2\n\n\n",
        "a,b\n1,2\n\n3,4\n",
        "a,b\n1,2\n\n3\n",
        "a,b\n1\n\n3,4\n",
        "\na,b\n1,2\n",
        "a,b\n1,2\n3\n4,5,6\n7,8\n9\n",
        "a,b\n1,2\n3,\"4\n5,6\n7,8\n",
        "a,b\n1,2\n3,\"4\n5,6\"\n7,8\n",
        "a,b\n1\n3,\"4\n5,6\n7,8\n",
        "a,b\n1,5\"x\"\n",
        "a,b\n1,\"x\"y\n2,3\n",
        "a,b\n1,\"\n\na\"b\n1,2\n",
        "a,b\n\"x\"\"\",\"\"\n\"\"\"\",2\n",
        "a,b\n 1 ,\t2\t\n1,2 \n , \n",
        "a,b\n1,x\n2,3\nz,4\n",
        "a,b,c\n1,2,3\n007,-1,+5\n1e5,.5,5.\n1e999,nan,inf\n0x10,1_0,-\n",
        "a,b\r1,2\r",
        "a,b\n1,2\r",
        "a,b\n1,2\n3,4\r5,6\n",
        "a,b\n1,\"2\r3\"\n4,5\n",
        "a,b\n1,\xE9\n2,3\n",
        "a,b\n1\n\xE9,3\n",
        "a,b\n1,\"2\n\n\n\xE9\",3\n",
        "a,b\n1,5\"\n3,\xC3\xA9\n4,\xC3\n",
        "a\n1\n\n2\n",
        "a\n1\n\"\"\n2\n",
        "a\n\"1\n2\n3\n\"\n4\n5\n",
        "a,b\nNA,-\n-1,NA\n,\n2,3\n",
        "a,a\n1,2\n",
        "a,\n1,2\n",
        "1,2\n3,4\n",
        "PK\x03\x04",
        "PAR1,2\n",
        "\xFF\xFE,b\n",
        "a,b\n1.7976931348623157e308,4.9e-324\n179769313486231580793728971405301e276,-0\n",
        "a,b\n123456789012345678901234567890,0.1234567890123456789012345\n9007199254740993,1e-22\n",
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        check_text(list[i], ',');
    }
    check("a,b\n1,\0\n2,3\n", 12, ',');
    check("a,b\n1\n2,\0,3\n", 12, ',');
    check_text("a\tb\n1\t2\n \t3\n\t\n4 \t 5\n", '\t');
    check_text("a;b\n1,5;2\n\"3;\";4\n", ';');
    check_text("a|b\n1|2\n3|\" |\"\n", '|');
}

/* ---- mutations ---- */

static size_t load(const char *name, char *bytes, size_t most) {
    TextBuffer path = {0};
    text_printf(&path, "%s/data/%s", start, name);
    FILE *file = fopen(text_of(&path), "rb");
    text_free(&path);
    if (!file) {
        return 0;
    }
    const size_t n = fread(bytes, 1, most, file);
    fclose(file);
    return n;
}

/* Changes up to three bytes to ones that mean something, or cuts or repeats a piece. */
static size_t mutate(RandomStream stream, uint32_t trial, char *bytes, size_t n) {
    static const char special[] = "\",\n\r \t;|-+.eE019xN\xC3\xE9\xA9";
    uint32_t values[8];
    random_words(stream, trial, 0, 0, 0, values);
    random_words(stream, trial, 1, 0, 0, values + 4);
    for (size_t i = 0; i < 1 + values[0] % 3; i++) {
        bytes[values[1 + i] % n] = special[values[4 + i] % (sizeof special - 1)];
    }
    return values[7] % 4 == 0 ? n - values[7] / 4 % (n / 2) : n;
}

static void test_mutations(void **state) {
    (void)state;
    static const char *const names[] = {"penguins.csv", "iris.csv", "wine.csv", "diabetes.csv",
                                        "digits.csv"};
    enum { MOST = 1500 };
    const uint32_t n_trials = getenv("NNTRAIN_TEST_QUICK") ? 4 : 40;
    RandomStream stream = random_stream(11, RANDOM_SPLIT);
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
        char whole[MOST], bytes[MOST];
        const size_t n = load(names[f], whole, MOST);
        assert_true(n > 100);
        for (uint32_t trial = 0; trial < n_trials; trial++) {
            memcpy(bytes, whole, n);
            const size_t left = mutate(stream, trial + 1000 * (uint32_t)f, bytes, n);
            check(bytes, left, 0);
        }
    }
}

/* ---- damaged gzip files ---- */

static void put_raw(const char *path, const char *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void check_damaged(const char *bytes, size_t n) {
    static const size_t stretches[] = {1, 7, 64, 4096};
    CsvOptions options = {.header = true,
                          .delimiter = ',',
                          .is_all_strict = true,
                          .wishes = wish,
                          .wishes_context = texts};
    put_raw("a.csv.gz", bytes, n);
    for (int limited = 0; limited < 2; limited++) {
        options.max_rows = limited ? 9 : 0;
        options.stretch = 0;
        options.n_threads = 1;
        char *expected = read_as_text("a.csv.gz", options);
        for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++) {
            options.stretch = stretches[i];
            options.n_threads = 1 + i % 2;
            expect_same(expected, "a.csv.gz", options, "damaged gzip", 12);
        }
        memory_free(expected);
    }
}

/* What is damaged, and what is wrong in the text before it: which of both is told depends neither
 * on threads nor on how much is unpacked at a time. */
static void test_damaged_gzip(void **state) {
    (void)state;
    enum { MOST = 4096 };
    static const char *const mistakes[] = {"", "", "1,2,3\n", "\n", "1,\"x\"y\n", "1,\"x\n"};
    for (size_t m = 0; m < sizeof mistakes / sizeof *mistakes; m++) {
        TextBuffer text = {0};
        char packed[MOST];
        text_append(&text, m == 0 ? "\n\n\na,b\n" : "a,b\n");
        for (int i = 0; i < 40; i++) {
            text_printf(&text, "%d,%d\n%s", i * 37 % 101, i * i, i == 12 ? mistakes[m] : "");
        }
        put_packed(text.bytes, text.n);
        FILE *file = fopen("a.csv.gz", "rb");
        const size_t n = fread(packed, 1, MOST, file);
        fclose(file);
        assert_in_range(n, 50, MOST - 1);
        for (size_t at = 3; at < n; at += 4) {
            check_damaged(packed, at);
            packed[at] ^= (char)(1 << at % 8);
            check_damaged(packed, n);
            packed[at] ^= (char)(1 << at % 8);
        }
        text_free(&text);
    }
}

/* ---- columns whose guess fails late, and texts of many stretches ---- */

static void test_late_texts(void **state) {
    (void)state;
    TextBuffer text = {0};
    text_append(&text, "number,late,word,quoted\n");
    for (int i = 0; i < 20000; i++) {
        text_printf(&text, "%d.%d,%s%d,w%d,\"q\n%d\"\n", i, i % 10, i == 15000 ? "x" : "", i,
                    i * 7 % 301, i % 17);
    }
    put(text.bytes, text.n);
    CsvOptions options = {.header = true, .is_all_strict = true, .n_threads = 1};
    char *expected = read_as_text("a.csv", options);
    assert_non_null(strstr(expected, "late form 0 texts 20000"));
    assert_non_null(strstr(expected, "number form 1 texts 0"));
    assert_non_null(strstr(expected, "word form 0 texts 43"));
    for (size_t threads = 1; threads <= 4; threads++) {
        options = (CsvOptions){.header = true, .n_threads = threads, .stretch = 9973};
        expect_same(expected, "a.csv", options, "late texts", 10);
    }
    memory_free(expected);
    text_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_damaged_gzip),
        cmocka_unit_test(test_late_texts),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
