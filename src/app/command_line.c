#include "app/command_line.h"

#include <getopt.h>
#include <string.h>

#include "app/config.h"
#include "app/config_tuning.h"
#include "base/memory.h"
#include "base/team.h"
#include "base/text_number.h"
#include "compute/level.h"

#define ROW(name_, letter_, argument_, commands_, field_, help_, ...)                              \
    {                                                                                              \
        .kind = {.name = (name_), .help = (help_)}, .letter = (letter_), .argument = (argument_),  \
        .commands = (commands_), .offset = offsetof(CommandLine, field_), __VA_ARGS__              \
    }
#define FLAG(name, letter, commands, field, help)                                                  \
    ROW(name, letter, NULL, commands, field, help, .is_path = false)
#define VALUE(name, letter, argument, commands, field, help)                                       \
    ROW(name, letter, argument, commands, field, help, .is_path = false)
#define PATH(name, letter, argument, commands, field, help)                                        \
    ROW(name, letter, argument, commands, field, help, .is_path = true)
#define CHOICE(name, letter, argument, choices_, commands, field, help)                            \
    ROW(name, letter, argument, commands, field, help, .choices = (choices_))

/* clang-format off */
static const CommandOption rows[] = {
    FLAG("help", 'h', "*", help, "how a command is used"),
    FLAG("version", 'V', "*", version, "print the version"),
    FLAG("quiet", 'q', "*", quiet, "print errors and results only"),
    FLAG("verbose", 'v', "train, check, verify", verbose, "print every epoch and the whole schema"),
    PATH("output", 'o', "PATH", "predict, evaluate, export, init, merge", output, "write the result to PATH, - for standard output"),
    FLAG("json", 0, "train, compare, inspect", json, "train: print metrics.json on standard output at the end; else: print JSON"),
    FLAG("markdown", 0, "compare", markdown, "print tables in Markdown"),
    FLAG("resume", 0, "train", resume, "go on with the interrupted run of this config, to the same bytes as if it had not stopped"),
    VALUE("print", 0, "METRIC", "train", print, "print only that number on standard output, e.g. validation.loss"),
    PATH("summary", 0, "FILE.md", "train", summary, "append a summary in Markdown to FILE.md, for the page of a CI job"),
    PATH("junit", 0, "FILE.xml", "train", junit, "write the gates as test cases to FILE.xml"),
    CHOICE("progress", 0, "STYLE", "progress", "train, verify", progress, "what is shown of epochs: auto, bar, line or none"),
    CHOICE("color", 0, "WHEN", "color", "*", color, "auto, always or never; auto honours NO_COLOR"),
    CHOICE("log-format", 0, "FORMAT", "log format", "*", log_format, "of standard error: text, or json for one object per step, epoch, warning and error"),
    PATH("baseline", 0, "METRICS.json", "train, verify", baseline, "metrics of another run, for gates such as test.accuracy.drop"),
    FLAG("gradients", 0, "check", gradients, "compare backpropagation with central differences on the config's own data"),
    CHOICE("format", 0, "NAME", "export format", "export", format, "the format to write, see export format"),
    VALUE("target", 0, "COLUMN", "init", target, "the column to predict"),
    VALUE("threads", 'j', "N", "train, check, predict, evaluate, verify", threads, "use N threads, in place of run.threads, or auto; the result has the same bytes"),
    CHOICE("cpu", 0, "LEVEL", "level", "*", level, "arithmetic to use: auto, portable, avx2, avx512 (x86-64) or neon (arm64); the result has the same bytes"),
};
/* clang-format on */

enum { N_ROWS = sizeof rows / sizeof *rows, FIRST_LONG = 256 };

const KindTable *command_option_kinds(void) {
    static const KindTable table = KIND_TABLE("option", rows);
    return &table;
}

bool command_option_is_for_all(const CommandOption *option) {
    return strcmp(option->commands, "*") == 0;
}

bool command_option_is_for(const CommandOption *option, const Command *command) {
    TextList names = {0};
    const char *problem;
    bool found =
        command_option_is_for_all(option) || (text_split_list(option->commands, &names, &problem) &&
                                              text_list_has(&names, command->kind.name));
    text_list_free(&names);
    return found;
}

/* "section.key=value", or "--section.key=value": a dot before the equals sign, which no option has.
 * A bare "key=value" is taken for one too, so that the message about the unknown key can name the
 * right one. */
static bool is_override(const char *text) {
    const char *equals = strchr(text, '=');
    const char *dot = strchr(text, '.');
    bool is_path = strchr(text, '/') && strchr(text, '/') < (equals ? equals : text);
    bool has_section = dot && dot < equals;
    return equals && !is_path && (text[0] != '-' || (has_section && strncmp(text, "--", 2) == 0));
}

