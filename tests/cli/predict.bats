load helper

# A model of iris with an id, a category and a column that is not used, in runs/m/model.json.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || exit 1
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print "id,part", $0 ",color"; next}
        {print "r" NR - 1, "x", $0, (NR % 3 ? "red" : "blue")}' "$DATA/iris.csv" >all.csv
    printf '[data]\nfile = all.csv\ntarget = species\nid = id\nignore = part\n[training]\nepochs = 3\n' >m.ini
    "$NNTRAIN" -q m.ini
    head -12 all.csv >d.csv
    "$NNTRAIN" predict -q runs/m/model.json d.csv -o expected.csv
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cp "$BATS_FILE_TMPDIR"/{d.csv,expected.csv} .
    cp "$BATS_FILE_TMPDIR/runs/m/model.json" .
}

# columns EXPRESSION: the data with the columns that awk prints.
columns() {
    awk -F, "BEGIN {OFS = \",\"} {print $1}" d.csv
}

@test "classes and one probability each, ids passed through" {
    run --separate-stderr "$NNTRAIN" predict model.json d.csv
    [ "$status" -eq 0 ]
    [ "$output" = "$(cat expected.csv)" ]
    [ "$stderr" = "note: not used by the model: part" ]
    [ "${#lines[@]}" -eq 12 ]
    [ "${lines[0]}" = "id,prediction,probability_setosa,probability_versicolor,probability_virginica" ]
    [[ ${lines[1]} == r1,* ]]
    tail -n +2 expected.csv | awk -F, '{ s = $3 + $4 + $5; if (s < 0.9999 || s > 1.0001) exit 1 }'
}

@test "columns in another order, and more of them, give the same bytes" {
    columns '$8, $6, $1, $4, $3, $5, $7' >permuted.csv
    "$NNTRAIN" predict -q model.json permuted.csv | cmp - expected.csv
    columns 'NR, $0, "x" NR' | sed '1s/.*/n,id,part,sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,species,color,more/' >more.csv
    run --separate-stderr "$NNTRAIN" predict model.json more.csv
    [ "$output" = "$(cat expected.csv)" ]
    [ "$stderr" = "note: not used by the model: n, part, more" ]
}

@test "neither target nor ids are needed" {
    columns '$3, $4, $5, $6, $8' >inputs.csv
    run --separate-stderr "$NNTRAIN" predict model.json inputs.csv
    [ "$status" -eq 0 ]
    [ "$output" = "$(cut -d, -f2- expected.csv)" ]
    [ -z "$stderr" ]
}

@test "a missing column is 4, all of them named" {
    columns '$1, $3, $5, $8' >less.csv
    run --separate-stderr "$NNTRAIN" predict model.json less.csv
    [ "$status" -eq 4 ]
    [ -z "$output" ]
    contains "$stderr" "less.csv:1: error: the model needs"
    contains "$stderr" "'sepal_width_cm'"
    contains "$stderr" "'petal_width_cm'"
    columns '$1, $3, $4, $5, $8' >few.csv
    refuses 4 "few.csv:1: error: the model needs a column that the header does not have: 'petal_width_cm'; it has id, sepal_length_cm, sepal_width_cm, petal_length_cm, color" "$NNTRAIN" predict model.json few.csv
    columns '$1, $2, $3, $4, $5, $6, $7, $8' | sed '1s/color/colour/' >renamed.csv
    refuses 4 "renamed.csv:1: error: the model needs a column that the header does not have: 'color' (did you mean 'colour'?)" \
        "$NNTRAIN" predict model.json renamed.csv
}

@test "unknown categories are counted" {
    sed -E '2s/(red|blue)$/green/; 4s/(red|blue)$/pink/' d.csv >new.csv
    run --separate-stderr "$NNTRAIN" predict model.json new.csv
    [ "$status" -eq 0 ]
    contains "$stderr" "warning: column 'color': 2 cells hold a category that is rare or unknown in training"
    [ "$(sed -n 3p <<<"$output")" = "$(sed -n 3p expected.csv)" ]
    [ "$(sed -n 2p <<<"$output")" != "$(sed -n 2p expected.csv)" ]
}

