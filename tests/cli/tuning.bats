# Step 9: the same search for any number of workers, after any kill, in shards, and driven from outside.
load helper

# search.ini: a small search on iris with a choice, a condition and a range, in runs/search.
search_config() {
    cp "$DATA/iris.csv" .
    cat >search.ini <<'END'
[data]
file = iris.csv
target = species
[training]
epochs = 9
[tuning]
method = random
trials = 12
min_epochs = 1
grid_points = 2
[tuning.space]
optimizer.name = choice adam, momentum
optimizer.learning_rate = log 1e-4 .. 1e-1
optimizer.momentum = uniform 0 .. 0.9 if optimizer.name is momentum
network.hidden = choice 16, "16, 8", ""
[gate]
validation.loss = <= 2
END
}

# same_search FOLDER FOLDER: trials and leaderboard have the same bytes.
same_search() {
    cmp "$1/trials.jsonl" "$2/trials.jsonl" && cmp "$1/leaderboard.json" "$2/leaderboard.json"
}

search() {
    "$NNTRAIN" search.ini -q "$@"
}

@test "the same trials with 1, 2, 3 and 8 workers, whichever the method" {
    search_config
    for method in grid random halving hyperband tpe; do
        search tuning.method=$method tuning.workers=1 output.dir=one 2>/dev/null
        for workers in 2 3 8; do
            search tuning.method=$method tuning.workers=$workers output.dir=many 2>/dev/null
            same_search one many
        done
    done
}

@test "best.ini gives the model of the search, and test rows are looked at once" {
    search_config
    "$NNTRAIN" search.ini 2>log
    grep -qx '        the best 10 of 12 trials; all are in leaderboard.json' log
    "$NNTRAIN" runs/search/best.ini -q
    cmp runs/search/model.json runs/search-best/model.json
    cmp runs/search/metrics.json runs/search-best/metrics.json
    ! grep -q test runs/search/trials.jsonl
    best=$(jq .best runs/search/leaderboard.json)
    jq -s -e --argjson best "$best" --slurpfile metrics runs/search/metrics.json \
        '.[$best].value == $metrics[0].validation.loss' runs/search/trials.jsonl
}

@test "config.ini of a search runs it again" {
    search_config
    for method in grid halving tpe; do
        search tuning.method=$method output.dir=first 2>/dev/null
        "$NNTRAIN" first/config.ini -q output.dir=again 2>/dev/null
        same_search first again
        cmp first/model.json again/model.json
    done
}

@test "a search that is killed at any line goes on to the same bytes" {
    search_config
    search tuning.method=hyperband output.dir=whole 2>/dev/null
    lines=$(wc -l <whole/trials.jsonl)
    for kept in 0 1 2 7 $((lines - 1)) "$lines"; do
        rm -rf cut cut.partial
        mkdir cut.partial
        : >cut.partial/.nntrain-run
        # what a power loss leaves: whole lines, and a piece of the next
        head -n "$kept" whole/trials.jsonl >cut.partial/trials.jsonl
        sed -n "$((kept + 1))p" whole/trials.jsonl | head -c 40 >>cut.partial/trials.jsonl
        search tuning.method=hyperband output.dir=cut --resume 2>/dev/null
        same_search whole cut
        cmp whole/model.json cut/model.json
    done
}

