#!/usr/bin/env bash
# From a fresh clone to a tuned model: installs, builds, fetches a model and a corpus, trains recipes/spam.peft.yaml,
# compares its variants and exports the LN-tuning adapter for HF PEFT. Everything fetched stays under .cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

recipe=recipes/spam.peft.yaml
runs=runs

bash scripts/install.sh
npm run --silent build
node scripts/quickstart/fetchModel.mjs .cache/models/all-MiniLM-L6-v2
node scripts/quickstart/makeCorpus.mjs .cache/data/spam

node dist/cli.js train "$recipe"
node dist/cli.js compare "$recipe"

# Run folders begin with the time: the last is the newest.
run=$(ls -d "$runs"/*-spam-*ln-tuning*-s1* | tail -n 1)
adapter=out/$(basename "$run")-peft
node dist/cli.js export "$run" --format peft --base-model sentence-transformers/all-MiniLM-L6-v2 --out "$adapter"

cat <<END

Runs:     $runs/
Adapter:  $adapter/   (PeftModel.from_pretrained loads it; the recipe was $recipe)
END
