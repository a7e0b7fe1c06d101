# What CI systems and trackers take: the summary, gates as test cases, gates on intervals, the job files of docs/ci.md.
load helper

@test "--summary appends a table of parts, gates and findings" {
    small_config
    echo before >s.md
    "$NNTRAIN" -q c.ini --summary s.md 'gate.test.accuracy=>= 10%' evaluation.bootstrap=50
    [ "$(head -1 s.md)" = before ]
    grep -qx '### nntrain: c' s.md
    grep -qx '| | train | validation | test | majority baseline, test | linear baseline, test |' s.md
    grep -q '^| accuracy | .* to .* |$' s.md
    grep -q '^| test.accuracy | \\>= 10% | 0.[0-9]* | passed |$' s.md
    grep -q "weights \`$(jq -r '.weights_sha256[:16]' runs/c/metrics.json)\`; run folder runs/c\$" s.md
    "$NNTRAIN" -q c.ini --summary s.md
    [ "$(grep -c '^### nntrain: c$' s.md)" -eq 2 ]
}

@test "--summary and --junit tell how a run failed" {
    small_config
    printf '[gate]\ntest.accuracy = > 1\n' >>c.ini
    run -6 "$NNTRAIN" -q c.ini --summary s.md --junit j.xml
    grep -qx '### nntrain: c – failed' s.md
    grep -q '^    c.ini:7:1: error: gate test.accuracy > 1: ' s.md
    grep -q '<testsuite tests="2" failures="1" errors="0" name="nntrain.c">' j.xml
    grep -q '<testcase classname="nntrain.c" name="test.accuracy &gt; 1" file="c.ini" line="7">' j.xml
    run -3 "$NNTRAIN" -q c.ini --junit j.xml --summary s.md 'training.epochs=<x>'
    grep -q 'failures="0" errors="1"' j.xml
    grep -q '<error type="exit code 3" message=".*&quot;&lt;x&gt;&quot;' j.xml
    tail -3 s.md | grep -q '^    command line: training.epochs=<x>: error: '
    run -7 "$NNTRAIN" -q none.ini --junit j.xml
    grep -q 'type="exit code 7"' j.xml
}

@test "--junit is well-formed XML" {
    [ -x /usr/bin/python3 ] || skip "no python3"
    small_config
    printf '[gate]\ntest.accuracy = > 1\ntest.loss = < 100\n' >>c.ini
    run -6 "$NNTRAIN" -q c.ini --junit j.xml 'run.name=a&<b'
    /usr/bin/python3 -c '
import xml.etree.ElementTree as xml
suite = xml.parse("j.xml").getroot()[0]
assert [len(suite), suite.get("tests"), suite.get("failures")] == [3, "3", "1"]
assert suite.get("name") == "nntrain.a&<b"'
}

@test "a file that cannot be written is told before training" {
    small_config
    refuses 7 "no/s.md: error: cannot write: No such file or directory" "$NNTRAIN" c.ini --summary no/s.md
    refuses 7 "no/j.xml: error: cannot write: No such file or directory" "$NNTRAIN" c.ini --junit no/j.xml
    [ ! -e runs ]
}

@test "gates on the ends of intervals, and against those of a baseline" {
    small_config
    local interval='.test.intervals_95.accuracy'
    "$NNTRAIN" -q c.ini evaluation.bootstrap=50 'gate.test.accuracy.high=<= 1' run.name=old
    run -0 "$NNTRAIN" -q c.ini evaluation.bootstrap=50 --print test.accuracy.low
    [ "$output" = "$(jq "$interval[0]" runs/c/metrics.json)" ]
    run -0 "$NNTRAIN" -q c.ini evaluation.bootstrap=50 --print test.accuracy.high
    [ "$output" = "$(jq "$interval[1]" runs/c/metrics.json)" ]
    "$NNTRAIN" -q c.ini evaluation.bootstrap=50 'gate.test.accuracy.low.drop=<= 0' --baseline runs/old/metrics.json
    run -6 "$NNTRAIN" -q c.ini evaluation.bootstrap=50 'gate.test.accuracy.low=>= 1'
    local place='command line: gate.test.accuracy.low=> 0: error: gate.test.accuracy.low'
    refuses 3 "$place: there are no intervals; set evaluation.bootstrap, such as 1000" \
        "$NNTRAIN" -q c.ini 'gate.test.accuracy.low=> 0'
    refuses 3 "${place//test./train.}: only the last part that has rows has intervals" \
        "$NNTRAIN" -q c.ini 'gate.train.accuracy.low=> 0' evaluation.bootstrap=50
    refuses 3 "command line: gate.test.loss.low=> 0: error: gate.test.loss.low: 'test.loss.low' is no metric path; did you mean 'test.loss'?" \
        "$NNTRAIN" -q c.ini 'gate.test.loss.low=> 0'
}

# job N: the Nth YAML block of docs/ci.md.
job() {
    awk -v n="$1" '/^```yaml$/ { inside = ++seen == n; next } /^```$/ { inside = 0 } inside' "$ROOT/docs/ci.md"
}

# The shell steps of a job file, "run:" or items of "script:", each into a file step-N.
steps() {
    awk '/^ *- (if: .*)?$|^ *- (uses|if):/ { out = "" }
         /^ *(- )?run: [^|]/ { sub(/^ *(- )?run: /, ""); print >("step-" ++n); next }
         /^ *(- )?run: [|]/ { out = "step-" ++n; match($0, /^ */); indent = RLENGTH; next }
         out && match($0, /^ */) && RLENGTH <= indent && !/^ *$/ { out = "" }
         out { print >out; next }
         /^  script:/ { inside = 1; next }
         inside && /^    - / { sub(/^    - /, ""); print >("step-" ++n); next }
         { inside = 0 }'
}

