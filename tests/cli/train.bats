load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    small_config
}

@test "a run leaves its folder and nothing else" {
    run -0 "$NNTRAIN" c.ini
    [ "$(ls runs)" = c ]
    [ "$(ls -A runs/c | xargs)" = "config.ini history.jsonl manifest.json metrics.json model.json report.html" ]
    [ "$(ls | xargs)" = "c.ini iris.csv runs" ]
    [ "$(wc -l <runs/c/history.jsonl)" -eq 3 ]
    for file in manifest metrics model; do
        jq -e ".format == \"nntrain.$file\" and .format_version == 1" runs/c/$file.json
    done
}

@test "two runs have the same bytes, and the first is kept as .previous" {
    "$NNTRAIN" -q c.ini run.name=a
    "$NNTRAIN" -q c.ini run.name=a
    [ "$(ls runs | xargs)" = "a a.previous" ]
    same_run runs/a runs/a.previous
    "$NNTRAIN" -q c.ini run.name=a training.epochs=1
    [ "$(ls runs | xargs)" = "a a.previous" ]
    [ "$(wc -l <runs/a.previous/history.jsonl)" -eq 3 ]
    [ "$(wc -l <runs/a/history.jsonl)" -eq 1 ]
}

@test "only manifest.json knows where and when" {
    "$NNTRAIN" -q c.ini
    mkdir -p else where
    cp c.ini iris.csv else
    (cd else && "$NNTRAIN" -q c.ini)
    same_run runs/c else/runs/c
    run -1 grep -rlE "$PWD|$(hostname)|$(date +%Y-)" runs/c --exclude manifest.json
    grep -q "\"command_line\": \"$NNTRAIN -q c.ini\"" runs/c/manifest.json
    jq -e '.files | length == 5' runs/c/manifest.json
    jq -r '.files[] | "\(.sha256)  runs/c/\(.name)"' runs/c/manifest.json | sha256sum -c --quiet
    jq -r '.data[] | "\(.sha256)  \(.name)"' runs/c/manifest.json | sha256sum -c --quiet
}

@test "standard output is empty, standard error tells eight steps" {
    run --separate-stderr "$NNTRAIN" c.ini
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    for step in 1 2 3 4 5 6 7 8; do
        [ "$(grep -c "^step $step " <<<"$stderr")" -eq 1 ]
    done
    contains "$stderr" "150 rows: 105 train, 23 validation, 22 test (stratified)"
    contains "$stderr" "4 -> 64 relu -> 32 relu -> 3 softmax, 2499 parameters"
    contains "$stderr" "epoch 3/3  train.loss"
    contains "$stderr" "run folder runs/c, weights $(jq -r '.weights_sha256[:16]' runs/c/model.json)"
    [[ $stderr != *previous* ]]
    run --separate-stderr "$NNTRAIN" c.ini
    contains "$stderr" "; what was there is in runs/c.previous"
}

@test "-q is silent, -v tells every epoch and the schema" {
    run -0 "$NNTRAIN" -q c.ini
    [ -z "$output" ]
    run -0 "$NNTRAIN" -v c.ini training.epochs=40
    [ "$(grep -c "  *epoch [0-9]*/40" <<<"$output")" -eq 40 ]
    contains "$output" "petal_width_cm"
}

@test "--json prints metrics.json, --print one number" {
    run --separate-stderr "$NNTRAIN" c.ini --json
    [ "$output" = "$(cat runs/c/metrics.json)" ]
    contains "$stderr" "step 8"
    run -0 "$NNTRAIN" -q c.ini --print validation.loss
    [ "$output" = "$(jq .validation.loss runs/c/metrics.json)" ]
    run -0 "$NNTRAIN" -q c.ini --print=epochs
    [ "$output" = 3 ]
    run -0 "$NNTRAIN" -q c.ini --print baseline.linear.test.accuracy
    [ "$output" = "$(jq .baselines.linear.test.accuracy runs/c/metrics.json)" ]
    refuses 2 "error: --json and --print exclude each other" "$NNTRAIN" -q c.ini --json --print epochs
}

