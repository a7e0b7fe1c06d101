#include <stdio.h>
#include <string.h>

#include "artifact/ci_report.h"
#include "artifact/html.h"
#include "base/memory.h"

/* Lines of a message as attribute or content; html_text escapes what XML needs escaped too. */
static void append_lines(TextBuffer *out, const char *text, const char *newline) {
    while (*text) {
        const size_t n = strcspn(text, "\n");
        char *line = memory_copy_bytes(text, n);
        html_text(out, line);
        memory_free(line);
        text += n;
        if (*text) {
            text_append(out, newline);
            text++;
        }
    }
}

/* ` file="iris.ini" line="12"` of "iris.ini:12:1"; nothing of any other place. */
static void append_place(TextBuffer *out, const char *place) {
    char *file = memory_copy_text(place);
    char *column = strrchr(file, ':');
    if (column) {
        *column = '\0';
    }
    char *line = column ? strrchr(file, ':') : NULL;
    int64_t number;
    if (line && text_to_int64(line + 1, strlen(line + 1), &number)) {
        *line = '\0';
        text_append(out, " file=\"");
        html_text(out, file);
        text_printf(out, "\" line=\"%lld\"", (long long)number);
    }
    memory_free(file);
}

static void case_begin(TextBuffer *out, const CiReport *report, const char *name) {
    text_append(out, "    <testcase classname=\"nntrain.");
    html_text(out, report->name);
    text_append(out, "\" name=\"");
    html_text(out, name);
    text_append(out, "\"");
}

static void append_gate(TextBuffer *out, const CiReport *report, size_t i) {
    const Gate *gate = &report->metrics->gates->items[i];
    const GateResult *result = &report->metrics->gate_results[i];
    TextBuffer name = {0}, said = {0};
    text_printf(&name, "%s %s", gate->name, gate->condition);
    gate_describe(&said, gate, result);
    case_begin(out, report, text_of(&name));
    append_place(out, gate->place);
    if (result->passed) {
        text_append(out, "/>\n");
    } else {
        text_append(out, ">\n      <failure message=\"");
        html_text(out, text_of(&said));
        text_append(out, "\">");
        html_text(out, gate->place);
        text_append(out, ": error: gate ");
        html_text(out, text_of(&said));
        text_append(out, "</failure>\n    </testcase>\n");
    }
    text_free(&name);
    text_free(&said);
}

/* The run itself: what ended it, but for its gates. */
static void append_run(TextBuffer *out, const CiReport *report, bool has_error) {
    case_begin(out, report, "training");
    if (!has_error) {
        text_append(out, "/>\n");
        return;
    }
    text_printf(out, ">\n      <error type=\"exit code %d\" message=\"", (int)report->error->code);
    append_lines(out, report->error->text, "&#10;");
    text_append(out, "\">");
    append_lines(out, report->error->text, "\n");
    text_append(out, "</error>\n    </testcase>\n");
}

void ci_junit_print(TextBuffer *out, const CiReport *report) {
    const bool has_error = report->error && report->error->code != ERROR_GATE;
    const size_t n_gates =
        report->metrics && report->metrics->gates ? report->metrics->gates->n : 0;
    size_t n_failed = 0;
    for (size_t i = 0; i < n_gates; i++) {
        n_failed += !report->metrics->gate_results[i].passed;
    }
    text_printf(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                "  <testsuite tests=\"%zu\" failures=\"%zu\" errors=\"%d\" name=\"nntrain.",
                1 + n_gates, n_failed, has_error);
    html_text(out, report->name);
    text_append(out, "\">\n");
    append_run(out, report, has_error);
    for (size_t i = 0; i < n_gates; i++) {
        append_gate(out, report, i);
    }
    text_append(out, "  </testsuite>\n</testsuites>\n");
}