@test "trials that end before their turn are not trained again after a kill" {
    search_config
    sed -i '/^trials/d; /^min_epochs/d; /^optimizer/d; /^network.hidden/d; s/^method = .*/method = grid/' search.ini
    slow=(tuning.space.training.epochs="choice 20000, 3, 4, 5, 6" network.hidden=4 tuning.workers=2)
    search "${slow[@]}" output.dir=whole
    "$NNTRAIN" search.ini -q "${slow[@]}" output.dir=cut &
    local job=$!
    until [ -f cut.partial/trials_ahead.jsonl ] && [ "$(wc -l <cut.partial/trials_ahead.jsonl)" -ge 4 ]; do sleep 0.01; done
    kill -KILL $job
    wait $job || true
    [ "$(wc -l <cut.partial/trials.jsonl)" -eq 1 ] # the first trial takes longest
    # the last line is cut off, and a value changed to tell where it comes from
    sed -i '3s/"value":[0-9.]*/"value":0.001/' cut.partial/trials_ahead.jsonl
    truncate -s -20 cut.partial/trials_ahead.jsonl
    trial=$(sed -n 3p cut.partial/trials_ahead.jsonl | jq .trial)
    search "${slow[@]}" output.dir=cut --resume
    [ "$(jq -s ".[$trial].value" cut/trials.jsonl)" = 0.001 ]
    diff whole/trials.jsonl cut/trials.jsonl | grep -c '^>' | grep -qx 1
    [ ! -e cut/trials_ahead.jsonl ]
}

@test "signals at random times, then --resume" {
    search_config
    search tuning.method=tpe tuning.trials=40 training.epochs=60 output.dir=whole
    for signal in INT TERM KILL; do
        resume=
        rm -rf cut cut.partial
        for seconds in 0.05 0.11 0.17; do
            timeout --foreground -s $signal $seconds "$NNTRAIN" search.ini -q tuning.method=tpe tuning.trials=40 training.epochs=60 \
                output.dir=cut $resume 2>/dev/null || true
            [ ! -f cut.partial/trials.jsonl ] || resume=--resume
        done
        [ -d cut ] || search tuning.method=tpe tuning.trials=40 training.epochs=60 output.dir=cut $resume
        same_search whole cut
        cmp whole/model.json cut/model.json
    done
}

@test "a search does not go on with another config or other data" {
    search_config
    leave() {
        rm -rf cut.partial
        mkdir cut.partial
        : >cut.partial/.nntrain-run
        head -n 5 whole/trials.jsonl >cut.partial/trials.jsonl
    }
    search output.dir=whole
    leave
    local again="give the same again, or leave out --resume to search anew"
    refuses 4 "cut.partial/trials.jsonl: error: the search was begun with another config; $again" \
        "$NNTRAIN" search.ini -q training.epochs=8 output.dir=cut --resume
    leave
    cp whole/config.ini cut.partial/
    refuses 4 "cut.partial/trials.jsonl: error: the search was begun with another config (training.epochs = 9, not 8; tuning.trials = 12, not 13; another [tuning.space]); $again" \
        "$NNTRAIN" search.ini -q training.epochs=8 tuning.trials=13 tuning.workers=1 tuning.space.network.dropout="uniform 0 .. 0.5" output.dir=cut --resume
    # still so, and the search as it was goes on
    refuses 4 "cut.partial/trials.jsonl: error: the search was begun with another config (run.seed = 42, not 7); $again" \
        "$NNTRAIN" search.ini -q run.seed=7 output.dir=cut --resume
    search output.dir=cut --resume
    same_search whole cut
    cmp <(sed 's/whole/cut/' whole/config.ini) cut/config.ini
    leave
    sed -i '$d' iris.csv
    refuses 4 "cut.partial/trials.jsonl: error: the search was begun with other data; $again" \
        "$NNTRAIN" search.ini -q output.dir=cut --resume
}

@test "an interrupted search knows the config that it was begun with" {
    search_config
    "$NNTRAIN" search.ini -q tuning.trials=100000 output.dir=cut 2>/dev/null &
    local job=$!
    until [ -s cut.partial/trials.jsonl ]; do sleep 0.01; done
    kill -TERM $job
    wait $job || true
    refuses 4 "cut.partial/trials.jsonl: error: the search was begun with another config (tuning.trials = 100000, not 100001); give the same again, or leave out --resume to search anew" \
        "$NNTRAIN" search.ini -q tuning.trials=100001 output.dir=cut --resume
}

