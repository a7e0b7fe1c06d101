#!/usr/bin/env bash
# onnx_runtime.sh FOLDER: installs onnxruntime for Node.js, of 2022 and of today, into FOLDER/VERSION, from the npm
# registry and without running install scripts (the packages hold the CPU runtime).
set -euo pipefail

folder=${1:?}
for version in 1.12.1 1.30.0; do
    [ ! -d "$folder/$version/node_modules/onnxruntime-node" ] || continue
    rm -rf "${folder:?}/$version" "$folder/partial"
    mkdir -p "$folder/partial"
    echo "installing onnxruntime-node $version"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder/partial" "onnxruntime-node@$version"
    mv "$folder/partial" "$folder/$version"
done
