import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { createService } from '../../../src/language/service.ts';
import type { Workspace } from '../../../src/language/workspace.ts';
import { caretIn } from '../../support/caretIn.ts';
import { writeModelFolder } from '../../support/checkpoints.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const idle = new URL('data:text/javascript,');

async function tiny(overrides: Partial<Workspace> = {}) {
  const dir = temporaryFolder();
  const path = await writeTinyWorkspace(dir);
  const workspace = { folders: [dir], trusted: true, env: { HF_HUB_CACHE: join(dir, 'hub') }, ...overrides };
  const service = createService(() => workspace, idle);
  return { dir, service, document: (text: string) => ({ uri: pathToFileURL(path).href, text }) };
}

const recipe = `${tinyRecipe}variants:
  a: { methods: { ln_tuning: { layers: all } } }
  b:
    model: ./model
    task: { train: dev.tsv }
  a, b: {}
grid:
  - methods.ln_tuning.layers: [all, [0]]
    training.learning_rate: [1, 2]
  - task.train: [test.tsv, gone.tsv]
report: { baseline: "a, layers=all" }
`;

describe('go to definition', () => {
  test.each([
    ['a model', 'model: |./model\ntask', ['model/config.json:0']],
    ['a data file', 'train: tra|in.tsv', ['train.tsv:0']],
    ['behind its last character', 'validation: dev.tsv|', ['dev.tsv:0']],
    ['a data file of a variant', '{ train: dev.t|sv }', ['dev.tsv:0']],
    ['a model of a variant', '    model: ./mo|del', ['model/config.json:0']],
    ['a value of the grid', '[test|.tsv, gone.tsv]', ['test.tsv:0']],
    ['a file that is not there', '[test.tsv, go|ne.tsv]', []],
    ['a path of the grid', '- methods.ln_tuning.la|yers', ['tiny.peft.yaml:20']],
    ['a path of the whole recipe', '    training.learning|_rate: [1, 2]', ['tiny.peft.yaml:16']],
    ['a path that several write', '- task.tr|ain:', ['tiny.peft.yaml:4', 'tiny.peft.yaml:23']],
    ['a variant with values of the grid', 'baseline: "a, lay|ers=all"', ['tiny.peft.yaml:20']],
    ['a key', 'mod|el: ./model\ntask', []],
    ['another value', 'pooling: me|an', []],
  ])('%s', async (_, marked, expected) => {
    const { dir, service, document } = await tiny();
    const { text, position } = caretIn(recipe.replace(marked.replace('|', ''), () => marked));
    const found = await service.definition(document(text), position);
    const brief = found.map(
      ({ uri, range }) => `${fileURLToPath(uri).slice(dir.length + 1)}:${range.start.line}`,
    );
    expect(brief).toEqual(expected);
  });

  it('of a variant whose name is the start of another', async () => {
    const { service, document } = await tiny();
    const text = recipe.replace('a, layers=all', 'a, b');
    const [found] = await service.definition(document(text), { line: 29, character: 22 });
    expect(found.range.start.line).toBe(24);
  });

  it('of a model of the hub, at its revision', async () => {
    const { dir, service, document } = await tiny({ trusted: false });
    const snapshot = join(dir, 'hub/models--org--cached/snapshots', 'c'.repeat(40));
    await mkdir(snapshot, { recursive: true });
    await writeModelFolder(snapshot);
    const text = `revision: ${'c'.repeat(40)}\nmodel: org/cached\n`;
    const [found] = await service.definition(document(text), { line: 1, character: 10 });
    expect(fileURLToPath(found.uri)).toBe(join(snapshot, 'config.json'));
  });
});

describe('links', () => {
  it('lead to each file that is there, once for each place that names it', async () => {
    const { dir, service, document } = await tiny();
    const links = await service.links(document(recipe));
    const brief = links.map(({ target, range }) => [
      range.start.line,
      fileURLToPath(target!).slice(dir.length + 1),
    ]);
    expect(brief).toEqual([
      [1, 'model/config.json'],
      [4, 'train.tsv'],
      [5, 'dev.tsv'],
      [6, 'test.tsv'],
      [22, 'model/config.json'],
      [23, 'dev.tsv'],
      [28, 'test.tsv'],
    ]);
  });

  it('lead nowhere outside of a workspace that is not trusted', async () => {
    const outside = temporaryFolder();
    await writeFile(join(outside, 'data.tsv'), 'text\tlabel\na\tb\n');
    await writeModelFolder(outside);
    const files = [join(outside, 'data.tsv'), 'link.tsv'];
    for (const trusted of [true, false]) {
      const { dir, service, document } = await tiny({ trusted });
      await symlink(join(outside, 'data.tsv'), join(dir, 'link.tsv'));
      for (const file of files) {
        const text = `task: { train: ${file} }\nmodel: ${outside}\n`;
        expect(await service.links(document(text))).toHaveLength(trusted ? 2 : 0);
        expect(await service.definition(document(text), { line: 0, character: 16 })).toHaveLength(
          trusted ? 1 : 0,
        );
      }
    }
  });

  it('of a virtual document or a faulty text are none', async () => {
    const { service, document } = await tiny();
    expect(await service.links({ uri: 'git:/x/a.peft.yaml', text: recipe })).toEqual([]);
    expect(await service.links(document(`${recipe}a: [`))).toEqual([]);
  });
});

