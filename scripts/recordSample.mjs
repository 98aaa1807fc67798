// Records the finished run of the sample project: trains one run of media/sample/sentiment.peft.yaml in a temporary folder and
// keeps what a run folder holds, with placeholders for model and folder. `node scripts/recordSample.mjs MODEL_FOLDER`
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const model = resolve(process.argv[2] ?? '.cache/models/all-MiniLM-L6-v2');
const sample = fileURLToPath(new URL('../media/sample', import.meta.url));
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'sample-'));
cpSync(join(sample, 'data'), join(folder, 'data'), { recursive: true });
const recipe = join(folder, 'sentiment.peft.yaml');
const text = readFileSync(join(sample, 'sentiment.peft.yaml'), 'utf8');
writeFileSync(recipe, text.replace(/^model: .*/m, `model: ${JSON.stringify(model)}`));
execFileSync(process.execPath, [cli, 'train', recipe, '--variant', 'LN-tuning', '--seed', '1'], {
  cwd: folder,
  stdio: 'inherit',
});

const [id] = readdirSync(join(folder, 'runs')).filter((name) => !name.startsWith('.'));
const target = join(sample, 'run');
rmSync(target, { recursive: true, force: true });
const kept = (path) => !/last\.safetensors$|control$|lock$/.test(path);
cpSync(join(folder, 'runs', id), target, { recursive: true, filter: kept });
for (const file of ['recipe.peft.yaml', 'adapter/adapter.json']) {
  const path = join(target, file);
  const written = readFileSync(path, 'utf8').replaceAll(model, '{{model}}').replaceAll(folder, '{{folder}}');
  writeFileSync(path, written);
}
rmSync(folder, { recursive: true, force: true });