/* getopt's own tables, made from the rows. */
static void make_getopt_tables(struct option *longs, TextBuffer *shorts) {
    text_append(shorts, ":");
    for (size_t i = 0; i < N_ROWS; i++) {
        longs[i] = (struct option){.name = rows[i].kind.name,
                                   .has_arg = rows[i].argument ? required_argument : no_argument,
                                   .val = FIRST_LONG + (int)i};
        if (rows[i].letter) {
            text_printf(shorts, "%c%s", rows[i].letter, rows[i].argument ? ":" : "");
        }
    }
}

static const CommandOption *find_row(int found) {
    for (size_t i = 0; i < N_ROWS; i++) {
        if (found == FIRST_LONG + (int)i || (rows[i].letter && found == rows[i].letter)) {
            return &rows[i];
        }
    }
    return NULL;
}

/* The config key that is called so, whatever its section: --epochs is most likely
 * --training.epochs. */
static const Option *find_key(const char *name) {
    for (size_t i = 0; i < config_n_options; i++) {
        if (strcmp(config_options[i].key, name) == 0 && strcmp(name, "name") != 0) {
            return &config_options[i];
        }
    }
    return NULL;
}

static bool fail_unknown(const char *argument, Error *err) {
    char shown[TEXT_SHOWN];
    const char *name = argument + strspn(argument, "-");
    char *bare = memory_copy_bytes(name, strcspn(name, "="));
    const char *meant = kind_suggest(command_option_kinds(), bare);
    const Option *key = find_key(bare);
    memory_free(bare);
    text_shown(shown, argument, strlen(argument));
    if (key) {
        return fail(err, ERROR_USAGE, "error: unknown option %s; did you mean --%s.%s=VALUE?",
                    shown, key->section, key->key);
    }
    return meant ? fail(err, ERROR_USAGE, "error: unknown option %s; did you mean --%s?", shown,
                        meant)
                 : fail(err, ERROR_USAGE, "error: unknown option %s; `nntrain help` lists them",
                        shown);
}

/* What getopt refused: optopt is the option where there is one, a letter that is none, or 0. */
static bool fail_refused(bool lacks_value, const char *argument, Error *err) {
    const CommandOption *option = find_row(optopt);
    if (option) {
        return fail(err, ERROR_USAGE, "error: --%s %s", option->kind.name,
                    lacks_value ? "needs a value" : "takes no value");
    }
    const char letter[] = {'-', (char)optopt, '\0'};
    return fail_unknown(optopt ? letter : argument, err);
}

static bool set_option(CommandLine *line, const CommandOption *option, const char *value,
                       Error *err) {
    void *field = (char *)line + option->offset;
    bool given = option->argument ? *(char **)field != NULL : *(bool *)field;
    if (given) {
        return fail(err, ERROR_USAGE, "error: --%s is given twice", option->kind.name);
    }
    if (option->argument) {
        *(char **)field = memory_copy_text(value);
    } else {
        *(bool *)field = true;
    }
    return true;
}

/* getopt takes the beginning of a name for the name. */
static bool is_abbreviated(const CommandOption *option, const char *argument) {
    if (strncmp(argument, "--", 2) != 0) {
        return false;
    }
    const size_t n = strcspn(argument + 2, "=");
    return n != strlen(option->kind.name) || strncmp(argument + 2, option->kind.name, n) != 0;
}

static bool read_options(int argc, char **argv, CommandLine *line, Error *err) {
    struct option longs[N_ROWS + 1] = {0};
    TextBuffer shorts = {0};
    make_getopt_tables(longs, &shorts);
    bool good = true;
    int found;
    opterr = 0;
    optind = 0; /* a new scan, whatever was read before */
    while (good && (found = getopt_long(argc, argv, text_of(&shorts), longs, NULL)) != -1) {
        const CommandOption *option = find_row(found);
        const bool is_apart = option && option->argument && optarg == argv[optind - 1];
        const char *argument = argv[optind - (is_apart ? 2 : 1)];
        if (option && found >= FIRST_LONG && is_abbreviated(option, argument)) {
            good = fail_unknown(argument, err);
        } else if (option) {
            good = set_option(line, option, optarg, err);
        } else {
            good = fail_refused(found == ':', argument, err);
        }
    }
    for (int i = optind; good && i < argc; i++) {
        text_list_add(&line->arguments, argv[i]);
    }
    text_free(&shorts);
    return good;
}

/* Is the next word the value of this option? "--target", and "-o" or "-qo", but not "-oFILE". */
static bool takes_next(const char *word) {
    if (word[0] != '-') {
        return false;
    }
    if (word[1] == '-') {
        const CommandOption *option =
            (const CommandOption *)kind_find(command_option_kinds(), word + 2);
        return option && option->argument;
    }
    for (const char *letter = word + 1; *letter; letter++) {
        const CommandOption *option = find_row(*letter);
        if (!option || option->argument) {
            return option && letter[1] == '\0';
        }
    }
    return false;
}

