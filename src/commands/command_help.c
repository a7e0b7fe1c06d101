#include <stdio.h>

#include "app/help.h"
#include "commands/commands.h"

bool command_help(const CommandLine *line, Error *err) {
    TextBuffer out = {0};
    bool good = true;
    if (line->help && line->command) {
        help_command(&out, line->command);
    } else if (line->arguments.n > 0) {
        good = help_topic(&out, command_kinds(), line->arguments.items[0], err);
    } else {
        help_overview(&out, command_kinds());
    }
    fputs(text_of(&out), stdout);
    text_free(&out);
    return good;
}
