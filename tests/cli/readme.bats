# What the README and docs/ print: what is generated is fresh, and commands run as they stand there.
load helper

# block LANGUAGE PAGE: the fenced blocks of that language, one after the other.
block() {
    awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } $0 == "```" { inside = 0 } inside' "$ROOT/$2"
}

@test "tables and lessons are those of the program and of configs/, and the tour says what the program says" {
    NNTRAIN="$NNTRAIN" run -0 "$ROOT/tests/update_readme.sh" --check
}

@test "the tour is executed: another output, or a command that fails, is told" {
    export NNTRAIN
    printf '<!-- played-x: begin -->\n\n```console\n$ ./nntrain --version\nnntrain 0\n```\n\n<!-- played-x: end -->\n' >page.md
    run -1 "$ROOT/tests/update_readme.sh" --check page.md
    run -0 "$ROOT/tests/update_readme.sh" page.md
    grep -qx "$("$NNTRAIN" --version)" page.md
    run -0 "$ROOT/tests/update_readme.sh" --check page.md
    sed -i 's/--version/--versoin/' page.md
    run ! "$ROOT/tests/update_readme.sh" --check page.md
    contains "$output" "this command of the page fails: ./nntrain --versoin"
}

@test "every link leads to a file" {
    cd "$ROOT"
    for page in ./README.md ./CONTRIBUTING.md docs/*.md; do
        for target in $(grep -oE '\]\([^)#:]+' "$page" | cut -c3- | grep -v '^https$'); do
            [ -e "${page%/*}/$target" ] || { echo "$page: $target"; return 1; }
        done
    done
}

@test "the smallest config trains" {
    cp "$ROOT/data/iris.csv" .
    block ini README.md >smallest.ini
    grep -q 'target = species' smallest.ini
    run "$NNTRAIN" smallest.ini -q
    [ "$status" -eq 0 ]
    [ -f runs/smallest/model.json ]
}

@test "the sweep prints the three best of its nine runs" {
    mkdir configs data bin
    cp "$ROOT/configs/iris.ini" configs/
    cp "$ROOT/data/iris.csv" data/
    ln -s "$NNTRAIN" bin/nntrain
    block sh docs/ci.md >sweep.sh
    PATH="$PWD/bin:$PATH" run sh sweep.sh
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    [ "$(ls -d runs/sweep-* | wc -l)" -eq 9 ]
    run jq -r '[.validation.loss, .test.accuracy] | @tsv' runs/sweep-*/metrics.json
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 9 ]
}

@test "the gates of docs/ci.md are read, and hold or fail by exit code" {
    cp -r "$ROOT/configs" "$ROOT/data" .
    "$NNTRAIN" configs/iris.ini -q --output.dir=known-good
    sed '/^\[gate\]/,$d' configs/iris.ini >configs/gated.ini
    block ini docs/ci.md >>configs/gated.ini
    run "$NNTRAIN" configs/gated.ini -q --baseline known-good/metrics.json
    [ "$status" -eq 0 ]
    run "$NNTRAIN" configs/gated.ini -q
    [ "$status" -eq 3 ]
}

@test "the files of the run folder exist, but for those of searches, predictions and interruptions" {
    "$NNTRAIN" "$ROOT/configs/iris.ini" -q --output.dir=run
    "$NNTRAIN" help markdown-files | grep -v 'predictions\|tuning\|interrupted' | grep -oE '^\| `[a-z.]+' | tr -d '|` ' |
        LC_ALL=C sort >told
    [ "$(wc -l <told)" -eq 6 ]
    LC_ALL=C ls run | diff told -
}

@test "model.json is enough to predict elsewhere" {
    cp "$ROOT/data/iris.csv" .
    printf '[data]\nfile = iris.csv\ntarget = species\n[network]\nhidden = 16\n' >c.ini
    "$NNTRAIN" -q c.ini
    jq -e '. as $model | (reduce .tensors[] as $t ({}; .[$t.name] = $t)) as $tensors
        | def layer($n): . as $x | $tensors["layers.\($n).weight"] as $w | $w.shape[1] as $inputs
            | [range($w.shape[0]) as $i | $tensors["layers.\($n).bias"].data[$i]
               + ([range($inputs) as $j | $w.data[$i * $inputs + $j] * $x[$j]] | add)];
        [.self_test[] | . as $row
         | [range($model.inputs | length) as $i | $model.inputs[$i].scale as $s
            | (($row.input[$i] | tonumber) - $s.center) / $s.scale]
         | layer(0) | map(if . < 0 then 0 else . end) | layer(1) | map(exp) | add as $sum | map(. / $sum)
         | [., $row.output] | transpose | map(.[0] - .[1] | fabs) | max]
        | length > 1 and max < 1e-5' runs/c/model.json
}