@test "halving finds what the whole search finds, with a third of the epochs" {
    "$NNTRAIN" "$ROOT/configs/tuning_digits.ini" -q output.dir=halving
    "$NNTRAIN" "$ROOT/configs/tuning_digits.ini" -q output.dir=all tuning.method=random 2>/dev/null
    [ "$(jq .best halving/leaderboard.json)" -eq "$(jq .best all/leaderboard.json)" ]
    cmp halving/model.json all/model.json
    jq -s -e '[.[1:][] | select(.status != "pruned") | .epochs] | add <= 48 * 27 * 0.36' halving/trials.jsonl
}

@test "shards are joined to what one machine finds" {
    search_config
    for method in grid random halving hyperband; do
        search tuning.method=$method output.dir=whole 2>/dev/null
        for part in 1 2 3; do
            search tuning.method=$method tuning.shard=$part/3 output.dir=part-$part 2>/dev/null
            [ ! -f part-$part/model.json ]
        done
        "$NNTRAIN" merge -q part-3 part-1 part-2 -o joined
        same_search whole joined
        "$NNTRAIN" joined/best.ini -q output.dir=best
        cmp best/model.json whole/model.json
    done
    refuses 4 "error: shard 2 of 3 is missing; give the run folders of all" \
        "$NNTRAIN" merge -q part-3 part-1 -o joined
    cp -r part-1 cut-1
    sed -i '2,$d' cut-1/trials.jsonl
    run "$NNTRAIN" merge -q cut-1 part-2 part-3 -o joined
    [ "$status" -eq 4 ]
    contains "$output" "is in none of the files: a shard is missing, or has not ended"
    : >cut-1/trials.jsonl
    refuses 4 "cut-1/trials.jsonl: error: is empty: the shard has not begun; run it again" \
        "$NNTRAIN" merge -q part-2 cut-1 part-3 -o joined
    refuses 4 "part-1/trials.jsonl: error: shard 1 is there twice" \
        "$NNTRAIN" merge -q part-1 part-1 part-2 -o joined
    refuses 4 "whole/config.ini: error: tuning.shard is none: the run is no shard" \
        "$NNTRAIN" merge -q whole -o joined
    refuses 2 "error: merge needs --output FOLDER for what it makes" "$NNTRAIN" merge -q part-1
    search tuning.shard=2/3 tuning.method=random output.dir=part-2
    refuses 4 "part-2/trials.jsonl: error: the search was begun with another config (tuning.method = random, not hyperband); the shards of a search have the same" \
        "$NNTRAIN" merge -q part-1 part-2 part-3 -o joined
    sed -i '/^min_epochs/d; /^grid_points/d; s/^method = .*/method = tpe/' search.ini
    refuses 3 "search.ini:7:1: error: tuning.method: tpe cannot be sharded: each trial learns from all others" \
        "$NNTRAIN" check -q search.ini tuning.shard=1/2
    sed -i 's/^method = .*/method = random/' search.ini
    refuses 2 "error: --print test.loss: a shard of a search ends with its trials, and trains no network" \
        "$NNTRAIN" search.ini -q tuning.shard=1/2 --print test.loss
}

@test "GNU parallel" {
    search_config
    command -v parallel >/dev/null || skip "GNU parallel is not installed"
    search output.dir=whole
    NNTRAIN=$NNTRAIN "$ROOT/configs/sweeps/parallel.sh" search.ini sweep 2>/dev/null
    same_search whole sweep
    cmp sweep/best/model.json whole/model.json
}

@test "a Slurm job array" {
    search_config
    search output.dir=whole
    for task in 1 2 3; do
        NNTRAIN=$NNTRAIN SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3 \
            SLURM_CPUS_PER_TASK=2 "$ROOT/configs/sweeps/slurm.sh" search.ini sweep
    done
    "$NNTRAIN" merge -q sweep/part-* -o sweep
    same_search whole sweep
}

# step NAME: what the step of ci.yml runs.
step() {
    sed -n "/- name: $1\$/,/run:/s/^ *run: //p" "$ROOT/configs/sweeps/ci.yml"
}

