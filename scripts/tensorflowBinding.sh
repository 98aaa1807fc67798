#!/usr/bin/env bash
# The package for the executor tensorflow, built once under .cache/tensorflow by the command line (npm run build) from pinned packages of
# npm and PyPI: TensorFlow for the processor. Prints the package's folder, for PEFT_WORKBENCH_TENSORFLOW, as the only line on stdout;
# everything it says goes to stderr.
# Exit status 77: this machine cannot have one (no compiler, no Python, npm or PyPI out of reach), and the reason is on stderr.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

unset PEFT_WORKBENCH_TENSORFLOW
PEFT_WORKBENCH_DATA=$PWD/.cache/tensorflow XDG_DATA_HOME=$PWD/.cache/none node dist/cli.js setup tensorflow --device cpu
status=$?
# 2: the command line's status for what is missing on the machine.
[[ $status != 2 ]] || exit 77
exit $status
