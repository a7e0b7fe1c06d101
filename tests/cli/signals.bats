# Signals end the program where it stands, by the signal itself; what is written stays whole.
load helper

# A run that does not end by itself.
endless_config() {
    small_config
    sed -i 's/epochs = 3/epochs = 10000000/' c.ini
}

# begin COMMAND ...: in the background, as $pid, messages in err.txt; signals count even where the tests
# themselves run in the background or under nohup. What an earlier command said is gone before this one begins.
begin() {
    : >err.txt
    set -m
    env --default-signal "$@" 2>err.txt &
    pid=$!
    set +m
}

# until_true COMMAND ...: waits for it to be true, as long as $pid lives.
until_true() {
    while kill -0 "$pid" 2>/dev/null && ! "$@"; do sleep 0.01; done
}

# Whether $pid has become the program (the shell that it begins as catches signals too) and catches the signal.
is_caught() {
    local mask
    [[ /proc/$pid/exe -ef $NNTRAIN ]] || return 1
    mask=$(sed -n 's/^SigCgt:\t//p' "/proc/$pid/status")
    (((0x${mask:-0} >> ($(kill -l "$1") - 1)) & 1))
}

says() {
    grep -qF -- "$1" err.txt
}

# end_by SIGNAL STATUS: $pid, stopped by the signal, ends with the status and says so.
end_by() {
    kill -s "$1" "$pid"
    status=0
    wait "$pid" || status=$?
    [[ $status -eq $2 ]] || {
        printf '%s: expected %s, got %s: %s\n' "$1" "$2" "$status" "$(cat err.txt)"
        return 1
    }
    contains "$(cat err.txt)" "stopped by SIG$1"
}

# ends_by SIGN SIGNAL STATUS COMMAND ...: the command, stopped by the signal when it has said SIGN.
ends_by() {
    local sign=$1 signal=$2 code=$3
    shift 3
    begin "$@"
    until_true says "$sign"
    end_by "$signal" "$code"
}

@test "training dies by the signal that stops it" {
    endless_config
    ends_by "step 7" INT 130 "$NNTRAIN" c.ini
    ends_by "step 7" TERM 143 "$NNTRAIN" c.ini --threads 2
    ends_by "step 7" HUP 129 "$NNTRAIN" c.ini
    ends_by "step 7" XCPU 152 "$NNTRAIN" c.ini
    [ ! -e runs/c ]
}

@test "a second signal ends the program at once, without a word" {
    endless_config
    begin "$NNTRAIN" c.ini
    until_true says "step 7"
    kill -s STOP "$pid"
    kill -s INT "$pid"
    kill -s TERM "$pid" # both come before anything else is done
    kill -s CONT "$pid"
    status=0
    wait "$pid" || status=$?
    [[ $status -eq 130 || $status -eq 143 ]]
    run -1 says "stopped by"
}

@test "who asks by SIGUSR1 is told how far the run is, and a checkpoint is made" {
    endless_config
    begin "$NNTRAIN" -q c.ini checkpoint.every=1000000
    until_true is_caught USR1
    ask() { kill -s USR1 "$pid" && sleep 0.05 && [ -e runs/c.partial/checkpoint.bin ]; }
    until_true ask
    kill -0 "$pid"
    until_true grep -qE '^epoch [0-9]+/10000000, batch [0-4]/4, train.loss .* left$' err.txt
    kill -s KILL "$pid"
    wait "$pid" || true
    run "$NNTRAIN" c.ini checkpoint.every=1000000 --resume training.epochs=0
    [ "$status" -eq 3 ]
    contains "$output" "epochs that the run that --resume goes on with has done"
    n=$(sed -n 's/.* is less than the \([0-9]*\) epochs .*/\1/p' <<<"$output")
    "$NNTRAIN" -q c.ini --resume training.epochs="$((n + 2))"
    "$NNTRAIN" -q c.ini output.dir=runs/straight training.epochs="$((n + 2))"
    cmp runs/c/model.json runs/straight/model.json
}

# answers PATTERN COMMAND ...: asked again and again, the command says a line like PATTERN before it ends.
answers() {
    local pattern=$1
    shift
    begin "$@"
    until_true is_caught USR1
    ask() { kill -s USR1 "$pid" && sleep 0.02 && grep -qE "$pattern" err.txt; }
    until_true ask
    kill -s TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
    grep -qE "$pattern" err.txt || {
        cat err.txt
        return 1
    }
}

