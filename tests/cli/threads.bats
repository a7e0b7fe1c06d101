load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    small_config
}

# levels: those that this processor has.
levels() {
    for level in portable avx2 avx512; do
        "$NNTRAIN" check -q --cpu $level c.ini >/dev/null 2>&1 && echo $level
    done
}

@test "every file but the manifest has the same bytes for any number of threads, at any level" {
    local keys=(training.batch_size=65 network.norm=batch network.dropout=0.2 regularization.clip_norm=1
        evaluation.bootstrap=20 evaluation.importance=permutation)
    "$NNTRAIN" -q -j 1 c.ini run.name=one "${keys[@]}"
    for level in $(levels); do
        for n in 2 3 4 5 7 8 16; do
            "$NNTRAIN" -q -j $n --cpu "$level" c.ini run.name=one "${keys[@]}"
            same_run runs/one runs/one.previous
            [ "$(jq .host.threads runs/one/manifest.json)" -eq $n ]
        done
    done
}

@test "run.threads is a key, and --threads stands in its place" {
    "$NNTRAIN" -q c.ini run.threads=3
    [ "$(jq .host.threads runs/c/manifest.json)" -eq 3 ]
    grep -q '^threads = 3 ' runs/c/config.ini
    "$NNTRAIN" -q --threads 2 c.ini run.threads=3
    [ "$(jq .host.threads runs/c/manifest.json)" -eq 2 ]
    same_run runs/c runs/c.previous
}

@test "a small network is trained by one thread, and more are told" {
    "$NNTRAIN" -q c.ini
    [ "$(jq .host.threads runs/c/manifest.json)" -eq 1 ]
    run -0 "$NNTRAIN" c.ini
    [[ $output != *" threads, about "* ]]
    run -0 "$NNTRAIN" -j 2 c.ini
    contains "$output" "2 threads, about "
}

@test "predictions and metrics have the same bytes for any number of threads" {
    "$NNTRAIN" -q c.ini
    "$NNTRAIN" predict runs/c/model.json iris.csv >one.csv
    "$NNTRAIN" evaluate runs/c/model.json iris.csv >one.json
    for n in 2 3 7 auto; do
        "$NNTRAIN" predict -j $n runs/c/model.json iris.csv | cmp - one.csv
        "$NNTRAIN" evaluate -j $n runs/c/model.json iris.csv | cmp - one.json
    done
}

@test "numbers of threads that are none are refused" {
    for n in 0 513 -1 2.5 two; do
        refuses 2 "error: --threads $n: must be an integer from 1 to 512, or auto" "$NNTRAIN" -q c.ini --threads=$n
    done
    refuses 2 "error: --threads 0: must be an integer from 1 to 512, or auto" \
        "$NNTRAIN" predict -j 0 model.json iris.csv
    refuses 2 "error: init has no option --threads; it is for: train, check, predict, evaluate, verify" \
        "$NNTRAIN" init iris.csv --target species -j 2
    run -3 "$NNTRAIN" -q c.ini run.threads=0
    contains "$output" "run.threads"
}

# make_group CONTROLLER FILE VALUE FILE VALUE: $group is the folder of a new control group with a limit, named and
# written as in cgroup v1, then as in v2; false where none may be made.
make_group() {
    local place=/sys/fs/cgroup
    if [ -d "$place/$1" ]; then
        group=$place/$1/nntrain-test-$$
        mkdir "$group" && echo "$3" >"$group/$2"
    else
        group=$place/nntrain-test-$$
        mkdir "$group" && echo "$5" >"$group/$4"
    fi 2>/dev/null
}

in_group() {
    bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

@test "the quota of a control group is how many threads auto takes at most" {
    make_group cpu cpu.cfs_quota_us 100000 cpu.max "100000 100000" || skip "no control group may be made"
    # So wide that two processors would both be used.
    run in_group "$NNTRAIN" c.ini network.hidden=1024,1024 training.epochs=1
    rmdir "$group"
    [ "$status" -eq 0 ]
    contains "$output" "1 thread, about"
}

@test "the memory of a control group is the limit of what training needs" {
    ! is_sanitized || skip "AddressSanitizer needs more"
    make_group memory memory.limit_in_bytes 100000000 memory.max 100000000 || skip "no control group may be made"
    run in_group "$NNTRAIN" -q c.ini network.hidden=4096,4096
    rmdir "$group"
    [ "$status" -eq 11 ]
    contains "$output" "the control group allows 100.0 MB"
}
