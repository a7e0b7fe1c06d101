#!/bin/sh
# How much faster a search is with more workers, on trials of about a second: tuning_speedup.sh NNTRAIN [WORKERS]
# Runs alternate; the best of three of each count. The trials must be the same bytes.
set -eu
nntrain=$(realpath "$1") workers=${2:-2}
root=$(realpath "$(dirname "$0")/../..")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

seconds() {
    begin=$(date +%s.%N)
    "$nntrain" "$root/configs/tuning_digits.ini" -q tuning.method=random tuning.trials=16 training.epochs=100 \
        tuning.space.network.hidden="choice 128, 256" tuning.workers="$1" output.dir="run-$1" 2>/dev/null
    awk "BEGIN { print $(date +%s.%N) - $begin }"
}

for _ in 1 2 3; do
    seconds 1 >>one
    seconds "$workers" >>many
done
cmp run-1/trials.jsonl "run-$workers/trials.jsonl"
one=$(sort -g one | head -1) many=$(sort -g many | head -1)
echo "1 worker: $one s; $workers workers: $many s; $(awk "BEGIN { printf \"%.2f\", $one / $many }") times as fast"
