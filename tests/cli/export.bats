# `nntrain export`: what it refuses, where it writes, and what is in the files as other programs read them.
load helper

# A model with categories, missing cells and batch norm, in model.json.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || exit 1
    cp "$ROOT"/data/penguins.csv .
    printf '[data]\nfile = penguins.csv\ntarget = species\n[training]\nepochs = 2\n[network]\nnorm = batch\n' >m.ini
    "$NNTRAIN" -q m.ini
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cp "$BATS_FILE_TMPDIR/runs/m/model.json" .
}

# python ARGUMENTS: the Python that Debian's packages are for.
python() {
    "$(command -v /usr/bin/python3 || command -v python3)" "$@"
}

@test "a format is needed, and the formats are listed" {
    refuses 2 "error: export needs --format NAME, one of onnx, c, safetensors" "$NNTRAIN" export model.json
    refuses 2 "error: --format torch: must be one of onnx, c, safetensors" "$NNTRAIN" export model.json --format torch
    run -2 "$NNTRAIN" export --format safetensors
}

@test "a file is written beside the model, or where -o says" {
    for format in onnx safetensors; do
        run --separate-stderr "$NNTRAIN" export model.json --format "$format"
        [ "$status" -eq 0 ]
        [ -z "$output" ]
        [[ $stderr == "wrote model.$format: "* ]]
        "$NNTRAIN" export -q model.json --format "$format" -o other.x
        "$NNTRAIN" export -q model.json --format "$format" -o - >stdout.x
        cmp "model.$format" other.x
        cmp "model.$format" stdout.x
    done
    cmp model.json "$BATS_FILE_TMPDIR/runs/m/model.json"
}

@test "C is two files, and their name is that of the functions" {
    run --separate-stderr "$NNTRAIN" export model.json --format c -o "My 2nd.model.c"
    [ "$status" -eq 0 ]
    [[ $stderr == "wrote My 2nd.model.c and My 2nd.model.h: my_2nd_model_predict(); ROM: "*" bytes of constants, RAM: "* ]]
    grep -q 'int my_2nd_model_predict(const my_2nd_model_input \*in, my_2nd_model_output \*out);' "My 2nd.model.h"
    refuses 2 "error: --output -: c makes two files, which do not fit standard output; name a file FILE.c" \
        "$NNTRAIN" export model.json --format c -o -
    refuses 2 "model.h: error: --output of c must end in .c (a .h is written beside it)" \
        "$NNTRAIN" export model.json --format c -o model.h
    refuses 2 'error: --output: the file name a"b cannot stand in an #include line; choose another' \
        "$NNTRAIN" export model.json --format c -o 'a"b.c'
    run -7 "$NNTRAIN" export model.json --format c -o no/x.c
    [[ $output == "no/x.c: error: cannot write "*" bytes: No such file or directory" ]]
    cp model.json copy.c
    refuses 7 "copy.c: error: would be replaced, but it is the model; give another path with -o" \
        "$NNTRAIN" export copy.c --format c
    mv copy.c copy.h
    refuses 7 "copy.h: error: would be replaced, but it is the model; give another path with -o" \
        "$NNTRAIN" export copy.h --format c -o copy.c
}

@test "the header names columns that C calls otherwise, and categories" {
    printf 'unit price,colour,size,y\n' >d.csv
    awk 'BEGIN { for (i = 0; i < 40; i++) printf "%d,%s,%d,%d\n", i, i % 2 ? "red" : "blue", i % 7, i % 5 * 3.5 }' >>d.csv
    printf '[data]\nfile = d.csv\ntarget = y\n[training]\nepochs = 1\n' >d.ini
    "$NNTRAIN" -q d.ini data.task=regression
    "$NNTRAIN" export -q runs/d --format c -o d.c
    sed -n '/^typedef struct d_input/,/^}/p' d.h >fields
    [ "$(cat fields)" = "typedef struct d_input {
    double unit_price; /* unit price */
    const char *colour; /* blue, red */
    double size;
} d_input;" ]
}

