load helper

# The names of the rows that a help page on standard input lists.
names() {
    sed -nE 's/^  ([a-z]+)  .*/\1/p' | grep -vxE 'values|default|effect|step'
}

@test "help and --help print the overview on standard output" {
    run --separate-stderr "$NNTRAIN" help
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    for part in "usage: nntrain CONFIG.ini" commands options "exit codes" "the smallest config" "where to go next"; do
        contains "$output" "$part"
    done
    overview=$output
    run -0 "$NNTRAIN" --help
    [ "$output" = "$overview" ]
}

@test "the smallest config of the overview runs" {
    "$NNTRAIN" help | sed -n '/^the smallest config/,/^$/s/^  //p' >smallest.ini
    cp "$DATA/iris.csv" .
    run -0 "$NNTRAIN" check smallest.ini
}

@test "help COMMAND and COMMAND --help are the same page" {
    for command in train check predict evaluate init help; do
        run -0 "$NNTRAIN" help $command
        contains "$output" "usage: nntrain $command "
        page=$output
        run -0 "$NNTRAIN" $command --help
        contains "$page" "$output"
    done
}

@test "a command's page lists its options only" {
    run -0 "$NNTRAIN" init --help
    contains "$output" "--target COLUMN"
    [[ $output != *--gradients* ]]
}

@test "help config has a line for each key, and each key has a page" {
    "$NNTRAIN" help config >all
    section=
    n=0
    while IFS= read -r line; do
        read -r first _ <<<"$line"
        case $line in
        \[*) section=${first:1:-1} ;;
        "  "[a-z]*)
            [ -n "$section" ] || continue
            [[ $section != gate && $section != tuning.space ]] || continue
            run -0 "$NNTRAIN" help "$section.$first"
            contains "$output" "$section.$first"
            contains "$output" "  values "
            contains "$output" "  default "
            n=$((n + 1))
            ;;
        esac
    done <all
    [ "$n" -gt 80 ]
}

@test "no page is wider than a terminal" {
    for topic in "" help train predict export config optimizer data split tuning tuning.space gate number gate exit metric loss activation adam nadam hinge layer option optimizer.name; do
        run -0 "$NNTRAIN" help $topic
        wide=$(awk 'length > 79' <<<"$output")
        [ -z "$wide" ] || {
            echo "$topic: $wide"
            return 1
        }
    done
}

@test "a section shows its keys with help, values and effect" {
    run -0 "$NNTRAIN" help early_stopping
    contains "$output" "[early_stopping]  step 7"
    contains "$output" "patience = 0"
    contains "$output" "an integer from 0 to 10000000"
    contains "$output" "not with early_stopping.patience = 0"
}

@test "a key shows its range, default and when it has an effect" {
    run -0 "$NNTRAIN" help optimizer.momentum
    contains "$output" "a number from 0 to 0.99999 or auto"
    contains "$output" "only with optimizer.name = momentum, nesterov, rmsprop"
    run -0 "$NNTRAIN" help training.shuffle
    contains "$output" "not with training.batch_size = full"
    run -0 "$NNTRAIN" help network.hidden
    contains "$output" "not with layers given by [layer.1]"
    run -0 "$NNTRAIN" help data.file
    contains "$output" "it is required"
}

@test "what help says of effects is what check says of configs" {
    printf '[data]\nfile = %s\ntarget = species\n' "$DATA/iris.csv" >base.ini
    for name in $("$NNTRAIN" help optimizer.name | names); do
        run "$NNTRAIN" check base.ini "optimizer.name=$name" optimizer.beta1=0.8
        if "$NNTRAIN" help "$name" | grep -q optimizer.beta1; then
            [[ $output != *"optimizer.beta1 has no effect"* ]]
        else
            contains "$output" "optimizer.beta1 has no effect"
        fi
    done
}

@test "a key with choices lists them with formulas" {
    run -0 "$NNTRAIN" help network.activation
    contains "$output" "leaky_relu"
    contains "$output" "f(z) = max(0, z)"
}

