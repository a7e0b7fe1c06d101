# What the program prints for other programs: completion for shells, and the manual page.
load helper

# offers LINE: what bash completes the line's last word to, in order.
offers() {
    bash --norc -c '
        eval "$("$1" help completion-bash)"
        # As readline splits it: blanks part words, and each "=" is one.
        read -ra COMP_WORDS <<<"${2//=/ = }"
        case $2 in *" ") COMP_WORDS+=("") ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _nntrain
        printf "%s\n" "${COMPREPLY[@]}"' - "$NNTRAIN" "$1" | sort
}

@test "bash completes commands, and configs for the command that needs no name" {
    touch a.ini b.csv
    run offers "nntrain "
    contains "$output" train
    contains "$output" evaluate
    contains "$output" a.ini
    [[ $output != *b.csv* ]]
    [ "$(offers "nntrain ev")" = evaluate ]
}

@test "bash completes files with the suffixes of a command's usage, folders, and any file where there are none" {
    touch a.ini b.csv c.csv.gz d.json
    mkdir folder
    [ "$(offers "nntrain check ")" = $'a.ini\nfolder' ]
    [ "$(offers "nntrain predict ")" = $'b.csv\nc.csv.gz\nd.json\nfolder' ]
    [ "$(offers "nntrain init b")" = b.csv ]
    rm -r ./*
    touch other
    [ "$(offers "nntrain check o")" = other ]
}

@test "bash completes the options of a command, and their values" {
    [ "$(offers "nntrain export m.json --fo")" = --format ]
    [ "$(offers "nntrain check --fo")" = "" ]
    [ "$(offers "nntrain export m.json --format ")" = $'c\nonnx\nsafetensors' ]
    [ "$(offers "nntrain train --format ")" = $'c\nonnx\nsafetensors' ]
    [ "$(offers "nntrain a.ini --progress b")" = bar ]
    [ "$(offers "nntrain a.ini --log-format=j")" = json ]
    touch known.json
    [ "$(offers "nntrain a.ini --baseline k")" = known.json ]
    [ "$(offers "nntrain a.ini --threads ")" = "" ]
}

@test "bash completes keys by section, then by name, then their values" {
    [ "$(offers "nntrain a.ini opt")" = optimizer. ]
    [ "$(offers "nntrain a.ini optimizer.mo")" = optimizer.momentum= ]
    [ "$(offers "nntrain a.ini --optimizer.mo")" = --optimizer.momentum= ]
    [ "$(offers "nntrain a.ini optimizer.name=adam")" = $'adam\nadamax\nadamw' ]
    [ "$(offers "nntrain a.ini --optimizer.name=lb")" = lbfgs ]
    [ "$(offers "nntrain a.ini training.shuffle=")" = $'false\ntrue' ]
    [ "$(offers "nntrain a.ini network.activation=relu,ta")" = relu,tanh ]
    [ "$(offers "nntrain a.ini layer.2.activation=soft")" = $'softplus\nsoftsign' ]
    [ "$(offers "nntrain check a.ini loss.name=hu")" = huber ]
    [[ $(offers "nntrain predict m.json opt") != *optimizer* ]]
}

@test "bash completes what help explains" {
    [ "$(offers "nntrain help optimizer.mo")" = optimizer.momentum ]
    [ "$(offers "nntrain help leaky")" = leaky_relu ]
    for word in $(offers "nntrain help "); do
        run -0 "$NNTRAIN" help "${word/.N./.1.}"
    done
}

@test "every key and every option has its case in each script" {
    "$NNTRAIN" help markdown-keys | grep -oE '`[a-z_.N]+[a-z_0-9]+` \| (`|\*\*)' | tr -d '`|* ' >keys
    [ "$(wc -l <keys)" -gt 90 ]
    for shell in bash zsh fish; do
        "$NNTRAIN" help completion-$shell >script
        while read -r key; do
            grep -qF "${key/.N./.1.}=" script || { echo "$shell: $key"; return 1; }
        done <keys
        for option in $("$NNTRAIN" help option | grep -oE '^  [a-z-]+  ' | tr -d ' '); do
            grep -qE -e "(--|-l )$option" script || { echo "$shell: $option"; return 1; }
        done
    done
}

@test "zsh and fish read their scripts" {
    for shell in bash zsh fish; do
        "$NNTRAIN" help completion-$shell >script
        $shell -n script
    done
}

@test "fish offers commands, options, keys and values" {
    export HOME=$PWD
    "$NNTRAIN" help completion-fish >script.fish
    fish_offers() { fish --no-config -c 'source script.fish; complete -C $argv[1]' -- "$1" | cut -f1 | sort; }
    touch a.ini
    [ "$(fish_offers "nntrain ev")" = evaluate ]
    [ "$(fish_offers "nntrain check a")" = a.ini ]
    [ "$(fish_offers "nntrain export m.json --format ")" = $'c\nonnx\nsafetensors' ]
    [ "$(fish_offers "nntrain check a.ini --gr")" = --gradients ]
    [ "$(fish_offers "nntrain a.ini optimizer.mo")" = optimizer.momentum= ]
    [ "$(fish_offers "nntrain a.ini --optimizer.name=lb")" = --optimizer.name=lbfgs ]
    [ "$(fish_offers "nntrain a.ini network.activation=relu,ta")" = network.activation=relu,tanh ]
    [ "$(fish_offers "nntrain help leaky")" = leaky_relu ]
}

@test "the manual page renders without a warning, and tells of every command, key, option and exit code" {
    "$NNTRAIN" help man >nntrain.1
    run -0 --separate-stderr groff -man -ww -Tutf8 -P-cbou -rLL=100n nntrain.1
    [ -z "$stderr" ]
    contains "$output" "nntrain - train neural networks on tabular data"
    for heading in SYNOPSIS COMMANDS OPTIONS CONFIGURATION FILES "EXIT STATUS"; do
        grep -qx "$heading" <<<"$output"
    done
    grep -qE '^ *export MODEL.json[|]RUN --format NAME' <<<"$output"
    grep -qE '^ *-o, --output PATH' <<<"$output"
    grep -qE '^ *learning_rate = auto' <<<"$output"
    grep -qE '^ *test.accuracy = >= 0.95' <<<"$output"
    grep -qE '^ *model.json' <<<"$output"
    grep -qE '^ *130 +stopped by SIGINT' <<<"$output"
}
