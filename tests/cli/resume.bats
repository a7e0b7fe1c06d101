# Runs that are stopped and go on: the bytes of a run that was not stopped, and what is refused.
load helper

# c.ini: more epochs than half a second has room for, everything that leaves files switched on, and
# checkpoints that are close.
long_config() {
    cp "$DATA/iris.csv" .
    cat >c.ini <<'END'
[data]
file = iris.csv
target = species
[network]
hidden = 16, 8
norm = batch
dropout = 0.1
[training]
epochs = 6000
[schedule]
name = plateau
[early_stopping]
patience = 4000
[evaluation]
predictions = test
bootstrap = 20
[checkpoint]
every = 0.05s
END
}

# stop_at FILE SIGNAL COMMAND ...: the command, stopped as soon as it has written FILE in runs/c.partial anew.
stop_at() {
    local file=runs/c.partial/$1 signal=$2 before pid
    before=$(stat -c %i.%z "$file" 2>/dev/null) || true
    shift 2
    "$@" 2>err.txt &
    pid=$!
    while kill -0 "$pid" && [ "$(stat -c %i.%z "$file" 2>/dev/null)" = "$before" ]; do sleep 0.01; done
    kill -s "$signal" "$pid"
    wait "$pid" || true
}

@test "a run that is killed and stopped goes on to the bytes of one that is not" {
    long_config
    "$NNTRAIN" -q c.ini output.dir=runs/straight
    stop_at checkpoint.bin KILL "$NNTRAIN" -q c.ini
    [ -e runs/c.partial/checkpoint.bin ]
    stop_at checkpoint.bin TERM "$NNTRAIN" -q c.ini --resume --threads 2
    contains "$(cat err.txt)" "stopped by SIGTERM in epoch "
    contains "$(cat err.txt)" "; the run is kept in runs/c.partial, to go on with: $NNTRAIN -q c.ini --resume --threads 2"
    stop_at checkpoint.bin KILL "$NNTRAIN" -q c.ini --resume --cpu portable
    "$NNTRAIN" -q c.ini --resume
    for file in model.json metrics.json history.jsonl predictions_test.csv report.html; do
        cmp runs/c/$file runs/straight/$file
    done
    [ "$(ls -a runs/c)" = "$(ls -a runs/straight)" ]
    [ ! -e runs/c.partial ]
}

@test "folds that are done are not trained again" {
    long_config
    "$NNTRAIN" -q c.ini output.dir=runs/straight split.folds=5 training.epochs=3000
    "$NNTRAIN" c.ini split.folds=5 training.epochs=3000 2>err.txt &
    pid=$!
    while kill -0 "$pid" && ! grep -qF "fold 2/5  validation" err.txt; do sleep 0.01; done
    kill -s TERM "$pid"
    wait "$pid" || true
    contains "$(cat err.txt)" "fold 3: stopped by SIGTERM"
    run -0 "$NNTRAIN" c.ini --resume split.folds=5 training.epochs=3000
    contains "$output" "$(grep -F "fold 2/5  validation" err.txt), done before"
    [ "$(grep -c "done before" <<<"$output")" -eq 2 ]
    cmp runs/c/metrics.json runs/straight/metrics.json
    cmp runs/c/model.json runs/straight/model.json
}

@test "the training after a search is gone on with, and no trial is made again" {
    long_config
    printf '[tuning]\ntrials = 2\nworkers = 1\n[tuning.space]\noptimizer.learning_rate = log 1e-3 .. 1e-1\n' >>c.ini
    "$NNTRAIN" -q c.ini output.dir=runs/straight training.epochs=1500
    stop_at checkpoint.bin KILL "$NNTRAIN" -q c.ini training.epochs=1500
    [ -e runs/c.partial/leaderboard.json ]
    stop_at checkpoint.bin TERM "$NNTRAIN" c.ini training.epochs=1500 --resume --threads 2
    contains "$(cat err.txt)" "the run is kept in runs/c.partial, to go on with: $NNTRAIN c.ini training.epochs=1500 --resume"
    contains "$(cat err.txt)" "going on in epoch "
    run "$NNTRAIN" c.ini training.epochs=1500 --resume
    [ "$status" -eq 0 ]
    contains "$output" "going on in epoch "
    for file in $(cd runs/straight && ls | grep -vxE 'manifest.json|config.ini|best.ini'); do
        cmp "runs/c/$file" "runs/straight/$file"
    done
    [ "$(ls -a runs/c)" = "$(ls -a runs/straight)" ]
}

@test "a search that finds another setting in the end trains that from its beginning" {
    long_config
    printf '[tuning]\ntrials = 2\nworkers = 1\n[tuning.space]\noptimizer.learning_rate = log 1e-3 .. 1e-1\n' >>c.ini
    stop_at checkpoint.bin KILL "$NNTRAIN" -q c.ini training.epochs=1500
    best=$(jq .best runs/c.partial/leaderboard.json)
    jq -c "if .trial == $best then .value = 9 else . end" runs/c.partial/trials.jsonl >trials.jsonl
    mv trials.jsonl runs/c.partial
    run "$NNTRAIN" c.ini training.epochs=1500 --resume
    [ "$status" -eq 0 ]
    contains "$output" "note: the search has found another setting than the one whose training was interrupted"
    "$NNTRAIN" -q runs/c/best.ini
    cmp runs/c/model.json runs/c-best/model.json
}

