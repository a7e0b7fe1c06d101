#!/bin/sh
# A search in four parts with GNU parallel: parallel.sh CONFIG.ini FOLDER [SECTION.KEY=VALUE ...]
# Each part is a run of its own (tuning.shard) on one thread; merge joins them to what one machine would find.
set -eu
nntrain=${NNTRAIN:-./nntrain}
config=$1 folder=$2
shift 2
parts=${PARTS:-4}

seq "$parts" | parallel --halt now,fail=1 "$nntrain" "$config" -q \
    tuning.shard={}/"$parts" tuning.workers=1 output.dir="$folder/part-{}" "$@"
"$nntrain" merge "$folder"/part-* -o "$folder"
"$nntrain" "$folder/best.ini" output.dir="$folder/best"