@test "a CI matrix" {
    search_config
    search output.dir=whole
    ln -s "$NNTRAIN" nntrain
    export CONFIG=search.ini
    for PART in $(sed -n 's/^ *part: \[\(.*\)\]$/\1/p' "$ROOT/configs/sweeps/ci.yml" | tr -d ,); do
        PART=$PART sh -ec "$(step search)"
    done
    sh -ec "$(step join)" 2>/dev/null
    sh -ec "$(step train)" 2>/dev/null
    same_search whole sweep
    cmp sweep/best/model.json whole/model.json
}

@test "a shell loop of twenty lines searches by itself" {
    small_config
    best=9 chosen=
    for rate in 0.0001 0.001 0.01 0.1; do
        for hidden in 8 "16, 8" ""; do
            loss=$("$NNTRAIN" c.ini -q --print validation.loss optimizer.learning_rate=$rate network.hidden="$hidden")
            if [ "$(jq -n "$loss < $best")" = true ]; then
                best=$loss chosen="$rate $hidden"
            fi
        done
    done
    [ "${chosen%% *}" = 0.1 ]
}

@test "an ask-and-tell tuner drives single runs" {
    small_config
    cat >tuner.py <<'END'
import json, random, subprocess, sys
class Study:
    def __init__(self, seed): self.random, self.trials = random.Random(seed), []
    def ask(self):
        return {"optimizer.learning_rate": 10 ** self.random.uniform(-4, -1), "network.hidden": self.random.choice([8, 16])}
    def tell(self, setting, value): self.trials.append((value, setting))
study = Study(1)
for number in range(6):
    setting = study.ask()
    keys = [f"--{key}={value}" for key, value in setting.items()]
    out = subprocess.run([sys.argv[1], "c.ini", "-q", "--json", f"--output.dir=runs/{number}", *keys],
                         check=True, capture_output=True, text=True).stdout
    study.tell(setting, json.loads(out)["validation"]["loss"])
best, setting = min(study.trials, key=lambda trial: trial[0])
print(best < max(value for value, _ in study.trials))
END
    run -0 python3 tuner.py "$NNTRAIN"
    [ "$output" = True ]
}

@test "bad trials are rows, and do not end the search" {
    search_config
    # a rate of 1e6 diverges; batch norm cannot train on batches of one row
    search tuning.space.optimizer.learning_rate="choice 0.01, 1e6" tuning.space.network.norm="choice none, batch" \
        tuning.space.training.batch_size="choice 1, 32" tuning.space.optimizer.name="choice sgd, momentum" \
        tuning.space.optimizer.momentum="choice 0.5, 0.9" \
        tuning.trials=30 2>/dev/null
    for status in ok diverged failed; do
        grep -q "\"status\":\"$status\"" runs/search/trials.jsonl
    done
    jq -s -e 'length == 31' runs/search/trials.jsonl
    [ "$(jq -r '.trials[0].status' runs/search/leaderboard.json)" = ok ]
    grep -q 'needs batches of at least 2 rows' runs/search/trials.jsonl
}

@test "a search with bad trials verifies, and its rows name no place of a key" {
    search_config
    sed -i '/^min_epochs/d; /^grid_points/d' search.ini
    search tuning.space.network.norm="choice none, batch" tuning.space.training.batch_size="choice 1, 32" 2>/dev/null
    grep -q '"message":"network.norm = batch needs' runs/search/trials.jsonl
    "$NNTRAIN" verify -q runs/search
    # of what is wrong in the data, the file's name and line are told
    search tuning.space.data.missing="choice 1.5, 0.2" tuning.space.preprocess.impute="choice error, drop" output.dir=gaps
    grep -q '"message":"iris.csv:[0-9]*:4: error: ' gaps/trials.jsonl
    "$NNTRAIN" verify -q gaps
}

