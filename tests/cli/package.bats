# What is installed, and what is packed: from the program under test.
load helper

# The Makefile's name for the build that the program is from; nothing is compiled here.
setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    VARIANT=$(basename "$(dirname "$NNTRAIN")")
    [ "$NNTRAIN" -ef "$ROOT/build/$VARIANT/nntrain" ] || skip "the program under test is not one of build/"
}

installed() {
    make -s -C "$ROOT" "$1" VARIANT="$VARIANT" DESTDIR="$PWD/root" PREFIX=/usr "${@:2}" -o "build/$VARIANT/nntrain"
}

@test "make install puts program, manual page, completions and examples below DESTDIR and PREFIX; uninstall removes them" {
    installed install
    [ "$(root/usr/bin/nntrain --version)" = "$("$NNTRAIN" --version)" ]
    cmp root/usr/share/man/man1/nntrain.1 <("$NNTRAIN" help man)
    cmp root/usr/share/bash-completion/completions/nntrain <("$NNTRAIN" help completion-bash)
    cmp root/usr/share/zsh/site-functions/_nntrain <("$NNTRAIN" help completion-zsh)
    cmp root/usr/share/fish/vendor_completions.d/nntrain.fish <("$NNTRAIN" help completion-fish)
    root/usr/bin/nntrain -q root/usr/share/doc/nntrain/examples/configs/iris.ini
    [ -f runs/iris/model.json ]
    installed uninstall
    [ -z "$(find root -type f)" ]
}

@test "the version is in one place" {
    version=$(sed -n 's/^VERSION *:= //p' "$ROOT/Makefile")
    [ "$("$NNTRAIN" --version)" = "nntrain $version" ]
    "$NNTRAIN" help man | grep -qF "\"nntrain $version\""
}

@test "the Debian package holds what its control file and sums say, and its program runs" {
    command -v dpkg-shlibdeps strip >/dev/null || skip "needs dpkg-dev and binutils"
    SOURCE_DATE_EPOCH=1000000000 "$ROOT/tests/deb.sh" "$NNTRAIN" 1.2.3 .
    package=nntrain_1.2.3_$(dpkg --print-architecture).deb
    [ "$(dpkg-deb -f "$package" Package Version | tr '\n' ' ')" = "Package: nntrain Version: 1.2.3 " ]
    contains "$(dpkg-deb -f "$package" Depends)" libcsv
    dpkg-deb -x "$package" root
    dpkg-deb -e "$package" control
    (cd root && md5sum --quiet -c ../control/md5sums)
    [ "$(find root -type f | wc -l)" -eq "$(wc -l <control/md5sums)" ]
    gzip -dc root/usr/share/man/man1/nntrain.1.gz | cmp - <("$NNTRAIN" help man)
    grep -q 'Permission is hereby granted' root/usr/share/doc/nntrain/copyright
    [ -z "$(find root -newermt 2001-09-10)" ]
    root/usr/bin/nntrain -q root/usr/share/doc/nntrain/examples/configs/iris.ini
    cp "$package" first.deb
    SOURCE_DATE_EPOCH=1000000000 "$ROOT/tests/deb.sh" "$NNTRAIN" 1.2.3 .
    cmp first.deb "$package"
}
