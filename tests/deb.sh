#!/usr/bin/env bash
# Makes a Debian package of the program, with its manual page, completions and examples.
#
#     tests/deb.sh PROGRAM VERSION FOLDER        MAINTAINER="Name <address>"
set -euo pipefail

program=$(realpath "$1")
version=$2
out=$(realpath "$3")
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
doc=$root/usr/share/doc/nntrain
maintainer=${MAINTAINER:-the nntrain authors <nntrain@localhost>}
# One date for all files, so that the same sources give the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile)}
export SOURCE_DATE_EPOCH

umask 022
variant=$(basename "$(dirname "$program")")
make -s --no-print-directory install VARIANT="$variant" -o "build/$variant/nntrain" DESTDIR="$root" PREFIX=/usr \
    ZSH_FOLDER="$root/usr/share/zsh/vendor-completions" >/dev/null
strip --strip-unneeded "$root/usr/bin/nntrain"

{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n'
    printf 'Upstream-Name: nntrain\n\nFiles: *\nCopyright: %s\nLicense: Expat\n' "$(sed -n 's/^Copyright (c) //p' LICENSE)"
    sed '1,/^Copyright/d; /./,$!d' LICENSE | sed 's/^$/./; s/^/ /'
} >"$doc/copyright"
rm "$doc/LICENSE"
printf 'nntrain (%s) unstable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' "$version" "$version" "$maintainer" \
    "$(LC_ALL=C date -Rud "@$SOURCE_DATE_EPOCH")" >"$doc/changelog"
gzip -9n "$doc/changelog" "$root/usr/share/man/man1/nntrain.1"

# What the program is linked with, as packages and least versions.
mkdir "$work/debian"
printf 'Source: nntrain\n\nPackage: nntrain\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/nntrain | sed -n 's/^shlibs:Depends=//p')

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<END
Package: nntrain
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: $maintainer
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $depends
Section: science
Priority: optional
Description: train neural networks on tabular data
 nntrain reads an INI file and a CSV file, trains a feed-forward neural network
 in nine visible steps, and writes weights and metrics as JSON. The same config
 gives the same bytes on every run and every processor. Models are exported as
 ONNX, C source and safetensors.
END
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

package=$out/nntrain_${version}_$(dpkg --print-architecture).deb
dpkg-deb --build --root-owner-group "$root" "$package" >/dev/null
echo "$package"
