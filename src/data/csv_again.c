#include "data/csv_again.h"

#include "base/memory.h"
#include "data/csv_strict.h"

enum { BLOCK = 64 * 1024 };

/* Passes over records, then keeps one. */
typedef struct Again {
    CsvStrict strict;
    size_t n_before;
    TextList *cells;
    bool is_found;
} Again;

static void on_cell(void *context, size_t column, const char *bytes, size_t n) {
    Again *again = context;
    (void)column;
    if (again->n_before == 0) {
        text_list_add_bytes(again->cells, bytes, n);
    }
}

static void on_record(void *context, uint64_t line, size_t n_cells) {
    Again *again = context;
    (void)line, (void)n_cells;
    again->is_found = again->n_before == 0;
    again->strict.is_stopped = again->is_found;
    again->n_before -= !again->is_found;
}

static bool find(Again *again, CsvBytes *bytes, uint64_t place) {
    Error ignored;
    char *block = NEW(char, BLOCK);
    size_t n = BLOCK;
    bool good = true;
    for (; good && n == BLOCK && !again->is_found; place += n) {
        good = csv_bytes_read(bytes, place, block, BLOCK, &n, &ignored) &&
               csv_strict_feed(&again->strict, block, n, &ignored);
    }
    good = good && csv_strict_end(&again->strict, &ignored) && again->is_found;
    memory_free(block);
    return good;
}

bool csv_again_read(const CsvSource *source, uint64_t place, size_t n_before, TextList *cells) {
    Error ignored;
    CsvBytes *bytes = source->kept ? source->kept : csv_bytes_open(source->path, &ignored);
    if (!bytes) {
        return false;
    }
    Again again = {.n_before = n_before, .cells = cells};
    again.strict = (CsvStrict){.path = source->path,
                               .on_cell = on_cell,
                               .on_record = on_record,
                               .context = &again,
                               .line = 1};
    csv_strict_new(&again.strict, source->delimiter);
    const bool found =
        (source->kept || csv_bytes_version(bytes) == source->version) && find(&again, bytes, place);
    csv_strict_free(&again.strict);
    if (!source->kept) {
        csv_bytes_close(bytes);
    }
    return found;
}
