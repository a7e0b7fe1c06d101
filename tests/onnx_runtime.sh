#!/usr/bin/env bash
# onnx_runtime.sh FOLDER: installs onnxruntime for Node.js, of 2022 and of today, into FOLDER/VERSION, from the npm
# registry and without running install scripts (the packages hold the CPU runtime).
set -euo pipefail

for version in 1.12.1 1.30.0; do
    [ ! -d "$1/$version/node_modules/onnxruntime-node" ] || continue
    mkdir -p "$1/$version"
    echo "installing onnxruntime-node $version"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$1/$version" "onnxruntime-node@$version"
done
