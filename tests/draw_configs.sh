#!/usr/bin/env bash
# draw_configs.sh PROGRAM FOLDER [COUNT]: fills FOLDER with COUNT (50) configs drawn_01.ini, ... and their data, the
# same ones each time. Kinds come from the program's own tables (`help markdown-kinds`), so that a new row is drawn
# without a change here; numbers come from the list below. Each config is built key by key: a value that `check`
# refuses beside those before it is left out, and one that no config has yet goes first. Each is trained once; one
# that diverges is drawn again. Fails when a row ends in no config at all.
set -euo pipefail

program=$(realpath "$1")
folder=$2
count=${3:-50}
mkdir -p "$folder"
cd "$folder"

# What is no kind. Batches are below, at and above multiples of the 64 rows of a leaf; 294 rows train.
numbers() {
    cat <<'EOF'
training.batch_size|64|13|65|full|63|full|1|128|full|130|full|200
network.hidden|19, 33|16, 16|7|40, 5, 5|130
network.dropout|0|0.3
network.input_dropout|0|0|0.1
data.features|x*, c*|x1, x2, x3, c1|x1, x2
data.weight|none|none|w
data.group|none|none|none|g
data.time|none|none|none|t
split.column|none|none|none|part
split.folds|0|0|0|3
preprocess.max_categories|64|3
preprocess.embedding_dim|auto|3
init.std|0.3
init.limit|0.2
init.value|0.1
init.bias|0|0.05
loss.class_weight|none|balanced
loss.label_smoothing|0|0.1
loss.delta|0.4
loss.quantile|0.9
loss.gamma|1
optimizer.momentum|0.8
optimizer.beta1|0.8
optimizer.beta2|0.98
optimizer.epsilon|1e-5
optimizer.rho|0.95
schedule.warmup|0|0|1
schedule.step_size|1
schedule.gamma|0.7
schedule.milestones|1, 2
schedule.minimum|1e-4
schedule.end_factor|0.3
schedule.power|2.5
schedule.max_factor|3
schedule.warm_fraction|0.5
schedule.factor|0.5
schedule.patience|0
regularization.l1|0|0|0.001
regularization.l2|0|0|0.01
regularization.weight_decay|0|0.05
regularization.clip_norm|none|none|0.5
regularization.clip_value|none|none|0.05
regularization.max_norm|none|none|1
early_stopping.patience|0|0|1
evaluation.threshold|0.5|0.3
evaluation.bootstrap|0|20
EOF
}
targets=(binary class "label1, label2" value1 "value1, value2" count)

# 420 rows in arithmetic that is exact everywhere.
make_data() {
    awk 'function next_number() { state = (state * 16807) % 2147483647; return state % 2000 }
    BEGIN {
        state = 4711
        print "id,x1,x2,x3,x4,x5,c1,c2,w,g,t,part,binary,class,label1,label2,value1,value2,count"
        for (i = 0; i < 420; i++) {
            for (j = 1; j <= 6; j++) x[j] = next_number() - 1000
            sum = x[1] - 2 * x[2] + x[3]
            part = i % 10 < 7 ? "train" : i % 10 < 8 ? "validation" : "test"
            printf("%d,%.3f,%.3f,%d,", i, x[1] / 1000, x[2] / 8, x[3] + 100000)
            printf("%s,", i % 7 == 3 ? "" : sprintf("%.2f", x[4] / 100))
            printf("%s,", i % 11 == 5 ? "NA" : sprintf("%d", x[5] * 64))
            printf("%s,", substr("redblugrnyel", 1 + 3 * (i % 4), 3))
            printf("%s,", i % 13 == 6 ? "" : sprintf("k%d", (x[6] + 1000) % 9))
            printf("%.1f,g%d,%d,%s,", 0.5 + i % 3, i % 30, (i * 37) % 420, part)
            printf("%s,%s,", (sum > 0) ? "yes" : "no", substr("abcde", 1 + int((sum + 4000) / 1601), 1))
            printf("%d,%d,", (x[1] > x[2]), (x[3] > 300))
            printf("%.4f,%.2f,%d\n", sum / 700, x[2] + x[4] / 3, (sum + 4000) / 160)
        }
    }' >drawn.csv
}

