import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { int32At, keyOf } from '../../../src/core/random.ts';
import type { AdviceLevels } from '../../../src/evidence/rule.ts';
import { rules } from '../../../src/evidence/rules.ts';
import type { Hint } from '../../../src/language/hint.ts';
import { createService } from '../../../src/language/service.ts';
import type { Workspace } from '../../../src/language/workspace.ts';
import { writeModelFolder, writeTokenizer } from '../../support/checkpoints.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

/** A program that answers with what it was given, or never, where the text says so. */
const echo = new URL(
  'data:text/javascript,' +
    encodeURIComponent(
      `import { parentPort, workerData } from 'node:worker_threads';
       if (workerData.text === 'wait') setInterval(() => {}, 1000);
       else if (workerData.text === 'fail') throw new Error('no plan');
       else parentPort.postMessage({ problem: JSON.stringify(workerData) });`,
    ),
);

/** Every rule off: advice has tests of its own. */
const NO_ADVICE: AdviceLevels = Object.fromEntries(rules.map(({ id }) => [id, 'off']));

async function tiny(overrides: Partial<Workspace> = {}) {
  const dir = temporaryFolder();
  const path = await writeTinyWorkspace(dir);
  const workspace = {
    folders: [dir],
    trusted: true,
    env: { HF_HUB_CACHE: join(dir, 'hub') },
    advice: NO_ADVICE,
    ...overrides,
  };
  const service = createService(() => workspace, echo);
  const document = (text = tinyRecipe) => ({ uri: pathToFileURL(path).href, text });
  return { dir, path, workspace, service, document };
}

/** Without those beside data files. */
const beside = (hints: readonly Hint[]) => hints.filter(({ label }) => !label.includes(' rows'));

const codes = (diagnostics: readonly { code: string }[]) => diagnostics.map(({ code }) => code);

describe('diagnostics', () => {
  it('come from the text at once, and from files after they are looked at', async () => {
    const { service, document } = await tiny();
    const text = tinyRecipe.replace('text: text', 'text: texd').replace('max_length: 16', 'max_length: 16.5');
    expect(service.parse(document(text))).toMatchObject([
      { source: 'peft', severity: 1, range: { start: { line: 9, character: 14 } } },
    ]);
    const columns = tinyRecipe.replace('text: text', 'text: texd');
    expect(service.parse(document(columns))).toEqual([]);
    expect(codes(await service.check(document(columns)))).toContain('unknown-column');
    // What is known by now needs no waiting.
    expect(codes(service.parse(document(columns)))).toContain('unknown-column');
    service.forget(document().uri);
    expect(service.parse(document(columns))).toEqual([]);
  });

  it('see files that changed', async () => {
    const { dir, service, document } = await tiny();
    expect(await service.check(document())).toEqual([]);
    await writeFile(join(dir, 'train.tsv'), 'other\tlabel\na\tb\n');
    expect(codes(await service.check(document()))).toContain('unknown-column');
    await rename(join(dir, 'model'), join(dir, 'gone'));
    expect(codes(await service.check(document()))).toContain('unusable-model');
  });

  it('of an unsaved recipe start at the first folder', async () => {
    const { service } = await tiny();
    expect(await service.check({ uri: 'untitled:Untitled-1', text: tinyRecipe })).toEqual([]);
  });

  it('of a virtual document come from its text alone', async () => {
    const { service } = await tiny();
    expect(await service.check({ uri: 'git:/x/a.peft.yaml', text: tinyRecipe })).toEqual([]);
    expect(codes(await service.check({ uri: 'vscode-vfs://x/%E0%A4%A', text: 'version: 2' }))).toContain(
      'newer-version',
    );
  });

  it('without trust say nothing of what lies outside', async () => {
    const outside = temporaryFolder();
    const { dir, service, document } = await tiny({ trusted: false });
    await writeFile(join(outside, 'bad.tsv'), 'no such\tcolumns\na\tb\n');
    await mkdir(join(outside, 'model'));
    await symlink(join(outside, 'bad.tsv'), join(dir, 'link.tsv'));
    for (const file of [join(outside, 'bad.tsv'), 'link.tsv', '/not/there.tsv'])
      expect(await service.check(document(tinyRecipe.replace('train.tsv', file)))).toEqual([]);
    const model = document(tinyRecipe.replace('./model', join(outside, 'model')));
    expect(await service.check(model)).toEqual([]);
    expect(beside(await service.hints(model))).toEqual([]);
    expect(await service.parameters(model)).toMatchObject({
      problem: expect.stringContaining('not trusted'),
    });
    expect(await service.columns(join(outside, 'bad.tsv'))).toHaveProperty('problem');
    // What lies inside is looked at as ever.
    const inside = document(tinyRecipe.replace('text: text', 'text: texd'));
    expect(codes(await service.check(inside))).toContain('unknown-column');
  });

  it('without trust do not follow links out of a model folder', async () => {
    const { dir, service, document } = await tiny({ trusted: false });
    const outside = join(temporaryFolder(), 'config.json');
    await rename(join(dir, 'model/config.json'), outside);
    await symlink(outside, join(dir, 'model/config.json'));
    expect(beside(await service.hints(document()))).toEqual([]);
  });
});

