#!/usr/bin/env bash
# Makes the README's pictures: the console as a terminal of 112 columns shows it (tmux), and the report
# as a browser does (chromium).
#
#     tests/pictures.sh PROGRAM FOLDER
set -euo pipefail

program=$(realpath "$1")
out=$(realpath "$2")
tests=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
socket=$work/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

cp -r "$tests/../configs" "$tests/../data" "$work"
mkdir "$work/bin"
ln -s "$program" "$work/bin/nntrain"
cd "$work"

cat >shown.sh <<'END'
printf '$ nntrain configs/breast_cancer.ini evaluation.metrics=accuracy,roc_auc\n'
PATH=$PWD/bin:$PATH
nntrain configs/breast_cancer.ini evaluation.metrics=accuracy,roc_auc
touch finished
sleep 60
END
LC_ALL=C.UTF-8 TERM=xterm-256color tmux -S "$socket" -f /dev/null -u new-session -d -x 112 -y 40 'sh shown.sh'
for _ in $(seq 100); do
    [ ! -e finished ] || break
    sleep 0.1
done
sleep 0.2
tmux -S "$socket" capture-pane -p -e >screen
"$tests/console_svg.py" <screen >"$out/console.svg"

# The charts alone; what stands before them is in the console's picture.
perl -0pe 's{<section id="(results|steps)".*?</section>}{}gs; s{<nav.*?</nav>}{}s' runs/breast_cancer/report.html >report.html
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" --window-size=1000,1180 \
    --screenshot="$out/report.png" "file://$work/report.html" >/dev/null 2>&1
for picture in console.svg report.png; do
    echo "$out/$picture: $(stat -c %s "$out/$picture") bytes"
done
