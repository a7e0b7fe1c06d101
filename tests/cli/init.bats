load helper

# Makes data.csv: an id, a counter, two numbers, a category, an empty column and a target of two classes.
make_data() {
    awk 'BEGIN {
        print "row,code,x,z,colour,empty,y"
        for (i = 1; i <= 60; i++)
            printf "%d,c%03d,%.2f,%s,%s,,%s\n", i, (i * 37) % 101, sin(i), i % 9 ? i % 7 : "", i % 3 ? "red" : "blue", (sin(i) > 0) ? "yes" : "no"
    }' >data.csv
}

@test "the starter of every shipped data set trains" {
    while read -r file target; do
        run -0 "$NNTRAIN" init "$DATA/$file.csv" --target "$target" -o "$file.ini"
        [ -z "$output" ]
        run -0 "$NNTRAIN" "$file.ini" -q training.epochs=2
        [ -z "$output" ]
    done <<'END'
iris species
wine class
penguins species
breast_cancer diagnosis
diabetes progression
digits digit
xor y
and y
END
}

@test "the starter learns: iris, and XOR from its four rows" {
    "$NNTRAIN" init "$DATA/iris.csv" --target species -o iris.ini
    run -0 --separate-stderr "$NNTRAIN" iris.ini --print test.accuracy
    awk -v value="$output" 'BEGIN { exit !(value > 0.9) }'
    "$NNTRAIN" init "$DATA/xor.csv" --target y -o xor.ini
    run -0 --separate-stderr "$NNTRAIN" xor.ini --print train.accuracy
    [ "$output" = 1 ]
}

@test "it tells what was found" {
    run -0 --separate-stderr "$NNTRAIN" init "$DATA/penguins.csv" --target species
    [ -z "$stderr" ]
    contains "$output" "344 rows, 7 columns, 18 missing cells"
    contains "$output" "target species: multiclass, 3 classes, Adelie (152), Chinstrap (68), Gentoo (124)"
    contains "$output" "body_mass_g              feature  numeric      2700 to 6300, 94 values, 2 missing"
    contains "$output" $'\nimpute = median'
    contains "$output" $'\nencode = onehot'
    run -0 "$NNTRAIN" init "$DATA/diabetes.csv" --target progression
    contains "$output" "target progression: regression, 25 to 346"
}

@test "columns that are ids or empty get the key that says so" {
    make_data
    run -0 "$NNTRAIN" init data.csv --target y -o my.ini
    grep -qx 'id = row, code' my.ini
    grep -qx 'ignore = empty' my.ini
    run -0 "$NNTRAIN" check my.ini
    contains "$output" "2 numeric"
}

@test "a counter stays an input when there is no other" {
    awk 'BEGIN { print "t,y"; for (i = 0; i < 60; i++) print i "," i * i }' >t.csv
    "$NNTRAIN" init t.csv --target y -o t.ini
    run ! grep -q '^id' t.ini
    run -0 "$NNTRAIN" check t.ini
}

@test "the commented lines are valid keys" {
    make_data
    "$NNTRAIN" init data.csv --target y | grep -v '^; method = group' |
        sed -E 's/^; (\[[a-z]+\]|[a-z_.0-9]+ = )/\1/' >all.ini
    grep -qx 'missing_indicator = true      ; tell the network which were missing' all.ini
    run -0 "$NNTRAIN" check all.ini
}

@test "the file is named as seen from the config" {
    mkdir -p data configs/deep
    cp "$DATA/iris.csv" data/
    "$NNTRAIN" init data/iris.csv --target species -o configs/deep/iris.ini
    grep -qx 'file = ../../data/iris.csv' configs/deep/iris.ini
    run -0 "$NNTRAIN" check configs/deep/iris.ini
    run -0 "$NNTRAIN" init data/iris.csv --target species
    contains "$output" $'\nfile = data/iris.csv\n'
}

