#!/usr/bin/env bash
# arm64_libraries.sh FOLDER PACKAGE ...: unpacks Debian's arm64 builds of the packages, and of the libraries that they
# depend on, into a new folder. Nothing is installed: apt works on lists and a cache of its own.
set -euo pipefail

folder=$1
shift
work=$folder.partial
rm -rf "$work"
mkdir -p "$work"/{lists,cache/archives}/partial "$work"/{packages,root}
cd "$work"

options=(-qq -o "APT::Architectures=$(dpkg --print-architecture),arm64" -o "Dir::State::Lists=$PWD/lists"
    -o "Dir::Cache=$PWD/cache" -o Debug::NoLocking=true -o "APT::Sandbox::User=$(id -un)")
apt-get "${options[@]}" update
mapfile -t wanted < <(printf '%s:arm64\n' "$@")
mapfile -t libraries < <(apt-cache "${options[@]}" depends "${wanted[@]}" |
    sed -n 's/^ *Depends: \([^<]*:arm64\)$/\1/p' | grep -v '^libc6' | sort -u)
(cd packages && apt-get "${options[@]}" download "${wanted[@]}" "${libraries[@]}")
for package in packages/*.deb; do
    dpkg -x "$package" root
done

cd - >/dev/null
mv "$work/root" "$folder"
rm -rf "$work"
