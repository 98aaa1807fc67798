import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { vocabulary as vocabularyOf } from '../../../src/language/vocabulary.ts';
import type { Vocabulary } from '../../../src/protocol/language.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices } from './commandServices.ts';

useEditor();

const vocabulary: Vocabulary = {
  recipe: {},
  methods: [],
  tasks: [
    {
      id: 'text-classification',
      columns: [
        { field: 'text', optional: false, isLabel: false },
        { field: 'label', optional: false, isLabel: true },
        { field: 'text_pair', optional: true, isLabel: false },
      ],
      templates: [],
      metrics: ['accuracy'],
    },
  ],
  presets: [
    {
      id: 'ln',
      group: 'ablations',
      title: 'LN-tuning',
      help: 'Norms.',
      source: 's',
      methods: { ln_tuning: {} },
    },
  ],
  exportForms: [],
  dataExtensions: ['.tsv', '.csv'],
};
const model = { id: 'org/mini', revision: 'b'.repeat(40), dir: '/c', architecture: 'bert', parameters: 5 };
const table = { columns: ['id', 'sentence', 'label'], rows: 2, values: { label: ['0', '1'] } };

async function project(columns: unknown = table, words = vocabulary) {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'data'));
  for (const name of ['train.tsv', 'dev.tsv']) writeFileSync(join(dir, 'data', name), '');
  editor.openFolders(dir);
  await commandServices({
    runsDir: join(dir, 'runs'),
    language: {
      'peft/models': [model, { ...model, id: 'org/unknown', architecture: undefined }],
      'peft/vocabulary': words,
      'peft/columns': columns as never,
    },
  });
  return { dir, create: () => editor.run('peftWorkbench.newRecipe') };
}

const answers: readonly (readonly [string, unknown])[] = [
  ['Which pre-trained model?', 'org/mini'],
  ['What does the model learn?', 'text-classification'],
  ['Which file has the training data?', 'train.tsv'],
  ['Which columns have the text?', ['sentence']],
  ['Which column has the label?', 'label'],
  ['On which data is it validated', '10 %'],
  ['Which parameters are trained?', 'LN-tuning'],
];
const answerAll = (changes: Readonly<Record<string, unknown>> = {}) => {
  for (const [question, answer] of answers) editor.answer(question, changes[question] ?? answer);
};
const read = (dir: string, name: string) => {
  const { recipe, problems } = parseRecipe(readFileSync(join(dir, name), 'utf8'), name);
  expect(problems).toEqual([]);
  return recipe!.configurations[0];
};

it('writes a recipe without problems, with paths from its folder, and opens it', async () => {
  const { dir, create } = await project();
  answerAll();
  editor.answer('Name of the recipe', 'mine');
  await create();
  expect(read(dir, 'mine.peft.yaml')).toMatchObject({
    model: 'org/mini',
    revision: model.revision,
    task: { train: 'data/train.tsv', validation: 0.1, text: 'sentence', label: 'label' },
    methods: [{ id: 'ln_tuning' }],
  });
  expect(editor.documents.at(-1)?.fileName).toBe(join(dir, 'mine.peft.yaml'));
});

it('offers models that can be read, and a validation file that lies beside first', async () => {
  const { create, dir } = await project();
  const offered: string[][] = [];
  const first = (items: { label: string }[]) => {
    offered.push(items.map(({ label }) => label));
    return items[0];
  };
  answerAll({ 'Which pre-trained model?': first, 'On which data is it validated': first });
  editor.answer('Name of the recipe', 'mine');
  await create();
  expect(offered).toEqual([
    ['org/mini', 'Browse for a folder…', 'Download a model…'],
    ['dev.tsv', '10 % of the training file', 'Browse…'],
  ]);
  expect(read(dir, 'mine.peft.yaml').task.validation).toBe('data/dev.tsv');
});

it('asks for another name where the file exists, and leaves it as it is', async () => {
  const { dir, create } = await project();
  writeFileSync(join(dir, 'mine.peft.yaml'), 'precious');
  answerAll();
  editor.answer('Name of the recipe', 'mine', '../mine', 'other.peft.yaml');
  await create();
  expect(readFileSync(join(dir, 'mine.peft.yaml'), 'utf8')).toBe('precious');
  expect(read(dir, 'other.peft.yaml').task.text).toBe('sentence');
});

it('goes back a step, and writes a model folder as a path', async () => {
  const { dir, create } = await project();
  editor.answer('Which pre-trained model?', 'org/mini', 'Browse for a folder');
  editor.answer('What does the model learn?', editor.back);
  editor.answer('Model folder', { fsPath: join(dir, 'models/mini') });
  answerAll();
  editor.answer('Name of the recipe', 'mine');
  await create();
  expect(read(dir, 'mine.peft.yaml').model).toBe('./models/mini');
});

