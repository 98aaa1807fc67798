#!/usr/bin/env bash
# Puts what bench/gpu/run.sh needs into one folder, for a Linux x64 machine with a graphics card and without network: this Node, the
# built bench, ONNX Runtime, and Vulkan's loader from Debian's packages. The machine has Python 3 and, for the comparison, PyTorch with
# Transformers and PEFT.
# Usage: npm run build && bash bench/gpu/bundle.sh [FOLDER]      (default out/gpu; some 35 MB)
# There: bash FOLDER/run.sh probe
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${1:-out/gpu}
mkdir -p "$folder"
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT

mkdir -p "$app/dist" "$app/bench" "$app/loader"
cp dist/*.js "$app/dist"
cp package.json "$app"
cp bench/*.mjs bench/hfStep.py bench/peakMemory.py bench/shapes.json "$app/bench"
cp "$(node -p process.execPath)" "$app/node"
binaries=bin/napi-v6/linux/x64
for package in onnxruntime-node onnxruntime-common; do
  mkdir -p "$app/node_modules/$package"
  cp -r node_modules/$package/{package.json,dist} "$app/node_modules/$package"
done
mkdir -p "$app/node_modules/onnxruntime-node/$binaries"
cp node_modules/onnxruntime-node/$binaries/* "$app/node_modules/onnxruntime-node/$binaries"
find "$app" \( -name '*.map' -o -name '*.d.ts' \) -delete
(cd "$app/loader" && apt-get download -qq libvulkan1 libegl1 libglvnd0 libopengl0 libgl1 libglx0 libgles2) ||
  echo 'without the packages of the Vulkan loader, which the machine must then have' >&2

tar -C "$app" -cJf "$folder/app.tar.xz" .
cp bench/gpu/{run.sh,adapters.py,record.py} "$folder"
ls -l "$folder"
