# The lessons in configs/: each proves what its comment claims, by its [gate] or by the exit code that its first line
# announces ("; exit code 5").
load helper

# expected_status CONFIG: what its first line announces, or 0.
expected_status() {
    local announced
    announced=$(sed -n '1s/^; exit code \([0-9]*\)$/\1/p' "$1")
    echo "${announced:-0}"
}

lesson_holds() {
    local config=$1 name expected
    name=$(basename "$config" .ini)
    expected=$(expected_status "$config")
    run "$NNTRAIN" "$config" --output.dir="runs/$name"
    [ "$status" -eq "$expected" ] || {
        printf '%s ends with %s, not %s:\n%s\n' "$config" "$status" "$expected" "$output"
        return 1
    }
}

begins_with_comment() {
    local lines
    lines=$(sed '/^;/!q' "$1" | grep -c '^;')
    [[ $lines -ge 3 && $lines -le 6 ]] || {
        echo "$1 begins with $lines lines of comment, not 3 to 6"
        return 1
    }
}

has_claim() {
    [ "$(expected_status "$1")" -ne 0 ] || grep -A 1 '^\[gate\]$' "$1" | grep -Eq '^[a-z0-9_.]+ = [<>=]' || {
        echo "$1 has neither a gate nor an exit code to prove its claim"
        return 1
    }
}

names_exist() {
    local other
    for other in $(sed '/^;/!q; s,runs/[^ ]*,,g' "$1" | grep -o '[a-z0-9_]*\.ini'); do
        [ -f "$ROOT/configs/$other" ] || {
            echo "$1 speaks of $other, which does not exist"
            return 1
        }
    done
}

# every CHECK: the check of each config, all failures told.
every() {
    local config failures=0
    for config in "$ROOT"/configs/*.ini; do
        "$1" "$config" || failures=$((failures + 1))
    done
    [ "$failures" -eq 0 ]
}

@test "there is a lesson for every claim" {
    [ "$(ls "$ROOT"/configs/*.ini | wc -l)" -ge 30 ]
}

@test "every lesson holds" {
    every lesson_holds
}

@test "every lesson begins with three to six lines of comment" {
    every begins_with_comment
}

@test "every lesson proves its claim" {
    every has_claim
}

@test "every lesson speaks of lessons that exist" {
    every names_exist
}
