/* CSV text. Where it has no quotes, all its cells can be put into quotes without changing what is
 * read: that takes another path through the reader. */
#include "base/memory.h"
#include "data/csv.h"
#include "fuzz.h"

static bool read_csv(const void *bytes, size_t n, Table *table, Error *err) {
    char path[64];
    const int fd = fuzz_file(bytes, n, path);
    CsvOptions options = {.header = true, .delimiter = ','};
    Problems problems = {0};
    text_list_add(&options.files, path);
    const bool good = csv_read(&options, table, &problems, err);
    fuzz_check_message(text_of(&problems.text));
    text_list_free(&options.files);
    problems_free(&problems);
    close(fd);
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

/* Lines with blanks only would become rows. */
static bool can_be_quoted(const char *bytes, size_t n) {
    return n > 0 && !memchr(bytes, '"', n) && !memchr(bytes, '\r', n) &&
           !memmem(bytes, n, "\n\n", 2) && bytes[0] != '\n' &&
           memcmp(bytes, "\xef\xbb\xbf", n < 3 ? n : 3) != 0 &&
           memcmp(bytes, "\x1f\x8b", n < 2 ? n : 2) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    Table table = {0}, quoted = {0};
    Error err = {0}, other = {0};
    const char *text = (const char *)bytes;
    const bool good = read_csv(bytes, n, &table, &err);
    require(good || err.code != ERROR_NONE);
    fuzz_check_message(err.text);
    if (good && can_be_quoted(text, n)) {
        TextBuffer all = {0};
        quote_all(&all, text, n);
        require(read_csv(text_of(&all), all.n, &quoted, &other));
        compare(&table, &quoted);
        text_free(&all);
    }
    table_free(&table);
    table_free(&quoted);
    return 0;
}
