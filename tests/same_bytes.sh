#!/usr/bin/env bash
# same_bytes.sh PROGRAM [--full] [CONFIG ...]: every config in configs/ and 50 drawn ones (draw_configs.sh), or those
# named, give the same exit code and the same bytes in every file but manifest.json, whatever the threads and the
# level. Each config is trained with each number of threads at the best level, and at each other level with one thread and with
# another number that changes from config to config; --full: with every number at every level.
set -euo pipefail
cd "$(dirname "$0")/.."

threads=(1 2 3 4 5 7 8 16)

# train SETTINGS CONFIG RUN: CONFIG shortened, with "--cpu LEVEL -j N", into the folder RUN; its exit code too.
train() {
    local settings code=0 shorter=()
    read -ra settings <<<"$1"
    case $2 in configs/*) shorter=(training.epochs=2 data.max_rows=300) ;; esac
    "$program" -q "$2" "${shorter[@]}" output.dir="${3%/*}/run" "${settings[@]}" >"$3.log" 2>&1 || code=$?
    mkdir -p "${3%/*}/run"
    mv "${3%/*}/run" "$3"
    echo "$code" >"$3/exit_code"
}

# settings_of NUMBER: a line for each run of the config with that number, the one that others are compared with first.
settings_of() {
    local i level
    for level in $levels; do
        for ((i = 0; i < ${#threads[@]}; i++)); do
            if [ -n "$full" ] || [ "$level" = "${levels%% *}" ] || [ "$i" -eq 0 ] ||
                [ "$i" -eq $((1 + $1 % (${#threads[@]} - 1))) ]; then
                echo "--cpu $level -j ${threads[i]}"
            fi
        done
    done
}

# compare NUMBER CONFIG: prints a line "runs files", or what differs.
compare() {
    local work=$folder/$1 first='' settings n=0 different
    mkdir "$work"
    while read -r settings; do
        n=$((n + 1))
        if [ -z "$first" ]; then
            first=$settings
            train "$settings" "$2" "$work/first"
            case "$2 $(<"$work/first/exit_code")" in
                configs/*\ [056] | */drawn_*\ 0) ;;
                *)
                    echo "$2 cannot be trained with $settings: $(tail -n 1 "$work/first.log")" >&2
                    return 1
                    ;;
            esac
            continue
        fi
        train "$settings" "$2" "$work/other"
        if ! different=$(diff -rq -x manifest.json "$work/first" "$work/other"); then
            printf '%s: "%s" and "%s" differ:\n%s\n' "$2" "$first" "$settings" "${different//$work\//}" >&2
            return 1
        fi
        rm -r "$work/other"
    done < <(settings_of "$1")
    echo "$n $(find "$work/first" -type f ! -name manifest.json ! -name exit_code | wc -l)"
    rm -r "$work"
}

if [ "${1:-}" = --compare ]; then
    compare "$2" "$3"
    exit
fi

program=$(realpath "$1")
shift
full=
if [ "${1:-}" = --full ]; then
    full=yes
    shift
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export program full folder levels=

# The best level first.
for level in $("$program" help --cpu none 2>&1 | sed 's/.*: must be one of auto, //; s/,//g'); do
    if "$program" check -q --cpu "$level" configs/xor.ini >/dev/null 2>&1; then
        levels="$level${levels:+ $levels}"
    else
        echo "this processor has no $level, which is left out"
    fi
done

if [ $# -eq 0 ]; then
    tests/draw_configs.sh "$program" "$folder/drawn"
    set -- configs/*.ini "$folder"/drawn/*.ini
fi
printf '%s\n' "$@" | awk '{ print NR; print }' |
    xargs -n 2 -P "$(nproc)" "$0" --compare >"$folder/compared" || {
    echo "the bytes are not the same everywhere" >&2
    exit 1
}
awk -v levels="$levels" -v threads="${threads[*]}" '{ configs++; runs += $1; files += $1 * $2 }
    END { printf "same bytes: %d configs, %d runs, %d files compared (%s; %s threads)\n", configs, runs, files,
          levels, threads }' "$folder/compared"