@test "fewer good trials than tuning.min_success end with exit code 8" {
    search_config
    run --separate-stderr "$NNTRAIN" search.ini -q tuning.min_success=12 \
        tuning.space.optimizer.learning_rate="choice 0.01, 1e6"
    [ "$status" -eq 8 ]
    ok=$(grep -c '"status":"ok"' runs/search/trials.jsonl)
    [ "$ok" -lt 12 ]
    first=$(jq -s -r '[.[1:][] | select(.status == "diverged")][0] | "trial \(.trial): diverged: \(.message)"' runs/search/trials.jsonl)
    [ "$stderr" = "error: $ok of 12 trials have a value of validation.loss; tuning.min_success is 12; $first" ]
    [ "$(wc -l <runs/search/trials.jsonl)" -eq 13 ]
    [ ! -f runs/search/model.json ]
}

@test "time limits end trials and searches" {
    search_config
    run --separate-stderr "$NNTRAIN" search.ini -q training.epochs=1000000 tuning.trial_time=0.05s tuning.trials=3
    [ "$status" -eq 8 ]
    [ "$(grep -c '"status":"timeout"' runs/search/trials.jsonl)" -eq 3 ]
    run --separate-stderr "$NNTRAIN" search.ini -q training.epochs=1000000 tuning.max_time=0.2s tuning.trials=1000
    [ "$status" -eq 8 ]
    [ "$(wc -l <runs/search/trials.jsonl)" -lt 100 ]
}

@test "folds and repeats are averaged, and noise is named" {
    search_config
    run -0 "$NNTRAIN" search.ini split.folds=3 tuning.repeats=2
    contains "$output" "each the mean of 6 trainings"
    contains "$output" "within one standard deviation"
    contains "$output" "simplest: trial"
    jq -s -e '.[1:] | all(.deviation > 0)' runs/search/trials.jsonl
}

@test "data is prepared again only for trials that change it" {
    search_config
    search tuning.space.preprocess.scale="choice standard, minmax" tuning.space.data.ignore="choice none, petal_width_cm" \
        tuning.workers=2 output.dir=one
    search tuning.space.preprocess.scale="choice standard, minmax" tuning.space.data.ignore="choice none, petal_width_cm" \
        tuning.workers=1 output.dir=two
    same_search one two
    "$NNTRAIN" one/best.ini -q output.dir=best
    cmp one/model.json best/model.json
    cmp one/metrics.json best/metrics.json
}

@test "mistakes in a space are told before the first trial, all at once" {
    search_config
    run -3 "$NNTRAIN" search.ini -q tuning.space.optimizer.lr="log 1 .. 2" tuning.space.network.dropout="uniform 0 .. 2" \
        tuning.space.training.batch_size="log 8 .. 64" tuning.space.run.seed="int 1 .. 3" \
        tuning.space.loss.name="choice mse, mean" tuning.objective=validation.acc tuning.space.optimizer.beta1="choice 0.5, 0.9 if optimizer.name is sgd"
    contains "$output" "error: unknown key optimizer.lr; did you mean optimizer.learning_rate?"
    contains "$output" "error: tuning.space.network.dropout: \"2\" is not a number from 0 to 0.99"
    contains "$output" "error: tuning.space.training.batch_size: log gives fractions, and the key takes whole numbers; write int 8 .. 64"
    contains "$output" "error: tuning.objective: 'validation.acc' is no metric path; did you mean 'validation.accuracy'?"
    contains "$output" "error: tuning.space.run.seed: [run] is not searched"
    contains "$output" "error: tuning.space.loss.name: \"mean\" is not one of"
    [ ! -e runs ]
    sed 's/"16, 8"/x/' search.ini >bad.ini
    refuses 3 'bad.ini:15:1: error: tuning.space.network.hidden: "x" is not an integer from 1 to 2147483647' \
        "$NNTRAIN" bad.ini -q
    sed '/tuning.space/,/hidden/d; /^min_epochs/d; /^grid_points/d' search.ini >bad.ini
    refuses 3 "bad.ini: error: [tuning] without [tuning.space]: name the keys to search, as in optimizer.learning_rate = log 1e-4 .. 1e-1" \
        "$NNTRAIN" bad.ini -q
    sed -i '/^min_epochs/d; /^grid_points/d' search.ini
    refuses 3 "command line: tuning.objective=test.loss: error: tuning.objective = test.loss: a search is decided by a number of validation or train" \
        "$NNTRAIN" search.ini -q tuning.objective=test.loss
    refuses 3 'command line: tuning.shard=0/3: error: tuning.shard: "0/3" is no part of a whole, such as 3/8' \
        "$NNTRAIN" search.ini -q tuning.shard=0/3
    refuses 3 "command line: tuning.space.training.epochs=int 5 .. 9: error: tuning.space.training.epochs: tuning.method = halving allots the epochs" \
        "$NNTRAIN" search.ini -q tuning.method=halving tuning.min_epochs=3 tuning.space.training.epochs="int 5 .. 9"
    refuses 3 "command line: tuning.min_success=7: error: tuning.min_success: 7 is more than tuning.trials = 6" \
        "$NNTRAIN" search.ini -q tuning.trials=6 tuning.min_success=7
}

