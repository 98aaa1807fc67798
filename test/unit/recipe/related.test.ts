import { expect, test } from 'vitest';
import { noteLines } from '../../../src/cli/problemLine.ts';
import { diagnosticOf } from '../../../src/language/diagnostics.ts';
import { bert } from '../../../src/models/bert.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { factsWanted } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { recipeText, TASK, unmarked } from './support.ts';

const shape = bert.readConfig({
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  vocab_size: 30,
  type_vocab_size: 2,
  max_position_embeddings: 512,
  hidden_act: 'gelu',
});

function problemsOf(text: string) {
  const { recipe, problems } = parseRecipe(text, 'a.yaml');
  if (recipe === undefined) return problems;
  const { models, files } = factsWanted(recipe);
  const labels = (file: string) => (file === 'train.tsv' ? ['no', 'yes'] : ['no', 'other']);
  return checkRecipe(recipe, {
    models: new Map([...models.keys()].map((key) => [key, { info: { architecture: bert, shape } }])),
    files: new Map(
      [...files].map(([key, { file }]) => [
        key,
        { columns: ['text', 'label'], rows: 2, labels: labels(file) },
      ]),
    ),
  });
}

const adapters = 'methods: { adapter: [{ «at»: [attention] }, { at: [attention, ffn] }] }';

/** The marks are around the other place. */
test.each([
  ['a key given twice', `«model»: a\n${recipeText()}`, 'duplicate-key', 'stands first'],
  [
    'a method that stands alone',
    recipeText({ methods: 'methods: { lora: {}, «full»: {} }' }),
    'impossible-union',
    'full',
  ],
  [
    'a part beside its union',
    recipeText({ methods: 'methods: { adapter: {}, «mam»: {} }' }),
    'impossible-union',
    'mam',
  ],
  ['two uses at one place', recipeText({ methods: adapters }), 'impossible-union', 'other one'],
  ['a seed given twice', recipeText({ seeds: 'seeds: [«1», 2, 1]' }), 'duplicate-item', 'first'],
  [
    'labels of a file',
    recipeText({ task: `task: { ${TASK}, test: b.tsv, labels: «[no, yes]» }` }),
    'unknown-label',
    'labels',
  ],
  [
    'labels of two files',
    recipeText({ task: `task: { ${TASK.replace('train.tsv', '«train.tsv»')}, test: b.tsv }` }),
    'unknown-label',
    'labels',
  ],
  [
    'listed labels',
    recipeText({ task: `task: { ${TASK.replace('train.tsv', '«train.tsv»')}, labels: [no, maybe, yes] }` }),
    'unknown-label',
    'labels',
  ],
])('%s is shown with its other place', (_, marked, code, message) => {
  const { text, range } = unmarked(marked);
  const problem = problemsOf(text).find((each) => each.code === code)!;
  expect(problem.related).toEqual([{ range, message: expect.stringContaining(message) as string }]);
  const { line, character } = range.start;
  expect(noteLines('a.yaml', problem)).toEqual([
    `  note: a.yaml:${line + 1}:${character + 1}: ${problem.related![0].message}`,
  ]);
  expect(diagnosticOf(problem, { uri: 'file:///a.yaml' })).toMatchObject({
    relatedInformation: [{ location: { uri: 'file:///a.yaml', range } }],
  });
});

test('configurations of one name are shown with all that tells them apart', () => {
  const grid = recipeText({ grid: `grid: { task.text: ["a ", b, "a\\t"] }` });
  const [problem] = problemsOf(grid);
  expect(problem.code).toBe('same-variant');
  expect(problem.related?.map(({ range }) => range.start.character)).toEqual([20, 29]);
});

test('what has no effect is shown faded, and codes lead to the reference', () => {
  const [problem] = parseRecipe(recipeText({ training: 'training: { eval_steps: 5 }' }), 'a.yaml').problems;
  const diagnostic = diagnosticOf(problem, { uri: 'a:a', reference: 'file:///r.md' });
  expect(diagnostic).toMatchObject({ code: 'no-effect', tags: [1] });
  expect(diagnostic.codeDescription?.href).toMatch(/^file:\/\/\/r\.md#L[1-9]\d+$/);
  expect(diagnosticOf(problem, { uri: 'a:a' })).not.toHaveProperty('codeDescription');
});
