#!/usr/bin/env bash
# `npm run bench -- --only executors` on a machine with a graphics card, from the folder that bench/gpu/bundle.sh made.
# Usage: bash run.sh probe|time      with OUT=FOLDER for bench.json, results.jsonl and logs.tgz (default ./gpu-results)
#   probe   what the machine has; one short round of one shape on all executors beside HF PEFT; then of onnx-webgpu: steps without
#           Dawn's validation, matrix products, a profile
#   time    the bench as it is
# EXECUTORS=onnx-webgpu,tensorflow are those to run, CONFIGS=base,large the shapes, PYTHON=python3 what has HF PEFT. The probe's shape:
# SHAPE=base BATCH=16 LENGTH=128 STEPS=20.
# Every part has a limit of its own; one that fails is recorded, and the next begins.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mode=${1:-}
[[ $mode == probe || $mode == time ]] || { echo 'expected probe or time' >&2; exit 2; }
out=${OUT:-$PWD/gpu-results}
logs=$(mktemp -d)
app=$here/app
shape=${SHAPE:-base} batch=${BATCH:-16} length=${LENGTH:-128}
mkdir -p "$out"

say() { echo "[$SECONDS s] $*"; }

# The archive as a whole or not at all, and the Vulkan loader where the machine has none.
unpack() {
  if [[ ! -d $app ]]; then
    python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$here/app.tar.xz" "$app.part" || return
    mv -T "$app.part" "$app"
  fi
  ldconfig -p | grep -q 'libvulkan\.so\.1 ' && return
  local package
  for package in "$app"/loader/*.deb; do dpkg -x "$package" "$app/system"; done
  export LD_LIBRARY_PATH="$app/system/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}

# Drivers in containers may lie where the loader does not look.
findDriver() {
  timeout 30 python3 "$here/adapters.py" 2>&1
  timeout 30 python3 "$here/adapters.py" 2>/dev/null | grep -q 'vulkan device:' && return
  local driver
  driver=$(find /etc /usr/share /usr/local -name 'nvidia_icd*.json' 2>/dev/null | head -n 1)
  [[ -n $driver ]] || return 0
  export VK_DRIVER_FILES=$driver VK_ICD_FILENAMES=$driver
  echo "driver: $driver"
  timeout 30 python3 "$here/adapters.py" 2>&1
}

# part NAME SECONDS COMMAND...: within its limit, with the card's memory and use beside it.
part() {
  local name=$1 limit=$2 begun=$SECONDS watch status
  shift 2
  nvidia-smi --query-gpu=memory.used,utilization.gpu --format=csv,noheader,nounits -lms 200 > "$logs/$name.smi" 2>/dev/null &
  watch=$!
  timeout -k 3 "$limit" "$@" > "$logs/$name.out" 2> "$logs/$name.err"
  status=$?
  kill $watch 2>/dev/null
  wait $watch 2>/dev/null
  python3 "$here/record.py" "$name" $status $((SECONDS - begun)) "$logs" "$out/results.jsonl"
  ((status == 0)) || { echo "--- $name: last lines of its errors"; tail -n 12 "$logs/$name.err" | cut -c1-400; }
}

# A copy of the bench with other options of the provider.
variant() { # NAME OPTIONS
  rm -rf "${app:?}/$1"
  cp -r "$app/dist" "$app/$1"
  sed -i "s/executionProviders: \[\"webgpu\"\]/$2/" "$app/$1"/*.js
}

ours() { # NAME SECONDS DIST FLAGS...
  local name=$1 limit=$2 dist=$3
  shift 3
  part "$name" "$limit" "$app/node" "$app/$dist/bench-step.js" --executor onnx-webgpu "$@"
}

# bench SECONDS FLAGS...: writes bench.json.
bench() {
  local limit=$1
  shift
  (cd "$app" && timeout -k 3 "$limit" ./node bench/run.mjs --only executors --python "${PYTHON:-python3}" \
    ${EXECUTORS:+--executors "$EXECUTORS"} "$@" 2>&1 | tee "$logs/bench.log")
  cp "$app/out/bench.json" "$out" || say 'the bench wrote nothing'
}

probe() {
  local flags=(--config "$shape" --batch "$batch" --length "$length") steps=${STEPS:-20}
  variant unchecked 'executionProviders: [{ name: "webgpu", validationMode: "disabled" }]'
  variant profiled 'enableProfiling: true, profileFilePrefix: "profile", executionProviders: ["webgpu"]'
  nvidia-smi 2>&1 | head -n 20
  nproc
  bench 240 --quick --configs "$shape"
  ours "step-$shape" 45 dist "${flags[@]}" --steps "$steps"
  ours "unchecked-$shape" 30 unchecked "${flags[@]}" --steps "$steps"
  ours "products-$shape" 30 dist "${flags[@]}" --products
  cd "$logs" && ours "profiled-$shape" 35 profiled "${flags[@]}" --steps 3
}

unpack || exit
say unpacked
findDriver
say 'looked for adapters'
if [[ $mode == probe ]]; then probe; else bench 1500 ${CONFIGS:+--configs "$CONFIGS"}; fi
tar -C "$logs" -czf "$out/logs.tgz" .
rm -rf "$logs"
say "done: $out"
