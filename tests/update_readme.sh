#!/usr/bin/env bash
# Writes the tables of keys and kinds, as the program prints them, into README.md between their marker
# comments. With --check it changes nothing and exits 1 when they are out of date.
#
#     tests/update_readme.sh [--check] [README.md]        NNTRAIN names the program; default ./nntrain
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
check=
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
readme=${1:-$root/README.md}
program=${NNTRAIN:-$root/nntrain}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# replace BLOCK: standard input with what is between the markers of BLOCK replaced by $work/BLOCK.
replace() {
    awk -v begin="<!-- $1: begin -->" -v end="<!-- $1: end -->" -v file="$work/$1" '
        $0 == end   { inside = 0; n_end++ }
        !inside     { print }
        $0 == begin {
            inside = 1; n_begin++
            print ""
            while ((getline line < file) > 0) print line
            print ""
        }
        END { exit !(n_begin == 1 && n_end == 1 && !inside) }'
}

cp "$readme" "$work/new"
for block in keys kinds; do
    "$program" help "markdown-$block" >"$work/$block"
    if ! replace "$block" <"$work/new" >"$work/next"; then
        echo "$readme: error: needs the lines <!-- $block: begin --> and <!-- $block: end -->, once each" >&2
        exit 2
    fi
    mv "$work/next" "$work/new"
done

if cmp -s "$work/new" "$readme"; then
    exit 0
elif [ -n "$check" ]; then
    echo "$readme: the tables are out of date; run tests/update_readme.sh" >&2
    exit 1
fi
cat "$work/new" >"$readme"
