#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <string.h>

#include "base/memory.h"

static void append_lines(TextBuffer *out, const char *text) {
    while (*text) {
        const size_t n = strcspn(text, "\n");
        char *line = memory_copy_bytes(text, n);
        html_text(out, line);
        text_append(out, "\n");
        memory_free(line);
        text += n + (text[n] == '\n');
    }
}

void report_reproduce(const ReportInput *in, TextBuffer *out) {
    text_append(out, "<p>The config.ini in this page's folder has every key; it gives the same "
                     "bytes on any machine:</p>\n"
                     "<pre>nntrain config.ini output.dir=again\ncmp metrics.json again/metrics.json"
                     "</pre>\n<p>What it says beyond the defaults:</p>\n<pre>");
    append_lines(out, in->settings);
    text_append(out, "</pre>\n<p class=\"soft\">nntrain ");
    html_text(out, in->version);
    text_append(out, "; SHA-256 of the weights: ");
    html_text(out, in->metrics->weights_sha256);
    text_append(out, "</p>\n");
}
