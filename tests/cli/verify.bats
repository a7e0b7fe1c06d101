# A run is made again from its own config.ini, and its bytes compared.
load helper

@test "without a folder for what is made, nothing is verified" {
    small_config
    "$NNTRAIN" -q c.ini
    TMPDIR=none refuses 7 "none: error: no folder can be made in it: No such file or directory; TMPDIR names another" \
        "$NNTRAIN" verify -q runs/c
}

@test "a run is verified with other threads and another level, from another folder" {
    small_config
    "$NNTRAIN" -q c.ini evaluation.predictions=test
    mkdir elsewhere
    cd elsewhere
    run -0 --separate-stderr "$NNTRAIN" verify -q ../runs/c --threads 2 --cpu portable
    [ "$output" = "../runs/c: a new run has the same bytes: history.jsonl, metrics.json, model.json, predictions_test.csv, report.html" ]
    [ -z "$stderr" ]
    [ -z "$(ls -A)" ]
}

@test "a run that began with the weights of another is verified, from another folder" {
    small_config
    "$NNTRAIN" -q c.ini
    mkdir -p other/place elsewhere
    cp runs/c/model.json other/place/m.json
    run -0 "$NNTRAIN" c.ini init.from=other/place/m.json output.dir=runs/warm
    contains "$output" 'replaced by the weights of m.json;'
    cd elsewhere
    "$NNTRAIN" verify -q ../runs/warm
}

@test "a run with keys without effect is verified: the new run says so too" {
    small_config
    "$NNTRAIN" -q c.ini schedule.gamma=0.5 loss.delta=2
    grep -q '^gamma = 0.5  ; command line, no effect with schedule.name = constant$' runs/c/config.ini
    grep -q '^; std = 1  ; default, no effect with init.weights = auto$' runs/c/config.ini
    "$NNTRAIN" verify -q runs/c
}

@test "the first epoch that differs is named, and every file" {
    small_config
    "$NNTRAIN" -q c.ini
    sed -i '2s/"penalty":0/"penalty":1/' runs/c/history.jsonl
    rm runs/c/report.html
    jq '.files += [{"name": "notes.txt"}]' runs/c/manifest.json >edited.json
    mv edited.json runs/c/manifest.json
    echo >runs/c/notes.txt
    refuses 9 "runs/c/history.jsonl:2: error: epoch 2 is not the same in a new run
runs/c/notes.txt: error: a new run does not write it
runs/c/report.html: error: is missing; a new run writes it" "$NNTRAIN" verify -q runs/c
}

@test "what was put into the folder afterwards is no difference" {
    small_config
    "$NNTRAIN" -q c.ini
    "$NNTRAIN" export runs/c/model.json --format onnx -o runs/c/model.onnx
    echo >runs/c/notes.txt
    run -0 --separate-stderr "$NNTRAIN" verify -q runs/c
    contains "$output" "runs/c: not of the run: model.onnx, notes.txt"
}

@test "data that has changed is said" {
    small_config
    "$NNTRAIN" -q c.ini
    sed -i '2s/5.1/5.3/' iris.csv
    run -9 "$NNTRAIN" verify -q runs/c
    contains "$output" "runs/c/history.jsonl:1: error: epoch 1 is not the same in a new run"
    contains "$output" "note: the data files have changed since the run was made"
}

@test "a run whose gate failed or that diverged is verified all the same" {
    small_config
    run -6 "$NNTRAIN" -q c.ini gate.test.accuracy="> 1"
    "$NNTRAIN" verify -q runs/c
    run -5 "$NNTRAIN" -q c.ini preprocess.scale=none optimizer.name=sgd optimizer.learning_rate=1e6
    "$NNTRAIN" verify -q runs/c
}

@test "what is no complete run is not verified" {
    mkdir empty
    refuses 7 "empty: error: is not the folder of a complete run (it has no manifest.json)" "$NNTRAIN" verify empty
}

@test "lists and quotes, however they are written, are the same in a new run" {
    cp "$DATA/iris.csv" .
    printf '[data]\nfile = iris.csv\ntarget = "species"\nmissing = NA,x\nignore = petal_width_cm,\n  petal_length_cm\n[training]\nepochs = 2\n' >q.ini
    "$NNTRAIN" -q q.ini
    "$NNTRAIN" verify -q runs/q
}
