#include "data/csv_wave.h"

#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"

/* An unfinished record of more bytes is looked at for a cell that is too long. */
enum { MOST_UNFINISHED = 2 * CSV_MOST_CELL_BYTES, STRETCHES_PER_THREAD = 2, READ_GRAIN = 65536 };

void csv_wave_open(CsvWave *wave, CsvBytes *bytes, Team *team, size_t n_stretch) {
    *wave = (CsvWave){.bytes = bytes, .team = team, .n_stretch = n_stretch, .line = 1};
    wave->most_stretches = STRETCHES_PER_THREAD * team_size(team);
    wave->stretches = NEW(CsvStretch, wave->most_stretches);
    wave->capacity = wave->most_stretches * n_stretch;
    wave->buffer = NEW(char, wave->capacity);
}

void csv_wave_close(CsvWave *wave, const Table *table) {
    for (size_t i = 0; i < wave->most_stretches; i++) {
        csv_rows_free(&wave->stretches[i].rows, table);
    }
    memory_free(wave->stretches);
    memory_free(wave->buffer);
    *wave = (CsvWave){0};
}

/* ---- reading bytes ---- */

/* One thread's part of what is to be read. */
typedef struct Filling {
    CsvWave *wave;
    size_t n_wanted;
    size_t n_read[TEAM_MOST_THREADS];
    Error err; /* of the first that failed */
    bool has_failed[TEAM_MOST_THREADS];
} Filling;

static void read_part(void *context, const TeamShare *share) {
    Filling *filling = context;
    CsvWave *wave = filling->wave;
    const Range range = team_range(share, filling->n_wanted, READ_GRAIN);
    Error err;
    const size_t at = wave->n + range.first;
    filling->has_failed[share->thread] =
        !csv_bytes_read(wave->bytes, wave->place + at, wave->buffer + at, range.end - range.first,
                        &filling->n_read[share->thread], &err);
}

/* Parts behind one that fell short are beyond the end of the file, and empty. False: what comes
 * before the place that cannot be read is in the buffer. */
static bool read_more(CsvWave *wave, Error *err) {
    const size_t n_wanted = wave->capacity - wave->n;
    size_t n_read = 0;
    bool good = true;
    if (!csv_bytes_is_plain(wave->bytes) || team_size(wave->team) == 1) {
        good = csv_bytes_read(wave->bytes, wave->place + wave->n, wave->buffer + wave->n, n_wanted,
                              &n_read, err);
    } else {
        Filling *filling = NEW(Filling, 1);
        filling->wave = wave;
        filling->n_wanted = n_wanted;
        team_run(wave->team, read_part, filling);
        bool has_failed = false;
        for (size_t i = 0; i < team_size(wave->team); i++) {
            n_read += filling->n_read[i];
            has_failed |= filling->has_failed[i];
        }
        memory_free(filling);
        size_t again;
        if (has_failed) { /* once more, for the message */
            return csv_bytes_read(wave->bytes, wave->place + wave->n, wave->buffer + wave->n,
                                  n_wanted, &again, err) &&
                   read_more(wave, err);
        }
    }
    wave->n += n_read;
    wave->ends_file = good && n_read < n_wanted;
    return good;
}

/* ---- scanning ---- */

static void cut_stretches(CsvWave *wave) {
    const char *last = wave->n ? memrchr(wave->buffer, '\n', wave->n) : NULL;
    const size_t end = wave->ends_file ? wave->n : last ? (size_t)(last - wave->buffer) + 1 : 0;
    const size_t even = end / wave->most_stretches + 1;
    const size_t length = even > wave->n_stretch ? even : wave->n_stretch;
    size_t at = 0;
    for (wave->n_stretches = 0; at < end; wave->n_stretches++) {
        CsvStretch *stretch = &wave->stretches[wave->n_stretches];
        stretch->first = at;
        at = end - at > length ? at + length : end;
        const char *border = memchr(wave->buffer + at - 1, '\n', end - at + 1);
        at = border ? (size_t)(border - wave->buffer) + 1 : end;
        stretch->end = at;
    }
}

static void scan_part(void *context, const TeamShare *share) {
    CsvWave *wave = context;
    const Range range = team_range(share, wave->n_stretches, 1);
    for (size_t i = range.first; i < range.end; i++) {
        CsvStretch *stretch = &wave->stretches[i];
        csv_scan(wave->buffer + stretch->first, stretch->end - stretch->first, &stretch->scan);
    }
}

/* Settles where the records of a stretch are, with an odd number of quotes before it or not. */
static void settle_stretch(CsvWave *wave, CsvStretch *stretch, bool is_odd, uint64_t line) {
    const CsvScan *scan = &stretch->scan;
    const char *bytes = wave->buffer + stretch->first;
    const size_t n = stretch->end - stretch->first;
    const size_t skipped = is_odd ? scan->first_record[1] : 0;
    const size_t last = scan->last_record[is_odd];
    stretch->record = skipped < n ? stretch->first + skipped : SIZE_MAX;
    if (skipped < n) {
        stretch->rows.line = line + csv_count_byte(bytes, skipped, '\n');
        stretch->rows.first_row = wave->n_rows + is_odd;
    }
    if (last != SIZE_MAX) {
        wave->n_whole = stretch->first + last;
        wave->whole_lines =
            line + scan->n_line_feeds - csv_count_byte(bytes + last, n - last, '\n') - wave->line;
    }
    wave->n_rows += scan->n_ends[is_odd];
}

