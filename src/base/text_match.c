#include "base/text_match.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

/* The next character of UTF-8 (of other bytes, at least the next byte). */
static const char *next_character(const char *at) {
    do {
        at++;
    } while (((unsigned char)*at & 0xC0) == 0x80);
    return at;
}

bool text_matches(const char *pattern, const char *name) {
    const char *star =
        NULL; /* the last *, and where the name goes on if it takes one character more */
    const char *resume = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = name;
        } else if (*pattern == '?') {
            pattern++;
            name = next_character(name);
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            resume = next_character(resume);
            name = resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t text_distance(const char *a, const char *b) {
    const size_t n_a = strlen(a);
    const size_t n_b = strlen(b);
    const size_t stride = n_b + 1;
    size_t *rows = NEW(
        size_t, 3 * stride); /* distances of the prefixes i - 2, i - 1 and i of a to those of b */
    size_t *before = rows;
    size_t *above = rows + stride;
    size_t *row = rows + 2 * stride;
    for (size_t j = 0; j <= n_b; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= n_a; i++) {
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            const size_t replaced = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            row[j] = smaller(replaced, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = smaller(row[j], before[j - 2] + 1);
            }
        }
    }
    const size_t distance = row[n_b];
    memory_free(rows);
    return distance;
}

/* The shortest name that was cut short to this one: "acc" is accuracy and not mcc. */
static const char *find_longer(const char *wrong, size_t length, const char *const *candidates,
                               size_t n) {
    const char *shortest = NULL;
    for (size_t i = 0; i < n && length >= 3; i++) {
        if (candidates[i] && strncasecmp(candidates[i], wrong, length) == 0 &&
            (!shortest || strlen(candidates[i]) < strlen(shortest))) {
            shortest = candidates[i];
        }
    }
    return shortest;
}

const char *text_suggest(const char *wrong, const char *const *candidates, size_t n) {
    enum {
        MAX_LENGTH = 100
    }; /* nobody mistypes longer names, and the distance takes quadratic time */
    const size_t length = strnlen(wrong, MAX_LENGTH + 1);
    if (length == 0 || length > MAX_LENGTH) {
        return NULL;
    }
    const char *suggestion = find_longer(wrong, length, candidates, n);
    size_t nearest = suggestion ? 0 : (length + 2) / 3 + 1; /* at most a third of it wrong */
    for (size_t i = 0; i < n; i++) {
        const size_t other = candidates[i] ? strnlen(candidates[i], 2 * MAX_LENGTH) : SIZE_MAX;
        if (other >= length + nearest || length >= other + nearest) {
            continue;
        }
        const size_t distance = text_distance(wrong, candidates[i]);
        if (distance < nearest && distance < length) {
            nearest = distance;
            suggestion = candidates[i];
        }
    }
    return suggestion;
}