@test "values that no trial can have are mistakes, and those that some trial can have are none" {
    search_config
    sed -i '/^min_epochs/d; /^grid_points/d; /gate/,$d' search.ini
    none="error: tuning.space"
    for command in "check -q" -q; do
        run -3 "$NNTRAIN" $command search.ini tuning.space.early_stopping.monitor="choice validation.accuracy, validation.los" \
            tuning.space.network.dropout='choice 0, "0.1, 0.1, 0.1"' tuning.space.split.method="choice group, random"
        contains "$output" "$none.early_stopping.monitor: no trial can have \"validation.los\": early_stopping.monitor: 'validation.los' is no metric path; did you mean 'validation.loss'?"
        contains "$output" "$none.network.dropout: no trial can have \"0.1, 0.1, 0.1\": network.dropout"
        contains "$output" "$none.split.method: no trial can have \"group\": split.method = group needs data.group"
        run -3 "$NNTRAIN" $command search.ini tuning.space.loss.name="choice mse, cross_entropy" \
            tuning.space.loss.class_weight='choice balanced, "setosa:2, rosa:1"' \
            tuning.space.data.ignore="choice none, petal_widht"
        contains "$output" "$none.loss.name: no trial can have \"mse\": loss.name = mse is not for multiclass"
        contains "$output" "$none.loss.class_weight: no trial can have \"setosa:2, rosa:1\": loss.class_weight: there is no class \"rosa\""
        contains "$output" "$none.data.ignore: no trial can have \"petal_widht\": no column 'petal_widht'; did you mean 'petal_width_cm'?"
        run -3 "$NNTRAIN" $command search.ini split.validation=0 split.test=0.3
        contains "$output" "search.ini: error: tuning.objective: the part has no rows"
    done
    [ ! -e runs ]
    # 0.1, 0.1 is for two hidden layers; a loss of another task is for another task
    "$NNTRAIN" check -q search.ini tuning.space.network.dropout='choice 0, "0.1, 0.1"'
    "$NNTRAIN" check -q search.ini tuning.space.data.task="choice multiclass, regression" tuning.space.loss.name="choice cross_entropy, mse"
}

@test "halving without a rung to prune on is told" {
    search_config
    sed -i '/^grid_points/d; /^min_epochs/d' search.ini
    told="tuning.method = hyperband prunes no trial: training.epochs = 9 divided by tuning.eta = 3 is less than tuning.min_epochs = 4"
    given=(tuning.method=hyperband training.epochs=9 tuning.min_epochs=4)
    run -3 "$NNTRAIN" check search.ini "${given[@]}"
    contains "$output" "command line: tuning.method=hyperband: error: $told"
    run -0 "$NNTRAIN" search.ini "${given[@]}"
    contains "$output" "command line: tuning.method=hyperband: warning: $told"
    run -0 "$NNTRAIN" check search.ini tuning.method=hyperband training.epochs=9 tuning.min_epochs=3
}