@test "what a search has found is kept when the run is stopped after it" {
    long_config
    printf '[tuning]\ntrials = 2\n[tuning.space]\noptimizer.learning_rate = log 1e-3 .. 1e-1\n' >>c.ini
    sed -i 's/every = .*/every = 1000000/' c.ini
    "$NNTRAIN" c.ini training.epochs=10 evaluation.bootstrap=1000000 2>err.txt &
    pid=$!
    while kill -0 "$pid" && ! grep -qF "epoch 10/10" err.txt; do sleep 0.01; done
    kill -s TERM "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 143 ]
    contains "$(cat err.txt)" "; finished trials are kept in runs/c.partial, to go on with: $NNTRAIN c.ini training.epochs=10 evaluation.bootstrap=1000000 --resume"
    run "$NNTRAIN" c.ini --resume training.epochs=10
    [ "$status" -eq 0 ]
    contains "$output" "trial 2/2"
}

@test "another config is refused by its keys, and harmless keys are told" {
    long_config
    stop_at checkpoint.bin TERM "$NNTRAIN" -q c.ini
    before=$(cksum runs/c.partial/checkpoint.bin)
    refuses 3 "command line: run.seed=7: error: run.seed = 7, but the run that --resume goes on with has 42; give that value, or start anew without --resume
command line: optimizer.learning_rate=0.1: error: optimizer.learning_rate = 0.1, but the run that --resume goes on with has auto; give that value, or start anew without --resume" \
        "$NNTRAIN" -q c.ini --resume run.seed=7 optimizer.learning_rate=0.1
    refuses 3 "command line: training.epochs=1: error: training.epochs: 1 is less than the $(jq -s length runs/c.partial/history.jsonl) epochs that the run that --resume goes on with has done; give more, or start anew without --resume" \
        "$NNTRAIN" -q c.ini --resume training.epochs=1
    [ "$before" = "$(cksum runs/c.partial/checkpoint.bin)" ]
    run "$NNTRAIN" c.ini --resume training.epochs=6001 run.threads=1 evaluation.bootstrap=0 network.hidden=16,8 network.dropout=10%
    [ "$status" -eq 0 ]
    contains "$output" "note: training.epochs is 6001 now, and was 6000 when the run began"
    contains "$output" "note: evaluation.bootstrap is 0 now, and was 20 when the run began"
}

@test "other layers are refused by their keys" {
    long_config
    sed -i '/^hidden/d' c.ini
    printf '[layer.1]\nunits = 16\nactivation = tanh\n[layer.2]\nunits = 8\ndropout = 0.1\n' >>c.ini
    stop_at checkpoint.bin TERM "$NNTRAIN" -q c.ini
    sed -i 's/^activation.*/l2 = 0.5/; s/^\[layer.2\]/&\nbias = 1/; s/^dropout = .*/dropout = 10%/' c.ini
    refuses 3 "c.ini: error: layer.1.activation is not given, but the run that --resume goes on with has tanh; give that value, or start anew without --resume
c.ini:$(grep -n '^l2' c.ini | cut -d: -f1):1: error: layer.1.l2 = 0.5, but the run that --resume goes on with has none; leave it out, or start anew without --resume
command line: layer.2.units=9: error: layer.2.units = 9, but the run that --resume goes on with has 8; give that value, or start anew without --resume
c.ini:$(grep -n '^bias' c.ini | cut -d: -f1):1: error: layer.2.bias = 1, but the run that --resume goes on with has none; leave it out, or start anew without --resume
command line: layer.3.units=4: error: layer.3.units = 4, but the run that --resume goes on with has none; leave it out, or start anew without --resume" \
        "$NNTRAIN" -q c.ini --resume layer.2.units=9 layer.3.units=4
    sed -i '/^\[layer.2\]/,$d; s/^l2 .*/activation = tanh/' c.ini
    refuses 3 "c.ini: error: layer.2.units is not given, but the run that --resume goes on with has 8; give that value, or start anew without --resume
c.ini: error: layer.2.dropout is not given, but the run that --resume goes on with has 0.1; give that value, or start anew without --resume" \
        "$NNTRAIN" -q c.ini --resume
}

@test "other data is refused" {
    long_config
    stop_at checkpoint.bin TERM "$NNTRAIN" -q c.ini
    sed -i '2s/5.1/5.2/' iris.csv
    run -4 "$NNTRAIN" -q c.ini --resume
    contains "$output" "error: the data is not what the run that --resume goes on with began with (other values in "
    contains "$output" " rows of "
    contains "$output" "); bring that back, or start anew without --resume"
    sed '$d' "$DATA/iris.csv" >iris.csv
    run -4 "$NNTRAIN" -q c.ini --resume
    contains "$output" "104 rows of train now, 105 rows of train then"
}

