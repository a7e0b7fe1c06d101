load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    small_config
}

# Nothing was begun.
teardown() {
    [ ! -e runs ]
}

train=("$NNTRAIN" -q)

# Rows of a CSV with columns a, b and the classes of y.
rows=$'1,2,p\n2,1,q\n3,2,p\n4,1,q\n5,2,p\n6,1,q\n7,3,p\n8,1,q\n9,2,p\n10,3,q\n'

# refuses_ini TEXT FORMAT: the config of this text is a config error.
refuses_ini() {
    # shellcheck disable=SC2059
    printf "$2" >x.ini
    refuses 3 "$1" "${train[@]}" x.ini
}

# refuses_csv TEXT FORMAT [OVERRIDE ...]: the data of this text is a data error.
refuses_csv() {
    local text=$1
    # shellcheck disable=SC2059
    printf "$2" >x.csv
    shift 2
    refuses 4 "$text" "${train[@]}" c.ini data.file=x.csv data.target=y "$@"
}

good=$'[data]\nfile = iris.csv\ntarget = species\n'

@test "INI: nothing in it" {
    local required="x.ini: error: data.file is required: CSV file(s) or glob, .gz too; - is standard input
x.ini: error: data.target is required: column(s) to predict, by name or as #3 (1-based; in a file \"#3\", quoted); several: multi-output or multi-label"
    refuses_ini "$required" ''
    refuses_ini "$required" '; nothing\n# at all\n'
    refuses_ini "$required" '\xef\xbb\xbf'
}

@test "INI: no text" {
    refuses_ini "x.ini: error: is UTF-16; save it as UTF-8 (byte 0)" '\xff\xfe[\0d\0]\0'
    refuses_ini "x.ini: error: has a carriage return without a newline; save it with Unix line ends (byte 6)" \
        '[data]\rfile = iris.csv\r'
    refuses_ini "x.ini: error: has a NUL byte (byte 10)" '[data]\nfil\0e = iris.csv\n'
    refuses_ini "x.ini: error: has a control character (byte 14)" '[data]\nfile = \e[31m\n'
    refuses_ini "x.ini: error: is not valid UTF-8 (byte 14)" '[data]\nfile = \xff\n'
    cp iris.csv x.ini
    run -3 "${train[@]}" x.ini
    [ "${#lines[@]}" -eq 11 ]
    [ "${lines[10]}" = "x.ini: error: 10 mistakes and not one entry; is this a config? (nntrain init makes one for a CSV)" ]
}

@test "INI: a byte order mark, CRLF and long comments change nothing" {
    "${train[@]}" c.ini output.dir=a
    { printf '\xef\xbb\xbf'; sed 's/$/\r/' c.ini; printf ';%0200d epochs=99\r\n' 0; } >d.ini
    "${train[@]}" d.ini output.dir=b
    cmp a/model.json b/model.json
    cmp a/history.jsonl b/history.jsonl
}

@test "INI: lines" {
    refuses_ini "x.ini:5:191: error: a line of more than 190 bytes; continue a list on the next line after a comma" \
        "${good}[run]\nname = $(printf 'x%.0s' {1..200})\n"
    refuses_ini 'x.ini:5:1: error: expected "key = value" or "[section]", got "epochs"' "${good}[training]\nepochs\n"
    refuses_ini 'x.ini:5:1: error: a value without a key' "${good}[training]\n= 5\n"
    refuses_ini 'x.ini:5:7: error: a colon in a key; write key = value' "${good}[training]\nepochs: 5 = 6\n"
    refuses_ini 'x.ini:5:1: error: training.epochs: "" is not an integer from 0 to 10000000' "${good}[training]\nepochs =\n"
    refuses_ini "x.ini: error: has 100004 lines, the limit is 100000" "$good$(printf 'k=1\\n%.0s' {1..100001})"
}

