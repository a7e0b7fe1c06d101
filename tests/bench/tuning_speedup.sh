#!/bin/sh
# How much faster a search is with more workers, on trials of about a second: tuning_speedup.sh NNTRAIN [WORKERS]
# A shard is searched, so that the training of the best setting, which has no second trial beside it, is not
# counted. Runs alternate; the best of two of each count. The trials must be the same bytes. About 25 s; on a
# machine that others use, `chrt -f 60` before the command keeps them off.
set -eu
nntrain=$(realpath "$1") workers=${2:-2}
root=$(realpath "$(dirname "$0")/../..")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cat >search.ini <<END
[data]
file = $root/data/digits.csv
target = digit
[network]
hidden = 128
[training]
epochs = 800
[tuning]
method = random
trials = 16
shard = 1/2
[tuning.space]
optimizer.learning_rate = log 1e-4 .. 1e-2
regularization.l2 = log 1e-5 .. 1e-2
END

seconds() {
    begin=$(date +%s.%N)
    "$nntrain" search.ini -q tuning.workers="$1" output.dir="run-$1" 2>/dev/null
    awk "BEGIN { print $(date +%s.%N) - $begin }"
}

for _ in 1 2; do
    seconds 1 >>one
    seconds "$workers" >>many
done
cmp run-1/trials.jsonl "run-$workers/trials.jsonl"
one=$(sort -g one | head -1) many=$(sort -g many | head -1)
echo "1 worker: $one s; $workers workers: $many s; $(awk "BEGIN { printf \"%.2f\", $one / $many }") times as fast"
