load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    small_config
}

teardown() {
    [ ! -e runs ]
}

@test "a good config is ok, and nothing is trained or written" {
    run --separate-stderr "$NNTRAIN" check c.ini
    [ "$status" -eq 0 ]
    [ "$output" = "ok: 4 inputs, 3 outputs, 2499 parameters; 11 kB of data, 47 kB for training" ]
    contains "$stderr" "step 6"
    [[ $stderr != *"step 7"* ]]
    [ "$(ls --ignore=separate-stderr-* | xargs)" = "c.ini iris.csv" ]
}

@test "the schema is told: column, role and type" {
    run --separate-stderr "$NNTRAIN" check c.ini data.ignore=sepal_width_cm
    grep -Eq '^ +petal_width_cm +feature +numeric ' <<<"$stderr"
    grep -Eq '^ +sepal_width_cm +ignored *$' <<<"$stderr"
    grep -Eq '^ +species +target +categorical +3 values$' <<<"$stderr"
}

@test "few integers are taken as classes, and it says so" {
    printf 'a,y\n' >few.csv
    for i in {1..60}; do echo "$((i * 7 % 11)),$((i % 3))"; done >>few.csv
    run --separate-stderr "$NNTRAIN" check c.ini data.file=few.csv data.target=y
    contains "$stderr" "target: y, multiclass of 3 classes, from 3 distinct integers"
    run --separate-stderr "$NNTRAIN" check c.ini data.file=few.csv data.target=y data.task=multiclass
    [[ $stderr != *distinct* ]]
}

@test "every target is named" {
    small_config
    run -0 --separate-stderr "$NNTRAIN" check c.ini data.target=sepal_width_cm,petal_width_cm
    contains "$stderr" "targets: sepal_width_cm, petal_width_cm, regression"
}

@test "keys that the data leave without effect are warned of" {
    run --separate-stderr "$NNTRAIN" check c.ini preprocess.target_scale=minmax network.residual=true network.hidden=8,6
    [ "$status" -eq 0 ]
    contains "$stderr" "command line: preprocess.target_scale=minmax: warning: preprocess.target_scale has no effect: the task is multiclass"
    contains "$stderr" "command line: network.residual=true: warning: network.residual has no effect: no hidden layer is as wide as its input"
    run --separate-stderr "$NNTRAIN" check c.ini network.residual=true network.hidden=4,6
    [[ $stderr != *warning* ]]
}

@test "warnings are errors here, and warnings in training" {
    printf '[optimizer]\nmomentum = 0.9\n[early_stopping]\nmin_delta = 0.1\n' >>c.ini
    local warnings="c.ini:7:1: warning: optimizer.momentum has no effect with optimizer.name = adam
c.ini:9:1: warning: early_stopping.min_delta has no effect with early_stopping.patience = 0"
    refuses 3 "${warnings//: warning:/: error:}" "$NNTRAIN" check c.ini
    run --separate-stderr "$NNTRAIN" train c.ini output.dir=out
    [ "$status" -eq 0 ]
    contains "$stderr" "$warnings"
}

@test "errors are those of training" {
    refuses 3 "command line: training.epochs=x: error: training.epochs: \"x\" is not an integer from 0 to 10000000" \
        "$NNTRAIN" check c.ini training.epochs=x
    refuses 4 "command line: data.target=specie: error: data.target: no column 'specie'; did you mean 'species'?" \
        "$NNTRAIN" check c.ini data.target=specie
    run -11 "$NNTRAIN" check c.ini network.hidden=1000000,1000000
    run -7 "$NNTRAIN" check no.ini
}

@test "--gradients compares every tensor" {
    run --separate-stderr "$NNTRAIN" check -q --gradients c.ini network.hidden=6,6,6 network.norm=layer network.activation=tanh
    [ "$status" -eq 0 ]
    [ "$(grep -c '^layers\.' <<<"$output")" -eq 14 ]
    contains "$output" "layers.0.weight"
    contains "$output" "layers.0.norm.weight"
    [[ $output != *differs* ]]
}

@test "--gradients agrees for every loss, activation and norm" {
    for name in $(choices network.activation); do
        run "$NNTRAIN" check -q --gradients c.ini network.hidden=6 network.activation="$name"
        [ "$status" -eq 0 ] || { echo "$name: $output"; [ "$name" = step ]; }
    done
    for name in $(choices network.norm); do
        run -0 "$NNTRAIN" check -q --gradients c.ini network.hidden=6,6 network.norm="$name"
    done
    for name in mae huber quantile poisson mse; do
        run -0 "$NNTRAIN" check -q --gradients c.ini data.target=petal_width_cm data.task=regression network.hidden=6 loss.name=$name
    done
    run -0 "$NNTRAIN" check -q --gradients c.ini preprocess.encode=embedding data.categorical=petal_width_cm network.residual=true network.hidden=8,8
    contains "$output" "embeddings.0.weight"
}