describe('hints beside data files', () => {
  it('say rows and labels, and show the first row', async () => {
    const { dir, service, document } = await tiny();
    await writeFile(
      join(dir, 'dev.tsv'),
      `text\tlabel\n${'x'.repeat(300)}\t0\n${[1, 2, 3, 4].map((k) => `b\t${k}\n`).join('')}`,
    );
    const hints = await service.hints(document(tinyRecipe));
    const [train, validation] = hints.filter(({ label }) => label.includes(' rows'));
    expect(train).toMatchObject({
      position: { line: 4, character: 18 },
      label: '60 rows · negative 30, positive 30',
    });
    expect(train.tooltip).toMatch(/^Columns: text, label\n\nFirst row:\ntext: .*\nlabel: positive$/);
    expect(validation.label).toBe('5 rows · 5 labels');
    expect(validation.tooltip).toContain(`\ntext: ${'x'.repeat(200)}…\n`);
  });

  it('stand in variants, and not beside what may not be looked at', async () => {
    const outside = join(temporaryFolder(), 'data.tsv');
    await writeFile(outside, 'text\tlabel\na\tb\nc\td\n');
    for (const trusted of [true, false]) {
      const { service, document } = await tiny({ trusted });
      const hints = await service.hints(
        document(`${tinyRecipe}variants:\n  a: { task: { train: ${outside} } }\n`),
      );
      const rows = hints.map(({ label }) => label).filter((label) => label.includes(' rows'));
      expect(rows.includes('2 rows · b 1, d 1')).toBe(trusted);
    }
  });
});

describe('the outline', () => {
  it('names sections, methods and variants', async () => {
    const { service, document } = await tiny();
    const brief = (
      symbols: readonly { name: string; detail?: string; children?: readonly object[] }[],
    ): unknown =>
      symbols.map(({ name, detail, children = [] }) => [
        [name, detail].filter(Boolean).join(' = '),
        ...(children.length > 0 ? [brief(children as never)] : []),
      ]);
    const text =
      'model: ./model\nmethods:\n  ln_tuning:\n    layers: [0, 1]\n  lora:\nvariants:\n  a: { methods: { bitfit: {}, lora: {} } }\n' +
      'grid:\n  - training.max_steps: [1, 2]\nseeds: [1]\n"": x\n';
    expect(brief(service.symbols(document(text))!)).toEqual([
      ['model = ./model'],
      ['methods', [['ln_tuning', [['layers = [0, 1]']]], ['lora']]],
      ['variants', [['a = bitfit + lora', [['methods', [['bitfit'], ['lora']]]]]]],
      ['grid = [{training.max_steps: [1, 2]}]', [['0', [['training.max_steps = [1, 2]']]]]],
      ['seeds = [1]'],
      ["'' = x"],
    ]);
    expect(service.symbols(document('a: ['))).toBeUndefined();
  });
});

describe('folding', () => {
  test.each([
    [
      'mappings',
      'a:\n  b:\n    c: 1\n  d: 2\ne: 1\n',
      [
        [0, 3],
        [1, 2],
      ],
    ],
    [
      'lists',
      'a:\n- 1\n- b: 1\n  c: 2\n',
      [
        [0, 3],
        [2, 3],
      ],
    ],
    [
      'brackets, save for the line that closes them',
      'a: {\n  b: 1,\n  c: [\n    1]\n}\n',
      [
        [0, 3],
        [2, 3],
      ],
    ],
    [
      'comments',
      '# a\n# b\na: 1\n# c\nb: |\n  # d\n  # e\n',
      [
        [0, 1],
        [4, 6],
      ],
    ],
    ['nothing on one line', 'a: { b: 1 }\n', []],
    ['faults', 'a: [\n', undefined],
  ])('%s', async (_, text, expected) => {
    const { service, document } = await tiny();
    expect(service.folding(document(text))?.map(({ startLine, endLine }) => [startLine, endLine])).toEqual(
      expected,
    );
  });
});
