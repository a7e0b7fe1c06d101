/* nntrain: argument 1 -> command row -> exit code. The only place that prints an error and ends the
 * program. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/console.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "compute/level.h"

/* --cpu LEVEL, before any table is looked up. */
static bool use_level(const char *name, Error *err) {
    if (!name || strcmp(name, "auto") == 0) {
        return true;
    }
    const Level *level = (const Level *)kind_find(level_kinds(), name);
    if (!level) {
        TextBuffer names = {0};
        kind_list_names(&names, level_kinds());
        fail(err, ERROR_USAGE, "error: --cpu %s: must be one of auto, %s", name, text_of(&names));
        text_free(&names);
        return false;
    }
    return compute_use_level(level) ||
           fail(err, ERROR_USAGE, "error: --cpu %s: this processor lacks it", name);
}

/* How things are said is checked before anything is. */
static bool check_console(const CommandLine *line, Error *err) {
    Console console;
    console_init(&console, false, false);
    return console_choose(&console, line, err);
}

static bool run(const CommandLine *line, Error *err) {
    if (line->version) {
        printf("nntrain %s\n", NNTRAIN_VERSION);
        return true;
    }
    if (!check_console(line, err) || !use_level(line->level, err)) {
        return false;
    }
    return line->help || !line->command ? command_help(line, err) : line->command->run(line, err);
}

/* What was printed must have arrived: a full disk shows only here. */
static bool flush_output(Error *err) {
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           fail(err, ERROR_FILE, "error: cannot write to standard output");
}

/* A standard stream that is closed would be the next file's descriptor. What stands in its place
 * can be neither read from nor written to, so that who needs the stream fails. */
static void fill_closed_streams(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

/* A mistake in how to say it does not hide what is to be said. */
static void print_error(const CommandLine *line, const Error *err) {
    Console console;
    console_init(&console, false, false);
    console_choose(&console, line, NULL);
    console_error(&console, err);
}

int main(int argc, char **argv) {
    fill_closed_streams();
    interrupt_describe("starting\n", NULL);
    interrupt_install();
    CommandLine line = {0};
    Error err = {0};
    bool good = command_line_read(argc, argv, command_kinds(), command_default(), &line, &err) &&
                run(&line, &err);
    good = (flush_output(good ? &err : NULL)) && good;
    if (!good) {
        print_error(&line, &err);
    }
    command_line_free(&line);
    if (!good && interrupt_signal()) {
        interrupt_die();
    }
    return good ? 0 : (int)err.code;
}
