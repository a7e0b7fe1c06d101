#include "app/console_json.h"

#include <string.h>

#include "artifact/history_file.h"
#include "artifact/json.h"
#include "base/file.h"
#include "base/memory.h"

static Json *begin(const char *event) {
    Json *line = json_new_object();
    json_add_text(line, "event", event);
    return line;
}

static void finish(Console *console, Json *line) {
    TextBuffer text = {0};
    json_print_line(&text, line);
    fputs(text_of(&text), console->stream);
    text_free(&text);
    json_free(line);
}

void console_json_step(Console *console, int step, const char *title, const char *text) {
    Json *line = begin("step");
    json_add_integer(line, "step", (uint64_t)step);
    json_add_text(line, "title", title);
    json_add_text(line, "text", text);
    finish(console, line);
}

/* Cuts ":NUMBER" off the end of text. */
static bool cut_number(char *text, int64_t *number) {
    char *colon = strrchr(text, ':');
    const bool is_there = colon && text_to_int64(colon + 1, strlen(colon + 1), number);
    if (is_there) {
        *colon = '\0';
    }
    return is_there;
}

/* "iris.ini:12:1" as file, line and column, and the path of a file alone as file. place is cut. */
static void add_file(Json *to, char *place) {
    static const char typed[] = "command line";
    int64_t line, column;
    if (strncmp(place, typed, strlen(typed)) == 0) {
        return;
    }
    if (file_exists(place)) {
        if (!file_is_folder(place)) {
            json_add_text(to, "file", place);
        }
    } else if (cut_number(place, &column) && cut_number(place, &line)) {
        json_add_text(to, "file", place);
        json_add_integer(to, "line", (uint64_t)line);
        json_add_integer(to, "column", (uint64_t)column);
    }
}

/* A message "place: word: what": the place, if any, and what, into members of their own. */
static void add_message(Json *line, const char *text, size_t n, const char *mark) {
    const char *word = memmem(text, n, mark, strlen(mark));
    const char *what = word ? word + strlen(mark) : text;
    if (word && word > text + 2) {
        char *place = memory_copy_bytes(text, (size_t)(word - text) - 2);
        json_add_text(line, "place", place);
        add_file(line, place);
        memory_free(place);
    }
    char *message = memory_copy_bytes(what, n - (size_t)(what - text));
    json_add_text(line, "message", message);
    memory_free(message);
}

static void write_line(Console *console, const char *text, size_t n) {
    static const char mark[] = "warning: ";
    const bool is_warning = memmem(text, n, mark, strlen(mark)) != NULL;
    const size_t blanks = strspn(text, " ");
    if (blanks >= n) {
        return;
    }
    Json *line = begin(is_warning ? "warning" : "note");
    json_add_integer(line, "step", (uint64_t)console->step);
    add_message(line, text + blanks, n - blanks, mark);
    finish(console, line);
}

void console_json_lines(Console *console, const char *indent, const char *text) {
    (void)indent;
    while (*text) {
        const size_t n = strcspn(text, "\n");
        write_line(console, text, n);
        text += n + (text[n] == '\n');
    }
}

/* The line of history.jsonl, with its event in front. */
void console_json_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics) {
    (void)options;
    TextBuffer line = {0};
    history_file_print(&line, record, metrics, console->n_layers);
    fprintf(console->stream, "{\"event\":\"epoch\",%s", text_of(&line) + 1);
    text_free(&line);
}

static void add_part(Json *to, const char *name, const MetricList *metrics,
                     const PartResult *part) {
    Json *out = json_add_object(to, name);
    json_add_integer(out, "rows", part->rows);
    json_add_double(out, "loss", part->loss);
    for (size_t m = 0; m < metrics->n && m < part->n_metrics; m++) {
        json_add_double(out, metrics->items[m]->kind.name, part->values[m]);
    }
}

void console_json_results(Console *console, const Results *results) {
    const Part last = results_last_part(results);
    Json *line = begin("results");
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            add_part(line, part_names[part], results->metrics, &results->parts[part]);
        }
    }
    Json *baselines = json_add_object(line, "baselines");
    for (size_t b = 0; b < results->n_baselines; b++) {
        add_part(json_add_object(baselines, results->baselines[b].kind->name), part_names[last],
                 results->metrics, &results->baselines[b].parts[last]);
    }
    finish(console, line);
}

/* An object per line of the message. */
void console_json_error(Console *console, const Error *err) {
    for (const char *text = err->text; *text;) {
        const size_t n = strcspn(text, "\n");
        Json *line = begin("error");
        json_add_integer(line, "exit_code", (uint64_t)err->code);
        add_message(line, text, n, "error: ");
        finish(console, line);
        text += n + (text[n] == '\n');
    }
}
