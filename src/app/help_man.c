#include <stdio.h>
#include <string.h>

#include "app/config.h"
#include "app/exit_code.h"
#include "app/help_pages.h"
#include "app/option_effect.h"
#include "app/run_file.h"

/* Characters that troff would take for its own, or would print as typographic ones. */
static const struct {
    char character;
    const char *name;
} escapes[] = {
    {'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"},
};

static void append_character(TextBuffer *out, char character) {
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].character == character) {
            text_append(out, escapes[i].name);
            return;
        }
    }
    text_append_bytes(out, &character, 1);
}

/* Text at the beginning of a line or within one. */
static void append_text(TextBuffer *out, const char *text) {
    const bool begins_line = out->n == 0 || out->bytes[out->n - 1] == '\n';
    text_append(out, begins_line && *text == '.' ? "\\&" : "");
    for (const char *at = text; *at; at++) {
        append_character(out, *at);
    }
}

static void append_bold(TextBuffer *out, const char *text) {
    text_append(out, "\\fB");
    append_text(out, text);
    text_append(out, "\\fR");
}

static void append_line(TextBuffer *out, const char *text) {
    append_text(out, text);
    text_append(out, "\n");
}

/* A term, and what belongs to it. */
static void append_item(TextBuffer *out, const char *term, const char *text) {
    text_append(out, ".TP\n");
    append_bold(out, term);
    text_append(out, "\n");
    append_line(out, text);
}

static void append_rows(TextBuffer *out, const KindTable *table) {
    for (size_t i = 0; i < table->n; i++) {
        append_item(out, kind_at(table, i)->name, kind_at(table, i)->help);
    }
}

/* Lines as they are, from the left edge on: they may be as wide as a terminal. */
static void append_literal(TextBuffer *out, const char *text) {
    text_append(out, ".PP\n.nf\n.in 0\n");
    for (const char *at = text; *at;) {
        const size_t n = strcspn(at, "\n");
        TextBuffer line = {0};
        text_append_bytes(&line, at, n);
        append_line(out, text_of(&line));
        text_free(&line);
        at += n + (at[n] == '\n');
    }
    text_append(out, ".in\n.fi\n");
}

static void append_commands(TextBuffer *out, const KindTable *commands) {
    text_append(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < commands->n; i++) {
        const Command *command = (const Command *)kind_at(commands, i);
        text_append(out, ".TP\n");
        append_bold(out, command->kind.name);
        text_append(out, " ");
        append_line(out, command->usage);
        append_line(out, command->kind.help);
    }
    text_append(out, ".PP\n");
    append_line(out, "SECTION.KEY=VALUE, or --SECTION.KEY=VALUE, replaces a key of the config.");
}

static void append_options(TextBuffer *out) {
    const KindTable *options = command_option_kinds();
    text_append(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < options->n; i++) {
        const CommandOption *option = (const CommandOption *)kind_at(options, i);
        TextBuffer name = {0};
        help_option_name(&name, option);
        append_item(out, text_of(&name) + strspn(text_of(&name), " "), option->kind.help);
        if (!command_option_is_for_all(option)) {
            text_append(out, "(");
            append_text(out, option->commands);
            text_append(out, ")\n");
        }
        text_free(&name);
    }
}

static void append_key(TextBuffer *out, const Option *option) {
    TextBuffer term = {0}, values = {0}, effect = {0};
    text_printf(&term, "%s = %s", option->key,
                option->default_text ? option->default_text : "(required)");
    append_item(out, text_of(&term), option->help);
    option_describe_values(&values, option);
    text_append(out, ".br\n");
    append_line(out, text_of(&values));
    option_describe_effect(&effect, option);
    if (effect.n) {
        text_append(out, ".br\n");
        append_line(out, text_of(&effect));
    }
    text_free(&term);
    text_free(&values);
    text_free(&effect);
}

static void append_keys(TextBuffer *out, const Option *options, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(options[i].section, options[i - 1].section) != 0) {
            text_append(out, ".SS [");
            append_text(out, options[i].section);
            text_append(out, "]\n");
        }
        append_key(out, &options[i]);
    }
}

static void append_config(TextBuffer *out) {
    TextBuffer gates = {0};
    text_append(out, ".SH CONFIGURATION\n");
    append_line(
        out,
        "An INI file. Each key is shown with its default, its meaning, the values that it takes, "
        "and when it has an effect. The smallest config:");
    append_literal(out, help_smallest_config);
    append_keys(out, config_options, config_n_options);
    append_keys(out, config_layer_options, config_n_layer_options);
    help_gates(&gates);
    text_append(out, ".SS [gate]\n");
    append_literal(out, text_of(&gates) + strcspn(text_of(&gates), "\n") + 1);
    text_free(&gates);
}

void help_man(TextBuffer *out, const KindTable *commands) {
    text_append(out, ".\\\" `nntrain help man`\n"
                     ".TH NNTRAIN 1 \"\" \"nntrain " NNTRAIN_VERSION "\" \"User Commands\"\n"
                     ".nh\n.ad l\n"
                     ".SH NAME\nnntrain \\- train neural networks on tabular data\n"
                     ".SH SYNOPSIS\n.B nntrain\n");
    append_line(out, "CONFIG.ini [SECTION.KEY=VALUE ...]");
    text_append(out, ".br\n.B nntrain\nCOMMAND ...\n.SH DESCRIPTION\n");
    append_line(out, help_purpose);
    append_commands(out, commands);
    append_options(out);
    append_config(out);
    text_append(out, ".SH FILES\n");
    append_line(
        out, "A run writes the folder that output.dir names; it is complete, or called .partial.");
    append_rows(out, run_file_kinds());
    text_append(out, ".SH EXIT STATUS\n");
    append_rows(out, exit_code_kinds());
    text_append(out, ".SH SEE ALSO\n");
    append_line(
        out,
        "`nntrain help WORD` tells of a command, section, key or name, with formula and source.");
}
