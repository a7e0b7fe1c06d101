#include "app/completion.h"
#include "app/completion_words.h"

/* Text between single quotes. */
static void append_quoted(TextBuffer *out, const char *text) {
    text_append(out, "'");
    for (const char *at = text; *at; at++) {
        text_append(out, *at == '\'' || *at == '\\' ? "\\" : "");
        text_append_bytes(out, at, 1);
    }
    text_append(out, "'");
}

static const char functions[] =
    "function __nntrain_command\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if contains -- $word $__nntrain_commands\n"
    "            echo $word\n"
    "            return\n"
    "        end\n"
    "    end\n"
    "    echo train\n"
    "end\n"
    "\n"
    "function __nntrain_is\n"
    "    contains -- (__nntrain_command) $argv\n"
    "end\n"
    "\n"
    "function __nntrain_has_no_command\n"
    "    test (count (commandline -opc)) -eq 1\n"
    "end\n"
    "\n"
    "function __nntrain_has_config\n"
    "    __nntrain_is $argv\n"
    "    and string match -rv -- '^-' (commandline -opc)[2..-1] | string match -qv -- $argv[1]\n"
    "end\n"
    "\n"
    "function __nntrain_suffixes\n"
    "    for suffix in $argv\n"
    "        __fish_complete_suffix .$suffix\n"
    "    end\n"
    "end\n"
    "\n"
    "function __nntrain_keys\n"
    "    set -l word (commandline -ct)\n"
    "    set -l dashes (string match -r '^--' -- $word)\n"
    "    if not string match -q '*=*' -- $word\n"
    "        string replace -r '^' \"$dashes\" $__nntrain_key_lines\n"
    "        return\n"
    "    end\n"
    "    set -l before (string replace -r '^([^=]*=(.*,)?).*' '$1' -- $word)\n"
    "    set -l key (string replace -r '^(--)?([^=]*)=.*' '$2' -- $word)\n"
    "    string replace -r '^' -- $before (__nntrain_values $key)\n"
    "end\n";

static void append_key_line(const Option *option, void *context) {
    TextBuffer *out = context, line = {0};
    completion_key_name(&line, option, "1");
    text_printf(&line, "=\t%s", option->help);
    text_append(out, " \\\n    ");
    append_quoted(out, text_of(&line));
    text_free(&line);
}

static void append_key_case(const Option *option, void *context) {
    TextBuffer *out = context, values = {0}, name = {0};
    completion_key_values(&values, option);
    completion_key_name(&name, option, "*");
    if (values.n) {
        text_printf(out, "        case '%s'\n            printf '%%s\\n' %s\n", text_of(&name),
                    text_of(&values));
    } else if (option->type->is_path) {
        text_printf(out,
                    "        case '%s'\n            __fish_complete_path (string replace -r "
                    "'.*=' '' -- (commandline -ct))\n",
                    text_of(&name));
    }
    text_free(&values);
    text_free(&name);
}

static void append_lists(TextBuffer *out, const Completion *from) {
    text_append(out, "set -g __nntrain_commands");
    for (size_t i = 0; i < from->commands->n; i++) {
        text_printf(out, " %s", kind_at(from->commands, i)->name);
    }
    text_append(out, "\nset -g __nntrain_key_lines");
    completion_each_key(append_key_line, out);
    text_append(out, "\n\nfunction __nntrain_values\n    switch $argv[1]\n");
    completion_each_key(append_key_case, out);
    text_append(out, "    end\nend\n\n");
}

static void append_commands(TextBuffer *out, const Completion *from) {
    text_append(out, "\ncomplete -c nntrain -f\n");
    for (size_t i = 0; i < from->commands->n; i++) {
        const Command *command = (const Command *)kind_at(from->commands, i);
        const char *name = command->kind.name;
        TextBuffer suffixes = {0};
        completion_suffixes(&suffixes, command);
        text_printf(out, "complete -c nntrain -n __nntrain_has_no_command -a %s -d ", name);
        append_quoted(out, command->kind.help);
        text_append(out, "\n");
        if (suffixes.n) {
            text_printf(out,
                        "complete -c nntrain -n '__nntrain_is %s' -a '(__nntrain_suffixes %s)'\n",
                        name, text_of(&suffixes));
        }
        if (command->takes_overrides) {
            text_printf(out,
                        "complete -c nntrain -n '__nntrain_has_config %s' -a '(__nntrain_keys)'\n",
                        name);
        }
        text_free(&suffixes);
    }
    TextBuffer topics = {0};
    completion_topics(&topics, from);
    text_printf(out, "complete -c nntrain -n '__nntrain_is help' -a '%s'\n", text_of(&topics));
    text_free(&topics);
}

static void append_option(TextBuffer *out, const Completion *from, const CommandOption *option) {
    TextBuffer values = {0};
    text_append(out, "complete -c nntrain");
    if (!command_option_is_for_all(option)) {
        text_append(out, " -n '__nntrain_is ");
        for (const char *at = option->commands; *at; at++) {
            text_append_bytes(out, at, *at == ',' ? 0 : 1);
        }
        text_append(out, "'");
    }
    if (option->letter) {
        text_printf(out, " -s %c", option->letter);
    }
    text_printf(out, " -l %s -d ", option->kind.name);
    append_quoted(out, option->kind.help);
    completion_option_values(&values, from, option);
    if (option->argument) {
        text_append(out, option->is_path ? " -r -F" : " -x");
    }
    if (values.n) {
        text_printf(out, " -a '%s'", text_of(&values));
    }
    text_append(out, "\n");
    text_free(&values);
}

void completion_fish(TextBuffer *out, const Completion *from) {
    text_append(out,
                "# fish completion for nntrain, as `nntrain help completion-fish` prints it\n\n");
    append_lists(out, from);
    text_append(out, functions);
    append_commands(out, from);
    for (size_t i = 0; i < command_option_kinds()->n; i++) {
        append_option(out, from, (const CommandOption *)kind_at(command_option_kinds(), i));
    }
}
