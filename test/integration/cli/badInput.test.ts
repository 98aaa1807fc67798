import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tinyTokenizer } from '../../support/checkpoints.ts';
import { editHeader, type HeaderEntry } from '../../support/editSafetensors.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeTinyWorkspace } from '../../support/tinyWorkspace.ts';
import { sharedRun } from '../../support/trainedRun.ts';

/** What is wrong, how a good workspace gets so, and what the message says after the name of the file. */
type Case = readonly [name: string, spoil: (dir: string) => Promise<unknown>, message: RegExp];

const recipe = (from: string | RegExp, to: string) => async (dir: string) => {
  const file = join(dir, 'tiny.peft.yaml');
  const text = await readFile(file, 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`the recipe has no ${String(from)}`);
  await writeFile(file, changed);
};

const training = (line: string) => recipe(/$/, `  ${line}\n`);

const write = (name: string, content: string | Buffer) => (dir: string) =>
  writeFile(join(dir, name), content);

const remove = (name: string) => (dir: string) => rm(join(dir, name), { recursive: true });

const asFolder = (name: string) => async (dir: string) => {
  await rm(join(dir, name));
  await mkdir(join(dir, name));
};

const config = (fields: object) => async (dir: string) => {
  const file = join(dir, 'model', 'config.json');
  await writeFile(
    file,
    JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), ...fields }),
  );
};

const weights = 'model/model.safetensors';
const norm = 'embeddings.LayerNorm.weight';

const header =
  (change: (entry: HeaderEntry) => void, changeText?: (json: string) => string) => (dir: string) =>
    editHeader(join(dir, weights), (entries) => change(entries[norm]), changeText);

/** The last tensor has a thousand times the bytes that there are. */
const beyondTheFile = (dir: string) =>
  editHeader(join(dir, weights), (entries) => {
    const last = Object.values(entries)
      .sort((a, b) => a.data_offsets[1] - b.data_offsets[1])
      .at(-1)!;
    const [start, end] = last.data_offsets;
    last.shape[0] *= 1000;
    last.data_offsets = [start, start + 1000 * (end - start)];
  });

const headerLength = (length: bigint) => async (dir: string) => {
  const bytes = await readFile(join(dir, weights));
  bytes.writeBigUInt64LE(length);
  await writeFile(join(dir, weights), bytes);
};

