# How a run is told: progress, colour, JSON lines, on terminals and elsewhere.
load helper

# on_terminal COLUMNS COMMAND ...: raw output on a terminal of so many columns.
on_terminal() {
    local columns=$1
    shift
    script -qec "stty cols $columns; $(printf '%q ' "$@")" /dev/null </dev/null
}

@test "each line of --log-format json is an object of a known event" {
    small_config
    "$NNTRAIN" c.ini --log-format json 'gate.test.accuracy=>= 0.1' optimizer.momentum=0.5 2>log
    jq -es 'map(.event) | unique == ["epoch", "note", "results", "step", "warning"]' log
    jq -es '[.[] | select(.event == "step") | .step] == [1, 2, 3, 4, 5, 6, 7, 8, 9]' log
    jq -es '.[] | select(.event == "warning") | .place == "command line: optimizer.momentum=0.5"
        and (.message | startswith("optimizer.momentum has no effect"))' log
    jq -es '[.[] | select(.event == "epoch")] | last | .epoch == 3 and .validation.loss > 0' log
    jq -s '.[] | select(.event == "results") | .test.accuracy' log | cmp - <(jq .test.accuracy runs/c/metrics.json)
    "$NNTRAIN" -v c.ini --log-format json 2>log
    jq -c 'select(.event == "epoch") | del(.event)' log | cmp - <(jq -c . runs/c/history.jsonl)
}

@test "errors are JSON lines too, with place and exit code" {
    small_config
    run -3 --separate-stderr "$NNTRAIN" c.ini --log-format=json training.epochs=x network.hidden=0
    [ "$(jq -cs 'map([.event, .exit_code]) | unique' <<<"$stderr")" = '[["error",3]]' ]
    [ "$(jq -s length <<<"$stderr")" -eq 2 ]
    run -7 --separate-stderr "$NNTRAIN" none.ini --log-format json
    [ "$stderr" = '{"event":"error","exit_code":7,"place":"none.ini","message":"cannot read: No such file or directory"}' ]
    : >empty.csv
    run -4 --separate-stderr "$NNTRAIN" c.ini --log-format json data.file=empty.csv
    [ "$(jq -c '[.place, .file, .line]' <<<"$stderr")" = '["empty.csv","empty.csv",null]' ]
    run -3 --separate-stderr "$NNTRAIN" c.ini --log-format json training.max_time=1:2:3
    [ "$(jq -c '[.place, .file]' <<<"$stderr")" = '["command line: training.max_time=1:2:3",null]' ]
    run -2 --separate-stderr "$NNTRAIN" predict --log-format json
    [ "$(jq -r .event <<<"$stderr")" = error ]
}

@test "what is none of the words is refused before anything is done" {
    small_config
    refuses 2 "error: --progress fast: must be one of auto, bar, line, none" "$NNTRAIN" c.ini --progress fast
    refuses 2 "error: --color red: must be one of auto, always, never" "$NNTRAIN" help --color red
    refuses 2 "error: --log-format xml: must be one of text, json" "$NNTRAIN" c.ini --log-format=xml
    [ ! -e runs ]
}

@test "--progress: lines elsewhere, a bar where asked for, or nothing" {
    small_config
    "$NNTRAIN" c.ini 2>log
    run -1 grep -q $'\r' log
    grep -q '^        epoch 3/3  train.loss ' log
    "$NNTRAIN" c.ini --progress none 2>log
    run -1 grep -q 'epoch 3/3' log
    "$NNTRAIN" c.ini --progress bar 2>log
    grep -q $'\r  *.*3/3.*val .*left\x1b\\[K\r\x1b\\[K        epoch 3/3  train.loss ' log
    "$NNTRAIN" c.ini --progress bar --log-format json 2>log
    jq -es . log >all
    "$NNTRAIN" -q c.ini --progress bar 2>log
    [ ! -s log ]
}

@test "on a terminal the bar leaves the last epoch as a line" {
    small_config
    on_terminal 100 "$NNTRAIN" c.ini >raw
    grep -q $'\r  *.*3/3  .*val ' raw
    [ "$(grep -c $'\x1b\\[K        epoch 3/3  train.loss ' raw)" -eq 1 ]
    on_terminal 100 "$NNTRAIN" c.ini --progress line >raw
    run -1 grep -q 'left' raw
    on_terminal 100 "$NNTRAIN" -v c.ini >raw
    [ "$(grep -c '^        epoch [123]/3  ' raw)" -eq 3 ]
}

