# report.html: what it shows, that it is the same page everywhere, and that foreign text stays text.
load helper

# sections FILE: ids of the sections of a page, in order.
sections() {
    grep -o '<section id="[a-z]*"' "$1" | cut -d'"' -f2 | xargs
}

@test "a page shows what the run has" {
    small_config
    "$NNTRAIN" -q c.ini evaluation.importance=permutation
    [ "$(sections runs/c/report.html)" = "results steps curves confusion probabilities importance layers weights data reproduce" ]
    for step in 1 2 3 4 5 6 7 8 9; do
        grep -q "<li><b>$step</b>" runs/c/report.html
    done
    grep -q "$(jq -r .weights_sha256 runs/c/metrics.json)" runs/c/report.html
    grep -q '<h3>ROC</h3>' runs/c/report.html
    grep -q '<h3>Reliability</h3>' runs/c/report.html
    cp "$DATA/diabetes.csv" .
    "$NNTRAIN" -q c.ini data.file=diabetes.csv data.target=progression run.name=r
    [ "$(sections runs/r/report.html)" = "results steps curves residuals layers weights data reproduce" ]
}

# row NAME FILE: the row of a column in the table of the data.
row() {
    sed -n '/<h3>Columns/,/<\/table>/p' "$2" | grep "<td class=\"name\">$1</td>"
}

@test "curves of few classes have colours that the table tells, those of many say what they are" {
    small_config
    "$NNTRAIN" -q c.ini
    grep -q 'A curve per class, against all others; the table has their colours and areas' runs/c/report.html
    sed -n '/<h3>ROC/,/<\/figure>/p' runs/c/report.html | grep -o '<path class="[a-z]"' | sort -u | wc -l | grep -qx 3
    for ink in b a c; do
        grep -q "<svg class=\"ink\".*<path d=[^>]* class=\"$ink\" color=\"#[0-9a-f]*\"/></svg>" runs/c/report.html
    done
    [ "$(grep -c 'stroke-dasharray="4 3" class="c"' runs/c/report.html)" -eq 1 ]
    cp "$DATA/digits.csv" .
    "$NNTRAIN" -q c.ini data.file=digits.csv data.target=digit run.name=d 2>/dev/null
    grep -q 'A curve per class, against all others; the table has their areas' runs/d/report.html
    run -1 grep -q 'class="ink"' runs/d/report.html
}

@test "the table of columns has the target with its course, however many inputs there are, and leads to warnings" {
    small_config
    cp "$DATA/diabetes.csv" "$DATA/digits.csv" .
    "$NNTRAIN" -q c.ini data.file=diabetes.csv data.target=progression
    row progression runs/c/report.html | grep -q '<td>target</td><td>number</td>.*<svg '
    run -1 grep -q 'about the data' runs/c/report.html
    "$NNTRAIN" -q c.ini data.file=digits.csv data.target=digit run.name=d 2>/dev/null
    row digit runs/d/report.html | grep -q '<td>target</td>'
    grep -q '61 of 65 columns are shown' runs/d/report.html
    grep -q 'href="#steps">[1-9] warnings about the data</a>' runs/d/report.html
}

@test "nothing is loaded from elsewhere, nothing is styled in attributes" {
    small_config
    "$NNTRAIN" -q c.ini
    run -1 grep -nE '://|[ "](src|style|on[a-z]+)=' runs/c/report.html
    run -1 grep -nE 'href="[^#]' runs/c/report.html
    grep -q "Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" runs/c/report.html
    for tag in style script; do
        hash=$(perl -0ne "print \$1 if m{<$tag>(.*?)</$tag>}s" runs/c/report.html | sha256sum | xxd -r -p | base64)
        grep -qF "$tag-src 'sha256-$hash'" runs/c/report.html
    done
}

@test "threads, places and the form of the config do not change the page" {
    small_config
    "$NNTRAIN" -q c.ini -j 1
    mkdir -p else
    cp c.ini iris.csv else
    "$NNTRAIN" else/c.ini -j 2 --output.dir=again 2>/dev/null
    cmp runs/c/report.html again/report.html
    "$NNTRAIN" -q runs/c/config.ini output.dir=resolved
    cmp runs/c/report.html resolved/report.html
}