const models: Case[] = [
  [
    'no model folder',
    remove('model'),
    /tiny\.peft\.yaml:2:8: .*expected a model folder at .*model.*found nothing/,
  ],
  [
    'an empty model folder',
    async (dir) => (await remove('model')(dir), mkdir(join(dir, 'model'))),
    /model: expected a model folder .*found an empty one/,
  ],
  [
    'a file for the model folder',
    async (dir) => (await remove('model')(dir), write('model', 'x')(dir)),
    /expected a model folder at .*model.*found a file/,
  ],
  ['no config.json', remove('model/config.json'), /model\/config\.json: expected a file, found nothing/],
  [
    'a config.json that is no JSON',
    write('model/config.json', '{"model_type": "bert"'),
    /model\/config\.json: expected a JSON object/,
  ],
  [
    'an unknown architecture',
    config({ model_type: 'berd' }),
    /model\/config\.json: model_type is "berd"; this version knows bert, roberta, distilbert, gpt2 \(did you mean "bert"\?\)/,
  ],
  [
    'sizes that do not divide',
    config({ num_attention_heads: 3 }),
    /model\/config\.json: expected hidden_size to be a multiple of num_attention_heads \(3\), found 8/,
  ],
  [
    'a size that is no number',
    config({ hidden_size: '8' }),
    /model\/config\.json: expected hidden_size to be a whole number .*found "8"/,
  ],
  ['no weights', remove(weights), /model: expected model\.safetensors or .*found neither/],
  [
    'pickled weights',
    (dir) => rename(join(dir, weights), join(dir, 'model/pytorch_model.bin')),
    /pytorch_model\.bin: expected safetensors, found a pickle/,
  ],
  ['a folder for the weights', asFolder(weights), /model\.safetensors: expected a file, found a folder/],
  [
    'truncated weights',
    (dir) => truncate(join(dir, weights), 5000),
    /model\.safetensors: not a valid safetensors file: tensor ".*" ends at byte \d+, the file at 5000 \(truncated\?\)/,
  ],
  [
    'weights cut inside the header',
    (dir) => truncate(join(dir, weights), 100),
    /model\.safetensors: not a valid safetensors file: .*header/,
  ],
  [
    'a header of 2^63 bytes',
    headerLength(2n ** 63n - 1n),
    /model\.safetensors: not a valid safetensors file: .*header/,
  ],
  ['a header length of 0', headerLength(0n), /model\.safetensors: not a valid safetensors file: .*header/],
  [
    'overlapping tensors',
    header((entry) => (entry.data_offsets = [entry.data_offsets[0] - 4, entry.data_offsets[1] - 4])),
    /model\.safetensors: .* tensor "embeddings\.LayerNorm\.weight" overlaps/,
  ],
  [
    'offsets beyond the file',
    beyondTheFile,
    /model\.safetensors: .* tensor ".*" ends at byte \d+, the file at \d+ \(truncated\?\)/,
  ],
  [
    'a size that its bytes contradict',
    header((entry) => (entry.shape = [9])),
    /"embeddings\.LayerNorm\.weight" of F32 \[9\] needs 36 bytes; its data_offsets span 32/,
  ],
  [
    'a huge count',
    header((entry) => (entry.shape = [2 ** 40, 2 ** 40])),
    /"embeddings\.LayerNorm\.weight" has shape .*no file holds that many/,
  ],
  [
    'a tensor called __proto__',
    header(
      () => undefined,
      (json) => json.replace(norm, '__proto__'),
    ),
    /model: expected the tensors that config\.json describes, but "embeddings\.LayerNorm\.weight" is missing/,
  ],
  [
    'a dtype called constructor',
    header((entry) => (entry.dtype = 'constructor')),
    /"embeddings\.LayerNorm\.weight" has dtype "constructor"/,
  ],
  [
    'a shape that config.json contradicts',
    header((entry) => (entry.shape = [4, 2])),
    /model\.safetensors: expected tensor "embeddings\.LayerNorm\.weight" to have shape \[8\].*found \[4, 2\]/,
  ],
  [
    'weights of integers',
    header((entry) => (entry.dtype = 'I32')),
    /model\.safetensors: expected tensor "embeddings\.LayerNorm\.weight" to be F32, F16 or BF16, found I32/,
  ],
  ['no tokenizer', remove('model/tokenizer.json'), /model: expected tokenizer\.json, found none/],
  [
    'a broken tokenizer',
    write('model/tokenizer.json', '{"model": {"type": "WordPiece"}}'),
    /model\/tokenizer\.json: not a usable tokenizer/,
  ],
  [
    'a tokenizer that is no JSON',
    write('model/tokenizer.json', 'vocabulary'),
    /model\/tokenizer\.json: expected a JSON object/,
  ],
  [
    "another model's tokenizer",
    async (dir) => {
      const tokenizer = structuredClone(tinyTokenizer);
      tokenizer.model.vocab.good = 40;
      await write('model/tokenizer.json', JSON.stringify(tokenizer))(dir);
    },
    /model\/tokenizer\.json: expected ids below the model's vocab_size of 40, found 40 for token "good"/,
  ],
];

const tsv = (...rows: string[]) => rows.map((row) => `${row}\n`).join('');
const csv = (text: string) => async (dir: string) => {
  await write('train.csv', text)(dir);
  await recipe('train.tsv', 'train.csv')(dir);
};