@test "names with commas, quotes, comment signs and blanks are written so that they are read back" {
    awk 'BEGIN {
        print "\"a, b\",\"say \"\"x\"\"\",c ;d,#e,none,auto,y"
        for (i = 0; i < 60; i++) print i % 7 ",c" i ",k" i ",e" i ",n" i "," i % 5 "," i % 2
    }' >odd.csv
    for target in '"a, b"' none '#4' y 'c ;d'; do
        rm -f odd.ini
        run -0 "$NNTRAIN" init odd.csv --target "$target" -o odd.ini
        run -0 "$NNTRAIN" check odd.ini
    done
    run -0 "$NNTRAIN" init odd.csv --target y
    contains "$output" 'id = "say ""x""", "#3", "#e", "none"'
}

@test "several targets" {
    run -0 "$NNTRAIN" init "$DATA/iris.csv" --target 'petal_length_cm, petal_width_cm' -o two.ini
    grep -qx 'target = petal_length_cm, petal_width_cm' two.ini
}

@test "rows that cannot be split are not" {
    awk 'BEGIN { print "x,y"; for (i = 0; i < 80; i++) print sin(i) ",class" i }' >many.csv
    "$NNTRAIN" init many.csv --target y -o many.ini
    run -0 "$NNTRAIN" check many.ini
}

@test "standard input" {
    run -0 "$NNTRAIN" init - --target species <"$DATA/iris.csv"
    contains "$output" $'\nfile = -\n'
}

@test "without --target the columns are listed" {
    run -2 --separate-stderr "$NNTRAIN" init "$DATA/xor.csv"
    [ -z "$output" ]
    [ "$stderr" = "error: init needs --target COLUMN, what the network is to predict; the columns are x1, x2, y" ]
}

@test "an unknown target gets a suggestion, or the columns" {
    run -2 --separate-stderr "$NNTRAIN" init "$DATA/iris.csv" --target specie
    [ "$stderr" = 'error: --target "specie": there is no such column; did you mean species?' ]
    run -2 --separate-stderr "$NNTRAIN" init "$DATA/xor.csv" --target zzzz
    contains "$stderr" "the columns are x1, x2, y"
    [ ! -e "zzzz" ]
}

@test "a file that is there is not overwritten" {
    echo mine >my.ini
    run -7 --separate-stderr "$NNTRAIN" init "$DATA/iris.csv" --target species -o my.ini
    contains "$stderr" "my.ini: error: would be overwritten"
    [ "$(cat my.ini)" = mine ]
}

@test "what cannot be read or learned is an error" {
    run -7 "$NNTRAIN" init missing.csv --target y
    contains "$output" "missing.csv: error: cannot read"
    printf 'x,y\n1,2\n2,2\n' >same.csv
    run -4 "$NNTRAIN" init same.csv --target y
    contains "$output" "same value in every row"
    run -7 "$NNTRAIN" init "$DATA/iris.csv" --target species -o no/such/folder.ini
    run -2 "$NNTRAIN" init
    contains "$output" "usage: nntrain init DATA.csv --target COLUMN"
}

# dated FORMAT: 600 rows whose first column is that of a time, in its order.
dated() {
    awk -v form="$1" 'BEGIN { print "when,day,x,place,y"; for (i = 0; i < 600; i++)
        printf form ",2023-%02d,%d,p%d,%d\n", i / 24 % 30 + 1, i % 24, (i * 7) % 12 + 1, i * i % 17, i % 97, i * 37 % 101 }' >t.csv
}

@test "times in order part the rows, other dates are left out, and the comment says so" {
    dated '2024-01-%02d %02d:00'
    sed -i '2,$ s/^2024-01-\([0-9]*\) /2024-01-\1T/' t.csv
    run -0 --separate-stderr "$NNTRAIN" init t.csv --target y -o t.ini
    grep -qx 'time = when' t.ini
    grep -qx 'method = time                   ; random, when nothing changes with time' t.ini
    grep -qx '; Dates: new rows have others, so as categories they say nothing.' t.ini
    grep -qx 'ignore = day' t.ini
    run ! grep -q '^id' t.ini
    grep -q '^;   when  *time  *categorical' t.ini
    grep -q '^;   day  *ignored' t.ini
    run -0 "$NNTRAIN" check t.ini
    contains "$output" "(time)"
    { head -1 t.csv; tail -n +2 t.csv | sort -R --random-source=t.csv; } >mixed.csv
    "$NNTRAIN" init mixed.csv --target y -o mixed.ini
    run ! grep -q '^time' mixed.ini
    grep -qx 'ignore = when, day' mixed.ini
    run -0 "$NNTRAIN" check mixed.ini
}