@test "a key is found without its section, and in a numbered layer" {
    run -0 "$NNTRAIN" help learning_rate
    contains "$output" "optimizer.learning_rate"
    run -0 "$NNTRAIN" help layer.2.units
    contains "$output" "layer.N.units"
    run -0 "$NNTRAIN" help layer
    contains "$output" "in place of network.activation"
}

@test "a word that is a section and a table shows both" {
    for word in optimizer loss schedule; do
        run -0 "$NNTRAIN" help $word
        contains "$output" "[$word]"
        contains "$output" "$word: $word.name"
    done
}

@test "a table shows every row; its plural is understood" {
    run -0 "$NNTRAIN" help metric
    contains "$output" "balanced_accuracy"
    page=$output
    run -0 "$NNTRAIN" help metrics
    [ "$output" = "$page" ]
}

@test "a kind shows formula, source, defaults and its keys" {
    run -0 "$NNTRAIN" help adam
    contains "$output" "adam (optimizer)"
    contains "$output" "m <- beta1 m"
    contains "$output" "Kingma & Ba 2015"
    contains "$output" "learning_rate 0.001, beta1 0.9"
    contains "$(xargs <<<"$output")" "optimizer.beta1, optimizer.beta2, optimizer.epsilon"
}

@test "a name in several tables is shown from all" {
    run -0 "$NNTRAIN" help linear
    for noun in activation output schedule; do
        contains "$output" "linear ($noun)"
    done
}

@test "exit codes and gates have pages" {
    run -0 "$NNTRAIN" help exit
    grep -Eq "^  7 +cannot read or write" <<<"$output"
    run -0 "$NNTRAIN" help gate
    contains "$output" "test.accuracy = >= 0.95"
    contains "$output" "gate operator"
}

@test "an unknown word is a usage error with a suggestion" {
    run -2 --separate-stderr "$NNTRAIN" help optimzer
    [ -z "$output" ]
    [ "$stderr" = 'error: nothing is called "optimzer"; did you mean optimizer?' ]
    run -2 --separate-stderr "$NNTRAIN" help optimizer.momentun
    contains "$stderr" "did you mean optimizer.momentum?"
    run -2 --separate-stderr "$NNTRAIN" help qqqqqq
    contains "$stderr" '`nntrain help`'
}

@test "control characters in an unknown word are escaped" {
    run -2 --separate-stderr "$NNTRAIN" help $'a\e[31mb'
    contains "$stderr" 'a\x1b[31mb'
}

@test "Markdown tables have a row for each key and each kind" {
    "$NNTRAIN" help markdown-keys >keys.md
    grep -qF '| 1 | `data.file` | **required** |' keys.md
    grep -qF '`layer.N.units`' keys.md
    "$NNTRAIN" help markdown-kinds >kinds.md
    grep -qF '| `relu` |' kinds.md
    # Equal cells in each row of a table: bars within cells are escaped.
    for file in keys.md kinds.md; do
        awk '/^\|/ { gsub(/\\\|/, ""); n = gsub(/\|/, ""); if (width && n != width) exit 1; width = n; next } { width = 0 }' $file
    done
}

@test "the README's tables are refreshed, and staleness is found" {
    printf '# x\n\n<!-- keys: begin -->\nold\n<!-- keys: end -->\nbetween\n<!-- kinds: begin -->\n<!-- kinds: end -->\nlast\n' >README.md
    export NNTRAIN
    run -1 "$ROOT/tests/update_readme.sh" --check README.md
    run -0 "$ROOT/tests/update_readme.sh" README.md
    run -0 "$ROOT/tests/update_readme.sh" --check README.md
    grep -qF '`optimizer.name`' README.md
    grep -qx between README.md
    [ "$(tail -n 1 README.md)" = last ]
    run ! grep -qx old README.md
    echo '# no markers' >README.md
    run -2 "$ROOT/tests/update_readme.sh" README.md
    [ "$(cat README.md)" = '# no markers' ]
}
