import { join } from 'node:path';
import type { Json, JsonObject } from '../core/json.ts';
import { yamlLines } from '../core/yamlText.ts';
import { writeFileAtomically } from '../files/atomicWrite.ts';
import type { ExportRequest } from './form.ts';

/** What a card's Python calls the folder that the card lies in: where it was written says nothing to others. */
export const FOLDER_OF_CARD = 'path/to/this/folder';

export interface CardContent {
  /** `library_name` of the hub. */
  readonly library: string;
  /** Python, in which the folder is called FOLDER_OF_CARD. */
  readonly howToLoad: string;
}

/** Writes README.md as hubs show it: what it is, on which base model, by which recipe, and how good one run was. */
export async function writeModelCard(
  folder: string,
  request: ExportRequest,
  content: CardContent,
): Promise<void> {
  await writeFileAtomically(join(folder, 'README.md'), (handle) =>
    handle.writeFile(modelCard(request, content)),
  );
}

export function modelCard(request: ExportRequest, { library, howToLoad }: CardContent): string {
  const { adapter, baseModel } = request;
  const { recipe, variant, task, parameters, metrics } = adapter;
  const head: JsonObject = {
    library_name: library,
    ...(baseModel.id !== null && { base_model: baseModel.id }),
    pipeline_tag: task.type,
    tags: ['peft-workbench', ...new Set(adapter.methods.map(({ id }) => id.replaceAll('_', '-')))],
  };
  const title = variant === recipe ? recipe : `${recipe}: ${variant}`;
  const methods = adapter.methods.map(
    ({ id, fields }) => `| ${plain(id)} | ${plain(fieldsText(fields as Json))} |`,
  );
  const values = Object.entries(metrics).map(([name, value]) => `| ${plain(name)} | ${value} | 1 |`);
  return `${[
    '---',
    ...yamlLines(head),
    '# license: yours to choose; what the licences of the base model and of the data allow',
    '---',
    '',
    `# ${plain(title)}`,
    '',
    ...beginning(request),
    `- Recipe: ${plain(recipe)}, variant ${plain(variant)}`,
    ...(task.labels.length === 0 ? [] : [`- Labels: ${task.labels.map(plain).join(', ')}`]),
    `- Parameters: ${parameters.trained} trained, ${parameters.stored} of them kept after training, and ${parameters.head} of the head`,
    '',
    '| method | fields |',
    '| --- | --- |',
    ...methods,
    '',
    '## Metrics',
    '',
    'At the best checkpoint of one run, which says nothing of how much runs differ.',
    '',
    '| metric | value | N |',
    '| --- | --- | --- |',
    ...values,
    '',
    '## How to load it',
    '',
    '```python',
    howToLoad.trimEnd(),
    '```',
  ].join('\n')}\n`;
}

/** What the run began with. */
function beginning({ adapter: { base }, baseModel: { id, revision } }: ExportRequest): string[] {
  if (base.weights !== undefined) return [`- Trained from nothing: weights drawn from the seed ${base.seed}`];
  return [
    `- Base model: ${id === null ? 'a folder without a public name' : plain(id)}`,
    ...(revision === undefined ? [] : [`- Revision of the base model: ${plain(revision)}`]),
    `- SHA-256 of its weights: ${base.weightsSha256}`,
  ];
}

function fieldsText(fields: Json): string {
  return typeof fields === 'object' && fields !== null && !Array.isArray(fields)
    ? yamlLines(fields).join(', ')
    : '';
}

/** Names come from recipes: text on one line, never markup. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*{}[\]<>#|!&]|(?<!\w)_|_(?!\w)/g, '\\$&');
}
