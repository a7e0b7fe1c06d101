#!/bin/sh
# Counts the instructions of one training step under valgrind, which no other program on the machine can disturb, and
# fails where they are more than instructions.txt says, by over TOLERANCE percent. Where a change makes steps longer for
# a good reason, or shorter, its new numbers belong in that file (--record).
#
#     tests/bench/count_instructions.sh BENCH_STEPS [--record]
TOLERANCE=2
LEVEL=avx2 # the best that valgrind knows
FEW=200 MANY=1200

bench=$1
kept=$(dirname "$0")/instructions.txt

# count(steps, network): the instructions of the whole process
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" --cpu "$LEVEL" --steps "$1" "$2" 2>&1 |
        sed -n 's/^.*Collected : //p'
}

# The difference of two runs is free of what comes before the first step.
count_step() {
    few=$(count "$FEW" "$1")
    many=$(count "$MANY" "$1")
    if [ -z "$few" ] || [ -z "$many" ]; then
        echo "$bench does not run under valgrind" >&2
        exit 2
    fi
    echo $(((many - few) / (MANY - FEW)))
}

failed=0
counts=$(grep '^#' "$kept")
while read -r network expected; do
    [ "$network" = "#" ] && continue
    now=$(count_step "$network") || exit 2
    change=$(((now - expected) * 1000 / expected))
    echo "$network: $now instructions a step, $expected kept"
    if [ "$change" -gt $((TOLERANCE * 10)) ]; then
        echo "$network: more than $TOLERANCE % over the number kept in $kept" >&2
        failed=1
    elif [ "$change" -lt $((-TOLERANCE * 10)) ]; then
        echo "$network: fewer than the number kept in $kept, which --record lowers" >&2
    fi
    counts="$counts
$network $now"
done <"$kept"

if [ "$2" = --record ]; then
    echo "$counts" >"$kept"
    exit 0
fi
exit "$failed"
