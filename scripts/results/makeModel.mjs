// A GPT-2 of 1.2 million parameters that has read the training texts of E2E and MTS-Dialog, each by itself: it knows their language, and has
// not seen what is to be written for what. Trained by the product from recipes/results/base.peft.yaml, once.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { cli, root } from './queue.mjs';

const model = join(root, '.cache/models/results-gpt2');
const unwritten = join(root, '.cache/models/fresh-gpt2');
const texts = join(root, '.cache/data/texts/results.txt');

/** `config.json` of the model; its vocabulary is that of makeTokenizer.py. */
const CONFIG = {
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  vocab_size: 3000,
  n_embd: 128,
  n_layer: 4,
  n_head: 4,
  n_positions: 384,
  bos_token_id: 0,
  eos_token_id: 0,
};

export function makeModel(folder) {
  if (existsSync(model)) return;
  mkdirSync(join(root, '.cache/data/texts'), { recursive: true });
  const columns = [
    ...columnsOf(join(folder, 'table2text_e2e/train.csv'), ['mr', 'ref']),
    ...columnsOf(join(folder, 'dialogue_mts/train.csv'), ['dialogue', 'section_text']),
  ];
  writeFileSync(texts, columns.map((text) => `${text.replaceAll(/\s+/g, ' ').trim()}\n`).join(''));
  const python = execFileSync('bash', [join(root, 'scripts/python.sh')], { encoding: 'utf8' }).trim();
  execFileSync(python, [join(root, 'scripts/results/makeTokenizer.py'), texts, unwritten]);
  writeFileSync(join(unwritten, 'config.json'), JSON.stringify(CONFIG));
  const runs = join(root, '.cache/results/base');
  rmSync(runs, { recursive: true, force: true });
  cli('train', join(root, 'recipes/results/base.peft.yaml'), '--runs', runs);
  const [{ dir }] = JSON.parse(cli('runs', runs, '--json'));
  cli('export', dir, '--format', 'merged', '--out', model);
}

function columnsOf(file, names) {
  const rows = parse(readFileSync(file, 'utf8'), { columns: true, bom: true });
  // One column after the other: texts are packed into blocks, and a block must not show what follows from what.
  return [...new Set(names.flatMap((name) => rows.map((row) => row[name])))];
}