@test "a missing value is filled as in training, text in a number is 4" {
    awk -F, 'BEGIN {OFS = ","} NR == 3 {$3 = ""} {print}' d.csv >missing.csv
    "$NNTRAIN" predict -q model.json missing.csv >got.csv
    [ "$(wc -l <got.csv)" -eq 12 ]
    [ "$(sed -n 2p got.csv)" = "$(sed -n 2p expected.csv)" ]
    awk -F, 'BEGIN {OFS = ","} NR == 3 {$3 = "tall"} {print}' d.csv >text.csv
    refuses 4 "text.csv:3:3: error: column 'sepal_length_cm': 'tall' is not a number" "$NNTRAIN" predict model.json text.csv
}

@test "standard input, several files and gzip" {
    "$NNTRAIN" predict -q model.json - <d.csv | cmp - expected.csv
    gzip -k d.csv
    "$NNTRAIN" predict -q model.json d.csv.gz | cmp - expected.csv
    { head -1 d.csv; sed -n '2,5p' d.csv; } >one.csv
    { head -1 d.csv; sed -n '6,$p' d.csv; } >two.csv
    "$NNTRAIN" predict -q model.json one.csv two.csv | cmp - expected.csv
    tr , ';' <d.csv >semicolons.csv
    "$NNTRAIN" predict -q model.json semicolons.csv | cmp - expected.csv
}

@test "-o writes the file, and - is standard output" {
    "$NNTRAIN" predict -q model.json d.csv -o out.csv
    cmp out.csv expected.csv
    "$NNTRAIN" predict -q model.json d.csv --output=- | cmp - expected.csv
    refuses 7 "no/out.csv: error: cannot write $(wc -c <expected.csv) bytes: No such file or directory" \
        "$NNTRAIN" predict -q model.json d.csv -o no/out.csv
}

@test "what is read is never replaced" {
    cp d.csv before.csv
    cp model.json before.json
    ln -s d.csv link.csv
    refuses 7 "d.csv: error: would be replaced, but it is read; give another path with -o" \
        "$NNTRAIN" predict -q model.json d.csv -o d.csv
    refuses 7 "link.csv: error: would be replaced, but it is read; give another path with -o" \
        "$NNTRAIN" predict -q model.json d.csv -o link.csv
    refuses 7 "model.json: error: would be replaced, but it is read; give another path with -o" \
        "$NNTRAIN" predict -q model.json d.csv -o model.json
    cmp d.csv before.csv
    cmp model.json before.json
}