describe('hints', () => {
  it('say what methods, layers and norms come to', async () => {
    const { service, document } = await tiny();
    const text = tinyRecipe.replace(
      '  ln_tuning: {}',
      '  ln_tuning: # c\n    layers: upper_half # top\n    layer_norms: [attention, ffn]',
    );
    const hints = beside(await service.hints(document(text)));
    expect(hints.map(({ position, label }) => [position.line, position.character, label])).toEqual([
      [12, 12, expect.stringMatching(/^32 · 1\.\d+ %$/)],
      [13, 22, '1 layer'],
      [14, 33, '2 LayerNorms'],
    ]);
    expect(hints[0].tooltip).toContain('encoder.layer.1.attention.output.LayerNorm.weight');
  });

  it('stand in variants and grids, too', async () => {
    const { service, document } = await tiny();
    const text =
      tinyRecipe +
      'variants:\n  head: { methods: { head_only: {} } }\n  LN: {}\n' +
      'grid:\n  methods.ln_tuning.layers: [all, [0]]\n';
    const hints = await service.hints(document(text));
    expect(hints.map(({ position, label }) => [position.line, label])).toEqual(
      expect.arrayContaining([
        [20, '0 · 0 %'],
        [12, expect.stringMatching(/^32 · .* … 80 · /)], // the least and the most, whatever their order
        [23, '2 layers'],
        [23, '1 layer'],
      ]),
    );
  });
});

describe('hints of methods that stand several times, or in a union', () => {
  const hintsOf = async (methods: string) => {
    const { service, document } = await tiny();
    const hints = beside(await service.hints(document(tinyRecipe.replace('  ln_tuning: {}', methods))));
    return hints.map(({ position, label }) => [position.line, label]);
  };

  it('stand at each item', async () => {
    const items =
      '  adapter:\n    - { at: [attention], bottleneck: 2 }\n    - bottleneck: 2\n      form: parallel\n      layers: [1]';
    const hints = await hintsOf(items);
    expect(hints).toEqual([
      [13, expect.stringMatching(/^84 · /)],
      [14, expect.stringMatching(/^42 · /)],
      [16, '1 layer'],
    ]);
  });

  it('stand once at a union, for all of it, or at the parts that are written', async () => {
    const short = 'prefix_tuning: { num_virtual_tokens: 3 }';
    expect(await hintsOf(`  mam: { ${short}, adapter: { bottleneck: 2 } }`)).toEqual([
      [12, expect.stringMatching(/^96 · /)],
      [12, expect.stringMatching(/^84 · /)],
    ]);
    expect(await hintsOf('  mam:')).toEqual([[12, expect.stringMatching(/^1,072 · /)]]);
  });
});

