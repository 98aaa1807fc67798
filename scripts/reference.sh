#!/usr/bin/env bash
# Renews docs/recipe-reference.md, which is generated from the schemas and registries that the product itself reads
# (src/language/recipeReference.ts). The test that this runs also fails, without --update, when the file is stale.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec npx vitest run --project unit test/unit/language/reference.test.ts --update
