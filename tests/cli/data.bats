load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    small_config
    "$NNTRAIN" -q c.ini output.dir=plain
}

# same_model [OVERRIDE ...]: the run with them ends with the weights of the plain one.
same_model() {
    "$NNTRAIN" -q c.ini output.dir=out "$@"
    [ "$(jq .weights_sha256 out/metrics.json)" = "$(jq .weights_sha256 plain/metrics.json)" ]
}

@test "several files, and a glob in the order of names" {
    mkdir parts
    for part in 1 2 3; do
        { head -1 iris.csv; tail -n +2 iris.csv | sed -n "$((part * 50 - 49)),$((part * 50))p"; } >parts/$part.csv
    done
    same_model data.file=parts/1.csv,parts/2.csv,parts/3.csv
    same_model 'data.file=parts/*.csv'
    jq -e '.data | length == 3' out/manifest.json
}

@test "standard input" {
    same_model data.file=- <iris.csv
    jq -e '.data[0].name == "-"' out/manifest.json
}

@test "a gzip file under the name of a plain one" {
    gzip -c iris.csv >packed.csv
    refuses 4 "packed.csv: error: this is a gzip file, not CSV; unpack it, or rename it so that it ends in .csv.gz" \
        "$NNTRAIN" -q c.ini data.file=packed.csv
}

@test "a quote that is never closed is given up long before the end of the file" {
    { printf 'a,b\n1,2\n3,"4\n'; yes 55555555555555555555555555555555,6 | head -c 100000000; } >open.csv
    (
        is_sanitized || ulimit -v 400000
        refuses 4 "open.csv:3:2: error: the cell that starts here is longer than 1048576 bytes; does it open with a quote that is never closed?" \
            "$NNTRAIN" -q c.ini data.file=open.csv
    )
    rm open.csv
}

@test "gzip" {
    gzip -k iris.csv
    same_model data.file=iris.csv.gz
    head -c 200 iris.csv.gz >half.csv.gz
    run -4 "$NNTRAIN" -q c.ini data.file=half.csv.gz
    [[ $output == half.csv.gz:* ]]
    { head -c -8 iris.csv.gz; head -c 8 /dev/zero; } >bad.csv.gz
    refuses 4 "bad.csv.gz: error: the gzip file is damaged" "$NNTRAIN" -q c.ini data.file=bad.csv.gz
    { cat iris.csv.gz; echo garbage; } >tail.csv.gz
    refuses 4 "tail.csv.gz: error: something else follows the end of the gzip data" "$NNTRAIN" -q c.ini data.file=tail.csv.gz
    { head -n 70 iris.csv | gzip; tail -n +71 iris.csv | gzip; head -c 1000 /dev/zero; } >members.csv.gz
    same_model data.file=members.csv.gz
}

@test "the form of the text does not matter" {
    { printf '\xef\xbb\xbf'; sed 's/$/\r/' iris.csv; } >crlf.csv
    same_model data.file=crlf.csv
    head -c -1 iris.csv >no_end.csv
    same_model data.file=no_end.csv
    sed 's/setosa/"setosa"/; s/^sepal_length_cm/"sepal_length_cm"/' iris.csv >quoted.csv
    same_model data.file=quoted.csv
    sed 's/5\.1/5.10e0/; s/^4\.9,/+4.9,/' iris.csv >numbers.csv
    same_model data.file=numbers.csv
    { sed '1s/$/\r/' iris.csv; } >mixed.csv
    run -0 "$NNTRAIN" c.ini data.file=mixed.csv
    contains "$output" "mixed.csv: warning: some lines end in CR LF and some in LF"
}

@test "delimiters are found, or given" {
    for delimiter in ';' '|' $'\t'; do
        tr , "$delimiter" <iris.csv >other.csv
        same_model data.file=other.csv
    done
    same_model data.file=other.csv data.delimiter=tab
    tr , ';' <iris.csv >other.csv
    same_model data.file=other.csv 'data.delimiter=;'
    printf '[data]\nfile = other.csv\ntarget = species\ndelimiter = ";"\n' >d.ini
    run -0 "$NNTRAIN" check d.ini
}

@test "without a header, columns are numbers" {
    tail -n +2 iris.csv >bare.csv
    same_model data.file=bare.csv data.header=false data.target=c5
    jq -e '[.inputs[].name] == ["c1", "c2", "c3", "c4"]' out/model.json
    same_model data.file=bare.csv data.header=false 'data.target=#5'
    run -0 "$NNTRAIN" predict -q out/model.json bare.csv
    [ "${#lines[@]}" -eq 151 ]
}

@test "features, ignored columns and the number of rows" {
    "$NNTRAIN" -q c.ini 'data.features=sepal*' output.dir=out
    jq -e '[.inputs[].name] == ["sepal_length_cm", "sepal_width_cm"]' out/model.json
    "$NNTRAIN" -q c.ini 'data.ignore=*width*' output.dir=out
    jq -e '[.inputs[].name] == ["sepal_length_cm", "petal_length_cm"]' out/model.json
    "$NNTRAIN" -q c.ini data.max_rows=120 output.dir=out
    jq -e '[.train, .validation, .test | .rows] | add == 120' out/metrics.json
}

