#!/bin/sh
# The inner loops of the matrix products keep their sums in registers: fails where the disassembly of an innermost loop
# of a product_tile function stores a vector to the stack.
#
#     tests/kernel_spills.sh OBJECT ...      kernels of x86-64 or arm64 as they were compiled for one level each
#
# OBJDUMP names the disassembler of another processor.
for object in "$@"; do
    "${OBJDUMP:-objdump}" -d --no-show-raw-insn "$object" | awk -v object="$object" '
        # A loop is what lies between a jump and its target before it; an innermost one has no other jump back inside.
        function check_function(i, j, innermost) {
            for (i = 1; i <= n; i++) {
                if (!is_back[i])
                    continue
                innermost = 1
                for (j = target[i]; j < i; j++)
                    if (is_back[j] && target[j] >= target[i])
                        innermost = 0
                if (innermost)
                    check_loop(target[i], i)
            }
        }
        function is_spill(instruction) {
            return instruction ~ /^v?mov[a-z0-9]* +%[xyz]mm[0-9]+,[-0-9a-fx]*\(%r[sb]p[,)]/ ||
                instruction ~ /^st[a-z]+[ \t]+[qdsv][0-9].*\[(sp|x29)/
        }
        function check_loop(first, last, i) {
            loops++
            for (i = first; i <= last; i++)
                if (is_spill(text[i])) {
                    print object ": " name ": the inner loop stores a vector to the stack: " text[i]
                    spills++
                }
        }
        /^[0-9a-f]+ <product_tile_.*>:$/ {
            name = substr($2, 2, length($2) - 3)
            functions++
            n = 0
            split("", place)
            next
        }
        name != "" && NF == 0 { check_function(); name = "" }
        name != "" && /^ *[0-9a-f]+:/ {
            place[substr($1, 1, length($1) - 1)] = ++n
            text[n] = $0
            sub(/^ *[0-9a-f]+:[ \t]*/, "", text[n])
            to = match($0, /[0-9a-f]+ </) ? substr($0, RSTART, RLENGTH - 2) : ""
            is_back[n] = $2 ~ /^(j|b\.|b$|cbn?z|tbn?z)/ && (to in place)
            target[n] = is_back[n] ? place[to] : 0
        }
        END {
            if (name != "")
                check_function()
            if (functions == 0 || loops < functions) {
                print object ": " functions + 0 " product_tile functions with " loops + 0 " inner loops, too few to check"
                exit 1
            }
            if (spills > 0)
                exit 1
            print "spills: none in " loops " inner loops of " object
        }' || failed=1
done
exit "${failed:-0}"