@test "a file that is no export is not overwritten" {
    for file in main.c main.h own.safetensors; do
        printf '/* mine; a model of nntrain */\n' >"$file"
    done
    cp "$BATS_FILE_TMPDIR/runs/m/metrics.json" other.json
    refuses 7 "main.c: error: would be overwritten; name another file, or remove it first" \
        "$NNTRAIN" export model.json --format c -o main.c
    rm main.c
    refuses 7 "main.h: error: would be overwritten; name another file, or remove it first" \
        "$NNTRAIN" export model.json --format c -o main.c
    for file in own.safetensors other.json "$BATS_FILE_TMPDIR/runs/m/model.json"; do
        refuses 7 "$file: error: would be overwritten; name another file, or remove it first" \
            "$NNTRAIN" export model.json --format safetensors -o "$file"
    done
    [ "$(cat main.h own.safetensors)" = "/* mine; a model of nntrain */
/* mine; a model of nntrain */" ]
    : >empty.x
    for format in onnx c safetensors; do
        "$NNTRAIN" export -q model.json --format "$format"
        "$NNTRAIN" export -q model.json --format "$format"
    done
    "$NNTRAIN" export -q model.json --format onnx -o empty.x
}

# Arithmetic that a compiler may fuse by default must stay as it is written.
@test "the C export tests itself under any dialect, optimization and processor" {
    "$NNTRAIN" -q "$BATS_FILE_TMPDIR/m.ini" data.file="$DATA/diabetes.csv" data.target=progression \
        network.activation=mish network.norm=layer output.dir=d
    "$NNTRAIN" export -q d/model.json --format c -o d.c
    "$NNTRAIN" export -q model.json --format c -o m.c
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        for options in "-std=c99 -pedantic -Wall -Wextra -Werror" "-std=gnu11 -O3" "-O2 -march=native"; do
            $compiler $options -DM_TEST m.c -lm -o m
            $compiler $options -DD_TEST d.c -lm -o d.test
            run -0 ./m
            [ "$output" = "m: 4 of 4 rows give the same bits" ]
            run -0 ./d.test
        done
    done
    sed 's/^    {0, {0\./    {0, {1./; s/^    {1, {0\./    {1, {1./' m.c >wrong.c
    sed 's/define M_/define WRONG_/' m.h >wrong.h
    gcc -std=c99 -DM_TEST wrong.c -lm -o wrong
    run -1 ./wrong
}

@test "the header is C++ too, and the program of docs/exports.md runs" {
    "$NNTRAIN" export -q model.json --format c -o penguin.c
    awk '$0 == "```c" { inside = 1; next } $0 == "```" { inside = 0 } inside' "$ROOT/docs/exports.md" >main.c
    grep -q penguin_predict main.c
    gcc -std=c99 -Wall -Wextra -pedantic -Werror main.c penguin.c -lm -o main
    run -0 ./main
    printf 'island,beak_length_mm,beak_depth_mm,flipper_length_mm,body_mass_g,sex\nBiscoe,45.1,14.5,,5050,\n' >row.csv
    [ "${output%% *}" = "$("$NNTRAIN" predict -q model.json row.csv | sed -n 2p | cut -d, -f1)" ]
    if command -v g++ >/dev/null; then
        echo '#include "penguin.h"' | g++ -x c++ -std=c++11 -Wall -Wextra -pedantic -Werror -I. -fsyntax-only -
    fi
}

@test "the model is never replaced, and a damaged one gives no export" {
    ln -s model.json link.safetensors
    refuses 7 "model.json: error: would be replaced, but it is the model; give another path with -o" \
        "$NNTRAIN" export model.json --format safetensors -o model.json
    refuses 7 "link.safetensors: error: would be replaced, but it is the model; give another path with -o" \
        "$NNTRAIN" export model.json --format safetensors -o link.safetensors
    cmp model.json "$BATS_FILE_TMPDIR/runs/m/model.json"
    sed '0,/"seed": 42/s//"seed": 43/' model.json >edited.json
    refuses 10 "edited.json: error: the file is damaged or was edited: its sha256 is not that of its content" \
        "$NNTRAIN" export edited.json --format safetensors
    [ ! -e edited.safetensors ]
    run -7 "$NNTRAIN" export model.json --format safetensors -o no/where.safetensors
}

@test "ONNX: one input per column, checked by onnx.checker" {
    "$NNTRAIN" export -q model.json --format onnx
    cat >check.py <<'END'
import json, onnx
model = onnx.load("model.onnx")
onnx.checker.check_model(model, full_check=True)
told = json.load(open("model.json"))
kinds = {"number": onnx.TensorProto.DOUBLE, "category": onnx.TensorProto.STRING}
assert [(v.name, v.type.tensor_type.elem_type) for v in model.graph.input] == \
    [(i["name"], kinds[i["type"]]) for i in told["inputs"]]
assert [v.name for v in model.graph.output] == ["label", "probabilities"]
assert [(o.domain, o.version) for o in model.opset_import] == [("", 13), ("ai.onnx.ml", 2)] and model.ir_version == 7
metadata = {entry.key: entry.value for entry in model.metadata_props}
assert metadata["weights_sha256"] == told["weights_sha256"]
assert json.loads(metadata["nntrain.model"])["output"]["classes"] == told["output"]["classes"]
labels = [a.strings for n in model.graph.node for a in n.attribute if a.name == "values_strings"]
assert [s.decode() for s in labels[0]] == told["output"]["classes"]
print("checked")
END
    run -0 python check.py
    [ "$output" = "checked" ]
}

@test "ONNX: names of outputs give way to columns, and a column without a UTF-8 name is told" {
    { echo 'label,_1,probabilities,y'; for i in {1..60}; do echo "$i,$((i * 7 % 5)),$((i % 3)),$((i % 2))"; done; } >t.csv
    printf '[data]\nfile = t.csv\ntarget = y\n[training]\nepochs = 1\n' >t.ini
    "$NNTRAIN" -q t.ini
    run -0 "$NNTRAIN" export runs/t/model.json --format onnx
    contains "$output" ": 3 inputs, one per column; outputs: label_, probabilities_"
    python -c 'import onnx; onnx.checker.check_model(onnx.load("runs/t/model.onnx"), full_check=True)'
    "$NNTRAIN" -q t.ini preprocess.impute=error output.dir=e
    run -0 "$NNTRAIN" export e/model.json --format onnx
    contains "$output" "; NaN for rows that \`nntrain predict\` refuses or leaves out"
}

@test "safetensors holds the tensors of model.json bit for bit, read by the lines of docs/exports.md" {
    mkdir -p runs/iris
    "$NNTRAIN" export -q model.json --format safetensors -o runs/iris/model.safetensors
    awk '$0 == "```python" { inside = 1; next } $0 == "```" { inside = 0 } inside' "$ROOT/docs/exports.md" >load.py
    grep -q numpy load.py
    cat >>load.py <<'END'
model = json.load(open("model.json"))
assert list(weights) == [t["name"] for t in model["tensors"]]
for t in model["tensors"]:
    assert weights[t["name"]].dtype == numpy.float32 and list(weights[t["name"]].shape) == t["shape"], t["name"]
    assert weights[t["name"]].flatten().tolist() == numpy.array(t["data"], "float32").flatten().tolist(), t["name"]
metadata = header["__metadata__"]
assert all(isinstance(value, str) for value in metadata.values())
told = json.loads(metadata["nntrain.model"])
assert told == {name: model[name] for name in told}
assert {"inputs", "output", "network", "task", "training"} <= set(told)
assert metadata["weights_sha256"] == model["weights_sha256"]
assert sum(w.nbytes for w in weights.values()) == len(data)
assert (len(open("runs/iris/model.safetensors", "rb").read()) - len(data)) % 8 == 0
print("as in model.json")
END
    run -0 python load.py
    [ "$output" = "as in model.json" ]
}