@test "every level of arithmetic gives the same bytes" {
    local settings=(network.norm=batch network.dropout=0.2 network.activation=gelu,tanh network.hidden=19,33
        training.batch_size=7 regularization.l1=0.001 evaluation.importance=permutation evaluation.bootstrap=20
        evaluation.predictions=test)
    "$NNTRAIN" -q c.ini --cpu portable output.dir=a "${settings[@]}"
    for level in $(levels) auto; do
        run "$NNTRAIN" -q c.ini --cpu $level output.dir=b "${settings[@]}"
        if [ "$status" -eq 2 ]; then
            [ "$output" = "error: --cpu $level: this processor lacks it" ]
            continue
        fi
        [ "$status" -eq 0 ]
        sed -i '/^dir = /d' a/config.ini b/config.ini
        same_run a b
    done
}

@test "overrides in both forms go over the file" {
    "$NNTRAIN" -q c.ini training.epochs=2 --network.hidden=5 "--data.features=petal_*"
    [ "$(wc -l <runs/c/history.jsonl)" -eq 2 ]
    jq -e '[.inputs[].name] == ["petal_length_cm", "petal_width_cm"]' runs/c/model.json
    jq -e '.tensors[0].shape == [5, 2]' runs/c/model.json
    grep -qx 'hidden = 5  ; command line' runs/c/config.ini
    grep -qx 'epochs = 2  ; command line' runs/c/config.ini
    grep -qx 'target = species  ; c.ini:3:1' runs/c/config.ini
    grep -qx 'shuffle = true  ; default' runs/c/config.ini
}

@test "the resolved config runs as it is and gives the same weights" {
    "$NNTRAIN" -q c.ini optimizer.name=momentum network.dropout=0.1 'gate.test.loss=< 100' split.seed=5
    local hash=$(jq .weights_sha256 runs/c/metrics.json)
    run -0 "$NNTRAIN" check -q runs/c/config.ini
    [ "$output" = "ok: 4 inputs, 3 outputs, 2499 parameters; 11 kB of data, 36 kB for training" ]
    cp runs/c/metrics.json before.json
    run -0 "$NNTRAIN" runs/c/config.ini output.dir=again
    [[ $output != *warning* ]]
    [ "$(jq .weights_sha256 again/metrics.json)" = "$hash" ]
    cmp before.json again/metrics.json
    "$NNTRAIN" -q runs/c/config.ini
    cmp before.json runs/c/metrics.json
}

@test "a config in another folder finds its data, and typed paths start here" {
    mkdir -p project/configs project/data
    mv c.ini project/configs
    cp iris.csv project/data/other.csv
    mv iris.csv project/data
    sed -i 's|iris.csv|../data/iris.csv|' project/configs/c.ini
    "$NNTRAIN" -q project/configs/c.ini
    local hash=$(jq .weights_sha256 runs/c/metrics.json)
    "$NNTRAIN" -q project/configs/c.ini data.file=project/data/other.csv
    [ "$(jq .weights_sha256 runs/c/metrics.json)" = "$hash" ]
    grep -qx 'file = ../../project/data/other.csv  ; command line' runs/c/config.ini
    "$NNTRAIN" -q project/configs/c.ini output.dir=deep/er/run
    [ -e deep/er/run/model.json ]
    grep -qx 'file = ../../../project/data/iris.csv  ; c.ini:2:1' deep/er/run/config.ini
}

@test "early stopping restores the best epoch" {
    "$NNTRAIN" -q c.ini training.epochs=500 early_stopping.patience=5 optimizer.learning_rate=0.05
    jq -e '.stop_reason == "early_stopping" and .epochs == .best_epoch + 5' runs/c/metrics.json
    local best=$(jq .best_epoch runs/c/metrics.json)
    [ "$(jq -s ".[$best - 1].validation.loss" runs/c/history.jsonl)" = "$(jq .validation.loss runs/c/metrics.json)" ]
    local hash=$(jq .weights_sha256 runs/c/metrics.json)
    "$NNTRAIN" -q c.ini training.epochs=$best optimizer.learning_rate=0.05 early_stopping.restore=last
    [ "$(jq .weights_sha256 runs/c/metrics.json)" = "$hash" ]
}

@test "a time limit counts as done" {
    "$NNTRAIN" -q c.ini training.epochs=10000000 run.max_time=0.2s
    jq -e '.status == "ok" and .stop_reason == "max_time"' runs/c/metrics.json
}

