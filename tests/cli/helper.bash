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
