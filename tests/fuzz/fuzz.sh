#!/usr/bin/env bash
# fuzz.sh PROGRAMS SECONDS TARGET ...: runs each libFuzzer target so long, from the corpus and what it found before, and
# prints how many inputs it ran. An input that fails is kept in build/fuzz/failed and belongs into tests/fuzz/found/TARGET.
set -euo pipefail
programs=$1 seconds=$2
shift 2
mkdir -p build/fuzz/failed
status=0
for target in "$@"; do
    name=${target#fuzz_}
    grown=build/fuzz/grown/$name
    mkdir -p "$grown" "tests/fuzz/found/$name" "build/seeds/$name"
    log=build/fuzz/$name.log
    if "$programs/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/failed/$name-" "$grown" "build/seeds/$name" "tests/fuzz/found/$name" >"$log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions in $seconds s, $(find "$grown" -type f | wc -l) inputs kept"
    else
        echo "$name: failed"
        tail -40 "$log"
        status=1
    fi
done
exit $status
