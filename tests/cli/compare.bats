# `nntrain compare`: what differs between runs, and what of it is noise.
load helper

setup_file() {
    cd "$BATS_FILE_TMPDIR" || exit 1
    cp "$DATA"/iris.csv .
    printf '[data]\nfile = iris.csv\ntarget = species\n[training]\nepochs = 20\n' >c.ini
    "$NNTRAIN" -q c.ini output.dir=runs/a
    "$NNTRAIN" -q c.ini output.dir=runs/deeper/b network.hidden="8, 4" optimizer.learning_rate=0.1
    for rate in 0.01 0.011 1e-6; do
        "$NNTRAIN" -q c.ini output.dir="rate-$rate" optimizer.learning_rate=$rate evaluation.bootstrap=200 split.folds=3
    done
}

setup() {
    cd "$BATS_FILE_TMPDIR" || exit 1
}

@test "the keys that differ, and only those" {
    run -0 "$NNTRAIN" compare runs/a runs/deeper/b
    grep -Eq '^config +runs/a +runs/deeper/b$' <<<"$output"
    grep -Eq '^network\.hidden +64, 32 +8, 4$' <<<"$output"
    grep -Eq '^optimizer\.learning_rate +auto +0\.1$|^optimizer\.learning_rate +0\.001 +0\.1$' <<<"$output"
    [ "$(sed '/^$/,$d' <<<"$output" | wc -l)" -eq 3 ]
}

@test "metrics of both, and which way is better" {
    run -0 "$NNTRAIN" compare runs/a runs/deeper/b
    a=$(jq .train.loss runs/a/metrics.json)
    b=$(jq .train.loss runs/deeper/b/metrics.json)
    word=$(awk -v a="$a" -v b="$b" 'BEGIN {print (b < a ? "better" : "worse")}')
    grep -Eq "^train\.loss +$(printf %.5g "$a") +$(printf %.5g "$b") $word$" <<<"$output"
    contains "$output" "What of it is noise is not known: evaluation.bootstrap = 1000 or split.folds = 5 tells."
    back=$([ $word = better ] && echo worse || echo better)
    run -0 "$NNTRAIN" compare runs/deeper/b runs/a
    grep -Eq "^train\.loss .* $back$" <<<"$output"
}

@test "a difference within the interval or the deviation is noise, a large one is not" {
    run -0 "$NNTRAIN" compare rate-0.01 rate-0.011
    grep -Eq '^folds\.loss .*\) +[0-9.e-]+ \(.*\) ~$' <<<"$output"
    contains "$output" "~ no more than noise"
    run -0 "$NNTRAIN" compare rate-0.01 rate-1e-6
    grep -Eq '^folds\.loss .* worse$' <<<"$output"
    grep -Eq '^test\.log_loss .* worse$' <<<"$output"
}

@test "a run and itself" {
    run -0 "$NNTRAIN" compare runs/a runs/a
    [ "$output" = "The configs are the same.

All metrics are the same.

The weights are the same." ]
}

@test "JSON has every number, Markdown has tables" {
    run -0 "$NNTRAIN" compare rate-0.01 rate-0.011 rate-1e-6 --json
    jq -e '.format == "nntrain.comparison" and .format_version == 1 and (.runs | length) == 3' <<<"$output"
    [ "$(jq -c '.config' <<<"$output")" = \
        '[{"key":"optimizer.learning_rate","values":["0.01","0.011","1e-6"]}]' ]
    for i in 0 1 2; do
        dir=$(jq -r ".runs[$i]" <<<"$output")
        [ "$(jq ".metrics[] | select(.path == \"test.accuracy\") | .values[$i]" <<<"$output")" = \
            "$(jq .test.accuracy "$dir/metrics.json")" ]
        [ "$(jq ".metrics[] | select(.path == \"folds.loss\") | .values[$i]" <<<"$output")" = \
            "$(jq .folds.mean.loss "$dir/metrics.json")" ]
    done
    jq -e '.metrics[] | select(.path == "folds.loss") | .noise == [true, false] and .higher_is_better == false' <<<"$output"
    jq -e '.metrics[] | select(.path == "train.loss") | .noise == [null, null]' <<<"$output"
    run -0 "$NNTRAIN" compare runs/a runs/deeper/b --markdown
    contains "$output" "| config | runs/a | runs/deeper/b |
|---|---|---|
| network.hidden | 64, 32 | 8, 4 |"
    refuses 2 "error: --json and --markdown exclude each other" "$NNTRAIN" compare runs/a runs/a --json --markdown
}

@test "runs of other data, another task or another loss are told" {
    sed '$d' iris.csv >less.csv
    "$NNTRAIN" -q c.ini output.dir=less data.file=less.csv
    "$NNTRAIN" -q c.ini output.dir=focal loss.name=focal
    "$NNTRAIN" -q c.ini output.dir=cm data.target=petal_width_cm
    local said="say little about which run is better"
    run -0 "$NNTRAIN" compare runs/a less
    contains "$output" "
note: the runs differ in data: numbers of other data, tasks or losses $said"
    run -0 "$NNTRAIN" compare runs/a focal --markdown
    contains "$output" "note: the runs differ in loss: numbers"
    run -0 "$NNTRAIN" compare runs/a less cm
    contains "$output" "note: the runs differ in data, task, loss: numbers"
    [ "$("$NNTRAIN" compare runs/a cm --json | jq -c .differ_in)" = '["task","loss"]' ]
    run -0 "$NNTRAIN" compare runs/a runs/deeper/b
    run ! grep -q "differ in" <<<"$output"
    [ "$("$NNTRAIN" compare runs/a runs/deeper/b --json | jq -c .differ_in)" = '[]' ]
    rm less/model.json less/manifest.json
    run -0 "$NNTRAIN" compare runs/a less
    run ! grep -q "differ in" <<<"$output"
}

@test "what is no run" {
    refuses 7 "no/metrics.json: error: cannot read: No such file or directory" "$NNTRAIN" compare runs/a no
    refuses 7 "runs/a/metrics.json: error: is a file; give the folder of a run" "$NNTRAIN" compare runs/a runs/a/metrics.json
    run -2 "$NNTRAIN" compare runs/a
    cp -r runs/a broken
    echo '{}' >broken/metrics.json
    run -4 "$NNTRAIN" compare runs/a broken
    cp runs/a/metrics.json broken/
    rm broken/config.ini
    refuses 7 "broken/config.ini: error: cannot read: No such file or directory" "$NNTRAIN" compare runs/a broken
}
