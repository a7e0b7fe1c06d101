#include "app/completion.h"
#include "app/completion_words.h"

/* bash and zsh read the same functions of the tables; how words are taken and offered is their
 * own. The functions set variables of their caller. */

static void append_option_pattern(TextBuffer *out, const CommandOption *option) {
    text_printf(out, "    --%s", option->kind.name);
    if (option->letter) {
        text_printf(out, " | -%c", option->letter);
    }
    text_append(out, ")");
}

static void append_choice(TextBuffer *out, const char *values, bool is_path) {
    if (*values) {
        text_printf(out, " values=\"%s\"", values);
    }
    text_append(out, is_path ? " files=yes ;;\n" : " ;;\n");
}

static void append_key_case(const Option *option, void *context) {
    TextBuffer *out = context, values = {0};
    text_append(out, "    ");
    completion_key_name(out, option, "*");
    text_append(out, ")");
    completion_key_values(&values, option);
    append_choice(out, text_of(&values), option->type->is_path);
    text_free(&values);
}

/* _nntrain_values NAME: values and files of an option or key; false when it takes none. */
static void append_values_function(TextBuffer *out, const Completion *from) {
    const KindTable *options = command_option_kinds();
    text_append(out, "_nntrain_values() {\n    values= files=\n    case $1 in\n");
    for (size_t i = 0; i < options->n; i++) {
        const CommandOption *option = (const CommandOption *)kind_at(options, i);
        TextBuffer values = {0};
        if (option->argument) {
            append_option_pattern(out, option);
            completion_option_values(&values, from, option);
            append_choice(out, text_of(&values), option->is_path);
        }
        text_free(&values);
    }
    completion_each_key(append_key_case, out);
    text_append(out, "    *) return 1 ;;\n    esac\n}\n\n");
}

/* _nntrain_command NAME: options, suffixes and overrides of a command. */
static void append_command_function(TextBuffer *out, const Completion *from) {
    const KindTable *options = command_option_kinds();
    text_append(out, "_nntrain_command() {\n    options= suffixes= overrides=\n    case $1 in\n");
    for (size_t i = 0; i < from->commands->n; i++) {
        const Command *command = (const Command *)kind_at(from->commands, i);
        TextBuffer names = {0}, suffixes = {0};
        for (size_t o = 0; o < options->n; o++) {
            const CommandOption *option = (const CommandOption *)kind_at(options, o);
            if (command_option_is_for(option, command)) {
                text_printf(&names, "%s--%s", names.n ? " " : "", option->kind.name);
            }
        }
        completion_suffixes(&suffixes, command);
        text_printf(out, "    %s) options=\"%s\"", command->kind.name, text_of(&names));
        text_printf(out, " suffixes=\"%s\" overrides=%s ;;\n", text_of(&suffixes),
                    command->takes_overrides ? "yes" : "");
        text_free(&names);
        text_free(&suffixes);
    }
    text_append(out, "    esac\n}\n\n");
}

/* _nntrain_lists: the words that do not depend on what has been typed. */
static void append_lists_function(TextBuffer *out, const Completion *from) {
    TextList keys = {0};
    TextBuffer topics = {0};
    completion_keys(&keys, "1");
    completion_topics(&topics, from);
    text_append(out, "_nntrain_lists() {\n    commands=\"");
    for (size_t i = 0; i < from->commands->n; i++) {
        text_printf(out, "%s%s", i ? " " : "", kind_at(from->commands, i)->name);
    }
    text_append(out, "\"\n    keys=\"");
    for (size_t i = 0; i < keys.n; i++) {
        text_printf(out, "%s%s=", i ? " " : "", keys.items[i]);
    }
    text_printf(out, "\"\n    topics=\"%s\"\n}\n\n", text_of(&topics));
    text_free(&topics);
    text_list_free(&keys);
}

static void append_functions(TextBuffer *out, const Completion *from) {
    append_values_function(out, from);
    append_command_function(out, from);
    append_lists_function(out, from);
}

