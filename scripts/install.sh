#!/usr/bin/env bash
# Installs the npm packages where they are missing or not those of package-lock.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 12) ? 0 : 1)' || {
  echo "expected Node 20.12 or newer, found $(node --version)" >&2
  exit 2
}

lock=$(sha256sum < package-lock.json)
marker=node_modules/.installed-lock
[[ -e $marker && $(< "$marker") == "$lock" ]] && exit 0
npm ci --no-audit --no-fund
echo "$lock" > "$marker"
