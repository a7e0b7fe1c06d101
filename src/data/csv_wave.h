/* A file in waves: as much text as all threads read at a time, cut into stretches, one or a few for
 * each thread. Where records begin is not known in the middle of a file, because a line feed may
 * stand inside quotes; but each stretch can be scanned alone for both cases, and then the number of
 * quotes before it, odd or even, settles which one it is:
 *
 *     buffer   | a,b LF c,"d LF | e" LF f,g LF | h,"i LF j LF | k" LF l,    |
 *     quotes   |       1        |       1      |      1       |      1      |
 *     before   |      even      |      odd     |     even     |     odd     |
 *     records  |[a,b] [c,"d        e"][f,g]     [h,"i    j        k"] l,      carried on
 *     rows     | 0     1         (1)   2         3               (3)  4
 *
 * A stretch reads the records that start in it, also where they end in another. The record that the
 * wave leaves unfinished is carried to the front of the next, so that each wave begins with a
 * record. Rows and lines are counted by the scan, so that each stretch knows its own beforehand.
 *
 * Use: csv_wave_open, then csv_wave_fill, csv_wave_read and csv_wave_pass until ends_file is set.
 */
#ifndef NNTRAIN_DATA_CSV_WAVE_H
#define NNTRAIN_DATA_CSV_WAVE_H

#include "base/team.h"
#include "data/csv_bytes.h"
#include "data/csv_rows.h"
#include "data/csv_scan.h"

typedef struct CsvStretch {
    size_t first, end; /* bytes of the buffer */
    size_t record;     /* where its first record starts; SIZE_MAX when none does */
    CsvScan scan;
    CsvRows rows;
} CsvStretch;

typedef struct CsvWave {
    CsvBytes *bytes;
    Team *team;
    size_t n_stretch; /* bytes, roughly */
    char *buffer;     /* (capacity), n bytes of it read */
    size_t n, capacity;
    uint64_t place;                  /* of the buffer in the file */
    uint64_t filled_from, filled_to; /* what was in the buffer when it was filled last */
    uint64_t line;                   /* on which it starts */
    bool ends_file;                  /* nothing follows what is in the buffer */
    size_t n_whole;                  /* bytes in which all records are whole */
    size_t whole_lines;              /* line feeds in them */
    size_t n_valid;   /* bytes that can be read: up to a flaw, else n_whole, or all where the file
                         ends */
    bool is_cut;      /* the record at the end of them goes on */
    const char *flaw; /* what is wrong behind them, or NULL */
    uint64_t flaw_line;
    size_t n_rows; /* records that start in the wave, whole_rows of them whole */
    size_t whole_rows;
    CsvStretch *stretches;
    size_t n_stretches, most_stretches;
} CsvWave;

void csv_wave_open(CsvWave *wave, CsvBytes *bytes, Team *team, size_t n_stretch);
void csv_wave_close(CsvWave *wave, const Table *table);

/* Reads on behind what is in the buffer, and scans it. */
bool csv_wave_fill(CsvWave *wave, Error *err);

/* Makes the buffer larger: nothing in it is a whole record. */
void csv_wave_enlarge(CsvWave *wave);

/* Takes the first n bytes, which end with a record, off the buffer. csv_wave_fill comes next. */
void csv_wave_pass(CsvWave *wave, size_t n);

/* Reads the valid records into rows from first_row on and up to row_limit; the table gets room for
 * them. What the stretches found is in their rows. */
void csv_wave_read(CsvWave *wave, const CsvFile *file, Table *table, size_t first_row,
                   size_t row_limit);

#endif
