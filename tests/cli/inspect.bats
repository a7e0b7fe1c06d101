# `nntrain inspect`: what a person and a script are told of a model and a run.
load helper

setup_file() {
    cd "$BATS_FILE_TMPDIR" || exit 1
    cp "$ROOT"/data/penguins.csv "$ROOT"/data/diabetes.csv .
    printf '[data]\nfile = penguins.csv\ntarget = species\n[training]\nepochs = 2\n[network]\nnorm = batch\nhidden = 8, 4\n' >m.ini
    printf '[preprocess]\nencode = embedding\nscale = quantile\nmissing_indicator = true\n' >>m.ini
    "$NNTRAIN" -q m.ini
    printf '[data]\nfile = diabetes.csv\ntarget = progression\n[training]\nepochs = 1\n' >d.ini
    "$NNTRAIN" -q d.ini
}

setup() {
    cd "$BATS_FILE_TMPDIR" || exit 1
}

@test "a model: architecture, parameters by layer, columns" {
    run --separate-stderr "$NNTRAIN" inspect runs/m/model.json
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    contains "$output" "model       runs/m/model.json, written by nntrain "
    contains "$output" "task        multiclass of species, 3 classes: Adelie, Chinstrap, Gentoo"
    contains "$output" "training    seed 42, best epoch "
    grep -Eq '^embedding island +4 +2 ' <<<"$output"
    grep -Eq '^layer 1 +[0-9]+ +8 +relu +batch ' <<<"$output"
    grep -Eq '^output +4 +3 +softmax ' <<<"$output"
    grep -Eq '^beak_length_mm +number +[0-9.]+, indicator +quantile \([0-9.]+ to [0-9.]+\)$' <<<"$output"
    grep -Eq '^sex +category +<missing> +embedding of 4: FEMALE, ' <<<"$output"
    ! grep -q '^metric' <<<"$output"
}

@test "parameters by layer add up to those of the network" {
    run -0 "$NNTRAIN" inspect runs/m/model.json --json
    jq -e '([.model.layers[].parameters] | add) == .model.network.parameters' <<<"$output"
    [ "$("$NNTRAIN" inspect runs/m/model.json | awk '/^layer [0-9]|^output|^embedding/ {n += $NF} END {print n}')" = \
        "$(jq .network.parameters runs/m/model.json)" ]
}

@test "a run: metrics and provenance too" {
    for run in m d; do
        run -0 "$NNTRAIN" inspect "runs/$run"
        [ "$(awk '$1 == "loss" {print NF}' <<<"$output")" -eq 4 ]
        grep -Eq "^run +$run, ok, started " <<<"$output"
        contains "$output" "command     "
        contains "$output" "$(sha256sum <"runs/$run/model.json" | cut -c1-16)..."
    done
    contains "$output" "scale standard (center "
}

@test "a run fits into 80 columns" {
    for run in m d; do
        "$NNTRAIN" inspect "runs/$run" | awk -v most=80 'length > most && !/command|data|files/ {print; bad = 1} END {exit bad}'
    done
}

@test "--json holds what the files hold" {
    run -0 "$NNTRAIN" inspect runs/d --json
    jq -e '.format == "nntrain.inspection" and .format_version == 1' <<<"$output"
    [ "$(jq -S .metrics <<<"$output")" = "$(jq -S . runs/d/metrics.json)" ]
    [ "$(jq -S .manifest <<<"$output")" = "$(jq -S . runs/d/manifest.json)" ]
    [ "$(jq -S '.model | del(.layers)' <<<"$output")" = "$(jq -S 'del(.tensors, .self_test, .sha256)' runs/d/model.json)" ]
    jq -e '.metrics == null and .manifest == null' <<<"$("$NNTRAIN" inspect runs/d/model.json --json)"
}

@test "names that would break a line are escaped" {
    mkdir hostile && cd hostile
    printf '"a\033[31m\nb",%s\n' "$(printf 'long%.0s' {1..40}),y" >t.csv
    for i in {1..30}; do printf '%s,%s,%s\n' "$i" "$((i * i))" "$((i % 2))"; done >>t.csv
    printf '[data]\nfile = t.csv\ntarget = y\n[training]\nepochs = 1\n' >t.ini
    "$NNTRAIN" -q t.ini
    run -0 "$NNTRAIN" inspect runs/t
    contains "$output" 'a\x1b[31m\x0ab'
    [[ $output != *$'\033'* ]]
}

@test "a damaged model, a folder that is no run, nothing" {
    head -c 500 runs/m/model.json >cut.json
    run -10 "$NNTRAIN" inspect cut.json
    mkdir -p empty
    refuses 7 "empty: error: is a folder without a model.json; give the folder of a run, or a model.json itself" "$NNTRAIN" inspect empty
    refuses 7 "no: error: cannot read: No such file or directory" "$NNTRAIN" inspect no
    cp -r runs/d broken
    echo '{' >broken/metrics.json
    run -4 "$NNTRAIN" inspect broken
    run -2 "$NNTRAIN" inspect
}
