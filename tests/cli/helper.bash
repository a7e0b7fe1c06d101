# What every test file loads: the program, the data that ships, and a folder of its own for each test.
bats_require_minimum_version 1.5.0

NNTRAIN=$(realpath "${NNTRAIN:-$BATS_TEST_DIRNAME/../../nntrain}")
ROOT=$(realpath "$BATS_TEST_DIRNAME/../..")
DATA=$ROOT/data

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# Fails with both texts unless the first contains the second.
contains() {
    [[ $1 == *"$2"* ]] || {
        printf 'expected: %s\nin:\n%s\n' "$2" "$1"
        return 1
    }
}

# c.ini: iris, three epochs, in runs/c.
small_config() {
    cp "$DATA/iris.csv" .
    printf '[data]\nfile = iris.csv\ntarget = species\n[training]\nepochs = 3\n' >c.ini
}

# refuses STATUS TEXT COMMAND ...: ends with the status, says exactly the text on standard error and nothing on
# standard output.
refuses() {
    local code=$1 text=$2
    shift 2
    run --separate-stderr "$@"
    [[ $status -eq $code && $stderr == "$text" && -z $output ]] || {
        printf '%s\nexpected %s: %s\ngot      %s: %s\n%s\n' "$*" "$code" "$text" "$status" "$stderr" "$output"
        return 1
    }
}

# Whether the program is one of AddressSanitizer's, which needs terabytes of address space itself.
is_sanitized() {
    grep -q __asan_init "$NNTRAIN"
}

# same_run FOLDER FOLDER: every file but the manifest has the same bytes.
same_run() {
    local name
    [ "$(ls "$1")" = "$(ls "$2")" ] || return 1
    for name in $(ls "$1" | grep -vx manifest.json); do
        cmp "$1/$name" "$2/$name" || return 1
    done
}

# levels: what --cpu takes on this processor's kind, beside auto.
levels() {
    "$NNTRAIN" help --cpu no_such_level 2>&1 | sed 's/.*: must be one of auto, //; s/,//g'
}

# choices KEY: the names that the key takes, from the message about a name that there is not.
choices() {
    "$NNTRAIN" check -q c.ini "$1=no_such_name" 2>&1 | sed -n 's/.* is not one of //; s/ or [a-z]*$//; s/,//gp'
}