@test "INI: sections" {
    refuses_ini 'x.ini:4:1: error: a section line lacks its closing ]' "${good}[training\n"
    refuses_ini 'x.ini:4:11: error: text after the ] of a section; write it on a line of its own' "${good}[training] x\n"
    refuses_ini 'x.ini:4:1: error: a section without a name' "${good}[]\n"
    refuses_ini 'x.ini:4:1: error: unknown section [Training]; did you mean [training]?' "${good}[Training]\n"
    refuses_ini "x.ini:4:1: error: a section name of more than 45 bytes" "${good}[$(printf 'x%.0s' {1..46})]\n"
    refuses_ini "x.ini:4:1: error: [data] is already given on line 1" "${good}[data]\nid = none\n"
    refuses_ini "x.ini:4:1: error: data.target is already given on line 3" "${good}target = species\n"
    refuses_ini "x.ini:1:1: error: unknown key seed before the first [section]; did you mean run.seed or split.seed?" \
        "seed = 1\n$good"
}

@test "INI: unknown keys, all of them" {
    refuses_ini 'x.ini:4:1: error: unknown key data.lr; did you mean optimizer.learning_rate?
x.ini:6:3: error: unknown key training.epoch; did you mean training.epochs?
x.ini:7:1: error: unknown key training.hidden_layer_sizes; did you mean network.hidden?
x.ini:8:1: error: unknown key training.xyzzy; `nntrain help config` lists all keys' \
        "${good}lr = 0.1\n[training]\n  epoch = 3\nhidden_layer_sizes = 3\nxyzzy = 1\n"
}

@test "INI: numbers" {
    for value in 0,1 1e-3x 0x10 nan inf 1e999 -0.1 ٣ 1..2; do
        refuses 3 "command line: optimizer.learning_rate=$value: error: optimizer.learning_rate: \"$value\" is not a number from 1e-12 to 1000000 or auto" \
            "${train[@]}" c.ini optimizer.learning_rate=$value
    done
    for value in -1 2.5 1e3 99999999999999999999 ten; do
        refuses 3 "command line: training.epochs=$value: error: training.epochs: \"$value\" is not an integer from 0 to 10000000" \
            "${train[@]}" c.ini training.epochs=$value
    done
    refuses 3 'command line: split.train=110%: error: split.train: "110%" is not a number from 0.001 to 1' \
        "${train[@]}" c.ini split.train=110%
    refuses 3 'command line: run.seed=-1: error: run.seed: "-1" is not an integer from 0 to 18446744073709551615' \
        "${train[@]}" c.ini run.seed=-1
    refuses 3 'command line: run.max_time=90: error: run.max_time: "90" is not a duration such as 90s, 15m or 2h or none' \
        "${train[@]}" c.ini run.max_time=90
}

@test "INI: lists, words and names" {
    refuses 3 'command line: network.hidden=128,,64: error: network.hidden: an empty item in the list "128,,64"' \
        "${train[@]}" c.ini network.hidden=128,,64
    for value in 0 -5 2147483648; do
        refuses 3 "command line: network.hidden=8, $value: error: network.hidden: \"$value\" is not an integer from 1 to 2147483647" \
            "${train[@]}" c.ini "network.hidden=8, $value"
    done
    refuses 3 'command line: training.shuffle=maybe: error: training.shuffle: "maybe" is not true or false' \
        "${train[@]}" c.ini training.shuffle=maybe
    refuses 3 'command line: data.delimiter=x: error: data.delimiter: "x" is not one of auto , ; tab |' \
        "${train[@]}" c.ini data.delimiter=x
    refuses 3 'command line: preprocess.scale=standart: error: preprocess.scale: "standart" is not one of standard, minmax, robust, quantile, none; did you mean standard?' \
        "${train[@]}" c.ini preprocess.scale=standart
    refuses 3 'command line: gate.test.acuracy=> 1: error: gate.test.acuracy: '"'test.acuracy' is no metric path; did you mean 'test.accuracy'?" \
        "${train[@]}" c.ini 'gate.test.acuracy=> 1'
}

