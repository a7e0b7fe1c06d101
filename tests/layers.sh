#!/bin/sh
# Include directions: a file includes only from its own folder or a lower one, and only one file knows each library.
cd "$(dirname "$0")/.." || exit 2
layers="base compute data nn training artifact app pipeline commands"
failed=0

rank() {
    n=0
    for layer in $layers; do
        [ "$layer" = "$1" ] && echo "$n" && return
        n=$((n + 1))
    done
    echo 99
}

for folder in $layers; do
    own=$(rank "$folder")
    for used in $(grep -hoE '^#include "[a-z]+/' src/"$folder"/*.[ch] | cut -d'"' -f2 | tr -d / | sort -u); do
        if [ "$(rank "$used")" -gt "$own" ]; then
            grep -nE "^#include \"$used/" src/"$folder"/*.[ch] /dev/null
            echo "src/$folder includes from src/$used, which is above it"
            failed=1
        fi
    done
done

# library header : the only place that may include it
for pair in csv.h:src/data/csv ini.h:src/app/ini.c cjson/cJSON.h:src/artifact/; do
    header=${pair%%:*}
    place=${pair#*:}
    others=$(grep -lE "^#include <$header>" src/*/*.[ch] src/*.c | grep -v "^$place")
    if [ -n "$others" ]; then
        echo "<$header> belongs to $place alone, but is included by: $others"
        failed=1
    fi
done

# every header can be read alone
for header in src/*/*.h; do
    case $header in
    src/compute/vector*.h | src/compute/functions.h | src/compute/product.h | src/nn/lanes.h) continue ;;
    esac
    if ! "${CC:-gcc}" -Isrc -D_GNU_SOURCE -std=c11 -fsyntax-only -x c "$header" 2>/dev/null; then
        echo "$header cannot be compiled alone"
        failed=1
    fi
done

[ "$failed" = 0 ] && echo "layers: all includes point downward"
exit "$failed"