static void take_flaw(CsvWave *wave, const CsvStretch *stretch, const CsvFlaw *flaw,
                      uint64_t line) {
    wave->flaw = flaw->what;
    wave->flaw_line = line + csv_count_byte(wave->buffer + stretch->first, flaw->place, '\n');
    wave->n_valid = stretch->first + flaw->place;
    wave->is_cut = true;
}

static void settle(CsvWave *wave) {
    bool is_odd = false;
    uint64_t line = wave->line;
    const size_t n = wave->n_stretches;
    const size_t n_scanned = n > 0 ? wave->stretches[n - 1].end : 0;
    wave->n_whole = wave->whole_lines = wave->n_rows = 0;
    wave->n_valid = n_scanned;
    wave->flaw = NULL;
    for (size_t i = 0; i < n; i++) {
        CsvStretch *stretch = &wave->stretches[i];
        const CsvFlaw *flaw = &stretch->scan.flaws[is_odd];
        if (flaw->place != SIZE_MAX && !wave->flaw) {
            take_flaw(wave, stretch, flaw, line);
        }
        settle_stretch(wave, stretch, is_odd, line);
        line += stretch->scan.n_line_feeds;
        is_odd ^= stretch->scan.is_odd;
    }
    wave->whole_rows = wave->n_rows;
    wave->n_rows += n_scanned > wave->n_whole; /* the unfinished one */
    if (!wave->flaw) {
        wave->is_cut = !wave->ends_file && wave->n - wave->n_whole > MOST_UNFINISHED;
        wave->n_valid = wave->ends_file || wave->is_cut ? n_scanned : wave->n_whole;
    }
}

bool csv_wave_fill(CsvWave *wave, Error *err) {
    if (interrupt_signal()) {
        return interrupt_fail(err);
    }
    Error failure = {0};
    const bool good = read_more(wave, &failure);
    const uint64_t end = wave->place + wave->n;
    const bool is_other = wave->place > wave->filled_from || end > wave->filled_to;
    wave->filled_from = wave->place;
    wave->filled_to = end;
    cut_stretches(wave);
    team_run(wave->team, scan_part, wave);
    settle(wave);
    /* Records before a place that cannot be read come first, so that what is told does not depend
     * on how much is read at a time. */
    if (good || (is_other && (wave->n_whole > 0 || wave->flaw || wave->is_cut))) {
        return true;
    }
    *err = failure;
    return false;
}

void csv_wave_enlarge(CsvWave *wave) {
    wave->buffer = memory_resize(wave->buffer, wave->capacity, 2 * wave->capacity, 1);
    wave->capacity *= 2;
}

void csv_wave_pass(CsvWave *wave, size_t n) {
    wave->line += n == wave->n_whole ? wave->whole_lines : csv_count_byte(wave->buffer, n, '\n');
    memmove(wave->buffer, wave->buffer + n, wave->n - n);
    wave->n -= n;
    wave->place += n;
    if (n == 0) {
        csv_wave_enlarge(wave);
    }
}

/* ---- reading records ---- */

typedef struct Room {
    Table *table;
    size_t n_rows;
} Room;

static void make_room(void *context, const TeamShare *share) {
    const Room *room = context;
    table_reserve_share(room->table, room->n_rows, share);
}

static void read_records(void *context, const TeamShare *share) {
    CsvWave *wave = context;
    for (size_t i = share->thread; i < wave->n_stretches; i += share->n_threads) {
        csv_rows_read(&wave->stretches[i].rows);
    }
}

void csv_wave_read(CsvWave *wave, const CsvFile *file, Table *table, size_t first_row,
                   size_t row_limit) {
    size_t end = wave->n_valid;
    for (size_t i = wave->n_stretches; i-- > 0;) {
        CsvStretch *stretch = &wave->stretches[i];
        CsvRows *rows = &stretch->rows;
        const bool has_records = stretch->record < end;
        if (!rows->texts) {
            csv_rows_init(rows, table);
        }
        rows->file = file;
        rows->is_cut = wave->is_cut;
        rows->ends_file = wave->ends_file;
        rows->first_row += first_row;
        rows->row_limit = row_limit;
        rows->bytes = wave->buffer + (has_records ? stretch->record : 0);
        rows->place = wave->place + stretch->record;
        rows->n = has_records ? end - stretch->record : 0;
        end = has_records ? stretch->record : end;
    }
    const size_t end_row = first_row + wave->n_rows;
    team_run(wave->team, make_room, &(Room){table, end_row < row_limit ? end_row : row_limit});
    team_run(wave->team, read_records, wave);
}
