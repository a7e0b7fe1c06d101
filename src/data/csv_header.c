#include "data/csv_header.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Orders places in an array of names by name, equal names by place. */
static int compare_places(const void *a, const void *b) {
    char *const *const x = *(char *const *const *)a;
    char *const *const y = *(char *const *const *)b;
    const int order = strcmp(*x, *y);
    return order != 0 ? order : (x > y) - (x < y);
}

static bool check_duplicates(const TextList *names, size_t *column, TextBuffer *message) {
    char ***places = NEW(char **, names->n);
    for (size_t i = 0; i < names->n; i++) {
        places[i] = &names->items[i];
    }
    qsort(places, names->n, sizeof *places, compare_places);
    size_t same = 1;
    while (same < names->n && strcmp(*places[same - 1], *places[same]) != 0) {
        same++;
    }
    const bool is_unique = same >= names->n;
    if (!is_unique) {
        char shown[TEXT_SHOWN];
        const char *name = *places[same];
        *column = (size_t)(places[same] - names->items) + 1;
        text_printf(message,
                    "columns %zu and %zu are both named '%s'; give each column a name of its own",
                    (size_t)(places[same - 1] - names->items) + 1, *column,
                    text_shown(shown, name, strlen(name)));
    }
    memory_free(places);
    return is_unique;
}

size_t csv_header_count_numbers(const TextList *names) {
    size_t n_numbers = 0;
    for (size_t i = 0; i < names->n; i++) {
        double number;
        n_numbers += text_to_double(names->items[i], strlen(names->items[i]), &number);
    }
    return n_numbers;
}

bool csv_header_check(const TextList *names, size_t *column, TextBuffer *message) {
    if (csv_header_count_numbers(names) == names->n) {
        *column = 1;
        text_append(message, "every column name is a number; if the file has no header, set "
                             "data.header = false");
        return false;
    }
    for (size_t i = 0; i < names->n; i++) {
        if (names->items[i][0] == '\0') {
            *column = i + 1;
            text_printf(
                message,
                "column %zu has no name in the header; give it one, and each column its own",
                i + 1);
            return false;
        }
    }
    return check_duplicates(names, column, message);
}

static void append_name(TextBuffer *message, const TextList *names, size_t index) {
    if (index < names->n) {
        text_append(message, "'");
        text_append_escaped(message, names->items[index], strlen(names->items[index]));
        text_append(message, "'");
    } else {
        text_append(message, "absent");
    }
}

bool csv_header_compare(const TextList *names, const TextList *known, const char *first_file,
                        size_t *column, TextBuffer *message) {
    size_t i = 0;
    while (i < names->n && i < known->n && strcmp(names->items[i], known->items[i]) == 0) {
        i++;
    }
    if (i == names->n && i == known->n) {
        return true;
    }
    *column = i + 1;
    text_printf(message, "column %zu is ", i + 1);
    append_name(message, names, i);
    text_append(message, " here, but ");
    append_name(message, known, i);
    text_append(message, " in ");
    text_append_escaped(message, first_file, strlen(first_file));
    text_append(message, "; files that are read together need equal headers");
    return false;
}

void csv_header_generate(TextList *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        TextBuffer name = {0};
        text_printf(&name, "c%zu", i + 1);
        text_list_add(names, text_of(&name));
        text_free(&name);
    }
}