/* Takes the overrides out of argv, so that getopt does not see them; returns the new count. */
static int take_overrides(int argc, char **argv, char **rest, CommandLine *line) {
    int n = 0;
    for (int i = 0; i < argc; i++) {
        text_printf(&line->original, "%s%s", i ? " " : "", argv[i]);
        if (i > 0 && is_override(argv[i]) && !takes_next(argv[i - 1])) {
            text_list_add(&line->overrides, argv[i]);
        } else {
            rest[n++] = argv[i];
        }
    }
    return n;
}

static void drop_first(TextList *list) {
    memory_free(list->items[0]);
    memmove(list->items, list->items + 1, --list->n * sizeof *list->items);
}

static bool choose_command(const KindTable *commands, const Command *default_command,
                           CommandLine *line, Error *err) {
    if (line->arguments.n == 0) {
        return line->help || line->version ||
               fail(err, ERROR_USAGE,
                    "error: no config given; usage: nntrain CONFIG.ini, or nntrain help");
    }
    const char *first = line->arguments.items[0];
    line->command = (const Command *)kind_find(commands, first);
    if (line->command) {
        drop_first(&line->arguments);
        return true;
    }
    const char *meant =
        strchr(first, '.') || strchr(first, '/') ? NULL : kind_suggest(commands, first);
    if (meant) {
        char shown[TEXT_SHOWN];
        return fail(err, ERROR_USAGE, "error: unknown command %s; did you mean %s?",
                    text_shown(shown, first, strlen(first)), meant);
    }
    line->command = default_command;
    return true;
}

/* "; a key is set by training.epochs=3" for the words "training.epochs 3", or with " = " between.
 */
static void append_key_advice(TextBuffer *out, const TextList *words, size_t at) {
    if (!config_find_option(words->items[at])) {
        return;
    }
    size_t next = at + 1;
    next += next < words->n && strcmp(words->items[next], "=") == 0;
    const char *value = next < words->n ? words->items[next] : "VALUE";
    value += *value == '=';
    char shown[TEXT_SHOWN];
    text_printf(out, "; a key is set by %s=%s", words->items[at],
                text_shown(shown, value, strlen(value)));
}

static bool fail_too_many(const CommandLine *line, Error *err) {
    const Command *command = line->command;
    const size_t at = command->max_arguments;
    const char *word = line->arguments.items[at];
    char shown[TEXT_SHOWN];
    TextBuffer advice = {0};
    if (command->takes_overrides) {
        append_key_advice(&advice, &line->arguments, at);
    }
    fail(err, ERROR_USAGE, "error: too many arguments, from %s on%s; usage: nntrain %s %s",
         text_shown(shown, word, strlen(word)), text_of(&advice), command->kind.name,
         command->usage);
    text_free(&advice);
    return false;
}

static bool check_usage(const CommandLine *line, Error *err) {
    const Command *command = line->command;
    if (!command || line->help) {
        return true;
    }
    for (size_t i = 0; i < N_ROWS; i++) {
        const void *field = (const char *)line + rows[i].offset;
        bool given = rows[i].argument ? *(char *const *)field != NULL : *(const bool *)field;
        if (given && !command_option_is_for(&rows[i], command)) {
            return fail(err, ERROR_USAGE, "error: %s has no option --%s; it is for: %s",
                        command->kind.name, rows[i].kind.name, rows[i].commands);
        }
    }
    if (line->overrides.n && !command->takes_overrides) {
        return fail(err, ERROR_USAGE, "error: %s takes no config key (%s)", command->kind.name,
                    line->overrides.items[0]);
    }
    if (line->arguments.n > command->max_arguments) {
        return fail_too_many(line, err);
    }
    return line->arguments.n >= command->min_arguments ||
           fail(err, ERROR_USAGE, "error: an argument is missing; usage: nntrain %s %s",
                command->kind.name, command->usage);
}

bool command_line_read(int argc, char **argv, const KindTable *commands,
                       const Command *default_command, CommandLine *line, Error *err) {
    char **rest = NEW(char *, (size_t)argc + 1);
    int n = take_overrides(argc, argv, rest, line);
    bool good = read_options(n, rest, line, err) &&
                choose_command(commands, default_command, line, err) && check_usage(line, err);
    memory_free(rest);
    return good;
}

bool command_line_threads(const CommandLine *line, int64_t *threads, Error *err) {
    const char *text = line->threads;
    if (!text) {
        return true;
    }
    if (strcmp(text, "auto") == 0) {
        *threads = 0;
        return true;
    }
    char shown[TEXT_SHOWN];
    return (text_to_int64(text, strlen(text), threads) && *threads >= 1 &&
            *threads <= TEAM_MOST_THREADS) ||
           fail(err, ERROR_USAGE, "error: --threads %s: must be an integer from 1 to %d, or auto",
                text_shown(shown, text, strlen(text)), TEAM_MOST_THREADS);
}

void command_line_free(CommandLine *line) {
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].argument) {
            memory_free(*(char **)((char *)line + rows[i].offset));
        }
    }
    text_list_free(&line->arguments);
    text_list_free(&line->overrides);
    text_free(&line->original);
    *line = (CommandLine){0};
}