/* Bash takes "=" for a word of its own, unless COMP_WORDBREAKS says otherwise. */
static const char bash_own[] =
    "_nntrain_offer() {\n"
    "    COMPREPLY+=($(compgen -P \"$before\" -W \"$1\" -- \"$word\"))\n"
    "}\n"
    "\n"
    "_nntrain_files() {\n"
    "    local suffix some=()\n"
    "    for suffix in $suffixes; do\n"
    "        mapfile -t -O ${#some[@]} some < <(compgen -f -X \"!*.$suffix\" -- \"$word\")\n"
    "    done\n"
    "    mapfile -t -O ${#some[@]} some < <(compgen -d -- \"$word\")\n"
    "    [ ${#some[@]} -gt 0 ] || mapfile -t some < <(compgen -f -- \"$word\")\n"
    "    COMPREPLY+=(\"${some[@]}\")\n"
    "    compopt -o filenames 2>/dev/null\n"
    "}\n"
    "\n"
    "_nntrain_keys() {\n"
    "    local key list=\n"
    "    for key in $keys; do\n"
    "        case $word in *.*) ;; *) key=${key%%.*}. ;; esac\n"
    "        case \" $list \" in *\" $1$key \"*) ;; *) list=\"$list $1$key\" ;; esac\n"
    "    done\n"
    "    _nntrain_offer \"$list\"\n"
    "}\n"
    "\n"
    "_nntrain() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local name= before= command=train i n_arguments=0 IFS=$' \\t\\n'\n"
    "    local values files options suffixes overrides commands keys topics\n"
    "    COMPREPLY=()\n"
    "    _nntrain_lists\n"
    "    for ((i = COMP_CWORD - 1; i >= 1; i--)); do\n"
    "        case \" $commands \" in\n"
    "        *\" ${COMP_WORDS[i]} \"*) command=${COMP_WORDS[i]} ;;\n"
    "        *) case ${COMP_WORDS[i]} in -* | =) ;; *) n_arguments=$((n_arguments + 1)) ;; esac "
    ";;\n"
    "        esac\n"
    "    done\n"
    "    _nntrain_command \"$command\"\n"
    "    case $word in\n"
    "    =) word= name=$last ;;\n"
    "    *=*) before=${word%%=*}= name=${word%%=*} word=${word#*=} ;;\n"
    "    *) case $last in\n"
    "        =) name=${COMP_WORDS[COMP_CWORD - 2]} ;;\n"
    "        -*) name=$last ;;\n"
    "        esac ;;\n"
    "    esac\n"
    "    case $name in --*.*) name=${name#--} ;; esac\n"
    "    if [ -n \"$name\" ] && _nntrain_values \"$name\"; then\n"
    "        case $word in *,*) before=$before${word%,*}, word=${word##*,} ;; esac\n"
    "        if [ -n \"$files\" ]; then suffixes= && _nntrain_files; fi\n"
    "        _nntrain_offer \"$values\"\n"
    "        return\n"
    "    fi\n"
    "    case $word in\n"
    "    -*)\n"
    "        _nntrain_offer \"$options\"\n"
    "        case $overrides$word in yes--?*) _nntrain_keys -- ;; esac ;;\n"
    "    *)\n"
    "        [ \"$COMP_CWORD\" -gt 1 ] || _nntrain_offer \"$commands\"\n"
    "        [ \"$command\" != help ] || _nntrain_offer \"$topics\"\n"
    "        [ \"$command\" = help ] || _nntrain_files\n"
    "        if [ -n \"$overrides\" ] && [ \"$n_arguments\" -gt 0 ]; then\n"
    "            _nntrain_keys \"\"\n"
    "        fi ;;\n"
    "    esac\n"
    "    case ${COMPREPLY[0]-} in *= | *.) compopt -o nospace 2>/dev/null ;; esac\n"
    "}\n"
    "\n"
    "complete -F _nntrain nntrain\n";

void completion_bash(TextBuffer *out, const Completion *from) {
    text_append(out,
                "# bash completion for nntrain, as `nntrain help completion-bash` prints it\n\n");
    append_functions(out, from);
    text_append(out, bash_own);
}

static const char zsh_own[] =
    "_nntrain_words() {\n"
    "    compadd \"$@[2,-1]\" -- ${=1}\n"
    "}\n"
    "\n"
    "_nntrain_keys() {\n"
    "    local -aU list\n"
    "    list=(${=keys})\n"
    "    [[ $PREFIX == *.* ]] || list=(${list%%.*}.)\n"
    "    compadd -S '' -- $1$^list\n"
    "}\n"
    "\n"
    "_nntrain() {\n"
    "    local name= command=train argument\n"
    "    local values files options suffixes overrides commands keys topics\n"
    "    local -a arguments\n"
    "    _nntrain_lists\n"
    "    arguments=(${words[2,CURRENT-1]:#-*})\n"
    "    for argument in $arguments; do\n"
    "        [[ \" $commands \" == *\" $argument \"* ]] && command=$argument && break\n"
    "    done\n"
    "    _nntrain_command $command\n"
    "    if [[ $PREFIX == *=* ]]; then\n"
    "        name=${PREFIX%%=*}\n"
    "        compset -P 1 '*='\n"
    "    elif [[ $words[CURRENT-1] == -* ]]; then\n"
    "        name=$words[CURRENT-1]\n"
    "    fi\n"
    "    [[ $name == --*.* ]] && name=${name#--}\n"
    "    if [[ -n $name ]] && _nntrain_values $name; then\n"
    "        compset -P '*,'\n"
    "        [[ -z $files ]] || _files\n"
    "        _nntrain_words \"$values\"\n"
    "        return\n"
    "    fi\n"
    "    if [[ $PREFIX == -* ]]; then\n"
    "        _nntrain_words \"$options\"\n"
    "        [[ -z $overrides || $PREFIX != --?* ]] || _nntrain_keys --\n"
    "        return\n"
    "    fi\n"
    "    (( CURRENT > 2 )) || _nntrain_words \"$commands\"\n"
    "    if [[ $command == help ]]; then\n"
    "        _nntrain_words \"$topics\"\n"
    "        return\n"
    "    fi\n"
    "    _files -g \"*.(${(j:|:)${=suffixes}})(-.)\" || _files\n"
    "    [[ -z $overrides || -z ${arguments:#$command} ]] || _nntrain_keys ''\n"
    "}\n"
    "\n"
    "_nntrain \"$@\"\n";

void completion_zsh(TextBuffer *out, const Completion *from) {
    text_append(out, "#compdef nntrain\n"
                     "# zsh completion, as `nntrain help completion-zsh` prints it\n\n");
    append_functions(out, from);
    text_append(out, zsh_own);
}
