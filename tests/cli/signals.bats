# Signals end the program where it stands, by the signal itself; what is written stays whole.
load helper

# A run that does not end by itself.
endless_config() {
    small_config
    sed -i 's/epochs = 3/epochs = 10000000/' c.ini
}

# ends_by SIGNAL STATUS COMMAND ...: the command, stopped by the signal after a moment, says so.
ends_by() {
    local signal=$1 code=$2
    shift 2
    run --separate-stderr timeout --preserve-status -s "$signal" 0.5 "$@"
    [[ $status -eq $code ]] || {
        printf '%s: expected %s, got %s: %s\n' "$signal" "$code" "$status" "$stderr"
        return 1
    }
    contains "$stderr" "stopped by SIG$signal"
}

@test "training dies by the signal that stops it" {
    endless_config
    ends_by INT 130 "$NNTRAIN" -q c.ini
    ends_by TERM 143 "$NNTRAIN" -q c.ini --threads 2
    ends_by HUP 129 "$NNTRAIN" -q c.ini
    ends_by XCPU 152 "$NNTRAIN" -q c.ini
    [ ! -e runs/c ]
}

@test "reading from a pipe that nobody writes to is stopped" {
    small_config
    mkfifo pipe
    sleep 2 >pipe &
    ends_by TERM 143 "$NNTRAIN" -q c.ini data.file=- <pipe
}

@test "evaluation is stopped between resamples, repeats and folds" {
    small_config
    ends_by TERM 143 "$NNTRAIN" -q c.ini evaluation.bootstrap=1000000
    ends_by TERM 143 "$NNTRAIN" -q c.ini split.folds=100 training.epochs=1000
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