# factors: lines of KEY|VALUE|VALUE..., first the numbers, then a line for each key that chooses among kinds, and one
# for each that is true or false.
factors() {
    numbers
    "$program" help markdown-kinds | awk -F '`' '
        /^### /     { n_keys = 0 }
        /^Chosen by/ { for (i = 2; i <= NF; i += 2) if ($i !~ /^(layer\.N|tuning)/) keys[++n_keys] = $i }
        /^\| `/      { for (k = 1; k <= n_keys; k++) values[keys[k]] = values[keys[k]] "|" $2 }
        END          { for (key in values) print key values[key] }' | sort
    "$program" help markdown-keys | awk -F '`' '/\| true or false \|/ && $2 != "data.header" { print $2 "|false|true" }'
}

# draw N: R is one of 0 ... N - 1.
state=1
draw() {
    state=$((state * 48271 % 2147483647))
    R=$((state / 8 % $1))
}

# shuffle: $order in another order.
shuffle() {
    local i other
    for ((i = ${#order[@]} - 1; i > 0; i--)); do
        draw $((i + 1))
        other=${order[R]}
        order[R]=${order[i]}
        order[i]=$other
    done
}

declare -A values=() drawn=()
declare -a order=() chosen=()

# take KEY VALUE: adds the pair to the config, unless it is refused there.
take() {
    "$program" check -q drawn.ini "${chosen[@]}" "$1=$2" >/dev/null 2>&1 || return 1
    chosen+=("$1=$2")
}

has() {
    case "${chosen[*]}" in *"$1="*) return 0 ;; *) return 1 ;; esac
}

# draw_new KEY: a value that no config has yet, if there is one to be had.
draw_new() {
    local value all
    IFS='|' read -ra all <<<"${values[$1]}"
    for value in "${all[@]}"; do
        if [ -z "${drawn[$1=$value]:-}" ] && take "$1" "$value"; then
            return 0
        fi
    done
    return 1
}

# draw_any KEY: any value; every third key, and one whose value is refused, keeps its default.
draw_any() {
    local all
    IFS='|' read -ra all <<<"${values[$1]}"
    draw 3
    [ "$R" -eq 0 ] && return
    draw ${#all[@]}
    take "$1" "${all[R]}" || true
}

# write_config: $chosen as an INI file.
write_config() {
    printf '%s\n' "${chosen[@]}" | sort | awk -F '=' '
        { key = $1; sub(/^[^=]*=/, ""); dot = index(key, ".")
          if (substr(key, 1, dot - 1) != section) { section = substr(key, 1, dot - 1); print "[" section "]" }
          print substr(key, dot + 1) " = " $0 }'
}

make_data
while IFS='|' read -r key row; do
    values[$key]=${values[$key]:+${values[$key]}|}$row
    case " ${order[*]} " in *" $key "*) ;; *) order+=("$key") ;; esac
done < <(factors)
printf '[data]\nfile = drawn.csv\n[training]\nepochs = 3\n' >drawn.ini

# draw_config TARGET: $chosen, written to a file that is trained once.
draw_config() {
    local key
    chosen=("data.target=$1")
    shuffle
    for key in data.features "${order[@]}"; do
        has "$key" || draw_new "$key" || draw_any "$key"
    done
    # What was refused may fit now that the other keys are there.
    for key in "${order[@]}"; do
        has "$key" || draw_new "$key" || true
    done
    chosen+=(data.file=drawn.csv training.epochs=3)
    write_config >drawn_new.ini
    "$program" -q drawn_new.ini output.dir=run >log 2>&1
}

for ((i = 1; i <= count; i++)); do
    for ((tries = 1; ; tries++)); do
        draw_config "${targets[i % ${#targets[@]}]}" && break
        if [ "$tries" -eq 20 ]; then
            echo "$tries configs in a row cannot be trained; the last: $(tail -n 1 log)" >&2
            exit 1
        fi
    done
    for pair in "${chosen[@]}"; do
        drawn[$pair]=yes
    done
    mv drawn_new.ini "$(printf 'drawn_%02d.ini' "$i")"
done
rm -r drawn.ini log run run.previous

missing=0
for key in "${!values[@]}"; do
    IFS='|' read -ra all <<<"${values[$key]}"
    for value in "${all[@]}"; do
        if [ -z "${drawn[$key=$value]:-}" ]; then
            echo "no config drawn has $key = $value" >&2
            missing=$((missing + 1))
        fi
    done
done
echo "drew $count configs with ${#drawn[@]} values of ${#values[@]} keys"
[ "$missing" -eq 0 ]
