# What a person sees on a terminal: lines are broken to its width, the table is as wide as it fits.
load helper

# on_terminal COLUMNS ARGUMENT ...: what the program prints on a terminal of so many columns, into seen; what a
# rewritten line said before is left out.
on_terminal() {
    local columns=$1
    shift
    NO_COLOR=1 script -qec "stty cols $columns; $(printf '%q ' "$NNTRAIN" "$@")" /dev/null </dev/null >raw
    sed -E 's/.*\r\x1b\[K( *epoch [0-9])/\1/; s/\r|\x1b\[K//g' raw >seen
}

widest() {
    wc -L <seen
}

@test "no line is wider than the terminal" {
    small_config
    local columns
    for columns in 66 80 120; do
        on_terminal $columns c.ini
        [ "$(widest)" -le "$columns" ]
        grep -q '^        run folder runs/c' seen
        grep -q '  accuracy' seen
    done
    grep -q '  balanced_accuracy  precision_macro  recall_macro$' seen
}

@test "a line is broken between words and goes on under its text" {
    small_config
    on_terminal 80 c.ini
    grep -A1 '^step 5' seen >two
    [ "$(sed -n 1p two)" = "step 5  loss            cross_entropy; metrics: accuracy, balanced_accuracy," ]
    [ "$(sed -n 2p two)" = "                        precision_macro, recall_macro, f1_macro, roc_auc," ]
}

@test "elsewhere lines are as long as they are, with every metric of the table" {
    small_config
    "$NNTRAIN" c.ini 2>seen
    grep -q 'metrics: accuracy, .* mcc$' seen
    grep -q '  accuracy  balanced_accuracy  precision_macro  recall_macro$' seen
    awk '/ baseline  / && index($0, "test: ") != 9 { exit 1 }' seen
    [ "$(awk '/ loss .* accuracy /, /linear baseline/ { print length }' seen | sort -u | wc -l)" -eq 1 ]
}

@test "errors are broken between words too, and elsewhere stay one line" {
    small_config
    on_terminal 80 c.ini 'gate.test.accuracy=about 1' || true
    [ "$(widest)" -le 80 ]
    grep -q "^command line: gate.test.accuracy=about 1: error: gate.test.accuracy: 'about 1'\$" seen
    [ "$(grep -c '^    [^ ]' seen)" -ge 1 ]
    run -3 "$NNTRAIN" c.ini 'gate.test.accuracy=about 1'
    [ "${#lines[@]}" -eq 1 ]
}

@test "on a narrow terminal lines go on near its left edge, and no name is cut" {
    small_config
    on_terminal 40 c.ini
    [ "$(widest)" -le 40 ]
    grep -A1 '^step 5' seen >two
    [ "$(sed -n 1p two)" = "step 5  loss            cross_entropy;" ]
    [ "$(sed -n 2p two)" = "        metrics: accuracy," ]
    grep -q '^        balanced_accuracy,' seen
}