@test "INI: keys that contradict each other" {
    refuses_ini "x.ini:5:1: error: split.train + split.validation + split.test is 1.1, not 1" "${good}[split]\ntrain = 0.8\n"
    refuses_ini "x.ini:5:1: error: split.method = group needs data.group" "${good}[split]\nmethod = group\n"
    refuses_ini "x.ini:5:1: error: network.activation has 3 values for 2 hidden layers; give one, or one per layer" \
        "${good}[network]\nactivation = relu, tanh, relu\n"
    refuses_ini "x.ini:5:1: error: loss.name = mse needs network.output = linear, sigmoid, not softmax" \
        "${good}[loss]\nname = mse\n[network]\noutput = softmax\n"
    refuses_ini "x.ini:5:1: error: early_stopping.monitor = test.loss is not known during training; watch train.loss, validation.loss or a metric of validation" \
        "${good}[early_stopping]\nmonitor = test.loss\n"
    refuses_ini "x.ini:5:1: error: split.train + split.validation + split.test is 1.05, not 1" "${good}[split]\ntest = 0.2\n"
    refuses_ini "x.ini:4:1: error: [layer.1] needs units; layers are numbered 1, 2, ... without holes" "${good}[layer.1]\nbias = 1\n"
    refuses_ini "x.ini:4:1: error: [layer.1] needs units; layers are numbered 1, 2, ... without holes" "${good}[layer.2]\nunits = 3\n"
}

@test "--print names a number that the run will have" {
    refuses 2 "error: --print test.rmse: rmse does not exist for multiclass tasks; the choices are accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, roc_auc, log_loss, brier, mcc" \
        "${train[@]}" c.ini --print test.rmse
    refuses 2 "error: --print test.mcc: mcc is not among the metrics of this run; add it to evaluation.metrics" \
        "${train[@]}" c.ini --print test.mcc evaluation.metrics=accuracy
    refuses 2 "error: --print test.loss: the part has no rows" \
        "${train[@]}" c.ini --print test.loss split.train=0.85 split.test=0
}

@test "config against data" {
    refuses_ini "x.ini:5:1: error: loss.name = mse is not for multiclass; auto chooses cross_entropy" "${good}[loss]\nname = mse\n"
    refuses_ini "x.ini:5:1: error: network.output = sigmoid is not for multiclass; auto chooses softmax" \
        "${good}[network]\noutput = sigmoid\n"
    refuses_ini "x.ini:5:1: error: evaluation.metrics: rmse does not exist for multiclass tasks; the choices are accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, roc_auc, log_loss, brier, mcc" \
        "${good}[evaluation]\nmetrics = rmse, mcc\n"
    refuses_ini "x.ini:5:1: error: early_stopping.monitor: accuracy is not among the metrics of this run; add it to evaluation.metrics" \
        "${good}[early_stopping]\nmonitor = validation.accuracy\n[evaluation]\nmetrics = mcc\n"
    refuses_ini "x.ini:5:1: error: early_stopping.monitor: rmse does not exist for multiclass tasks; the choices are accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, roc_auc, log_loss, brier, mcc" \
        "${good}[early_stopping]\nmonitor = validation.rmse\n"
    refuses_ini "x.ini:5:1: error: gate.test.mcc: mcc is not among the metrics of this run; add it to evaluation.metrics" \
        "${good}[gate]\ntest.mcc = >= 0\n[evaluation]\nmetrics = accuracy\n"
    refuses_ini "x.ini:5:1: error: gate.baseline.linear.test.r2: r2 does not exist for multiclass tasks; the choices are accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, roc_auc, log_loss, brier, mcc" \
        "${good}[gate]\nbaseline.linear.test.r2 = >= 0\n"
    refuses_ini "x.ini:5:1: error: gate.baseline.mean.test.log_loss: this baseline is not made for the task" \
        "${good}[gate]\nbaseline.mean.test.log_loss = >= 0\n"
    refuses_ini "x.ini:5:1: error: gate.gap.loss: the part has no rows" \
        "${good}[gate]\ngap.loss = < 1\n[split]\ntrain = 0.8\nvalidation = 0.2\ntest = 0\n"
    refuses_ini "x.ini:5:1: error: gate.test.loss.drop: a drop needs --baseline METRICS.json, the numbers of another run" \
        "${good}[gate]\ntest.loss.drop = <= 0\n"
    refuses_ini "x.ini:5:1: error: gate.test.accuracy: '>= 95' never holds, for no value is above 1; write '>= 0.95' or '>= 95%'" \
        "${good}[gate]\ntest.accuracy = >= 95\n"
    "${train[@]}" c.ini output.dir=base evaluation.metrics=accuracy
    refuses 3 "command line: gate.test.mcc.drop=<= 0: error: gate.test.mcc.drop: the baseline file has no such number" \
        "${train[@]}" c.ini --baseline base/metrics.json 'gate.test.mcc.drop=<= 0'
    refuses_ini "x.ini:5:1: error: early_stopping.patience needs validation rows to watch validation.loss; give split.validation or data.validation_file" \
        "${good}[early_stopping]\npatience = 3\n[split]\ntrain = 0.85\nvalidation = 0\n"
    refuses_ini "x.ini:5:1: error: schedule.name = plateau needs validation rows to watch validation.loss; give split.validation or data.validation_file" \
        "${good}[schedule]\nname = plateau\n[split]\ntrain = 0.85\nvalidation = 0\n"
    refuses_ini "x.ini:5:1: error: evaluation.threshold = f1 does nothing for multiclass" \
        "${good}[evaluation]\nthreshold = f1\n"
    refuses_ini "x.ini:5:1: error: evaluation.threshold does nothing for multiclass" \
        "${good}[evaluation]\nthreshold = 0.3\n"
    refuses 3 "command line: evaluation.threshold=f1: error: evaluation.threshold = f1 is tuned on validation rows; give split.validation or data.validation_file" \
        "${train[@]}" "$ROOT/configs/breast_cancer.ini" evaluation.threshold=f1 split.validation=0 split.train=0.85
    refuses_ini "x.ini:5:1: error: evaluation.predictions = test, but that part has no rows; give split.test or data.test_file" \
        "${good}[evaluation]\npredictions = test\n[split]\ntrain = 0.85\ntest = 0\n"
    refuses_ini 'x.ini:5:1: error: loss.class_weight: there is no class "a"; the classes are setosa, versicolor, virginica' \
        "${good}[loss]\nclass_weight = a:1\n"
    refuses_ini 'x.ini:5:1: error: loss.class_weight: "setosa" is not balanced, none, or class:weight with a weight of at least 0' \
        "${good}[loss]\nclass_weight = setosa\n"
    refuses_ini "x.ini:5:1: error: network.norm = batch needs batches of at least 2 rows, training.batch_size is 1; use layer" \
        "${good}[network]\nnorm = batch\n[training]\nbatch_size = 1\n"
}

