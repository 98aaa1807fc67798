import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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

async function project(columns: unknown = table) {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'data'));
  for (const name of ['train.tsv', 'dev.tsv']) writeFileSync(join(dir, 'data', name), '');
  editor.openFolders(dir);
  await commandServices({
    runsDir: join(dir, 'runs'),
    language: {
      'peft/models': [model, { ...model, id: 'org/unknown', architecture: undefined }],
      'peft/vocabulary': vocabulary,
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