@test "without a checkpoint nothing is gone on with" {
    long_config
    refuses 7 "runs/c.partial: error: there is no interrupted run to go on with; leave out --resume to start one" \
        "$NNTRAIN" -q c.ini --resume
    mkdir -p runs/c.partial
    touch runs/c.partial/.nntrain-run runs/c.partial/history.jsonl
    refuses 7 "runs/c.partial: error: there is no checkpoint in it: the run ended before its first one; start it anew without --resume" \
        "$NNTRAIN" -q c.ini --resume
    [ -e runs/c.partial/history.jsonl ]
    "$NNTRAIN" -q c.ini training.epochs=2
    # said before any step
    complete="runs/c: error: the run is complete: there is nothing to go on with; leave out --resume to train again"
    refuses 7 "$complete" "$NNTRAIN" c.ini --resume
    refuses 7 "$complete" "$NNTRAIN" c.ini --resume tuning.method=random "tuning.space.network.hidden=choice 4, 8"
}

@test "a run that starts anew puts the interrupted one aside, and says so" {
    long_config
    stop_at checkpoint.bin KILL "$NNTRAIN" -q c.ini
    run "$NNTRAIN" c.ini training.epochs=2
    [ "$status" -eq 0 ]
    contains "$output" "warning: an interrupted run was in runs/c.partial, and this one starts anew without --resume: it is runs/c.interrupted now"
    mv runs/c.interrupted runs/c.partial
    "$NNTRAIN" -q c.ini --resume
    [ "$(jq .epochs runs/c/metrics.json)" = 6000 ]
}

@test "a damaged checkpoint is passed over for the one before, and refused without" {
    long_config
    "$NNTRAIN" -q c.ini output.dir=runs/straight
    stop_at checkpoint.previous.bin KILL "$NNTRAIN" -q c.ini
    printf 'x' | dd of=runs/c.partial/checkpoint.bin bs=1 seek=1000 conv=notrunc status=none
    cp -r runs/c.partial kept
    run "$NNTRAIN" c.ini --resume
    [ "$status" -eq 0 ]
    contains "$output" "runs/c.partial/checkpoint.bin: warning: the checkpoint is damaged: its checksum is wrong, so nothing can go on from it; the one before it is used"
    cmp runs/c/model.json runs/straight/model.json
    cmp runs/c/history.jsonl runs/straight/history.jsonl
    mv kept runs/c.partial
    : >runs/c.partial/checkpoint.previous.bin
    refuses 10 "runs/c.partial/checkpoint.bin: error: the checkpoint is damaged: its checksum is wrong, so nothing can go on from it" \
        "$NNTRAIN" -q c.ini --resume
    head -c 60 /dev/zero >runs/c.partial/checkpoint.bin
    refuses 10 "runs/c.partial/checkpoint.bin: error: the checkpoint is cut short, so nothing can go on from it" "$NNTRAIN" -q c.ini --resume
    head -c 5000 /dev/zero >runs/c.partial/checkpoint.bin
    refuses 10 "runs/c.partial/checkpoint.bin: error: this is no checkpoint, so nothing can go on from it" "$NNTRAIN" -q c.ini --resume
}

@test "checkpoints do not change what is trained" {
    long_config
    "$NNTRAIN" -q c.ini training.epochs=50 output.dir=runs/often checkpoint.every=0.0001s
    "$NNTRAIN" -q c.ini training.epochs=50 output.dir=runs/never checkpoint.every=1000
    for file in model.json metrics.json history.jsonl predictions_test.csv; do
        cmp runs/often/$file runs/never/$file
    done
}

@test "another model to begin with is refused" {
    small_config
    "$NNTRAIN" -q c.ini output.dir=start network.hidden=16,8 network.norm=batch
    cp start/model.json model.json
    long_config
    stop_at checkpoint.bin TERM "$NNTRAIN" -q c.ini init.from=model.json
    "$NNTRAIN" -q c.ini output.dir=start run.seed=7 training.epochs=2
    cp start/model.json .
    refuses 4 "error: the data is not what the run that --resume goes on with began with (other values in the model of init.from); bring that back, or start anew without --resume" \
        "$NNTRAIN" -q c.ini --resume init.from=model.json
    cp start.previous/model.json .
    "$NNTRAIN" -q c.ini --resume init.from=model.json
}

@test "a run does not take the place of the model that it begins with" {
    small_config
    "$NNTRAIN" -q c.ini
    refuses 7 "runs/c/model.json: error: init.from is the model of the run that this one would take the place of; choose another run.name or output.dir" \
        "$NNTRAIN" -q c.ini init.from=runs/c/model.json
    "$NNTRAIN" -q c.ini init.from=runs/c/model.json run.name=d
}