it('asks for another training file where the columns cannot be read', async () => {
  let asked = 0;
  const { create, dir } = await project(() => (++asked === 1 ? { problem: 'it is empty' } : table));
  editor.answer('Which file has the training data?', 'dev.tsv');
  answerAll();
  editor.answer('Name of the recipe', 'mine');
  await create();
  expect(editor.messages[0].message).toBe('dev.tsv cannot be the training file: it is empty');
  expect(read(dir, 'mine.peft.yaml').task.train).toBe('data/train.tsv');
});

it('writes nothing where the user leaves, and says that a folder is needed', async () => {
  const { create } = await project();
  editor.answer('Which pre-trained model?', undefined);
  await create();
  expect(editor.messages).toEqual([]);
  editor.openFolders();
  await create();
  expect(editor.messages[0].message).toContain('Expected an open folder');
});

const real = vocabularyOf();
/** Accepts whatever is chosen beforehand. */
const enterAll = (task: Vocabulary['tasks'][number]) => {
  const asksLabel = task.columns.some(({ isLabel }) => isLabel);
  const inputs = task.columns.filter(({ isLabel }) => !isLabel).length;
  editor.answer('Which pre-trained model?', editor.enter);
  editor.answer('What does the model learn?', task.id);
  editor.answer('Which file has the training data?', editor.enter);
  if (inputs > 0) editor.answer(/Which columns? (has|have) the text/, editor.enter);
  for (const field of task.templates) {
    editor.answer(`Which columns stand in the ${field}?`, editor.enter);
    editor.answer(`What does the model read as ${field}?`, editor.enter);
  }
  if (asksLabel) editor.answer('Which column has the label?', editor.enter);
  editor.answer('On which data is it validated', '10 %');
  editor.answer('Which parameters are trained?', editor.enter);
  editor.answer('Name of the recipe', 'mine');
};

it.each(real.tasks)('$id: Enter alone makes a recipe of columns called as the fields', async (task) => {
  const named = task.columns.filter(({ optional }) => !optional).map(({ field }) => field);
  const columns = [...(task.templates.length > 0 ? ['source'] : []), 'other', ...named.reverse()];
  const { dir, create } = await project({ columns, rows: 2, values: {} }, real);
  enterAll(task);
  await create();
  const made = read(dir, 'mine.peft.yaml').task as unknown as Record<string, unknown>;
  expect(made.type).toBe(task.id);
  expect(named.map((field) => made[field])).toEqual(named);
  expect(task.templates.map((field) => made[field])).toEqual(task.templates.map(() => '{source}\n'));
});

const textGeneration = real.tasks.find(({ templates }) => templates.length > 0)!;

it('writes a text with columns as it was changed, after asking again where it cannot be', async () => {
  const { dir, create } = await project({ columns: ['a\\b', 'mr', 'ref', '{'], rows: 2, values: {} }, real);
  const offered: string[] = [];
  const begun: string[] = [];
  editor.answer('Which columns stand in the prompt?', (items: { label: string }[]) => {
    offered.push(...items.map(({ label }) => label));
    return [items[1], items[0]]; // the order of clicks
  });
  const type = (text: string) => (value: string) => {
    begun.push(value);
    return text;
  };
  const texts = ['{mr', 'no column', '{mrs}', '{mr}\\t\\\\ =>\\n'];
  editor.answer('What does the model read as prompt?', ...texts.map(type));
  enterAll(textGeneration);
  await create();
  expect(offered).toEqual(['a\\b', 'mr', 'ref']);
  expect(begun).toEqual(['{a\\\\b}\\n{mr}\\n', ...texts.slice(0, -1)]);
  const { task } = read(dir, 'mine.peft.yaml') as unknown as { task: Record<string, unknown> };
  expect(task).toMatchObject({ prompt: '{mr}\t\\ =>\n', completion: 'ref' });
});

it('forgets what was answered for a task that was then another one', async () => {
  const { dir, create } = await project({ columns: ['text', 'label'], rows: 2, values: {} }, real);
  const other = real.tasks[0];
  editor.answer('What does the model learn?', textGeneration.id);
  editor.answer('Which columns stand in the prompt?', ['text']);
  editor.answer('What does the model read as prompt?', editor.enter);
  editor.answer('Which file has the training data?', editor.enter);
  editor.answer('Which column has the label?', 'label', editor.back);
  editor.answer('On which data is it validated', editor.back);
  for (const question of ['What does the model read as prompt?', 'Which columns stand in the prompt?'])
    editor.answer(question, editor.back);
  editor.answer('Which file has the training data?', editor.back);
  enterAll(other);
  await create();
  const { task } = read(dir, 'mine.peft.yaml') as unknown as { task: object };
  expect(task).toMatchObject({ type: other.id, text: 'text', label: 'label' });
  expect(task).not.toHaveProperty('prompt');
});