@test "folds, intervals, importance and predictions are written when asked for" {
    "$NNTRAIN" -q c.ini split.folds=3 evaluation.bootstrap=30 evaluation.importance=permutation \
        evaluation.predictions=validation
    jq -e '.folds.n == 3 and (.folds.mean | has("loss") and has("accuracy")) and (.folds.std.accuracy >= 0)' \
        runs/c/metrics.json
    jq -e '.test.intervals_95.accuracy | length == 2 and .[0] <= .[1]' runs/c/metrics.json
    jq -e '.importance.part == "test" and (.importance.features | length == 4)' runs/c/metrics.json
    [ "$(head -1 runs/c/predictions_validation.csv)" = \
        "row,truth,prediction,probability_setosa,probability_versicolor,probability_virginica" ]
    [ "$(wc -l <runs/c/predictions_validation.csv)" -eq 24 ]
    jq -e '[.files[].name] | index("predictions_validation.csv")' runs/c/manifest.json
}

@test "predictions of a part are the model's own" {
    "$NNTRAIN" -q c.ini evaluation.predictions=test
    "$NNTRAIN" predict -q runs/c/model.json iris.csv -o all.csv
    tail -n +2 runs/c/predictions_test.csv | while IFS=, read -r row truth rest; do
        [ "$(sed -n "$((row + 1))p" all.csv)" = "$rest" ]
        [ "$(sed -n "$((row + 1))p" iris.csv | cut -d, -f5)" = "$truth" ]
    done
}

@test "the truth of a regression is what was read" {
    cp "$DATA/diabetes.csv" .
    printf '[data]\nfile = diabetes.csv\ntarget = progression, bmi\n[training]\nepochs = 1\n[evaluation]\npredictions = test\n' >r.ini
    "$NNTRAIN" -q r.ini
    [ "$(head -1 runs/r/predictions_test.csv)" = row,truth_progression,prediction_progression,truth_bmi,prediction_bmi ]
    local bmi progression
    bmi=$(head -1 diabetes.csv | tr , '\n' | grep -nx bmi | cut -d: -f1)
    progression=$(head -1 diabetes.csv | tr , '\n' | grep -nx progression | cut -d: -f1)
    tail -n +2 runs/r/predictions_test.csv | while IFS=, read -r row truth _ second _; do
        sed -n "$((row + 1))p" diabetes.csv | awk -F, -v a="$truth" -v b="$second" -v p="$progression" -v m="$bmi" \
            '$p "" != a "" || $m "" != b "" { print; exit 1 }'
    done
}

# shown PATH: a number of metrics.json in five digits.
shown() {
    printf %.5g "$(jq "$1" runs/c/metrics.json)"
}

@test "gates: passed is 0, failed is 6 with all files" {
    run -0 "$NNTRAIN" c.ini 'gate.test.loss=< 100' 'gate.epochs=== 3'
    contains "$output" "gate epochs == 3: 3, passed"
    jq -e '.gates | length == 2 and all(.passed)' runs/c/metrics.json
    printf '[gate]\nvalidation.loss = < 0\n' >>c.ini
    refuses 6 "c.ini:7:1: error: gate validation.loss < 0: $(shown .validation.loss), failed
command line: gate.test.accuracy=> 1: error: gate test.accuracy > 1: $(shown .test.accuracy), failed" \
        "$NNTRAIN" -q c.ini 'gate.test.accuracy=> 1' 'gate.test.loss=< 100'
    [ "$(ls runs/c | wc -l)" -eq 6 ]
    jq -e '[.gates[].passed] == [false, false, true]' runs/c/metrics.json
    run -6 "$NNTRAIN" c.ini 'gate.test.accuracy=> 1' 'gate.test.loss=< 100'
    [ "$(grep -c 'gate test.accuracy' <<<"$output")" -eq 1 ]
    contains "$output" "gate test.loss < 100: "
}

@test "gates against a baseline" {
    "$NNTRAIN" -q c.ini
    run -0 "$NNTRAIN" -q c.ini 'gate.test.accuracy.drop=<= 0.01' --baseline runs/c/metrics.json
    cp runs/c/metrics.json good.json
    run -0 "$NNTRAIN" -q c.ini --baseline good.json 'gate.test.loss.drop=<= 0'
    run -6 "$NNTRAIN" -q c.ini --baseline good.json training.epochs=0 'gate.test.loss.drop=<= 0'
    contains "$output" "error: gate test.loss.drop <= 0: "
}

