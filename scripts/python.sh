#!/usr/bin/env bash
# Makes a pinned Python environment under .cache/python, once, and prints the path of its interpreter as the only line on
# stdout; everything it says goes to stderr.
#   "$(bash scripts/python.sh)" test/parity/peftParity.py ...   environment A: scripts/requirements-parity.txt
#   "$(bash scripts/python.sh adapters)" ...                    environment B: scripts/requirements-adapters.txt, on top of A
#   "$(bash scripts/python.sh parquet)" ...                     the environment of one fixture: scripts/requirements-parquet.txt, on top of A
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

name=${1:-parity}
requirements=scripts/requirements-$name.txt
[[ -e $requirements ]] || { echo "expected no argument, 'adapters' or 'parquet', found '$name'" >&2; exit 2; }
base=${PYTHON:-python3}
command -v "$base" >/dev/null || { echo "expected Python 3.10 or newer as '$base', found none" >&2; exit 2; }
below=
[[ $name == parity ]] || below=$(bash scripts/python.sh)

# Another requirement or another base interpreter is another environment.
key=$( { cat "$requirements"; printf %s "$below"; "$base" -c 'import sys; print(sys.version, sys.executable)'; } | sha256sum | cut -c1-12)
environment=$PWD/.cache/python/$key
python=$environment/bin/python

# The marker is written last: an environment without it was interrupted and is made again.
if [[ ! -e $environment/complete ]]; then
  echo "making the Python environment $environment from $requirements (A: about 1 GB with a CPU build of PyTorch)" >&2
  rm -rf "$environment"
  "$base" -m venv "$environment" >&2 || {
    echo "expected the Python module 'venv' with 'ensurepip' (Debian and Ubuntu: the package python3-venv)" >&2
    exit 2
  }
  # What is not installed here is found in the environment below: its packages stand last on the path.
  packages='import sysconfig; print(sysconfig.get_path("purelib"))'
  [[ -z $below ]] || "$below" -c "$packages" > "$("$python" -c "$packages")/below.pth"
  "$python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >&2
  touch "$environment/complete"
fi
echo "$python"
