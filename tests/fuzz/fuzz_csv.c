/* CSV text: the short path, in stretches and threads, against libcsv alone, with one outcome. Where
 * there are no quotes, all cells can be put into quotes without changing what is read. */
#include "base/memory.h"
#include "data/csv.h"
#include "fuzz.h"

/* A stretch that holds most inputs. */
enum { WHOLE = 1024 };

typedef struct Way {
    size_t n_threads, stretch;
    bool is_all_strict;
} Way;

static bool read_csv(const char *path, const Way *way, Table *table, Error *err) {
    CsvOptions options = {.header = true,
                          .delimiter = ',',
                          .n_threads = way->n_threads,
                          .stretch = way->stretch,
                          .is_all_strict = way->is_all_strict};
    Problems problems = {0};
    text_list_add(&options.files, path);
    const bool good = csv_read(&options, table, &problems, err);
    fuzz_check_message(text_of(&problems.text));
    fuzz_check_message(err->text);
    require(good == (err->code == ERROR_NONE));
    text_list_free(&options.files);
    problems_free(&problems);
    return good;
}

/* Every cell in quotes; blanks around a cell, which belong to it only inside quotes, are left out.
 */
static void append_quoted(TextBuffer *out, const char *cell, size_t n) {
    while (n > 0 && (cell[0] == ' ' || cell[0] == '\t')) {
        cell++;
        n--;
    }
    while (n > 0 && (cell[n - 1] == ' ' || cell[n - 1] == '\t')) {
        n--;
    }
    text_append(out, "\"");
    text_append_bytes(out, cell, n);
    text_append(out, "\"");
}

static void quote_all(TextBuffer *out, const char *bytes, size_t n) {
    const char *end = bytes + n;
    for (const char *at = bytes; at < end;) {
        size_t length = 0;
        while (at + length < end && !memchr(",\r\n", at[length], 3)) {
            length++;
        }
        append_quoted(out, at, length);
        at += length;
        if (at < end) {
            text_append_bytes(out, at, 1);
            at++;
        }
    }
}

static void compare(const Table *a, const Table *b) {
    require(a->n_rows == b->n_rows);
    require(a->n_columns == b->n_columns);
    for (size_t column = 0; column < a->n_columns; column++) {
        require(strcmp(a->names.items[column], b->names.items[column]) == 0);
        require(a->columns[column].form == b->columns[column].form);
        for (size_t row = 0; row < a->n_rows; row++) {
            const double left = table_value(a, row, column), right = table_value(b, row, column);
            require(memcmp(&left, &right, sizeof left) == 0);
            require(a->columns[column].form != COLUMN_TEXTS ||
                    strcmp(table_cell(a, row, column), table_cell(b, row, column)) == 0);
            require(table_line(a, row) == table_line(b, row));
        }
    }
}

/* Quoted, a line of blanks would become a row. */
static bool has_blank_line(const char *bytes, size_t n) {
    bool is_blank = true, found = false;
    for (size_t i = 0; i < n; i++) {
        found = found || (is_blank && bytes[i] == '\n');
        is_blank = bytes[i] == '\n' || (is_blank && (bytes[i] == ' ' || bytes[i] == '\t'));
    }
    return found || (is_blank && bytes[n - 1] != '\n');
}

static bool can_be_quoted(const char *bytes, size_t n) {
    return n > 0 && !memchr(bytes, '"', n) && !memchr(bytes, '\r', n) &&
           !has_blank_line(bytes, n) && memcmp(bytes, "\xef\xbb\xbf", n < 3 ? n : 3) != 0 &&
           memcmp(bytes, "\x1f\x8b", n < 2 ? n : 2) != 0;
}

static void check_quoted(const Table *table, const char *text, size_t n) {
    const Way strict = {1, WHOLE, true};
    TextBuffer all = {0};
    Table quoted = {0};
    Error err = {0};
    char path[64];
    quote_all(&all, text, n);
    const int fd = fuzz_file(text_of(&all), all.n, path);
    require(read_csv(path, &strict, &quoted, &err));
    compare(table, &quoted);
    table_free(&quoted);
    text_free(&all);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    const char *text = (const char *)bytes;
    const Way strict = {1, WHOLE, true};
    /* of the text alone, so that an input fails again; threads take their time, and so does the
     * usual stretch, a large block */
    const size_t stretch = n % 32 == 1 ? 0 : n % 2 ? WHOLE : 1 + n % 61;
    const Way way = {n % 64 == 0 ? 3 : 1, stretch, false};
    Table table = {0}, other = {0};
    Error err = {0}, other_err = {0};
    char path[64];
    const int fd = fuzz_file(bytes, n, path);
    const bool good = read_csv(path, &way, &table, &err);
    require(read_csv(path, &strict, &other, &other_err) == good);
    require(err.code == other_err.code);
    require(strcmp(err.text, other_err.text) == 0);
    if (good) {
        compare(&table, &other);
    }
    if (good && can_be_quoted(text, n)) {
        check_quoted(&table, text, n);
    }
    table_free(&table);
    table_free(&other);
    close(fd);
    return 0;
}
