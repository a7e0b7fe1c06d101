#include "artifact/html.h"
#include "artifact/report_sections.h"

void report_reproduce(const ReportInput *in, TextBuffer *out) {
    text_append(out, "<p>The config.ini in this page's folder has every key; it gives the same "
                     "bytes on any machine:</p>\n"
                     "<pre>nntrain config.ini output.dir=again\ncmp metrics.json again/metrics.json"
                     "</pre>\n<p>What it says beyond the defaults:</p>\n<pre>");
    html_text(out, in->settings);
    text_append(out, "</pre>\n<p class=\"soft\">nntrain ");
    html_text(out, in->version);
    text_append(out, "; SHA-256 of the weights: ");
    html_text(out, in->metrics->weights_sha256);
    text_append(out, "</p>\n");
}
