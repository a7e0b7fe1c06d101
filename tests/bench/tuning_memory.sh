#!/bin/sh
# What a search keeps of each trial: tuning_memory.sh NNTRAIN. Peak memory of 1,000 and of 10,000 trials of one epoch
# on the iris, with random search and with TPE at 1,000 and 3,000. About 20 s. Needs GNU time (Debian: time).
set -eu
nntrain=$(realpath "$1")
root=$(realpath "$(dirname "$0")/../..")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cat >search.ini <<END
[data]
file = $root/data/iris.csv
target = species
[network]
hidden = 4
[training]
epochs = 1
batch_size = 128
[tuning]
method = random
[output]
report = false
[tuning.space]
optimizer.name = choice adam, sgd
optimizer.learning_rate = log 1e-4 .. 1e-1
network.dropout = uniform 0 .. 0.5
regularization.l2 = log 1e-6 .. 1e-1
END

kilobytes() {
    /usr/bin/time -f %M -o peak "$nntrain" search.ini -q tuning.method="$1" tuning.trials="$2" 2>/dev/null
    cat peak
}

tell() {
    few=$(kilobytes "$1" "$2") many=$(kilobytes "$1" "$3")
    awk -v few="$few" -v many="$many" -v n="$2" -v m="$3" -v name="$1" 'BEGIN {
        printf "%-8s %d trials: %d kB; %d trials: %d kB; %.3f kB per trial\n", name, n, few, m, many,
               (many - few) / (m - n) }'
}

tell random 1000 10000
tell tpe 1000 3000
