#include "data/csv_scan.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* ---- all bytes, sixteen at a time ---- */

enum { LANES = 16, MOST_STEPS = 255 };
typedef uint8_t Bytes __attribute__((vector_size(LANES)));

static Bytes load(const char *bytes) {
    Bytes lanes;
    memcpy(&lanes, bytes, LANES);
    return lanes;
}

static bool any(Bytes lanes) {
    uint64_t halves[2];
    memcpy(halves, &lanes, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* What a stretch holds. */
typedef struct Census {
    size_t n_line_feeds;
    bool has_quote, has_return, has_nul, has_high;
} Census;

/* A lane counts up to 255 line feeds before they are summed. */
static size_t count_lanes(const char *bytes, size_t n_steps, Census *census) {
    const Bytes zero = {0};
    Bytes count = zero, quotes = zero, returns = zero, nuls = zero, high = zero;
    for (size_t i = 0; i < n_steps; i++) {
        const Bytes lanes = load(bytes + i * LANES);
        count -= (Bytes)(lanes == '\n');
        quotes |= (Bytes)(lanes == '"');
        returns |= (Bytes)(lanes == '\r');
        nuls |= (Bytes)(lanes == 0);
        high |= lanes;
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        census->n_line_feeds += count[lane];
    }
    census->has_quote |= any(quotes);
    census->has_return |= any(returns);
    census->has_nul |= any(nuls);
    census->has_high |= any(high & 0x80);
    return n_steps * LANES;
}

static Census take_census(const char *bytes, size_t n) {
    Census census = {0};
    size_t at = 0;
    while (n - at >= LANES) {
        const size_t n_steps = (n - at) / LANES;
        at += count_lanes(bytes + at, n_steps < MOST_STEPS ? n_steps : MOST_STEPS, &census);
    }
    char rest[LANES];
    memset(rest, ' ', sizeof rest);
    memcpy(rest, bytes + at, n - at);
    count_lanes(rest, 1, &census);
    return census;
}

/* ---- line feeds and quotes ---- */

static void scan_without_quotes(const char *bytes, size_t n, CsvScan *scan) {
    scan->n_ends[0] = scan->n_line_feeds;
    const char *first = memchr(bytes, '\n', n), *last = memrchr(bytes, '\n', n);
    if (first) {
        scan->first_record[0] = (size_t)(first - bytes) + 1;
        scan->last_record[0] = (size_t)(last - bytes) + 1;
    }
}

static void scan_with_quotes(const char *bytes, size_t n, CsvScan *scan) {
    unsigned int parity = 0;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '"') {
            parity ^= 1;
        } else if (bytes[i] == '\n') {
            if (scan->n_ends[parity]++ == 0) {
                scan->first_record[parity] = i + 1;
            }
            scan->last_record[parity] = i + 1;
        }
    }
    scan->is_odd = parity;
}

/* ---- flaws ---- */

static void add_flaw(CsvFlaw *flaw, size_t place, const char *what) {
    if (place < flaw->place) {
        *flaw = (CsvFlaw){place, what};
    }
}

static void add_flaws(CsvScan *scan, size_t place, const char *what) {
    add_flaw(&scan->flaws[0], place, what);
    add_flaw(&scan->flaws[1], place, what);
}

static void find_nul(const char *bytes, size_t n, CsvScan *scan) {
    const char *nul = memchr(bytes, '\0', n);
    if (nul) {
        add_flaws(scan, (size_t)(nul - bytes),
                  "a NUL byte; is this UTF-16 or a binary file? CSV must be UTF-8 text");
    }
}

/* Line by line, which is safe because no character but LF has a byte of that value. */
static void find_invalid(const char *bytes, size_t n, CsvScan *scan) {
    if (text_is_utf8(bytes, n)) {
        return;
    }
    size_t at = 0;
    while (at < n) {
        const char *next = memchr(bytes + at, '\n', n - at);
        const size_t length = next ? (size_t)(next - bytes) + 1 - at : n - at;
        if (!text_is_utf8(bytes + at, length)) {
            add_flaws(
                scan, at,
                "the line is not valid UTF-8; convert the file (for example: iconv -f latin1 -t "
                "utf-8)");
            return;
        }
        at += length;
    }
}

/* Where an even number of quotes stands before it, it is outside for flaws[0], else for flaws[1].
 */
static void find_lone_return(const char *bytes, size_t n, CsvScan *scan) {
    static const char what[] =
        "a carriage return without a line feed; save the file with LF or CR LF line ends";
    const char *end = bytes + n, *counted = bytes;
    size_t n_quotes = 0;
    for (const char *at = bytes; (at = memchr(at, '\r', (size_t)(end - at))) != NULL; at++) {
        if (at + 1 < end && at[1] == '\n') {
            continue;
        }
        n_quotes += csv_count_byte(counted, (size_t)(at - counted), '"');
        counted = at;
        add_flaw(&scan->flaws[n_quotes % 2], (size_t)(at - bytes), what);
    }
}

/* ---- all ---- */

size_t csv_count_byte(const char *bytes, size_t n, char byte) {
    size_t count = 0;
    const char *end = bytes + n;
    for (const char *at = bytes; (at = memchr(at, byte, (size_t)(end - at))) != NULL; at++) {
        count++;
    }
    return count;
}

size_t csv_record_length(const char *bytes, size_t n) {
    size_t at = 0;
    for (bool in_quotes = false;;) {
        const char *line_feed = memchr(bytes + at, '\n', n - at);
        const size_t next = line_feed ? (size_t)(line_feed - bytes) + 1 : n;
        in_quotes ^= csv_count_byte(bytes + at, next - at, '"') % 2 != 0;
        at = next;
        if (!in_quotes || at == n) {
            return at;
        }
    }
}

void csv_scan(const char *bytes, size_t n, CsvScan *scan) {
    const Census census = take_census(bytes, n);
    *scan = (CsvScan){.n_line_feeds = census.n_line_feeds,
                      .first_record = {SIZE_MAX, SIZE_MAX},
                      .last_record = {SIZE_MAX, SIZE_MAX},
                      .flaws = {{.place = SIZE_MAX}, {.place = SIZE_MAX}}};
    (census.has_quote ? scan_with_quotes : scan_without_quotes)(bytes, n, scan);
    if (census.has_nul) {
        find_nul(bytes, n, scan);
    }
    if (census.has_high) {
        find_invalid(bytes, n, scan);
    }
    if (census.has_return) {
        find_lone_return(bytes, n, scan);
    }
}