const data: Case[] = [
  ['no data file', remove('train.tsv'), /train\.tsv: expected a data file, found nothing there/],
  ['a folder for a data file', asFolder('train.tsv'), /train\.tsv: expected a data file, found a folder/],
  [
    'a missing column',
    write('train.tsv', tsv('txt\tlabel', 'good\tpositive')),
    /train\.tsv has no column "text"; did you mean "txt"\?/,
  ],
  [
    'a missing column in validation',
    write('dev.tsv', tsv('text\tclass', 'good\tpositive')),
    /dev\.tsv has no column "label"/,
  ],
  [
    'a column twice',
    write('train.tsv', tsv('text\ttext', 'good\tpositive')),
    /train\.tsv:1: expected column names that differ, found "text" twice/,
  ],
  [
    'a ragged row',
    write('train.tsv', tsv('text\tlabel', 'good\tpositive', 'bad')),
    /train\.tsv:3: expected 2 fields as in the header, found 1/,
  ],
  ['an empty file', write('train.tsv', ''), /train\.tsv: expected rows of data, found an empty file/],
  [
    'a header without rows',
    write('train.tsv', tsv('text\tlabel')),
    /train\.tsv: expected rows of data, found no rows after the header/,
  ],
  [
    'one class',
    write('train.tsv', tsv('text\tlabel', 'good\tpositive', 'bad\tpositive')),
    /train\.tsv has only the label "positive"/,
  ],
  [
    'a label in validation that train lacks',
    write('dev.tsv', tsv('text\tlabel', 'good\tneutral')),
    /dev\.tsv has the label "neutral"; expected "negative", "positive"/,
  ],
  [
    'a quote that is never closed',
    csv('text,label\n"good,positive\nbad,negative\n'),
    /train\.csv:2: expected CSV quoted as in RFC 4180, found a quote that is never closed/,
  ],
  [
    'a quote inside a field',
    csv('text,label\ngo"od,positive\nbad,negative\n'),
    /train\.csv:2: expected CSV quoted.*found a quote inside an unquoted field/,
  ],
  [
    'bytes that are not UTF-8',
    write('train.tsv', Buffer.from('text\tlabel\ngood\tpositive\ncaf\xe9\tnegative\n', 'latin1')),
    /train\.tsv:3: expected UTF-8, found an invalid byte at offset 28/,
  ],
];

const recipes: Case[] = [
  ['an unknown field', training('colour: red'), /tiny\.peft\.yaml:20:3: error unknown-field .*"colour"/],
  [
    'a misspelt field',
    recipe('logging_steps', 'loging_steps'),
    /tiny\.peft\.yaml:18:3: error unknown-field .*"loging_steps".*did you mean "logging_steps"\?/,
  ],
  [
    'a misspelt method',
    recipe('ln_tuning', 'ln_tunning'),
    /tiny\.peft\.yaml:13:3: error unknown-method .*did you mean "ln_tuning"\?/,
  ],
  [
    "another tool's spelling",
    training('batch_size: 8'),
    /tiny\.peft\.yaml:20:3: error other-spelling .*per_device_train_batch_size/,
  ],
  ['a number out of range', recipe('3.0e-2', '-1'), /tiny\.peft\.yaml:17:18: error out-of-range .*-1/],
  ['a number that is not finite', recipe('3.0e-2', '.inf'), /tiny\.peft\.yaml:17:18: error [\w-]+ .*\.inf/],
  ['not a number', recipe('3.0e-2', '.nan'), /tiny\.peft\.yaml:17:18: error [\w-]+ .*\.nan/],
  ['a text for a number', recipe('3.0e-2', 'fast'), /tiny\.peft\.yaml:17:18: error wrong-type .*"fast"/],
  ['an alias', recipe('mean', '*pool'), /tiny\.peft\.yaml:11:12: error yaml-unsupported .*alias/],
  ['an anchor', recipe('mean', '&pool mean'), /tiny\.peft\.yaml:11:12: error yaml-unsupported .*anchor/],
  ['a tag', recipe('mean', '!!js/function mean'), /tiny\.peft\.yaml:11:12: error yaml-unsupported .*tag/],
  [
    'a key twice',
    training('logging_steps: 4'),
    /tiny\.peft\.yaml:20:3: error duplicate-key .*"logging_steps"/,
  ],
  ['a key of the prototype', training('__proto__: {}'), /tiny\.peft\.yaml:20:3: error yaml-key .*__proto__/],
  ['no YAML', recipe('version: 1', 'version: [1'), /tiny\.peft\.yaml:\d+:\d+: error yaml-syntax/],
  [
    'more tokens than the model has positions',
    recipe('max_length: 16', 'max_length: 33'),
    /tiny\.peft\.yaml:10:15: error beyond-model expected at most 32/,
  ],
];