@test "times are left out where the newest rows have a class of their own; numbers that rise may be times" {
    dated '2024-01-%02d %02d:00'
    sed -i '2,$ s/,[0-9]*$/,a/; $ s/,a$/,b/; 590,600 s/,a$/,b/' t.csv
    "$NNTRAIN" init t.csv --target y -o t.ini
    run ! grep -q '^time' t.ini
    grep -qx 'ignore = when, day' t.ini
    run -0 "$NNTRAIN" check t.ini
    dated '1700%02d%02d00'
    "$NNTRAIN" init t.csv --target y -o n.ini
    grep -qx '; time = when' n.ini
    grep -q '^;   when  *feature  *numeric' n.ini
}

@test "texts of many kinds are embedded, and the comment says how many" {
    dated '2024-01-%02d %02d:00'
    "$NNTRAIN" init t.csv --target y -o t.ini
    grep -qx 'encode = embedding              ; a learned vector per category; onehot: a column each' t.ini
    grep -qx '; max_categories = 64           ; rarer ones share one place; place has 97' t.ini
    run -0 "$NNTRAIN" check t.ini
    sed -i '2,$ s/,p\([0-9]\)[0-9]*,/,p\1,/' t.csv
    "$NNTRAIN" init t.csv --target y | grep -qx 'encode = onehot                 ; embedding for columns with many categories'
}

@test "remarks, different in every row that has one, and columns of one value are left out" {
    awk 'BEGIN {
        print "q1,remarks,opened,version,y"
        for (i = 1; i <= 300; i++)
            printf "%s,%s,2024-%02d-%02d,v2,%s\n", i % 5 + 1, i % 4 ? "" : "remark number " i, i % 12 + 1, i % 28 + 1, i % 3 ? "yes" : "no"
    }' >data.csv
    "$NNTRAIN" init data.csv --target y -o s.ini
    grep -q '^;   remarks   *ignored$' s.ini
    grep -A3 '^; The same value in every row' s.ini >found
    [[ $(sed -n 2p found) == "; Dates: "* ]]
    [ "$(sed -n 3p found)" = "; Remarks: no text is there twice, so as categories they say nothing." ]
    [ "$(sed -n 4p found)" = "ignore = version, opened, remarks" ]
    run -1 grep -n ' $' s.ini
    grep -q '^encode' s.ini && return 1
    "$NNTRAIN" -q s.ini training.epochs=1
}

@test "a counter with gaps, where rows were taken out, is an id; a number that rises in leaps is none" {
    awk 'BEGIN {
        print "respondent,meter,answer,y"
        for (i = 1; i <= 60; i++) if (i % 6) printf "%d,%d,%d,%s\n", i, i * i + i, i * 7 % 5, i % 4 ? "yes" : "no"
    }' >data.csv
    "$NNTRAIN" init data.csv --target y -o s.ini
    grep -qx 'id = respondent' s.ini
    grep -q '^;   meter   *feature' s.ini
}

@test "a target with cells that have no value: the first is named, and they are counted" {
    printf 'x,y\n1,a\n2,\n3,b\n4,NA\n5,a\n' >data.csv
    printf '[data]\nfile = data.csv\ntarget = y\n' >c.ini
    refuses 4 "data.csv:3:2: error: column 'y': '' is a missing value, and a target cannot be filled in: fill the cell in or remove the row (2 of 5 rows have none)" \
        "$NNTRAIN" check -q c.ini
}