@test "divergence of an optimizer for full batches names the batch" {
    run "$NNTRAIN" -q c.ini preprocess.scale=none optimizer.name=lbfgs optimizer.learning_rate=1e6 init.weights=normal init.std=1e6
    [ "$status" -eq 5 ]
    contains "$output" "; try training.batch_size = full, which this optimizer needs, smaller start weights "
}

@test "divergence ends with 5, the best finite weights and a diagnosis" {
    refuses 5 "error: training diverged in epoch 1, batch 3: the norm of the gradient is not finite; gradient norms before: 38.2, 4.42e+14; try a smaller optimizer.learning_rate (1e+06 is 1e+08 times the usual one), regularization.clip_norm = 1 (the gradient grew 1.16e+13 times in a few steps), or smaller start weights (init.weights = auto); most extreme rows of the batch: iris.csv:34 (sepal_width_cm, 2.21 standard deviations from its mean), iris.csv:107 (sepal_length_cm, 2.04 standard deviations from its mean), iris.csv:132 (sepal_length_cm, 1.8 standard deviations from its mean)" \
        "$NNTRAIN" -q c.ini preprocess.scale=none optimizer.name=sgd optimizer.learning_rate=1e6
    jq -e '.status == "diverged" and .stop_reason == "diverged"' runs/c/metrics.json
    jq -e '.status == "diverged"' runs/c/manifest.json
    run -0 "$NNTRAIN" predict -q runs/c/model.json iris.csv
    [[ $output != *nan* && $output != *inf* ]]
}

@test "a target given by its number stays so in the resolved config" {
    "$NNTRAIN" -q c.ini 'data.target=#5'
    cp -r runs/c first
    run -0 "$NNTRAIN" -q runs/c/config.ini run.name=c
    cmp first/model.json runs/c/model.json
    printf '[data]\nfile = iris.csv\ntarget = "#5"\n[training]\nepochs = 3\n' >n.ini
    run -0 "$NNTRAIN" -q n.ini
    cmp first/model.json runs/n/model.json
}

@test "a model is a warm start for the next" {
    "$NNTRAIN" -q c.ini run.name=first
    "$NNTRAIN" -q c.ini training.epochs=0 init.from=runs/first/model.json
    [ "$(jq .weights_sha256 runs/c/metrics.json)" = "$(jq .weights_sha256 runs/first/metrics.json)" ]
    "$NNTRAIN" -q c.ini init.from=runs/first/model.json --print train.loss >second
    [ "$(jq ".train.loss > $(cat second)" runs/first/metrics.json)" = true ]
}

@test "every optimizer, schedule, initializer, activation and norm trains" {
    for key in optimizer.name schedule.name init.weights network.activation network.norm; do
        names=$(choices $key)
        [ "$(wc -w <<<"$names")" -ge 3 ]
        for name in $names; do
            run "$NNTRAIN" -q c.ini training.epochs=1 network.hidden=6,6 $key=$name
            [ "$status" -eq 0 ] || { echo "$key = $name: $output"; return 1; }
        done
    done
}

@test "every loss trains where it fits" {
    for name in $(choices loss.name); do
        fits=0
        for task in "data.target=species" "data.target=petal_width_cm data.task=regression" \
            "data.target=kind data.file=two.csv"; do
            awk -F, 'NR==1 {print "a,b,kind"; next} {print $1 "," $2 "," ($5 == "setosa")}' iris.csv >two.csv
            # shellcheck disable=SC2086
            run "$NNTRAIN" -q c.ini training.epochs=1 loss.name="$name" $task
            [ "$status" -eq 0 ] && fits=$((fits + 1))
            [ "$status" -eq 0 ] || contains "$output" "loss.name = $name is not for"
        done
        [ "$fits" -gt 0 ]
    done
}