@test "weights count rows" {
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "w"; next} {print $0, 1}' iris.csv >ones.csv
    same_model data.file=ones.csv data.weight=w
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "w"; next} {print $0, NR % 3}' iris.csv >w.csv
    run ! same_model data.file=w.csv data.weight=w
    sed '2s/.*/&x/' w.csv >bad.csv
    run -4 "$NNTRAIN" -q c.ini data.file=bad.csv data.weight=w
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "w"; next} {print $0, NR - 3}' iris.csv >negative.csv
    run -4 "$NNTRAIN" -q c.ini data.file=negative.csv data.weight=w
    contains "$output" "negative.csv:2:6: error: column 'w': '-1'"
}

# The rows of each part, in the order of the table.
parts() {
    "$NNTRAIN" -q c.ini output.dir=out evaluation.predictions=test "$@"
    tail -n +2 out/predictions_test.csv | cut -d, -f1 >test_rows
    "$NNTRAIN" -q c.ini output.dir=out evaluation.predictions=validation "$@"
    tail -n +2 out/predictions_validation.csv | cut -d, -f1 >validation_rows
}

@test "groups are never torn apart" {
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "g"; next} {print $0, int(NR / 7)}' iris.csv >g.csv
    parts data.file=g.csv data.group=g
    for file in test_rows validation_rows; do
        awk '{print int(($1 + 1) / 7)}' $file | sort -u >$file.groups
        [ -s $file.groups ]
        awk '{print int(($1 + 1) / 7)}' $file | sort | uniq -c | awk '$1 < 6 && $2 > 0 && $2 < 21 {exit 1}'
    done
    [ -z "$(comm -12 test_rows.groups validation_rows.groups)" ]
    jq -e '[.inputs[].name] | index("g") == null' out/model.json
}

@test "with a time the latest rows are the test" {
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "t"; next} {print $0, (NR * 37) % 151}' iris.csv >t.csv
    parts data.file=t.csv data.time=t
    awk -F, 'NR > 1 {print NR - 1 "," $6}' t.csv | sort -t, -k2n | tail -n "$(wc -l <test_rows)" | cut -d, -f1 | sort >latest
    sort test_rows | cmp - latest
}

@test "a column says the part" {
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "part"; next}
        {print $0, (NR % 5 == 0 ? "test" : NR % 5 == 1 ? "validation" : "train")}' iris.csv >p.csv
    parts data.file=p.csv split.column=part
    awk 'BEGIN {for (i = 1; i <= 150; i++) if ((i + 1) % 5 == 0) print i}' | cmp - test_rows
    awk 'BEGIN {for (i = 1; i <= 150; i++) if ((i + 1) % 5 == 1) print i}' | cmp - validation_rows
}

@test "validation and test may be files of their own" {
    { head -1 iris.csv; awk 'NR > 1 && NR % 4 == 0' iris.csv; } >v.csv
    { head -1 iris.csv; awk 'NR > 1 && NR % 4 == 1' iris.csv; } >t.csv
    { head -1 iris.csv; awk 'NR > 1 && NR % 4 > 1' iris.csv; } >d.csv
    "$NNTRAIN" -q c.ini data.file=d.csv data.validation_file=v.csv data.test_file=t.csv output.dir=out
    jq -e '[.train, .validation, .test | .rows] == [76, 37, 37]' out/metrics.json
    jq -e '.data | length == 3' out/manifest.json
    "$NNTRAIN" -q c.ini data.file=d.csv data.test_file=t.csv output.dir=out
    jq -e '.train.rows + .validation.rows == 76 and .test.rows == 37' out/metrics.json
}

@test "a part that gets no rows is told" {
    awk 'BEGIN {print "a,y"; for (i = 0; i < 40; i++) print i ",k" i}' >alone.csv
    run -0 "$NNTRAIN" c.ini data.file=alone.csv data.target=y training.epochs=1 output.dir=out
    contains "$output" "warning: no row is left for validation, although split.validation = 0.15"
    contains "$output" "warning: no row is left for test, although split.test = 0.15"
    run -0 "$NNTRAIN" c.ini split.train=1 split.validation=0 split.test=0 output.dir=out
    [[ $output != *warning* ]]
}

@test "parts may be left out" {
    "$NNTRAIN" -q c.ini split.train=1 split.validation=0 split.test=0 output.dir=out
    jq -e '.train.rows == 150 and .validation == null and .test == null' out/metrics.json
}

# Every fifth cell of two columns is gone, and one column holds words.
with_holes() {
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print $0, "color"; next}
        {$1 = NR % 5 ? $1 : ""; $3 = NR % 7 ? $3 : "NA"; print $0, (NR % 11 ? (NR % 3 ? "red" : "blue") : "")}' iris.csv >holes.csv
}

