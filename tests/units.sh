#!/bin/sh
# Runs test programs, as many at once as there are processors, and prints what each says when it ends; stops at the
# first that fails. RUNNER: what runs them.
#
#     units.sh PROGRAM ...
export RUNNER
# shellcheck disable=SC2016 # what is expanded is the inner shell's
printf '%s\n' "$@" | xargs -P "$(nproc)" -I PROGRAM sh -c '
    said=$($RUNNER ./PROGRAM 2>&1)
    code=$?
    flock "$0" printf "%s\n" "$said"
    [ "$code" -eq 0 ] || { echo "PROGRAM: exit code $code" >&2; exit 255; }
' "$0"