@test "tasks: binary, regression, several outputs, several labels" {
    awk -F, 'NR==1 {print "a,b,c,d,kind,p,q"; next}
        {print $1 "," $2 "," $3 "," $4 "," ($5 == "setosa" ? "yes" : "no") "," ($3 > 3) "," ($2 > 3)}' iris.csv >t.csv
    "$NNTRAIN" -q c.ini data.file=t.csv data.target=kind evaluation.threshold=f1
    jq -e '.task == "binary" and .output.classes == ["no", "yes"]' runs/c/model.json
    jq -e '.threshold >= 0 and .threshold <= 1' runs/c/metrics.json
    "$NNTRAIN" -q c.ini data.file=t.csv data.target=p,q data.task=multilabel
    jq -e '.task == "multilabel"' runs/c/model.json
    "$NNTRAIN" -q c.ini data.file=t.csv data.target=a
    jq -e '.task == "regression"' runs/c/model.json
    "$NNTRAIN" -q c.ini data.file=t.csv data.target=a,b
    jq -e '.test | has("rmse")' runs/c/metrics.json
    "$NNTRAIN" -q c.ini data.file=t.csv data.target=kind loss.name=perceptron network.hidden= optimizer.name=sgd
    jq -e '.network.layers | length == 1' runs/c/model.json
}

@test "classes may have weights" {
    "$NNTRAIN" -q c.ini loss.class_weight=balanced
    local balanced=$(jq .weights_sha256 runs/c/metrics.json)
    "$NNTRAIN" -q c.ini "loss.class_weight=setosa:1, virginica: 5"
    [ "$(jq .weights_sha256 runs/c/metrics.json)" != "$balanced" ]
    jq -e '.training.loss.class_weight == [1, 1, 5]' runs/c/model.json
}

@test "layers may have sections of their own" {
    printf '[layer.1]\nunits = 7\nactivation = tanh\n[layer.2]\nunits = 5\nnorm = layer\n' >>c.ini
    run -0 "$NNTRAIN" c.ini layer.2.dropout=0.5
    contains "$output" "4 -> 7 tanh -> 5 relu"
    run -0 "$NNTRAIN" check -q runs/c/config.ini
}

@test "a seed changes the weights, and only it" {
    "$NNTRAIN" -q c.ini
    local hash=$(jq .weights_sha256 runs/c/metrics.json)
    "$NNTRAIN" -q c.ini run.seed=43
    [ "$(jq .weights_sha256 runs/c/metrics.json)" != "$hash" ]
    "$NNTRAIN" -q c.ini run.seed=42
    [ "$(jq .weights_sha256 runs/c/metrics.json)" = "$hash" ]
}

@test "rollback goes back to the last good epoch at half the rate, five times at most" {
    small_config
    run -5 "$NNTRAIN" c.ini preprocess.scale=none optimizer.name=sgd optimizer.learning_rate=1e6 regularization.l2=1e6 \
        training.on_nonfinite=rollback
    contains "$output" "warning: training diverged in epoch 1, batch 2: the norm of the gradient is not finite"
    contains "$output" "back to the end of epoch 0, at half the rate (rollback 1 of 5)"
    contains "$output" "(rollback 5 of 5)"
    contains "$output" "; it was rolled back 5 times before, to a rate of 0.0312 of the first; try "
    [ "$(jq .rollbacks runs/c/metrics.json)" = 5 ]
    run -0 "$NNTRAIN" c.ini preprocess.scale=none optimizer.name=sgd optimizer.learning_rate=1000000 training.epochs=60 \
        training.on_nonfinite=rollback
    n=$(jq .rollbacks runs/c/metrics.json)
    [ "$n" -ge 1 ]
    [ "$(tail -1 runs/c/history.jsonl | jq ".learning_rate * pow(2; $n)")" = 1000000 ]
    [ "$(jq -s length runs/c/history.jsonl)" = 60 ]
    run -0 "$NNTRAIN" c.ini optimizer.name=rprop training.batch_size=full training.on_nonfinite=rollback
    contains "$output" "training.on_nonfinite has no effect with optimizer.name = rprop"
}

@test "a divergence names the line of the value that is to blame" {
    small_config
    sed -i '14s/^[0-9.]*/4e30/' iris.csv
    run -5 "$NNTRAIN" -q c.ini preprocess.scale=none data.max_rows=60 split.validation=0 split.test=0 split.train=1 training.batch_size=full \
        optimizer.name=sgd loss.name=mse data.task=regression data.target=petal_width_cm
    contains "$output" "error: training diverged in epoch 1, batch 1: "
    contains "$output" "; try mending the data (an input of this batch is 4e+30, where 5.1 is usual), a smaller optimizer.learning_rate, or regularization.clip_norm = 1; most extreme rows of the batch: iris.csv:14 (sepal_length_cm, 7.68 standard deviations from its mean)"
}
