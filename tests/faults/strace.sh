#!/usr/bin/env bash
# strace.sh PROGRAM: system calls of the program as it is shipped fail (strace's injection). What was there before must
# be there afterwards, and the exit code tells.
set -euo pipefail
program=$(realpath "$1")
root=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$root/data/iris.csv" .
printf '[data]\nfile = iris.csv\ntarget = species\n[training]\nepochs = 2\n[network]\nhidden = 4\n' >c.ini
"$program" -q c.ini output.dir=out
cp out/model.json model.json
cp -r out before
echo before >old.csv
cp old.csv kept.csv
if ! strace -o /dev/null true 2>/dev/null; then
    echo "strace: not permitted here, skipped"
    exit 0
fi

n=0
# attempt INJECTION CODE COMMAND ...: ends with the code (0: the result is new, else the old one is there).
attempt() {
    local injection=$1 code=$2 status=0
    shift 2
    strace -f -o /dev/null -e "inject=$injection" "$program" "$@" >/dev/null 2>stderr.txt || status=$?
    n=$((n + 1))
    if [ "$status" -ne "$code" ]; then
        echo "inject=$injection $*: exit code $status, expected $code: $(cat stderr.txt)"
        exit 1
    fi
    [ "$code" -eq 0 ] || [ -s stderr.txt ]
}
kept() {
    diff -r -x manifest.json before out
    cmp old.csv kept.csv
    rm -rf out.partial out.lock
    if compgen -G '.nntrain-*' >/dev/null; then
        echo "a temporary file is left: $(compgen -G '.nntrain-*')"
        exit 1
    fi
}

train=(-q c.ini output.dir=out run.seed=7)
predict=(predict model.json iris.csv -o old.csv)
for error in ENOSPC EDQUOT EIO EROFS; do
    attempt "fsync:error=$error:when=1+" 7 "${train[@]}"; kept
    attempt "fsync:error=$error:when=1+" 7 "${predict[@]}"; kept
done
for error in ENOSPC EDQUOT EIO; do
    attempt "write:error=$error:when=1" 7 "${predict[@]}"; kept
    attempt "write:error=$error:when=3" 7 "${train[@]}"; kept
done
for error in EXDEV EACCES EIO ENOSPC; do
    attempt "rename,renameat,renameat2:error=$error:when=1+" 7 "${train[@]}"; kept
    attempt "rename,renameat,renameat2:error=$error:when=1+" 7 "${predict[@]}"; kept
done
attempt "mkdir,mkdirat:error=EROFS:when=1+" 7 "${train[@]}"; kept
attempt "flock:error=ENOLCK:when=1+" 7 "${train[@]}"; kept
attempt "clone,clone3:error=EAGAIN:when=1+" 0 -q c.ini output.dir=threads --threads 4
cmp <(grep weights_sha256 threads/model.json) <(grep weights_sha256 before/model.json)
attempt "clock_gettime:retval=0:when=1+" 0 -q c.ini output.dir=clock
attempt "sched_getaffinity:error=ENOSYS:when=1+" 0 -q c.ini output.dir=affinity run.threads=auto
attempt "write:error=EINTR:when=1" 0 predict model.json iris.csv -o new.csv
"$program" predict model.json iris.csv -o expected.csv
cmp new.csv expected.csv
echo "strace: $n injections, all as they should be"
