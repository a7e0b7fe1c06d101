#!/bin/sh
# Writes penguins.csv into the folder this script lies in, from the npm package vega-datasets.
# Needs npm (with a registry to ask), tar and python3. The package's version is fixed below, so two
# runs give the same bytes. README.md beside it names the source and the licence.
set -eu

package=vega-datasets@3.2.1
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

(cd "$work" && npm pack --loglevel=error --ignore-scripts "$package" >/dev/null)
tar -xzf "$work"/vega-datasets-*.tgz -C "$work" package/data/penguins.json

python3 - "$work/package/data/penguins.json" "$folder/penguins.csv" <<'EOF'
import json
import sys

# The package's own names, in the order of the columns: the target is last.
COLUMNS = {
    "Island": "island",
    "Beak Length (mm)": "beak_length_mm",
    "Beak Depth (mm)": "beak_depth_mm",
    "Flipper Length (mm)": "flipper_length_mm",
    "Body Mass (g)": "body_mass_g",
    "Sex": "sex",
    "Species": "species",
}


def cell_text(value):
    """A missing value is an empty cell; a number is the shortest text that reads back the same."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        text = repr(float(value))
        return text[:-2] if text.endswith(".0") else text
    if any(character in value for character in ',"\r\n'):
        raise ValueError(f"a value that would need quotes: {value!r}")
    return value


source, target = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    records = json.load(file)
for number, record in enumerate(records, start=1):
    if set(record) != set(COLUMNS):
        raise ValueError(f"record {number} has the fields {sorted(record)}")

lines = [",".join(COLUMNS.values())]
lines += [",".join(cell_text(record[name]) for name in COLUMNS) for record in records]
text = "".join(line + "\n" for line in lines)
with open(target, "wb") as file:
    file.write(text.encode("ascii"))
print(f"penguins.csv: {len(records)} rows, {len(COLUMNS)} columns, {len(text)} bytes")
EOF