@test "a config and the files of a run are not overwritten" {
    mkdir run
    cp "$BATS_FILE_TMPDIR"/runs/m/*.* run/
    cp run/config.ini mine.ini
    cp -r run before
    ln -s run/metrics.json link.json
    for file in mine.ini run/config.ini run/metrics.json run/history.jsonl link.json; do
        refuses 7 "$file: error: would be overwritten; name another file, or remove it first" \
            "$NNTRAIN" predict -q model.json d.csv -o "$file"
        refuses 7 "$file: error: would be overwritten; name another file, or remove it first" \
            "$NNTRAIN" evaluate -q model.json d.csv -o "$file"
    done
    diff -r run before
    cp run/metrics.json metrics.json
    for file in run/predictions_test.csv run/new.csv; do
        "$NNTRAIN" predict -q run d.csv -o "$file"
        "$NNTRAIN" predict -q run d.csv -o "$file"
    done
}

@test "a damaged model is 10" {
    for n in 0 1 100 1000 $(($(wc -c <model.json) - 1)); do
        head -c "$n" model.json >cut.json
        run --separate-stderr "$NNTRAIN" predict cut.json d.csv
        [ "$status" -eq 10 ]
        [ -z "$output" ]
        [[ $stderr == cut.json* ]]
    done
    sed '0,/"mean"\|"scale"/s/0/1/' model.json >edited.json
    refuses 10 "edited.json: error: the file is damaged or was edited: its sha256 is not that of its content" \
        "$NNTRAIN" predict edited.json d.csv
    cat model.json model.json >twice.json
    run -10 "$NNTRAIN" predict twice.json d.csv
    refuses 10 "d.csv:1:1: error: neither a value nor true, false or null; the file is damaged, or no model" "$NNTRAIN" predict d.csv d.csv
    refuses 7 "no.json: error: cannot read: No such file or directory" "$NNTRAIN" predict no.json d.csv
}

@test "evaluate gives the metrics of training, from the file alone" {
    run --separate-stderr "$NNTRAIN" evaluate model.json "$BATS_FILE_TMPDIR/all.csv"
    [ "$status" -eq 0 ]
    jq -e '.rows == 150 and .confusion and .classes[2] == "virginica"' <<<"$output"
    awk -F, 'NR == FNR {part[$1 + 1] = 1; next} FNR == 1 || FNR in part' \
        <(cd "$BATS_FILE_TMPDIR" && "$NNTRAIN" -q m.ini output.dir=again evaluation.predictions=test &&
            tail -n +2 again/predictions_test.csv) "$BATS_FILE_TMPDIR/all.csv" >test.csv
    "$NNTRAIN" evaluate -q model.json test.csv -o scores.json
    [ "$(jq .loss scores.json)" = "$(jq .test.loss "$BATS_FILE_TMPDIR/runs/m/metrics.json")" ]
    [ "$(jq -c .confusion scores.json)" = "$(jq -c .test.confusion "$BATS_FILE_TMPDIR/runs/m/metrics.json")" ]
}

@test "evaluate needs the target, in known classes" {
    columns '$1, $2, $3, $4, $5, $6, $8' >inputs.csv
    run -4 "$NNTRAIN" evaluate -q model.json inputs.csv
    contains "$output" "'species'"
    sed '2s/setosa/rose/' d.csv >rose.csv
    refuses 4 "rose.csv:2:7: error: column 'species': 'rose' is a class that no training row has (known: 'setosa', 'versicolor', 'virginica'): leave the row out, or split so that training sees it" \
        "$NNTRAIN" evaluate -q model.json rose.csv
}

@test "regression predicts in the units of the data" {
    "$NNTRAIN" -q "$BATS_FILE_TMPDIR/m.ini" data.target=petal_width_cm output.dir=r
    run -0 "$NNTRAIN" predict -q r/model.json d.csv
    [ "${lines[0]}" = "id,prediction" ]
    "$NNTRAIN" -q "$BATS_FILE_TMPDIR/m.ini" data.target=petal_width_cm,petal_length_cm output.dir=r
    run -0 "$NNTRAIN" predict -q r/model.json d.csv
    contains "${lines[0]}" "petal_width_cm"
    contains "${lines[0]}" "petal_length_cm"
}

@test "every level predicts the same bytes" {
    for level in $(levels); do
        run "$NNTRAIN" predict -q --cpu $level model.json d.csv
        [ "$status" -eq 2 ] || [ "$output" = "$(cat expected.csv)" ]
    done
}

@test "a run folder stands for the model in it" {
    run=$BATS_FILE_TMPDIR/runs/m
    "$NNTRAIN" predict -q "$run" d.csv | cmp - expected.csv
    cmp <("$NNTRAIN" evaluate -q "$run/" d.csv) <("$NNTRAIN" evaluate -q model.json d.csv)
    mkdir run empty
    cp model.json run/
    "$NNTRAIN" export -q run --format safetensors
    [ -s run/model.safetensors ]
    refuses 7 "run/model.json: error: would be replaced, but it is read; give another path with -o" \
        "$NNTRAIN" predict -q run d.csv -o run/model.json
    for command in "predict empty d.csv" "export empty --format c" "inspect empty"; do
        refuses 7 "empty: error: is a folder without a model.json; give the folder of a run, or a model.json itself" \
            "$NNTRAIN" $command
    done
}

@test "data before the model is told" {
    refuses 2 "error: the model comes first: nntrain predict model.json d.csv expected.csv" \
        "$NNTRAIN" predict d.csv expected.csv model.json
    mkdir run
    refuses 2 "error: the model comes first: nntrain evaluate run d.csv" "$NNTRAIN" evaluate d.csv run
}

@test "many columns that are lacking are told in a moment, the first by name" {
    wide() { # NAME: 2000 columns NAME0, NAME1, ... and y
        awk -v name="$1" 'BEGIN {
            for (i = 0; i < 2000; i++) printf "%s%d,", name, i
            print "y"
            for (row = 0; row < 20; row++) {
                for (i = 0; i < 2000; i++) printf "%d,", i * row % 7
                print row % 2
            }
        }'
    }
    wide c >train.csv
    wide d >other.csv
    printf '[data]\nfile = train.csv\ntarget = y\n[training]\nepochs = 1\n' >w.ini
    "$NNTRAIN" -q w.ini
    run -4 prlimit --cpu=8 "$NNTRAIN" predict runs/w/model.json other.csv
    contains "$output" "the model needs columns that the header does not have: 'c0' (did you mean 'd0'?), 'c1' (did you mean 'd1'?), "
    contains "$output" ", 'c19' (did you mean 'd19'?) and 1980 more"
    run -0 "$NNTRAIN" predict runs/w/model.json train.csv
    [ "${#lines[@]}" -eq 21 ]
}