describe('requests', () => {
  it('describe a recipe', async () => {
    const { dir, service, document } = await tiny();
    expect(await service.describe(document())).toMatchObject({
      name: 'tiny',
      variants: ['tiny'],
      seeds: [0],
      model: './model',
      modelDir: join(dir, 'model'),
      errors: 0,
      warnings: 0,
      values: { version: 1, methods: { ln_tuning: {} } },
      places: { model: 1, methods: 11, training: 13 },
    });
    const faulty = await service.describe(document(`${tinyRecipe}variants: { a: {}, b: {} }\nwrong: 1\n`));
    expect(faulty).toMatchObject({ name: 'tiny', variants: ['a', 'b'], errors: 1, values: { wrong: 1 } });
    const gone = await service.describe(document(tinyRecipe.replace('./model', './gone')));
    expect(gone).toMatchObject({ model: './gone', modelProblem: expect.stringContaining('gone'), errors: 1 });
    expect(gone.modelDir).toBeUndefined();
    expect(await service.describe(document('a: ['))).toMatchObject({ name: 'tiny', errors: 1, places: {} });
  });

  it('count parameters, frozen ones included', async () => {
    const { service, document } = await tiny();
    const { architecture, layers, variants } = await service.parameters(document());
    expect({ architecture, layers }).toEqual({ architecture: 'bert', layers: 2 });
    const [{ counts, tensors = [] }] = variants;
    expect(counts).toMatchObject({ trained: 80, stored: 80, head: 18 });
    const total = (wanted: (method: string | undefined) => boolean) =>
      tensors.filter(({ method }) => wanted(method)).reduce((sum, { count }) => sum + count, 0);
    expect(total((method) => method !== 'head')).toBe(counts!.base);
    expect(total((method) => method === 'ln_tuning')).toBe(80);
    expect(total((method) => method === 'head')).toBe(18);
    expect(await service.parameters(document('version: 1'))).toMatchObject({
      variants: [],
      problem: expect.any(String),
    });
  });

  it('count nothing where a method does not fit the model', async () => {
    const { service, document } = await tiny();
    const text = tinyRecipe.replace('ln_tuning: {}', 'ln_tuning: { layers: [1, 7] }');
    const { layers, variants } = await service.parameters(document(text));
    expect(layers).toBe(2);
    expect(variants).toEqual([
      { variant: expect.any(String) as string, problem: expect.stringContaining('layer 7') as string },
    ]);
  });

  it('plan in a thread that can be ended', async () => {
    const { dir, path, service, document } = await tiny({ trusted: false });
    const plan = (await service.plan(document())) as { problem: string };
    expect(JSON.parse(plan.problem)).toMatchObject({
      text: tinyRecipe,
      fileName: path,
      place: { recipeDir: dir, within: [dir, join(dir, 'hub')] },
    });
    await expect(service.plan(document('fail'))).rejects.toThrow('no plan');
    const some = (await service.plan(document(), undefined, ['a'])) as { problem: string };
    expect(JSON.parse(some.problem)).toMatchObject({ variants: ['a'] });
    const controller = new AbortController();
    const waiting = service.plan(document('wait'), controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('list columns and their values', async () => {
    const { dir, service } = await tiny();
    expect(await service.columns(join(dir, 'train.tsv'))).toEqual(await service.columns('train.tsv'));
    expect(await service.columns('train.tsv')).toMatchObject({
      columns: ['text', 'label'],
      rows: 60,
      values: { label: ['negative', 'positive'] },
    });
    expect(await service.columns('train.xyz')).toHaveProperty('problem');
  });

  it('list models of the cache', async () => {
    const { dir, service } = await tiny();
    const commit = 'a'.repeat(40);
    const snapshot = join(dir, 'hub/models--me--bert/snapshots', commit);
    await mkdir(snapshot, { recursive: true });
    await writeModelFolder(snapshot);
    await writeTokenizer(snapshot);
    const strange = join(dir, 'hub/models--strange/snapshots', commit);
    await mkdir(strange, { recursive: true });
    await writeFile(join(strange, 'config.json'), '{ "model_type": "other" }');
    const [known, unknown] = await service.models();
    expect(known).toMatchObject({ id: 'me/bert', revision: commit, dir: snapshot, architecture: 'bert' });
    expect(known.parameters).toBeGreaterThan(1000);
    expect(unknown).toEqual({ id: 'strange', revision: commit, dir: strange });
  });

  it('have words for everything a recipe is made of', async () => {
    const { service } = await tiny();
    const { recipe, methods, tasks, presets, dataExtensions } = service.vocabulary();
    expect(recipe.properties).toHaveProperty('variants');
    expect(methods.map(({ id }) => id)).toContain('ln_tuning');
    expect(tasks).toContainEqual({
      id: 'text-classification',
      columns: [
        { field: 'text', optional: false, isLabel: false },
        { field: 'label', optional: false, isLabel: true },
        { field: 'text_pair', optional: true, isLabel: false },
      ],
      templates: [],
      metrics: ['accuracy', 'f1', 'matthews_correlation'],
    });
    expect(tasks.find(({ id }) => id === 'text-generation')).toMatchObject({
      columns: [{ field: 'completion', optional: false, isLabel: true }],
      templates: ['prompt'],
    });
    // A column of some name is always read.
    expect(tasks.find(({ id }) => id === 'question-answering')?.columns).toEqual([
      { field: 'question', optional: false, isLabel: false },
      { field: 'context', optional: false, isLabel: false },
      { field: 'answers', optional: false, isLabel: true },
    ]);
    expect(presets.length).toBeGreaterThan(5);
    expect(dataExtensions).toEqual(['.tsv', '.csv', '.jsonl', '.json', '.conll', '.parquet', '.txt']);
    expect(() => structuredClone(service.vocabulary())).not.toThrow();
  });
});

describe('hostile texts', () => {
  const all = async (service: Awaited<ReturnType<typeof tiny>>['service'], text: string, uri: string) => {
    const document = { uri, text };
    service.parse(document);
    await service.check(document);
    await service.hints(document);
    await service.describe(document);
    await service.parameters(document);
    const caret = { line: text.length % 12, character: text.length % 7 };
    await service.complete(document, caret, true);
    await service.hover(document, caret);
    service.codeActions(document, { start: caret, end: { line: 12, character: 0 } });
    service.symbols(document);
    service.folding(document);
    service.format(document);
    await service.links(document);
    await service.definition(document, caret);
    service.edit(document, [{ path: ['training', 'learning_rate'], value: 1 }, { path: ['methods'] }]);
  };

  it.each([
    ['nested', '['.repeat(50_000)],
    ['huge', `a: ${'x'.repeat(1_000_000)}`],
    ['aliases', 'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n'],
    ['keys', Array.from({ length: 5000 }, (_, index) => `k${index}:`).join('\n')],
    ['a file of zeros as model', tinyRecipe.replace('./model', '"/dev/zero"')],
    ['a device as data', tinyRecipe.replace('train.tsv', '/dev/zero')],
  ])('%s', async (_, text) => {
    const { service, document } = await tiny();
    await all(service, text, document().uri);
  });

  // `npm run test:full` takes many.
  const rounds = process.env.FULL ? 10_000 : 200;

  it(`${rounds} mutations`, { timeout: 600_000 }, async () => {
    const { service, document } = await tiny();
    let settled = 0;
    for (let round = 0; round < rounds; round++) {
      if (round === rounds / 10) settled = process.memoryUsage().heapUsed;
      const key = keyOf('service', round);
      const at = (index: number, size: number) => (int32At(key, index) >>> 0) % size;
      let text = tinyRecipe;
      for (let change = 0; change <= at(0, 3); change++) {
        const start = at(3 * change + 1, text.length);
        const piece = [...'{}[]:,-#&*!|>\'"%@?~ \n\t\r\0', ': ', '- ', 'variants: ', '1e999', '__proto__: '];
        text =
          text.slice(0, start) +
          piece[at(3 * change + 2, piece.length)] +
          text.slice(start + at(3 * change + 3, 6));
      }
      await all(service, text, document().uri);
    }
    // Nothing is kept of a text that has changed.
    expect(process.memoryUsage().heapUsed - settled).toBeLessThan(200e6);
  });
});
