#!/usr/bin/env bash
# Everything that must hold: lint, types, build and the four layers of tests. Ends with one line: N passed, N failed.
# A check counts as one; a layer counts its tests, and one more failure if it ends badly without a failed test.
# What failed is told once more in front of that line.
# FULL=1 also runs the long tests, which are skipped otherwise.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export FULL=${FULL:-}

passed=0
failed=0
skipped=0
times=()
failures=()

# timed NAME COMMAND...: runs it and keeps how long it took.
timed() {
  local name=$1 start=$SECONDS status
  shift
  printf '\n== %s\n' "$name"
  "$@"
  status=$?
  times+=("$(printf '%-22s %5d s' "$name" $((SECONDS - start)))")
  return $status
}

check() {
  if timed "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=("$1"); fi
}

layer() {
  local report=out/test-$1.json status counts p f s
  mkdir -p out
  rm -f "$report"
  timed "$1 tests" npx vitest run --project "$1" --reporter=default --reporter=json --outputFile="$report"
  status=$?
  if counts=$(node scripts/countTests.mjs "$report" "$status" 2> "out/failures-$1.txt"); then
    read -r p f s <<< "$counts"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  else
    failed=$((failed + 1))
  fi
  [[ ! -s out/failures-$1.txt ]] || failures+=("$(cat "out/failures-$1.txt")")
}

# The tests in a real VS Code: a machine that cannot have one skips them, and the reason is printed.
editorLayer() {
  timed 'VS Code' bash scripts/editorHost.sh
  case $? in
    0) layer e2e ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) failures+=('VS Code') ;;
  esac
}

# An adapter for onnx-webgpu. The tests that need one are skipped where there is none, and say so; nothing else depends on it.
makeAdapter() {
  [[ -z ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-} ]] || return 0
  local driver
  driver=$(bash scripts/softwareGpu.sh) || return 0
  export VK_DRIVER_FILES=$driver VK_ICD_FILENAMES=$driver
}

# The package for tensorflow: likewise; a machine that could build it and did not is a failure.
makeTensorflow() {
  [[ -z ${PEFT_WORKBENCH_TENSORFLOW:-} ]] || return 0
  local package
  package=$(bash scripts/tensorflowBinding.sh) || return
  export PEFT_WORKBENCH_TENSORFLOW=$package
}

tensorflowPackage() {
  timed 'TensorFlow package' makeTensorflow
  case $? in
    0 | 77) ;;
    *) failed=$((failed + 1)) failures+=('TensorFlow package') ;;
  esac
}

makePython() {
  PARITY_PYTHON=$(bash scripts/python.sh) && export PARITY_PYTHON
}

timed install bash scripts/install.sh || { echo '0 passed, 1 failed'; exit 1; }
check eslint npx eslint .
check dependency-cruiser npx depcruise src webview --config .dependency-cruiser.cjs
check prettier npx prettier --check .
check types npm run --silent typecheck
check build npm run --silent build
timed 'adapter in software' makeAdapter
tensorflowPackage
layer unit
layer integration
editorLayer
check 'Python environment' makePython
layer parity

printf '\n%s\n' "${times[@]}"
((failed == 0)) || printf '\nfailed: %s\n' "${failures[@]}"
((skipped == 0)) || printf '%d skipped, each with its reason above\n' "$skipped"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