# A project as its CI sees it: what make builds is there at once.
project() {
    cp -r "$ROOT/configs" "$ROOT/data" .
    mkdir -p bin known-good
    printf '#!/bin/sh\n[ "$*" = "deps nntrain" ] && ln -sf %q nntrain\n' "$NNTRAIN" >bin/make
    chmod +x bin/make
    PATH="$PWD/bin:$PATH"
    "$NNTRAIN" -q configs/iris.ini --output.dir=known-good
}

@test "the job for GitHub Actions runs, and its annotations name file and line" {
    project
    job 1 | steps
    [ "$(ls step-* | wc -l)" -eq 3 ]
    GITHUB_STEP_SUMMARY=$PWD/summary.md
    export GITHUB_STEP_SUMMARY
    sh -e step-1
    sh -e step-2
    grep -q '^### nntrain: iris$' summary.md
    sed -i 's/^test.accuracy = .*/test.accuracy = > 1/' configs/iris.ini
    run -6 sh -e step-2
    run -0 sh -e step-3
    local line=$(grep -n '^test.accuracy' configs/iris.ini | cut -d: -f1)
    contains "$output" "::error file=configs/iris.ini,line=$line::gate test.accuracy > 1: "
}

@test "the job for GitLab runs, and leaves its test cases" {
    project
    job 2 | steps
    [ "$(ls step-* | wc -l)" -eq 2 ]
    sh -e step-1
    sh -e step-2
    grep -q '<testcase .*name="test.accuracy ' gates.xml
}

@test "metrics.json and history.jsonl load in pandas as they are" {
    /usr/bin/python3 -c 'import pandas' 2>/dev/null || skip "no pandas"
    small_config
    "$NNTRAIN" -q c.ini
    /usr/bin/python3 -c '
import json, pandas
history = pandas.read_json("runs/c/history.jsonl", lines=True)
assert list(history["epoch"]) == [1, 2, 3]
columns = pandas.json_normalize(history.to_dict("records"))
assert (columns["validation.loss"] > 0).all() and (columns["train.loss"] > 0).all()
metrics = pandas.json_normalize(json.load(open("runs/c/metrics.json")))
assert 0 <= metrics["test.accuracy"][0] <= 1'
}

@test "the lines for DVC name files and fields that DVC reads" {
    project
    sed -n '/^```yaml$/,/^```$/p' "$ROOT/docs/ci.md" | sed -n 's/^    cmd: nntrain \(.*\)/\1/p' >arguments
    [ "$(wc -l <arguments)" -eq 1 ]
    "$NNTRAIN" -q $(cat arguments)
    # shellcheck disable=SC2317
    dvc() { printf '%s\n' "$*" >>asked; }
    source <(sed -n '/^```bash$/,/^```$/p' "$ROOT/docs/ci.md" | grep -v '^```')
    [ "$(wc -l <asked)" -eq 3 ]
    # What DVC plots: rows of one list that all have the same fields, or a CSV by its header.
    python3 - asked <<'END'
import csv, json, sys
for command, _, path, *options in (line.split() for line in open(sys.argv[1])):
    if command == "metrics":
        assert isinstance(json.load(open(path))["test"]["accuracy"], float)
        continue
    rows = list(csv.DictReader(open(path))) if path.endswith(".csv") else json.load(open(path))
    assert len(rows) > 10 and all(row.keys() == rows[0].keys() for row in rows)
    assert not any(isinstance(value, (dict, list)) for row in rows for value in row.values())
    assert {options[options.index(axis) + 1] for axis in ("-x", "-y")} <= rows[0].keys(), rows[0].keys()
END
}

@test "what CI reads is written over nothing that is something else" {
    small_config
    "$NNTRAIN" -q c.ini run.name=other
    cksum iris.csv c.ini runs/other/* >before
    local over="would be overwritten; name another file, or remove it first"
    refuses 7 "iris.csv: error: $over" "$NNTRAIN" -q c.ini training.epochs=none --junit iris.csv
    refuses 7 "c.ini: error: $over" "$NNTRAIN" -q c.ini --junit c.ini
    refuses 7 "c.ini: error: $over" "$NNTRAIN" -q c.ini --summary c.ini
    refuses 7 "runs/other/model.json: error: $over" "$NNTRAIN" -q c.ini --summary runs/other/model.json
    refuses 7 "runs/other/config.ini: error: $over" "$NNTRAIN" -q c.ini --junit runs/other/config.ini
    refuses 7 "iris.csv: error: is data of the run, and would be changed; name another file" "$NNTRAIN" -q c.ini --summary iris.csv
    run -3 "$NNTRAIN" -q c.ini training.epochs=none --summary iris.csv
    [ ! -e runs/c ]
    cksum iris.csv c.ini runs/other/* | cmp - before
    "$NNTRAIN" -q c.ini --junit x.xml --summary x.md
    "$NNTRAIN" -q c.ini --junit x.xml --summary x.md # an older one of its own
    mkfifo pipe
    exec 9<>pipe
    timeout 60 "$NNTRAIN" -q c.ini --junit pipe # is not read from
    exec 9>&-
}