@test "columns that there are not, at the place of the key" {
    printf '[data]\nfile = iris.csv\ntarget = specie\nid = zz\n' >x.ini
    refuses 4 "x.ini:3:1: error: data.target: no column 'specie'; did you mean 'species'?
x.ini:4:1: error: data.id: no column 'zz'; the columns are sepal_length_cm, sepal_width_cm, petal_length_cm, petal_width_cm, species" \
        "${train[@]}" x.ini
    refuses 4 "command line: data.id=species: error: data.id: column 'species' is in data.target already" \
        "${train[@]}" c.ini data.id=species
    refuses 4 "command line: data.target=#9: error: data.target: no column '#9'; the columns are sepal_length_cm, sepal_width_cm, petal_length_cm, petal_width_cm, species" \
        "${train[@]}" c.ini 'data.target=#9'
    refuses 4 "command line: data.features=species: error: data.features: column 'species' is in data.target already
command line: data.features=species: error: data.features: no column is left to learn from" \
        "${train[@]}" c.ini data.features=species
}

@test "files that cannot be read" {
    mkdir folder
    mkfifo pipe
    refuses 7 "no.ini: error: cannot read: No such file or directory" "${train[@]}" no.ini
    refuses 7 "folder: error: is a folder, expected a file" "${train[@]}" folder
    refuses 7 "pipe: error: is a pipe, expected a file (- reads standard input)" timeout 5 "${train[@]}" pipe
    refuses 7 "/dev/zero: error: is a device, expected a file" timeout 5 "${train[@]}" /dev/zero
    refuses 7 "command line: data.file=no.csv: error: data.file: cannot read no.csv: No such file or directory" \
        "${train[@]}" c.ini data.file=no.csv
    printf 'a\n' >folder/yes.csv
    printf '[data]\nfile = yes.csv\ntest_file = sub/no.csv\ntarget = a\n' >folder/x.ini
    refuses 7 "folder/x.ini:3:1: error: data.test_file: cannot read folder/sub/no.csv: No such file or directory" \
        "${train[@]}" folder/x.ini
    refuses 7 "/proc/x: error: the run cannot be written here: cannot lock /proc/x.lock: No such file or directory; choose another output.dir" \
        "${train[@]}" c.ini output.dir=/proc/x
    refuses 7 "no*.csv: error: no file matches this pattern" "${train[@]}" c.ini 'data.file=no*.csv'
    refuses 7 "folder: error: cannot read: it is a folder" "${train[@]}" c.ini data.file=folder
    refuses 7 "no.json: error: cannot read: No such file or directory" "${train[@]}" c.ini init.from=no.json
    refuses 7 "no.json: error: cannot read: No such file or directory" "${train[@]}" c.ini --baseline no.json
    refuses 4 "iris.csv:1:1: error: neither a value nor true, false or null; the file is damaged, or no metrics.json of a run" \
        "${train[@]}" c.ini --baseline iris.csv
}

