/* trials.jsonl: a first line that tells of which search, then one line per job in the order of the
 * search. Lines hold no times, so that they are the same bytes whenever and wherever they are
 * written; a search that goes on with such a file makes its lines again and compares. Use: a writer
 * while a search runs; readers for what is there already. leaderboard.json is the whole at the end.
 */
#ifndef NNTRAIN_ARTIFACT_TRIALS_FILE_H
#define NNTRAIN_ARTIFACT_TRIALS_FILE_H

#include "training/tuning_ranking.h"

/* What makes two searches the same. */
typedef struct TrialsHeader {
    const char *method, *objective;
    uint64_t seed;
    const char *config_sha256; /* of what decides about results */
    const char *data_sha256;   /* of the numbers that networks are given */
    size_t shard, n_shards;
} TrialsHeader;

/* Lines, with their newline. */
void trials_header_print(TextBuffer *out, const TrialsHeader *header);
void trials_line_print(TextBuffer *out, const Search *search, size_t trial);
/* Of a job that the search has not been told of yet. */
void trials_result_print(TextBuffer *out, const Space *space, const Job *job, const double *values,
                         const TrialResult *result);

/* Lines that are there stay, and must be those that are added first; the rest is appended. */
typedef struct TrialsWriter {
    char *path;
    int fd;
    char *kept; /* what was there */
    size_t n_kept, at;
    size_t line;
    bool has_unsynced;
} TrialsWriter;

/* ERROR_FILE. A last line without its end is dropped. */
bool trials_writer_open(TrialsWriter *writer, const char *path, Error *err);
/* The same, but lines that are there stay as they are, and all that are added are appended, after
 * the header where it is the first. */
bool trials_writer_append(TrialsWriter *writer, const char *path, const TrialsHeader *header,
                          Error *err);
/* ERROR_FILE, also when another line is there: the search is not the same. */
bool trials_writer_add(TrialsWriter *writer, const TextBuffer *line, Error *err);
/* Returns when all lines are durable. */
bool trials_writer_sync(TrialsWriter *writer, Error *err);
void trials_writer_close(TrialsWriter *writer);

/* Results of an earlier search, or of a shard, in the order in which they stand in the file. */
typedef struct TrialsReader {
    char *path;
    char *bytes;
    size_t n, at, line;
    TextBuffer header; /* the first line */
} TrialsReader;

/* A file that is not there, or empty, has no results. ERROR_FILE, ERROR_DATA. */
bool trials_reader_open(TrialsReader *reader, const char *path, Error *err);
/* *found: the next result is that of the job, and was taken. ERROR_DATA. */
bool trials_reader_take(TrialsReader *reader, const Job *job, TrialResult *result, bool *found,
                        Error *err);
/* The same, wherever in the file the result stands. */
bool trials_reader_search(TrialsReader *reader, const Job *job, TrialResult *result, bool *found,
                          Error *err);
#define TRIALS_OTHER_CONFIG "another config"
/* *shard: which one the file's header names, counted from 0. False with *other set, and err as it
 * was, when the file is of another search: what that was begun with. Otherwise ERROR_DATA. */
bool trials_reader_check(const TrialsReader *reader, const TrialsHeader *header, size_t *shard,
                         const char **other, Error *err);
/* The data's hash in the header. ERROR_DATA. */
bool trials_reader_data(const TrialsReader *reader, char hex[65], Error *err);
void trials_reader_close(TrialsReader *reader);

/* Writes leaderboard.json, a few rows at a time. ERROR_FILE. */
bool leaderboard_write(const char *path, const Search *search, const Ranking *ranking,
                       const char *objective, Error *err);

#endif
