#include "artifact/report.h"

#include "artifact/html.h"
#include "artifact/report_page.h"
#include "artifact/report_sections.h"

/* Charts of a section stand in a grid, each as wide as a phone. */
typedef struct ReportSection {
    const char *id, *title;
    bool (*has_content)(const ReportInput *in); /* NULL: always */
    void (*write)(const ReportInput *in, TextBuffer *out);
} ReportSection;

/* In the order of the page. */
static const ReportSection sections[] = {
    {"results", "Results", NULL, report_results},
    {"steps", "The nine steps", NULL, report_steps},
    {"curves", "Learning curves", report_has_curves, report_curves},
    {"confusion", "Confusion", report_has_confusion, report_confusion},
    {"probabilities", "Probabilities", report_has_ranking, report_ranking},
    {"residuals", "Residuals", report_has_residuals, report_residuals},
    {"importance", "Importance", report_has_importance, report_importance},
    {"layers", "Layers", report_has_layers, report_layers},
    {"weights", "Weights", report_has_weights, report_weights},
    {"tuning", "Tuning", report_has_tuning, report_tuning},
    {"data", "Data", NULL, report_data},
    {"reproduce", "Reproduce", NULL, report_reproduce},
};

static bool is_shown(const ReportSection *section, const ReportInput *in) {
    return !section->has_content || section->has_content(in);
}

static void write_contents(const ReportInput *in, TextBuffer *out) {
    text_append(out, "<nav aria-label=\"Contents\">");
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (is_shown(&sections[i], in)) {
            text_printf(out, "<a href=\"#%s\">%s</a> ", sections[i].id, sections[i].title);
        }
    }
    text_append(out, "</nav>\n");
}

void report_print(TextBuffer *out, const ReportInput *in) {
    report_page_begin(out, in->name);
    report_head(in, out);
    write_contents(in, out);
    text_append(out, "<main>\n");
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (is_shown(&sections[i], in)) {
            text_printf(out, "<section id=\"%s\"><h2>%s</h2>\n", sections[i].id, sections[i].title);
            sections[i].write(in, out);
            text_append(out, "</section>\n");
        }
    }
    text_append(out, "</main>\n");
    report_page_end(out, in->version);
}
