load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    printf '[data]\nfile = x.csv\ntarget = y\n' >c.ini
}

# table AWK: x.csv of 200 rows; the program prints a row for each i, h is a number from 0 to 96 that looks random.
table() {
    awk "BEGIN { print \"$1\"; for (i = 1; i <= 200; i++) { h = (i * 7919 + i * i * 31) % 97; k = (i * 7919 % 101) > 50; $2 } }" >x.csv
}

# warns TEXT [OVERRIDE ...]: check warns of exactly this, and goes on.
warns() {
    local text=$1
    shift
    run --separate-stderr "$NNTRAIN" check c.ini "$@"
    local warnings
    warnings=$(sed -n 's/^ *\(.*: warning: .*\)/\1/p' <<<"$stderr")
    [[ $status -eq 0 && $warnings == "$text" ]] || {
        printf 'expected: %s\ngot: %s %s\n' "$text" "$status" "$stderr"
        return 1
    }
}

@test "ordinary data has no findings" {
    table 'a,b,y' 'print h "," (h * h) % 89 "." i "," k'
    warns ""
}

@test "a column that repeats another" {
    table 'a,b,y' 'print h "." i "," h "." i "0," k'
    warns "x.csv: warning: column 'b' repeats 'a' in every row: put one of them into data.ignore"
    warns "" data.ignore=b
    table 'a,t,u,y' 'print h "." i ",k" h % 5 ",k" h % 5 "," k'
    warns "x.csv: warning: column 'u' repeats 't' in every row: put one of them into data.ignore"
}

@test "a column that counts the rows" {
    table 'row,a,y' 'print i "," h "." i "," k'
    warns "x.csv: warning: column 'row' counts the rows: it tells where a row stands in the file, and nothing of new rows; put it into data.id or data.ignore"
    warns "" data.id=row
}

@test "a column that gives the target away" {
    local away="alone gives the target away: if it is known only once the target is, put it into data.ignore"
    table 'a,code,y' 'print h "." i "," (k ? "yes" : "no") "," (k ? "p" : "q")'
    warns "x.csv: warning: column 'code' $away"
    warns "" data.ignore=code
    table 'a,score,y' 'print h "." i "," (k ? 0.6 : 0.1) + i / 1000 "," (k ? "p" : "q")'
    warns "x.csv: warning: column 'score' $away"
    table 'a,euro,y' 'print h "." i "," 2 * (h + i / 7) "," 3 * (h + i / 7)'
    warns "x.csv: warning: column 'euro' $away" data.task=regression
}

@test "a rare class" {
    table 'a,y' 'print h "." i "," (i % 40 == 7 ? "rare" : "often")'
    warns "x.csv: warning: column 'y' has a class with 3 of 140 training rows, and another with 137: accuracy looks good without the rare one; watch balanced_accuracy, and try loss.class_weight = balanced"
}

@test "rows in order of time that are split at random" {
    local time="rises from row to row, so the rows are in order of time, but split.method = stratified trains on later rows than it tests on; use split.method = time with data.time"
    table 'day,a,y' 'printf "2024-%02d-%02d,%s.%s,%s\n", 1 + int(i / 25), 1 + i % 25, h, i, k'
    run --separate-stderr "$NNTRAIN" check c.ini
    contains "$stderr" "x.csv: warning: column 'day' $time"
    table 'time,a,y' 'print i * 60 "," h "." i "," k'
    warns "x.csv: warning: column 'time' $time"
    warns "" data.time=time split.method=time
}

@test "rows that are in training and elsewhere" {
    table 'a,part,y' 'print h "." i "," (i <= 150 ? "train" : i <= 180 ? "validation" : "test") "," k'
    sed -n '5p;7p' x.csv | sed 's/train/test/' >>x.csv
    sed -n '9p' x.csv | sed 's/train/validation/' >>x.csv
    warns "x.csv:204: warning: 1 of 31 validation rows is also a training row (this one is x.csv:9): what is measured on it is too good; remove repeated rows, or keep them together with data.group
x.csv:202: warning: 2 of 22 test rows are also a training row (this one is x.csv:5): what is measured on them is too good; remove repeated rows, or keep them together with data.group" split.column=part
}

@test "names of columns are escaped" {
    table $'a\e[31m,b,y' 'print h "." i "," h "." i "0," k'
    warns "x.csv: warning: column 'b' repeats 'a\\x1b[31m' in every row: put one of them into data.ignore"
}
