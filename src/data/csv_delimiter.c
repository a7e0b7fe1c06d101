#include "data/csv_delimiter.h"

#include <assert.h>
#include <string.h>

enum { N_SAMPLE_RECORDS = 100 };

const char csv_delimiters[N_DELIMITERS] = {',', ';', '\t', '|'};

const char *csv_delimiter_name(char delimiter) {
    static const char *const names[N_DELIMITERS] = {",", ";", "tab", "|"};
    const char *found = memchr(csv_delimiters, delimiter, N_DELIMITERS);
    assert(found);
    return names[found - csv_delimiters];
}

/* Counts each candidate outside quotes in the record at the start of n bytes; returns the length of
 * the record with its line end, n when it has none. */
static size_t count_in_record(const char *bytes, size_t n, size_t counts[N_DELIMITERS]) {
    bool in_quotes = false;
    memset(counts, 0, N_DELIMITERS * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '"') {
            in_quotes = !in_quotes;
        }
        if (in_quotes) {
            continue;
        }
        if (bytes[i] == '\n') {
            return i + 1;
        }
        for (size_t d = 0; d < N_DELIMITERS; d++) {
            counts[d] += bytes[i] == csv_delimiters[d];
        }
    }
    return n;
}

static void score(const char *bytes, size_t n, bool is_whole, size_t scores[N_DELIMITERS]) {
    size_t first[N_DELIMITERS], counts[N_DELIMITERS];
    size_t used = count_in_record(bytes, n, first);
    for (size_t d = 0; d < N_DELIMITERS; d++) {
        scores[d] = first[d] > 0;
    }
    for (size_t record = 1; record < N_SAMPLE_RECORDS && used < n; record++) {
        used += count_in_record(bytes + used, n - used, counts);
        if (used == n && bytes[n - 1] != '\n' && !is_whole) {
            return;
        }
        for (size_t d = 0; d < N_DELIMITERS; d++) {
            scores[d] += first[d] > 0 && counts[d] == first[d];
        }
    }
}

bool csv_delimiter_find(const char *bytes, size_t n, bool is_whole, char *delimiter, char tied[2]) {
    size_t scores[N_DELIMITERS];
    score(bytes, n, is_whole, scores);
    size_t best = 0;
    for (size_t d = 1; d < N_DELIMITERS; d++) {
        best = scores[d] > scores[best] ? d : best;
    }
    *delimiter = csv_delimiters[best];
    for (size_t d = best + 1; d < N_DELIMITERS; d++) {
        if (scores[best] > 0 && scores[d] == scores[best]) {
            tied[0] = csv_delimiters[best];
            tied[1] = csv_delimiters[d];
            return false;
        }
    }
    return true;
}

char csv_delimiter_other(const char *text, char used) {
    for (size_t d = 0; d < N_DELIMITERS; d++) {
        if (csv_delimiters[d] != used && strchr(text, csv_delimiters[d])) {
            return csv_delimiters[d];
        }
    }
    return 0;
}
