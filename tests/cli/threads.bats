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