/** What only a look at every row shows. */
const rows: Case[] = [
  [
    'an empty label',
    write('train.tsv', tsv('text\tlabel', 'good\tpositive', 'bad\tnegative', 'a\t')),
    /train\.tsv:4: expected a label in column "label", found an empty field/,
  ],
];

/** Here there is nothing to check: `check` too ends with 2. */
const unreadable: Case[] = [
  [
    'a folder for the recipe',
    asFolder('tiny.peft.yaml'),
    /^tiny\.peft\.yaml: expected a recipe, a \.yaml file, found a folder\n$/,
  ],
  [
    'no recipe',
    remove('tiny.peft.yaml'),
    /^tiny\.peft\.yaml: expected a recipe, a \.yaml file, found nothing there\n$/,
  ],
  [
    'a recipe that is not UTF-8',
    write('tiny.peft.yaml', Buffer.from([0x76, 0xff, 0x0a])),
    /^tiny\.peft\.yaml: expected a recipe, a \.yaml file, found something else than UTF-8 text\n$/,
  ],
];

async function spoilt(spoil: Case[1]): Promise<string> {
  const dir = temporaryFolder();
  await writeTinyWorkspace(dir);
  await spoil(dir);
  return dir;
}

const listed = async (dir: string) => (await readdir(dir, { recursive: true })).sort();

describe('train: status 2, the place of the fault, and nothing is written', () => {
  it.each([...models, ...data, ...recipes, ...rows, ...unreadable])('%s', async (_, spoil, message) => {
    const dir = await spoilt(spoil);
    const before = await listed(dir);
    const { status, out, err } = await runCommand(['train', 'tiny.peft.yaml', '--runs', 'runs'], {
      cwd: dir,
    });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at |internal/);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(await listed(dir)).toEqual(before);
  });
});

describe('check: the same fault, as an answer', () => {
  it.each([...models, ...data, ...recipes])('%s', async (_, spoil, message) => {
    const { status, out, err } = await runCommand(['check', 'tiny.peft.yaml'], { cwd: await spoilt(spoil) });
    expect(out).toMatch(message);
    for (const line of out.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(tiny\.peft\.yaml:\d+:\d+: (error|warning) [\w-]+|  note: tiny\.peft\.yaml:\d+:\d+:) \S/,
      );
    expect({ status, err }).toEqual({ status: 1, err: '' });
  });

  it.each(unreadable)('%s', async (_, spoil, message) => {
    const { status, out, err } = await runCommand(['check', 'tiny.peft.yaml'], { cwd: await spoilt(spoil) });
    expect(err).toMatch(message);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});

describe('evaluate: status 2 for a file that is not like the training data', () => {
  const files: [string, string | Buffer, RegExp][] = [
    ['text', tsv('txt\tlabel', 'good\tpositive'), /given\.tsv: expected a column "text"/],
    ['label', tsv('text\tclass', 'good\tpositive'), /given\.tsv: expected a column "label"/],
    ['a ragged row', tsv('text\tlabel', 'good'), /given\.tsv:2: expected 2 fields/],
    ['no rows', tsv('text\tlabel'), /given\.tsv: expected rows of data/],
    [
      'an unknown label',
      tsv('text\tlabel', 'good\tpositiv'),
      /given\.tsv:2: expected one of the labels .*\n {2}Did you mean "positive"/,
    ],
    ['bytes that are not UTF-8', Buffer.from([0x74, 0xc3, 0x28]), /given\.tsv:1: expected UTF-8/],
  ];

  const shared = sharedRun();

  it.each(files)('%s', async (_, content, message) => {
    await writeFile(join(shared.dir, 'given.tsv'), content);
    const before = await listed(shared.dir);
    const asked = ['evaluate', shared.runDir, '--file', 'given.tsv'];
    const { status, out, err } = await runCommand(asked, { cwd: shared.dir });
    expect(err).toMatch(message);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(await listed(shared.dir)).toEqual(before);
  });
});