@test "a key that no trial can feel is a warning, and one that some trial feels is none" {
    search_config
    sed -i '/^optimizer.momentum/d; /^min_epochs/d; /^grid_points/d' search.ini
    run -3 "$NNTRAIN" check search.ini tuning.space.optimizer.beta1="uniform 0.5 .. 0.9" \
        tuning.space.optimizer.rho="uniform 0.5 .. 0.9" tuning.space.schedule.gamma="uniform 0.5 .. 0.9" \
        optimizer.momentum=0.5 optimizer.epsilon=1e-6
    contains "$output" "error: tuning.space.optimizer.rho has no effect with optimizer.name = adam or optimizer.name = momentum"
    contains "$output" "error: tuning.space.schedule.gamma has no effect with schedule.name = constant"
    [ "$(grep -c "has no effect" <<<"$output")" -eq 2 ] # neither momentum, nor epsilon, nor beta1
    run -0 "$NNTRAIN" search.ini optimizer.rho=0.5
    contains "$output" "warning: optimizer.rho has no effect with optimizer.name = adam or optimizer.name = momentum"
    run -3 "$NNTRAIN" check search.ini tuning.space.optimizer.beta2="uniform 0.5 .. 0.9 if optimizer.name is momentum"
    contains "$output" "error: tuning.space.optimizer.beta2 has no effect with optimizer.name = momentum"
}

@test "merge writes over what an earlier merge has made, and nothing else" {
    search_config
    for part in 1 2; do search tuning.method=random tuning.shard=$part/2 output.dir=part-$part 2>/dev/null; done
    "$NNTRAIN" -q search.ini tuning.trials=2 output.dir=whole 2>/dev/null
    local before
    before=$(cat part-1/* whole/* | cksum)
    refuses 7 "part-1: error: is the folder of a run, whose files merge would overwrite; name another" \
        "$NNTRAIN" merge -q part-1 part-2 -o part-1
    refuses 7 "whole: error: is the folder of a run, whose files merge would overwrite; name another" \
        "$NNTRAIN" merge -q part-1 part-2 -o whole
    [ "$before" = "$(cat part-1/* whole/* | cksum)" ]
    echo "; mine" >best.ini
    refuses 7 ".: error: has a leaderboard.json or a best.ini that no merge has made; name another folder, or remove it first" \
        "$NNTRAIN" merge -q part-1 part-2 -o .
    [ "$(cat best.ini)" = "; mine" ]
    "$NNTRAIN" merge -q part-1 part-2 -o joined
    "$NNTRAIN" merge -q part-1 part-2 -o joined
}

@test "a search does not choose among files" {
    search_config
    refuses 3 "command line: tuning.space.data.file=choice iris.csv, b.csv: error: tuning.space.data.file: files are not searched, for the run folder would not know where they are; make a search for each" \
        "$NNTRAIN" -q search.ini "tuning.space.data.file=choice iris.csv, b.csv"
}

@test "a search goes on only with the model that it began with" {
    small_config
    search_config
    "$NNTRAIN" -q c.ini output.dir=start
    stop_search() {
        "$NNTRAIN" search.ini tuning.trials=100000 "$@" output.dir=searched 2>err.txt &
        pid=$!
        while kill -0 "$pid" && ! grep -q "trial 2/" err.txt; do sleep 0.01; done
        kill -s TERM "$pid"
        wait "$pid" || true
    }
    stop_search init.from=start/model.json
    "$NNTRAIN" -q c.ini output.dir=start run.seed=7
    refuses 4 "searched.partial/trials.jsonl: error: the search was begun with another config (another model in init.from); give the same again, or leave out --resume to search anew" \
        "$NNTRAIN" -q search.ini tuning.trials=100000 init.from=start/model.json output.dir=searched --resume
}
