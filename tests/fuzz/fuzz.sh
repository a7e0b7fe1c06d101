#!/usr/bin/env bash
# fuzz.sh PROGRAMS SECONDS TARGET ...: runs each libFuzzer target so long (numbers, which take microseconds, for four times
# as long), two at a time, from the corpus and what it found before, and prints how many inputs it ran. An input that fails is kept in build/fuzz/failed and belongs into
# tests/fuzz/found/TARGET.
set -euo pipefail
programs=$1 seconds=$2
shift 2
mkdir -p build/fuzz/failed

# Longer inputs take longer and show little more; what is long is tried by tests/corpus.
most_bytes() {
    case $1 in
    number) echo 48 ;;
    override) echo 256 ;;
    csv) echo 512 ;;
    ini | config) echo 1024 ;;
    checkpoint) echo 2048 ;;
    *) echo 12288 ;;
    esac
}

run() {
    local name=${1#fuzz_} seconds=$seconds
    [ "$name" != number ] || seconds=$((4 * seconds))
    local grown=build/fuzz/grown/$name log=build/fuzz/$name.log
    mkdir -p "$grown" "tests/fuzz/found/$name" "build/seeds/$name"
    # What was freed is kept for a moment only: all memory that a run touches then stays in the processor's cache.
    if ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=4 "$programs/$1" -max_total_time="$seconds" -timeout=120 \
        -rss_limit_mb=4096 -max_len="$(most_bytes "$name")" -print_final_stats=1 -artifact_prefix="build/fuzz/failed/$name-" \
        "$grown" "build/seeds/$name" "tests/fuzz/found/$name" >"$log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions in $seconds s, $(find "$grown" -type f | wc -l) inputs kept"
    else
        echo "$name: failed"
        tail -40 "$log"
        return 1
    fi
}

export programs seconds
export -f most_bytes run
# Backward, so that numbers are among the first.
# shellcheck disable=SC2016 # bash expands it
printf '%s\0' "$@" | sort -rz | xargs -0 -n 1 -P 2 bash -c 'run "$0"'