@test "files that cannot be written" {
    refuses 7 "iris.csv: error: is a file, expected a folder" "${train[@]}" c.ini output.dir=iris.csv
    refuses 7 "iris.csv: error: cannot create the folder: File exists" "${train[@]}" c.ini output.dir=iris.csv/x
    cmp iris.csv "$DATA/iris.csv"
    "${train[@]}" c.ini output.dir=out
    "${train[@]}" c.ini output.dir=out --json | cmp - out/metrics.json
    run bash -c "'$NNTRAIN' -q c.ini output.dir=out --json >/dev/full"
    [ "$status" -eq 7 ]
    [ "$output" = "error: cannot write to standard output" ]
    run bash -c "'$NNTRAIN' -q c.ini output.dir=piped --json 2>/dev/null | head -c 1"
    [ "$output" = "{" ]
    [ -e piped/manifest.json ]
}

@test "sizes over a limit" {
    refuses 11 "c.ini: error: 1000009000003 parameters need 4000.1 GB: the limit is 2147483648 parameters (8.6 GB); use fewer or narrower layers" \
        "${train[@]}" c.ini network.hidden=1000000,1000000
    if ! is_sanitized; then
        ulimit -S -v 4000000
        refuses 11 "c.ini: error: training needs about 9.7 GB of memory (data 11 kB, parameters 4.8 GB, gradient 1.6 GB, optimizer state 3.2 GB, workspaces 61.5 MB), ulimit -v allows 4.1 GB; use narrower layers, smaller batches or fewer rows" \
            "${train[@]}" -j 1 c.ini network.hidden=20000,20000
        ulimit -S -v unlimited
    fi
    awk 'BEGIN { for (i = 1; i < 70000; i++) printf "c%d,", i; print "y" }' >x.csv
    refuses 11 "x.csv:1:65537: error: 70000 columns; the limit is 65536" "${train[@]}" c.ini data.file=x.csv data.target=y
}