@test "missing values and categories: every imputer and encoder" {
    with_holes
    for name in $(choices preprocess.impute); do
        for encoder in $(choices preprocess.encode); do
            run "$NNTRAIN" -q c.ini data.file=holes.csv preprocess.impute="$name" preprocess.encode="$encoder" output.dir=out
            if [ "$name" = error ]; then
                [ "$status" -eq 4 ]
            else
                [ "$status" -eq 0 ] || { echo "$name $encoder: $output"; return 1; }
                "$NNTRAIN" predict -q out/model.json holes.csv >/dev/null
            fi
        done
    done
    run -0 "$NNTRAIN" c.ini data.file=holes.csv preprocess.impute=drop
    contains "$output" "rows with missing cells were left out (preprocess.impute = drop)"
    run -0 "$NNTRAIN" c.ini data.file=holes.csv preprocess.missing_indicator=true
    contains "$output" "4 numeric (standard), 1 categorical (onehot), 9 columns in all"
    run -0 "$NNTRAIN" c.ini data.file=holes.csv preprocess.max_categories=2 data.categorical=petal_width_cm
    contains "$output" "cells hold categories that are rare or unknown in training"
}

@test "every scaler" {
    for name in $(choices preprocess.scale); do
        "$NNTRAIN" -q c.ini preprocess.scale="$name" output.dir=out
        "$NNTRAIN" predict -q out/model.json iris.csv >/dev/null
        run "$NNTRAIN" -q c.ini data.target=petal_width_cm preprocess.target_scale="$name" output.dir=out
        [ "$status" -eq 0 ] || { [ "$name" = quantile ] && contains "$output" "preprocess.target_scale"; }
    done
}

@test "other words for no value" {
    with_holes
    sed 's/,NA,/,unknown,/' holes.csv >unknown.csv
    run -4 "$NNTRAIN" -q c.ini data.file=unknown.csv data.numeric=petal_length_cm
    contains "$output" "'unknown' is not a number"
    run -0 "$NNTRAIN" -q c.ini data.file=unknown.csv data.missing=unknown output.dir=out
    jq -e '.inputs[2].type == "number"' out/model.json
}

@test "a constant column is told, and does no harm" {
    awk -F, 'BEGIN {OFS = ","} NR == 1 {print "same", $0; next} {print 7, $0}' iris.csv >constant.csv
    run -0 "$NNTRAIN" c.ini data.file=constant.csv output.dir=out
    contains "$output" "constant.csv: warning: column 'same' is constant in the training rows and carries no information"
    jq -e '[.tensors[].data | flatten | .[]] | all(. != null)' out/model.json
}

@test "the column is named in which most categories are new to training" {
    awk 'BEGIN { print "id,colour,x,y"; for (i = 0; i < 60; i++) print "r" i "," (i % 2 ? "red" : "blue") "," i % 7 "," (i % 3 ? "p" : "q") }' >ids.csv
    printf '[data]\nfile = ids.csv\ntarget = y\n' >ids.ini
    run -0 "$NNTRAIN" check ids.ini
    contains "$output" "warning: 18 validation and test cells hold categories that are rare or unknown in training, most in column 'id'"
    contains "$output" " inputs, 1 output, "
}

@test "a first row that is taken for a header" {
    tail -n +2 iris.csv >bare.csv
    run -0 --separate-stderr "$NNTRAIN" c.ini output.dir=out
    [[ $output$stderr != *"column names"* ]]
    run -0 --separate-stderr "$NNTRAIN" c.ini data.file=bare.csv data.target=setosa output.dir=out
    contains "$output$stderr" "bare.csv:1: warning: 4 of 5 column names are numbers; if the file has no header, set data.header = false"
}

@test "a file that two parts name" {
    run -0 --separate-stderr "$NNTRAIN" c.ini data.test_file=./iris.csv output.dir=out
    contains "$output$stderr" "iris.csv: warning: both data.file and data.test_file name it: train and test rows are the same"
    run -0 --separate-stderr "$NNTRAIN" c.ini data.validation_file=iris.csv output.dir=out
    contains "$output$stderr" "data.validation_file name it: train and validation rows are the same"
}

@test "a number target with one value" {
    sed '1s/$/,z/; 2,$s/$/,7/' iris.csv >seven.csv
    run -0 --separate-stderr "$NNTRAIN" c.ini data.file=seven.csv data.target=z data.task=regression output.dir=out
    contains "$output$stderr" "seven.csv: warning: target column 'z' is constant in the training rows, so there is nothing to learn"
    run -0 --separate-stderr "$NNTRAIN" c.ini data.file=seven.csv data.target=petal_width_cm output.dir=out
    [[ $output$stderr != *"target column"* ]]
}

@test "a column that is named * is one of many" {
    printf 'a,*,y\n1,2,k\n2,1,l\n3,4,k\n4,4,l\n5,5,k\n6,2,l\n' >star.csv
    printf '[data]\nfile = star.csv\ntarget = y\n[training]\nepochs = 2\n' >star.ini
    run -0 "$NNTRAIN" check star.ini
    contains "$output" "inputs: 2 numeric"
    run -0 "$NNTRAIN" check star.ini "data.ignore=*"
    contains "$output" "inputs: 1 numeric"
}