@test "who asks by SIGUSR1 is answered in every phase, also when quiet" {
    small_config
    "$NNTRAIN" -q c.ini
    mkfifo pipe
    exec 9<>pipe
    answers '^step 1, data: reading$' "$NNTRAIN" -q c.ini data.file=- <pipe
    answers '^step 1, data: reading$' "$NNTRAIN" -q check c.ini data.file=- <pipe
    answers '^reading the model and the data$' "$NNTRAIN" predict runs/c/model.json - <pipe
    answers '^\{"event":"note","step":0,"message":"step 1, data: reading"\}$' "$NNTRAIN" -q c.ini data.file=- --log-format json <pipe
    exec 9>&-
    answers '^step 8, evaluation: resampling for intervals, [0-9]+ %$' "$NNTRAIN" -q c.ini evaluation.bootstrap=1000000
    answers '^step 9, tuning: no trial has ended$' "$NNTRAIN" -q c.ini tuning.trials=2 training.epochs=10000000 \
        "tuning.space.optimizer.learning_rate=log 1e-3 .. 1e-1"
    answers '^step 9, tuning: [1-9][0-9]* of 1000000 trials done; best [^,]*, trial [0-9]+$' "$NNTRAIN" -q c.ini \
        tuning.trials=1000000 "tuning.space.optimizer.learning_rate=log 1e-3 .. 1e-1"
    answers '^fold [1-9]/2: epoch [0-9]+/10000000, ' "$NNTRAIN" -q c.ini split.folds=2 training.epochs=10000000
}

@test "reading from a pipe that nobody writes to is stopped" {
    small_config
    mkfifo pipe
    exec 9<>pipe
    begin "$NNTRAIN" -q c.ini data.file=- <pipe
    until_true is_caught TERM
    end_by TERM 143
    contains "$(cat err.txt)" "stopped by SIGTERM; nothing was kept: start it again"
    "$NNTRAIN" -q c.ini
    begin "$NNTRAIN" predict - iris.csv <pipe
    until_true is_caught TERM
    end_by TERM 143
    exec 9>&-
}

@test "writing to a pipe that nobody reads is stopped" {
    small_config
    "$NNTRAIN" -q c.ini
    head -1 iris.csv >large.csv
    for ((i = 0; i < 20; i++)); do tail -n +2 iris.csv; done >>large.csv
    mkfifo pipe
    exec 9<>pipe
    begin "$NNTRAIN" predict runs/c/model.json large.csv >pipe
    until_true is_caught TERM
    read -r _ <pipe # which comes when all rows are being written, more than the pipe has room for
    end_by TERM 143
    exec 9>&-
}

@test "a run that goes on and is stopped before it has begun is as it was" {
    endless_config
    ends_by "step 7" TERM 143 "$NNTRAIN" c.ini
    before=$(cksum runs/c.partial/*)
    mkfifo pipe
    exec 9<>pipe
    begin "$NNTRAIN" -q c.ini data.file=- --resume <pipe
    until_true is_caught TERM
    end_by TERM 143
    exec 9>&-
    contains "$(cat err.txt)" "stopped by SIGTERM; the interrupted run is as it was: start it again"
    [ "$before" = "$(cksum runs/c.partial/*)" ]
}

@test "evaluation is stopped between resamples, repeats and folds" {
    small_config
    ends_by "epoch 3/3" TERM 143 "$NNTRAIN" c.ini evaluation.bootstrap=1000000
    ends_by "fold 1/" TERM 143 "$NNTRAIN" c.ini split.folds=10 training.epochs=3000
    [ ! -e runs/c ]
}

@test "standard streams that are closed are not taken for files" {
    small_config
    "$NNTRAIN" c.ini 0<&- 1<&- 2<&-
    "$NNTRAIN" predict runs/c/model.json iris.csv -o a.csv
    "$NNTRAIN" predict runs/c/model.json iris.csv -o b.csv 0<&- 1<&- 2<&-
    cmp a.csv b.csv
    run bash -c '"$0" -q c.ini --json >&-' "$NNTRAIN"
    [ "$status" -eq 7 ]
    contains "$output" "error: cannot write to standard output"
    run bash -c '"$0" -q c.ini data.file=- <&-' "$NNTRAIN"
    [ "$status" -eq 7 ]
    contains "$output" "cannot read: Bad file descriptor"
}

@test "a reader that leaves early does not end the run" {
    small_config
    run bash -c '"$0" -q c.ini --json | head -1; exit "${PIPESTATUS[0]}"' "$NNTRAIN"
    [ "${lines[0]}" = "{" ]
    [ -e runs/c/model.json ]
}
