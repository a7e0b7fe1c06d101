# report.html in a browser: three widths, light and dark, with script and without, with styles and without.
load ../cli/helper

# browse PAGE OPTION ...: what check.html finds wrong with it, into found; what the console said, into console.
browse() {
    local page=$1
    shift
    chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --virtual-time-budget=20000 \
        --enable-logging=stderr --user-data-dir="$BATS_TEST_TMPDIR/profile" "$@" --dump-dom \
        "file://$BATS_TEST_DIRNAME/check.html#file://$page" 2>log |
        sed -n '/<pre id="said">/,/<\/pre>/p' | sed 's/.*<pre id="said">//; s/<\/pre>.*//' | grep . >found
    grep CONSOLE log | grep -v 'the document.s frame is sandboxed' >console || true
}

# fine PAGE OPTION ...: nothing is wrong with it, light or dark.
fine() {
    local theme
    for theme in 1 0; do
        browse "$@" --blink-settings=preferredColorScheme=$theme
        [ "$(cat found)" = checked ] && [ ! -s console ] || {
            printf '%s, theme %s\n' "$1" "$theme"
            head -20 found console
            return 1
        }
    done
}

@test "pages of every kind of run are in order" {
    cp -r "$ROOT/configs" "$ROOT/data" .
    for name in iris digits diabetes breast_cancer penguins; do
        "$NNTRAIN" -q "configs/$name.ini" evaluation.importance=permutation
        fine "$PWD/runs/$name/report.html"
    done
}

@test "folds, intervals, ten layers, a divergence and failed gates" {
    small_config
    cp "$DATA/diabetes.csv" .
    "$NNTRAIN" -q c.ini split.folds=3 evaluation.bootstrap=50 run.name=folds
    fine "$PWD/runs/folds/report.html"
    "$NNTRAIN" -q c.ini network.hidden=8,8,8,8,8,8,8,8,8,8 network.activation=tanh training.epochs=1 run.name=deep
    fine "$PWD/runs/deep/report.html"
    run "$NNTRAIN" -q c.ini data.file=diabetes.csv data.target=progression optimizer.name=sgd \
        optimizer.learning_rate=1e6 network.activation=linear 'gate.test.r2=>= 0.9' run.name=bad
    fine "$PWD/runs/bad/report.html"
    "$NNTRAIN" -q c.ini training.epochs=0 run.name=none
    fine "$PWD/runs/none/report.html"
}

@test "long names and large numbers stay in their places" {
    awk -v OFS=, 'BEGIN { srand(3)
        print "a_column_with_a_name_that_is_far_too_long_for_any_chart_or_table", "b", "ünïcödé 日本語の列", "y"
        for (i = 0; i < 300; i++) print rand() * 1e9, rand() / 1e7, i,
            i % 3 ? "a class that has a long name of its own" : "otherwise" }' >names.csv
    printf '[data]\nfile = names.csv\ntarget = y\n[training]\nepochs = 20\n[evaluation]\nimportance = permutation\n' >n.ini
    "$NNTRAIN" -q n.ini
    fine "$PWD/runs/n/report.html"
    "$NNTRAIN" -q n.ini data.target=a_column_with_a_name_that_is_far_too_long_for_any_chart_or_table run.name=r
    fine "$PWD/runs/r/report.html"
}

@test "without style and script, as under the strictest policy, all is there to read" {
    small_config
    "$NNTRAIN" -q c.ini
    sed "s/<meta charset/<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"><meta charset/" \
        runs/c/report.html >strict.html
    browse "$PWD/strict.html"
    run -1 grep -E 'little contrast|without height|covers' found
    grep -q 'the pointer is told' found
    grep -q 'violates the following Content Security Policy' console
    [ "$(tail -1 found)" = checked ]
}
