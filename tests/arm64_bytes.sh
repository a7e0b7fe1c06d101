#!/usr/bin/env bash
# arm64_bytes.sh PROGRAM EMULATED ...: trains with the program of this machine and with an emulated one (a command: the
# emulator, its options, the program), and compares all files of the run folders but manifest.json. Small problems,
# because an emulator is a hundred times slower. Beside those chosen here, every fifth of the configs that
# draw_configs.sh draws.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$1
shift
emulated=("$@")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# same WHAT LEVEL CONFIG [SECTION.KEY=VALUE ...]: LEVEL is the emulated program's.
same() {
    local what=$1 level=$2
    local arguments=(-q "$3" output.dir="$folder/run" "${@:4}")
    "$program" "${arguments[@]}"
    mv "$folder/run" "$folder/native"
    "${emulated[@]}" "${arguments[@]}" --cpu "$level"
    mv "$folder/run" "$folder/emulated"
    diff -rq -x manifest.json "$folder/native" "$folder/emulated"
    rm -r "$folder/native" "$folder/emulated"
    echo "  same bytes: $what, --cpu $level"
}

chosen() {
    same "$1" "$2" "configs/$3.ini" "${@:4}"
}

everything=("network.hidden=19, 33" "network.activation=gelu, tanh" network.norm=batch network.dropout=0.2
    preprocess.encode=embedding preprocess.missing_indicator=true training.epochs=4 training.batch_size=70
    schedule.name=one_cycle regularization.l1=0.001 regularization.clip_norm=0.5 evaluation.bootstrap=20
    evaluation.importance=permutation evaluation.predictions=test "gate.test.accuracy=>= 0")
few_rows=(split.train=0.2 split.validation=0.1 split.test=0.7 "gate.test.accuracy=>= 0")

chosen "xor" auto xor
chosen "iris" auto iris
chosen "penguins" auto penguins
chosen "embedding, batch norm, dropout" auto penguins "${everything[@]}"
chosen "embedding, batch norm, dropout" portable penguins "${everything[@]}"
chosen "digits" auto digits "${few_rows[@]}" training.epochs=3
chosen "layer norm, lion" auto digits "${few_rows[@]}" training.epochs=1 network.norm=layer network.activation=silu \
    optimizer.name=lion
chosen "diabetes" auto diabetes training.epochs=5 loss.name=huber optimizer.name=rmsprop network.activation=mish \
    "gate.test.r2=>= -100"

tests/draw_configs.sh "$program" "$folder/drawn"
for config in "$folder"/drawn/*[05].ini; do
    same "$(basename "$config")" auto "$config"
done
