#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <string.h>

static void write_line(TextBuffer *out, const char *text) {
    static const char mark[] = "warning: ";
    const bool is_warning = strncmp(text, mark, strlen(mark)) == 0;
    text_append(out, is_warning ? "<p class=\"bad\">" : "<p>");
    html_text(out, text);
    text_append(out, "</p>");
}

static bool is_told(const Note *note) { return note->title || note->step != 8; }

static void write_step(const Notes *notes, int step, TextBuffer *out) {
    bool is_open = false;
    for (size_t i = 0; i < notes->n; i++) {
        const Note *note = &notes->items[i];
        if (note->step != step || !is_told(note)) {
            continue;
        }
        if (note->title) {
            text_append(out, is_open ? "</div></li>\n" : "");
            text_printf(out, "<li><b>%d</b> <b>%s</b><div>", step, note->title);
        } else if (!is_open) {
            text_append(out, "<li><b></b> <b>config</b><div>");
        }
        is_open = true;
        write_line(out, note->text);
    }
    text_append(out, is_open ? "</div></li>\n" : "");
}

/* In the order of the steps: a search, step 9, comes before the others of its best setting. What
 * stands before step 1 are warnings about the config; what stands under step 8 is told with the
 * results. */
void report_steps(const ReportInput *in, TextBuffer *out) {
    text_append(out, "<ul class=\"steps\">\n");
    for (int step = 0; step <= 9; step++) {
        write_step(in->notes, step, out);
    }
    text_append(out, "</ul>\n");
}
