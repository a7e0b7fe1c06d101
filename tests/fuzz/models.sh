#!/usr/bin/env bash
# models.sh PROGRAM FOLDER: small trained models of all kinds, FOLDER/NAME/model.json and data.csv.
set -euo pipefail
program=$(realpath "$1")
data=$(realpath "$(dirname "$0")/../../data")
mkdir -p "$2"
cd "$2"

# model NAME DATA TARGET KEY=VALUE ...
model() {
    local name=$1
    mkdir -p "$name"
    [ "$2" -ef "$name/data.csv" ] || cp "$2" "$name/data.csv"
    printf '[data]\nfile = data.csv\ntarget = %s\n' "$3" >"$name/c.ini"
    (cd "$name" && "$program" -q c.ini "${@:4}" network.hidden="4, 4" training.epochs=2 run.threads=1 output.report=false)
    mv "$name/runs/c/model.json" "$name/model.json"
    rm -r "$name/runs" "$name/c.ini"
}

mkdir -p labels
awk -F, -v OFS=, 'NR == 1 { print $1, $2, "long", "wide"; next } { print $1, $2, ($1 > 5.8), ($2 > 3) }' "$data/iris.csv" >labels/data.csv
model classes "$data/iris.csv" species
model categories "$data/penguins.csv" species network.norm=batch network.residual=true network.dropout=0.1 preprocess.missing_indicator=true
model embedding "$data/penguins.csv" species preprocess.encode=embedding network.norm=layer preprocess.scale=quantile
model ordinal "$data/penguins.csv" island preprocess.encode=ordinal preprocess.impute=drop data.id=sex
model binary "$data/breast_cancer.csv" diagnosis data.features="mean_radius, mean_texture" evaluation.threshold=f1
model regression "$data/diabetes.csv" progression data.features="age, bmi, bp" loss.name=huber preprocess.scale=robust output.weights=base64
model labels labels/data.csv "long, wide" data.task=multilabel preprocess.scale=minmax
