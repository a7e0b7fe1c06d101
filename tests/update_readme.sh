#!/usr/bin/env bash
# Writes what the program and the configs can tell into README.md and docs/, between marker comments:
# tables from `nntrain help`, lessons from the first comments in configs/, and what commands print. With
# --check it changes nothing and exits 1 when something is out of date.
#
#     tests/update_readme.sh [--check] [FILE ...]        NNTRAIN names the program; default ./nntrain
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${NNTRAIN:-$root/nntrain}")
check=
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
if [ $# -gt 0 ]; then
    files=("$@")
else
    files=("$root/README.md" "$root"/docs/{keys,kinds,lessons,runs}.md)
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# lesson FILE: its first comment as one line; the exit code that a test expects is left out.
lesson() {
    awk '!/^;/ { exit } /^; exit code/ { next } { sub(/^; */, ""); printf "%s%s", n++ ? " " : "", $0 }' "$1"
}

# Links to all configs, a few on a line.
print_lessons() {
    for config in "$root"/configs/*.ini; do
        printf '[%s](configs/%s)\n' "$(basename "$config" .ini)" "$(basename "$config")"
    done | paste -sd, - | sed 's/,/, /g' | fold -sw 120 | sed 's/ $//'
}

# Each config with what it shows, where to look, and what to change next.
print_lesson_texts() {
    for config in "$root"/configs/*.ini; do
        printf '\n## %s\n\n[configs/%s](../configs/%s)\n\n' "$(basename "$config" .ini)" "$(basename "$config")" \
            "$(basename "$config")"
        lesson "$config" | sed -E 's/ (Look at|Change next)/\n\n\1/g'
        echo
    done | sed 1d
}

# Of the lines of epochs the first and the last, for a run has time to tell others or not.
without_epochs() {
    awk '!/^ +epoch [0-9]/ { printf "%s", last; last = ""; print; next } { last = $0 "\n" } $2 ~ "^1/" { print; last = "" } END { printf "%s", last }'
}

# play FILE: its lines, and after each "$ command" of a console block what the command prints now. The
# commands of a file share a folder with the program, configs/ and data/.
play() {
    local line inside=
    rm -rf "$work/place"
    mkdir "$work/place"
    cp -r "$root/configs" "$root/data" "$work/place"
    ln -s "$program" "$work/place/nntrain"
    while IFS= read -r line; do
        case $inside$line in
        '```console') inside=yes ;;
        'yes```') inside= ;;
        yes'$ '*)
            printf '%s\n' "$line"
            if ! (cd "$work/place" && bash -c "${line#\$ }" </dev/null) >"$work/said" 2>&1; then
                echo "error: this command of the page fails: ${line#\$ }" >&2
                cat "$work/said" >&2
                return 1
            fi
            without_epochs <"$work/said"
            continue
            ;;
        yes*) continue ;;
        esac
        printf '%s\n' "$line"
    done <"$1"
}

# between BLOCK FILE: what stands between the markers, without the blank lines at its ends.
between() {
    awk -v begin="<!-- $1: begin -->" -v end="<!-- $1: end -->" '
        $0 == end { inside = 0 } inside { print } $0 == begin { inside = 1 }' "$2" | sed -e '1d' -e '$d'
}

# content BLOCK FILE: what ought to stand between the markers.
content() {
    case $1 in
    commands | exit-codes | files | keys | kinds) "$program" help "markdown-$1" ;;
    lessons) print_lessons ;;
    lesson-texts) print_lesson_texts ;;
    played*)
        between "$1" "$2" >"$work/script"
        play "$work/script"
        ;;
    *) between "$1" "$2" ;; # made by another command
    esac
}

# replace BLOCK: standard input with what is between the markers of BLOCK replaced by $work/block.
replace() {
    awk -v begin="<!-- $1: begin -->" -v end="<!-- $1: end -->" -v file="$work/block" '
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

stale=
for file in "${files[@]}"; do
    cp "$file" "$work/new"
    blocks=$(sed -nE 's/^<!-- ([a-z-]+): (begin|end) -->$/\1/p' "$file" | sort -u)
    if [ -z "$blocks" ]; then
        echo "$file: error: needs lines such as <!-- keys: begin --> and <!-- keys: end -->" >&2
        exit 2
    fi
    for block in $blocks; do
        content "$block" "$file" >"$work/block"
        if ! replace "$block" <"$work/new" >"$work/next"; then
            echo "$file: error: needs the lines <!-- $block: begin --> and <!-- $block: end -->, once each" >&2
            exit 2
        fi
        mv "$work/next" "$work/new"
    done
    if cmp -s "$work/new" "$file"; then
        continue
    elif [ -n "$check" ]; then
        echo "$file: out of date; run tests/update_readme.sh" >&2
        { diff "$file" "$work/new" || true; } | sed -n 1,20p >&2
        stale=yes
    else
        cat "$work/new" >"$file"
    fi
done
[ -z "$stale" ]
