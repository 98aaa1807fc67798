#!/usr/bin/env bash
# Installs the npm packages where they are missing or not those of package-lock.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
' || { echo "expected Node 20.19 or newer, found $(node --version)" >&2; exit 2; }

# npm notes what it installed in node_modules/.package-lock.json; packages of other platforms are left out there.
node -e '
  const { existsSync, readFileSync } = require("node:fs");
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const noted = "node_modules/.package-lock.json";
  const installed = existsSync(noted) ? packages(noted) : {};
  const same = ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version;
  process.exit(Object.entries(packages("package-lock.json")).every(same) ? 0 : 1);
' || npm ci