@test "foreign text stays text" {
    printf 'a<b>,"x""&\x27y",t\n' >h.csv
    for i in 1 2 3 4 5 6 7 8; do
        printf '%s,%s,<script>alert(1)</script>\n%s,%s,\xe2\x80\xaeno&\x1b[31m\n' $i $((i * 7 % 5)) $((i * 3 % 7)) $i
    done >>h.csv
    printf '[data]\nfile = h.csv\ntarget = t\n[training]\nepochs = 2\n' >'<i>.ini'
    "$NNTRAIN" -q '<i>.ini' evaluation.importance=permutation
    run -1 grep -nE '<script>alert|<i>|a<b>' 'runs/<i>/report.html'
    run -1 grep -nP '\x{202e}|\x1b' 'runs/<i>/report.html'
    grep -q '&lt;script&gt;alert(1)' 'runs/<i>/report.html'
    grep -q 'a&lt;b&gt;' 'runs/<i>/report.html'
    grep -qF '\xe2\x80\xaeno&amp;\x1b[31m' 'runs/<i>/report.html'
}

@test "a run that diverged or failed a gate has a page that says so" {
    small_config
    cp "$DATA/diabetes.csv" .
    run -5 "$NNTRAIN" -q c.ini data.file=diabetes.csv data.target=progression optimizer.name=sgd \
        optimizer.learning_rate=1e6 network.activation=linear
    grep -q 'Training diverged.</strong>' runs/c/report.html
    run -6 "$NNTRAIN" -q c.ini 'gate.test.accuracy=> 1'
    grep -q 'Gate failed.</strong> test.accuracy &gt; 1: ' runs/c/report.html
}

@test "a search is shown with its best settings and a chart per key, the same for any number of workers" {
    small_config
    printf '[tuning]\ntrials = 12\n[tuning.space]\noptimizer.learning_rate = log 1e-4 .. 1e-1\n' >>c.ini
    printf 'network.hidden = choice 4, 8, "8, 4"\n' >>c.ini
    "$NNTRAIN" -q c.ini tuning.workers=1
    [[ $(sections runs/c/report.html) == *" tuning "* ]]
    grep -q '<h3>optimizer.learning_rate</h3><p class="note">rank correlation ' runs/c/report.html
    grep -q '<h3>network.hidden</h3><p class="note">eta squared ' runs/c/report.html
    grep -q '12 of 12 trials were trained to their end; these are the best 10, and leaderboard.json has all.' runs/c/report.html
    [ "$(grep -o '<li><b>[0-9]</b>' runs/c/report.html | tr -dc 0-9)" = 123456789 ]
    "$NNTRAIN" -q c.ini tuning.workers=2 output.dir=two
    cmp <(grep -v '^workers = ' runs/c/report.html) <(grep -v '^workers = ' two/report.html)
}

@test "output.report = false writes none" {
    small_config
    "$NNTRAIN" -q c.ini output.report=false
    [ ! -e runs/c/report.html ]
}

@test "many epochs and many rows fit into less than a megabyte" {
    small_config
    "$NNTRAIN" -q c.ini training.epochs=3000 network.hidden=8,8,8
    [ "$(wc -c <runs/c/report.html)" -lt 1000000 ]
    awk -v OFS=, 'BEGIN { srand(1); print "a,b,y"; for (i = 0; i < 100000; i++) print rand(), rand(), rand() }' >big.csv
    "$NNTRAIN" -q c.ini data.file=big.csv data.target=y training.epochs=1 training.batch_size=512 run.name=big
    [ "$(wc -c <runs/big/report.html)" -lt 1000000 ]
}

@test "an axis of epochs has ticks enough to read it by" {
    small_config
    local epochs ticks
    for epochs in 5 21 89 101; do
        "$NNTRAIN" -q c.ini training.epochs=$epochs training.batch_size=full
        ticks=$(sed -n '/<h3>Loss</,/<h3>Validation accuracy</p' runs/c/report.html | grep -c 'text-anchor="middle" opacity')
        [ "$ticks" -ge 3 ] && [ "$ticks" -le 6 ] || { echo "$epochs epochs: $ticks ticks"; return 1; }
    done
}