@test "usage" {
    refuses 2 "error: no config given; usage: nntrain CONFIG.ini, or nntrain help" "$NNTRAIN"
    refuses 2 "error: unknown command trian; did you mean train?" "$NNTRAIN" trian c.ini
    refuses 2 "error: unknown option --quite; did you mean --quiet?" "$NNTRAIN" c.ini --quite
    refuses 2 "error: --json is given twice" "$NNTRAIN" c.ini --json --json
    refuses 2 "error: --print needs a value" "$NNTRAIN" c.ini --print
    local usage="usage: nntrain train CONFIG.ini [SECTION.KEY=VALUE ...]"
    refuses 2 "error: too many arguments, from d.ini on; $usage" "$NNTRAIN" c.ini d.ini
    refuses 2 "error: too many arguments, from training.epochs on; a key is set by training.epochs=5; $usage" "$NNTRAIN" c.ini training.epochs 5
    refuses 2 "error: too many arguments, from training.epochs on; a key is set by training.epochs=5; $usage" "$NNTRAIN" c.ini training.epochs = 5
    refuses 2 "error: too many arguments, from training.epochs on; a key is set by training.epochs=VALUE; $usage" "$NNTRAIN" c.ini training.epochs
    refuses 2 "error: predict has no option --print; it is for: train" "$NNTRAIN" predict --print train.loss m.json d.csv
    case $(uname -m) in
    x86_64) levels="portable, avx2, avx512" ;;
    aarch64) levels="portable, neon" ;;
    *) levels="portable" ;;
    esac
    refuses 2 "error: --cpu sse: must be one of auto, $levels" "$NNTRAIN" c.ini --cpu sse
    refuses 2 "error: --print: 'test.acuracy' is no metric path; did you mean 'test.accuracy'?" \
        "$NNTRAIN" c.ini --print test.acuracy
    refuses 3 'command line: error: "epochs.=3" is no override; write section.key=value' "${train[@]}" c.ini epochs.=3
    refuses 3 "command line: --training.epochs=2: error: training.epochs is already given: command line: training.epochs=1" \
        "${train[@]}" c.ini training.epochs=1 --training.epochs=2
    refuses 3 'command line: run.name=../../a: error: run.name: "../../a" has a slash; the folder is chosen by output.dir' \
        "${train[@]}" c.ini run.name=../../a
    refuses 3 "command line: epochs=3: error: unknown key epochs; did you mean training.epochs?" "${train[@]}" c.ini epochs=3
    refuses 3 "command line: optimzer.name=sgd: error: unknown key optimzer.name; did you mean optimizer.name?" \
        "${train[@]}" c.ini optimzer.name=sgd
    refuses 3 "command line: trainng.epoch=3: error: unknown key trainng.epoch; did you mean training.epochs?" \
        "${train[@]}" c.ini trainng.epoch=3
    refuses 3 "command line: data.id=: error: data.id: the list is empty; name at least one, or write none" \
        "${train[@]}" c.ini data.id=
}

@test "CSV: nothing in it" {
    refuses_csv "x.csv: error: the file is empty" ''
    refuses_csv "x.csv: error: the file has a header, but no rows" 'a,b,y\n'
    refuses_csv "x.csv: error: the file has nothing but blank lines" '\n\n\n'
}

@test "CSV: no text, or another format" {
    refuses_csv "x.csv: error: the text is UTF-16; save it as UTF-8" '\xff\xfea\0,\0b\0\n\0'
    refuses_csv "x.csv:2: error: a NUL byte; is this UTF-16 or a binary file? CSV must be UTF-8 text" 'a,b,y\n1,\0,p\n'
    refuses_csv "x.csv: error: this is a ZIP archive or a spreadsheet (xlsx, ods), not CSV; save it as CSV (UTF-8)" 'PK\x03\x04xxxxxxxx'
    refuses_csv "x.csv: error: this is a Parquet file, not CSV; convert it to CSV" 'PAR1xxxxxxxx'
    refuses_csv "x.csv:1: error: a carriage return without a line feed; save the file with LF or CR LF line ends" 'a,b,y\r1,2,p\r'
}

@test "CSV: shape" {
    refuses_csv "x.csv:12:3: error: the row has 2 cells, but the header has 3; 1 more row of the file is wrong as well" \
        "a,b,y\n${rows}1,2\n3\n"
    refuses_csv "x.csv:12:4: error: the row has 4 cells, but the header has 3" "a,b,y\n${rows}1,2,3,4\n"
    refuses_csv "x.csv:12:4: error: the row has 4 cells, but the header has 3" "a,b,y\n${rows}1,2,p,\n"
    refuses_csv 'x.csv:3:1: error: a blank line; they are allowed only at the end of the file (an empty cell of a file with one column is written as "")' \
        "a,b,y\n1,2,p\n\n$rows"
    refuses_csv "x.csv:1:2: error: columns 1 and 2 are both named 'a'; give each column a name of its own" "a,a,y\n$rows"
    refuses_csv "x.csv:1:2: error: column 2 has no name in the header; give it one, and each column its own" "a,,y\n$rows"
    refuses_csv "x.csv:1:1: error: every column name is a number; if the file has no header, set data.header = false" "1,2,3\n$rows"
    refuses_csv "command line: data.target=y: error: data.target: no column 'y'; the only column is 'a,b,y': is data.delimiter right?" \
        "a,b,y\n$rows" 'data.delimiter=;'
    printf 'a,b,z\n1,2,p\n' >z.csv
    printf 'a,b,y\n1,2,p\n' >y.csv
    refuses 4 "z.csv:1:3: error: column 3 is 'z' here, but 'y' in y.csv; files that are read together need equal headers" \
        "${train[@]}" c.ini data.file=y.csv,z.csv data.target=y
}