@test "a bar has what there is room for: both losses and the sparkline on 80 columns, the learning rate on wide terminals" {
    small_config
    local bar
    on_terminal 80 env NO_COLOR=1 LC_ALL=C "$NNTRAIN" c.ini training.epochs=20 >raw
    bar=$(tr '\r' '\n' <raw | grep '^  20/20 ')
    [[ $bar =~ ^"  20/20  loss 0."[0-9]+"  val 0."[0-9]+"  "[_.^-]+"  accuracy 0."[0-9]+"  "[0-9]+"/s  0:00 left" ]]
    on_terminal 150 env NO_COLOR=1 LC_ALL=C "$NNTRAIN" c.ini training.epochs=20 >raw
    tr '\r' '\n' <raw | grep -q '^        ===*  20/20  loss .*  validation .*  rate 0.001  .* left'
}

@test "a narrow terminal has a narrow table and a short bar" {
    small_config
    on_terminal 40 "$NNTRAIN" c.ini --color never | sed 's/\x1b\[K//g' | tr '\r' '\n' >seen
    [ "$(wc -L <seen)" -le 40 ]
    grep -q '^  test: majority  ' seen
}

@test "the sparkline and the bar are of the locale's characters" {
    small_config
    LC_ALL=C.UTF-8 "$NNTRAIN" c.ini --progress bar training.epochs=8 2>log
    grep -q '[▁▂▃▄▅▆▇█]' log
    LC_ALL=C "$NNTRAIN" c.ini --progress bar training.epochs=8 2>log
    LC_ALL=C run -1 grep -nP '[^\x00-\x7f]' log
}

@test "colour: on a terminal, not with NO_COLOR, always or never when asked" {
    small_config
    export TERM=xterm
    unset NO_COLOR
    on_terminal 100 "$NNTRAIN" c.ini | grep -q $'\x1b\\[1mdata'
    NO_COLOR=1 on_terminal 100 "$NNTRAIN" c.ini >raw
    run -1 grep -q $'\x1b\\[[0-9]*m' raw
    NO_COLOR= on_terminal 100 "$NNTRAIN" c.ini | grep -q $'\x1b\\[1mdata'
    TERM=dumb on_terminal 100 "$NNTRAIN" c.ini >raw
    run -1 grep -q $'\x1b\\[[0-9]*m' raw
    "$NNTRAIN" c.ini 2>raw
    run -1 grep -q $'\x1b' raw
    "$NNTRAIN" c.ini --color always optimizer.momentum=0.5 2>raw
    grep -q $'\x1b\\[33m.*warning: ' raw
    run -3 "$NNTRAIN" c.ini --color always training.epochs=x
    contains "$output" $'\x1b[31merror:\x1b[0m '
    on_terminal 100 "$NNTRAIN" c.ini --color never >raw
    run -1 grep -q $'\x1b\\[[0-9]*m' raw
}

@test "what is told does not change what is written" {
    small_config
    "$NNTRAIN" c.ini 2>/dev/null
    for how in --quiet --verbose --log-format=json --progress=bar --color=always; do
        "$NNTRAIN" c.ini $how output.dir=other 2>/dev/null
        for file in model.json metrics.json history.jsonl report.html; do
            cmp runs/c/$file other/$file
        done
    done
}

@test "the last epoch is told, also where early stopping makes it the last" {
    small_config
    printf '[early_stopping]\npatience = 2\n' >>c.ini
    "$NNTRAIN" c.ini training.epochs=500 optimizer.learning_rate=0.1 2>log
    local last
    last=$(jq -s 'last.epoch' runs/c/history.jsonl)
    [ "$last" -lt 500 ]
    [ "$(grep '^ *epoch ' log | tail -1 | awk '{ print $2 }')" = "$last/500" ]
    [ "$(grep -c "epoch $last/500" log)" -eq 1 ]
    "$NNTRAIN" c.ini training.epochs=500 optimizer.learning_rate=0.1 --log-format json 2>log
    [ "$(jq -s 'map(select(.event == "epoch")) | last.epoch' log)" = "$last" ]
}

@test "intervals and importances are told" {
    small_config
    run -0 --separate-stderr "$NNTRAIN" c.ini evaluation.bootstrap=20 evaluation.importance=permutation
    local low
    low=$(printf %.4g "$(jq '.test.intervals_95.accuracy[0]' runs/c/metrics.json)")
    contains "$stderr" "        test, 95 % intervals: accuracy $low to "
    contains "$stderr" "        importance, as test.loss that shuffling adds: $(jq -r '.importance.features | max_by(.mean).name' runs/c/metrics.json) "
}

@test "what goes on on another line is indented as the line is" {
    small_config
    printf '[tuning]\ntrials = 1\n[tuning.space]\nnetwork.dropout = uniform 0 .. 0.5\noptimizer.learning_rate = log 1e-4 .. 1e-1\n' >>c.ini
    on_terminal 40 "$NNTRAIN" c.ini --color never | tr -d '\r' | grep -A 2 '^        trial 1/1  ' >seen
    grep -qE '^          dropout [0-9.]+;$' seen
    grep -qE '^          learning_rate [0-9.e-]+$' seen
}
