# What the README prints: its generated tables are fresh, and its commands run as they stand there.
load helper

# block LANGUAGE: the fenced blocks of that language, one after the other.
block() {
    awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } $0 == "```" { inside = 0 } inside' "$ROOT/README.md"
}

@test "the tables of keys and kinds are those of the program" {
    NNTRAIN="$NNTRAIN" run "$ROOT/tests/update_readme.sh" --check
    [ "$status" -eq 0 ]
}

@test "the transcript is what the program says, but for the epochs that a run has time to tell" {
    mkdir configs data
    cp "$ROOT/configs/iris.ini" configs/
    cp "$ROOT/data/iris.csv" data/
    "$NNTRAIN" configs/iris.ini 2>&1 | grep -v ' epoch ' >said
    awk '/^<!-- transcript: begin/ { inside = 1 } /^<!-- transcript: end/ { inside = 0 } inside' "$ROOT/README.md" |
        grep -vE '^(<!--|```|\$ |$)| epoch ' >printed
    grep -v '^$' said | diff - printed
}

@test "the smallest config trains" {
    cp "$ROOT/data/iris.csv" .
    block ini | sed '/^\[gate\]/,$d' >smallest.ini
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
    block sh >sweep.sh
    PATH="$PWD/bin:$PATH" run sh sweep.sh
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    [ "$(ls -d runs/sweep-* | wc -l)" -eq 9 ]
    run jq -r '[.validation.loss, .test.accuracy] | @tsv' runs/sweep-*/metrics.json
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 9 ]
}

@test "the gates of the README are read, and hold or fail by exit code" {
    cp -r "$ROOT/configs" "$ROOT/data" .
    "$NNTRAIN" configs/iris.ini -q --output.dir=known-good
    sed '/^\[gate\]/,$d' configs/iris.ini >configs/gated.ini
    block ini | sed -n '/^\[gate\]/,$p' >>configs/gated.ini
    run "$NNTRAIN" configs/gated.ini -q --baseline known-good/metrics.json
    [ "$status" -eq 0 ]
    run "$NNTRAIN" configs/gated.ini -q
    [ "$status" -eq 3 ]
}

@test "every command of the table and every file of the run folder exists" {
    for command in $(sed -n '/^## Commands/,/^## The run/p' "$ROOT/README.md" | grep -oE '^\| `nntrain [a-z]+ ' |
        cut -d' ' -f3); do
        run "$NNTRAIN" help "$command"
        [ "$status" -eq 0 ]
    done
    "$NNTRAIN" "$ROOT/configs/iris.ini" -q --output.dir=run
    for file in $(sed -n '/^## The run folder/,/^| exit/p' "$ROOT/README.md" | grep -oE '^\| `[a-z]+\.[a-z]+' | tr -d '|` '); do
        [ -f "run/$file" ]
    done
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