@test "CSV: quotes" {
    refuses_csv "x.csv:3:1: error: the quote that opens here is never closed" "a,b,y\n1,2,p\n\"1,2,q\n$rows"
    local stray="x.csv:3:1: error: the cell that starts here has a stray quote on line 3; a cell with quotes in it is written in quotes, each of them doubled"
    refuses_csv "$stray" "a,b,y\n1,2,p\n5\"x\",2,q\n$rows"
    refuses_csv "$stray" "a,b,y\n1,2,p\n\"a\"b,2,q\n$rows"
}

@test "CSV: numbers" {
    local rest="'X' is not a number, but the column looks numeric; 10 of the column's 11 values are numbers; Y, or add it to data.missing if it means no value, or the column to data.categorical if its values are categories"
    while IFS='|' read -r cell hint; do
        local bare=${cell//\"/}
        local text=${rest/X/$bare}
        refuses_csv "x.csv:12:1: error: column 'a': ${text/Y/$hint}" "a,b,y\n$rows${cell//%/%%},2,p\n"
    done <<'END'
inf|infinite and undefined values cannot be learned from
1e999|the number is larger than a double can hold
"1,234"|write the number without separators for thousands
1_000|write the number without separators for thousands
"1.234,5"|write decimals with a point and thousands without separator
$5|write it without the currency sign
5%|write 5% as 5 or 0.05 in the whole column
0x10|hexadecimal numbers are not read
END
    local decimal_commas=$'1,5;2;p\n2,25;1;q\n-3,125;2;p\n4;1;q\n5,0;2;p\n6,1;1;q\n1.007,5;3;p\n8,2;1;q\n9,3;2;p\n0,1;3;q\n'
    refuses_csv "x.csv:2:1: error: column 'a': '1,5' is not a number, but the column looks numeric, with commas; 1 of the column's 10 values are numbers; write decimals with a point and thousands without separator, or add the column to data.categorical if its values are categories" \
        "a;b;y\n$decimal_commas"
    refuses_csv "x.csv:2:2: error: column 'b': 'u' is not a number, but data.numeric says so; 0 of the column's 2 values are numbers; take the column out of data.numeric" \
        'a,b,y\n1,u,p\n2,v,q\n' data.numeric=b
    refuses_csv "x.csv:2:2: error: column 'b': 'u' is not a number, but data.numeric says so; 2 of the column's 3 values are numbers; add it to data.missing if it means no value, or take the column out of data.numeric" \
        'a,b,y\n1,u,p\n2,3,q\n1,4,p\n' data.numeric=b
}

@test "CSV: targets" {
    refuses_csv "command line: data.target=y: error: data.target: column 'y' has the same value in every row; at least two classes are needed" \
        'a,b,y\n1,2,p\n2,2,p\n3,1,p\n'
    refuses_csv "command line: data.task=binary: error: data.task: binary needs two classes, but column 'y' has 3 different values; use multiclass or regression" \
        'a,b,y\n1,2,0.5\n2,2,1\n3,2,0\n' data.task=binary
    refuses_csv "x.csv:2:3: error: column 'y': '0.5' is no class: classes that are numbers must be whole; for a quantity set data.task = regression" \
        'a,b,y\n1,2,0.5\n2,2,1\n3,2,0\n' data.task=multiclass
    refuses_csv "x.csv:12:3: error: column 'y': '' is a missing value, and a target cannot be filled in: fill the cell in or remove the row" \
        "a,b,y\n${rows}11,2,\n"
    refuses_csv "x.csv:4:3: error: column 'y': 'r' is a class that no training row has (known: 'p', 'q'): leave the row out, or split so that training sees it" \
        'a,b,y,part\n1,2,p,train\n2,3,q,train\n2,3,r,test\n' split.column=part
    refuses_csv "command line: loss.name=poisson: error: loss.name = poisson needs targets of at least 0, but column 'y' has -1" \
        'a,y\n1,-1\n2,0.5\n3,2.5\n4,-1\n' data.task=regression loss.name=poisson split.train=1 split.validation=0 split.test=0
}

@test "CSV: missing values and categories" {
    refuses_csv "x.csv:12:1: error: column 'a': '' is a missing value, and preprocess.impute = error gives it none: fill the cell in, or train with median, mean, zero or mode" \
        "a,b,y\n$rows,2,p\n" preprocess.impute=error
    refuses_csv "x.csv: error: column 'a' has no value in any training row: put it into data.ignore" \
        'a,b,y\n,1,p\n,2,q\n,3,p\n,1,q\n'
    refuses_csv "x.csv:4:2: error: column 'b': 'w' is a category that no training row has, and preprocess.unknown = error refuses it; known: 'u', 'v'" \
        'a,b,y,part\n1,u,p,train\n2,v,q,train\n2,w,p,test\n' split.column=part preprocess.unknown=error
    refuses_csv "c.ini: error: data.features: no column is left to learn from" 'y\np\nq\np\nq\n'
}

@test "CSV: splits" {
    refuses_csv "x.csv:3:4: error: column 'part': 'tset' is no part; write train, validation or test" \
        'a,b,y,part\n1,2,p,train\n2,3,q,tset\n' split.column=part
    refuses 4 "command line: split.folds=200: error: split.folds: 200 folds need as many rows, but there are 128" \
        "${train[@]}" c.ini split.folds=200
    refuses 4 "iris.csv: error: the same file as iris.csv; its rows would be read twice" \
        "${train[@]}" c.ini data.file=iris.csv,iris.csv
    refuses 4 "standard input: error: can be read only once, but both data.file and data.test_file name it" "${train[@]}" c.ini data.file=- data.test_file=-
}

@test "foreign text is escaped and cut in messages" {
    printf '[data]\nfile = iris.csv\ntarget = \xe2\x80\xaespecies\n' >x.ini
    refuses 4 "x.ini:3:1: error: data.target: no column '\\xe2\\x80\\xaespecies'; did you mean 'species'?" "${train[@]}" x.ini
    refuses 3 "command line: data.header=$(printf 'x%.0s' {1..68})...: error: data.header: \"$(printf 'x%.0s' {1..80})...\" is not true or false" \
        "${train[@]}" c.ini "data.header=$(printf 'x%.0s' {1..300})"
}

@test "model files that are none are 10" {
    refuses 10 "iris.csv:1:1: error: neither a value nor true, false or null; the file is damaged, or no model" "${train[@]}" c.ini init.from=iris.csv
    "${train[@]}" c.ini output.dir=a
    "${train[@]}" c.ini output.dir=b network.hidden=5
    refuses 10 "b/model.json: error: init.from: the model has 4 inputs and 43 parameters, this network 4 and 2499; layers and columns must be the same" \
        "${train[@]}" c.ini init.from=b/model.json
    sed '1s/sepal_length_cm/a/' iris.csv >renamed.csv
    refuses 10 "a/model.json: error: init.from: input 1 is 'sepal_length_cm' there and 'a' here" \
        "${train[@]}" c.ini init.from=a/model.json data.file=renamed.csv
    sed 's/setosa/silky/' iris.csv >other.csv
    refuses 10 "a/model.json: error: init.from: class 1 is 'setosa' there and 'silky' here" \
        "${train[@]}" c.ini init.from=a/model.json data.file=other.csv
    "${train[@]}" c.ini output.dir=p "data.file=$DATA/penguins.csv"
    sed 's/Torgersen/Mars/' "$DATA/penguins.csv" >mars.csv
    refuses 10 "p/model.json: error: init.from: 'island': category 3 is 'Torgersen' there and 'Mars' here" \
        "${train[@]}" c.ini init.from=p/model.json data.file=mars.csv
    "${train[@]}" c.ini data.target=petal_width_cm output.dir=r
    refuses 10 "r/model.json: error: init.from: the model's task is regression, and this run's is multiclass; give a model of the same task" \
        "${train[@]}" c.ini init.from=r/model.json
    refuses 10 "a/model.json: error: init.from: the model's task is multiclass, and this run's is regression; give a model of the same task" \
        "${train[@]}" c.ini init.from=a/model.json data.target=petal_width_cm
}
