import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import { count } from '../core/display.ts';
import { UserError } from '../core/errors.ts';
import type { RecipePlace } from '../facts/recipePlace.ts';
import { isWithin } from '../files/within.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import { methods, unions } from '../peft/registry.ts';
import { caretAt } from '../recipe/caret.ts';
import { dataFields, modelFields, type Facts, type ModelRequest } from '../recipe/facts.ts';
import type { PathStep, Range } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { codeSpan, fieldMarkdown } from './fieldHelp.ts';
import { methodFieldHelp, methodHelp } from './methodHelp.ts';
import { configurationPath, modelIn, surroundingsOf, type Surroundings } from './surroundings.ts';
import { dataOf, labelColumn } from './taskData.ts';
import { sizeOfAll } from './tensorWords.ts';

/** Of a column with more different values, the first. */
const SHOWN = 8;

/** What is known of the key or value at a position. @param recipe absent where the text has errors: nothing is counted then */
export async function hoverOf(
  text: string,
  position: Range['start'],
  { recipe, facts, place }: { recipe?: Recipe; facts: Facts; place?: RecipePlace },
): Promise<Hover | undefined> {
  const caret = caretAt(text, position);
  if (caret === undefined || caret.word === '') return undefined;
  const around = surroundingsOf(caret, facts, place);
  const isKey = caret.hasColon;
  const isGridPath = isKey && around.path[0] === 'grid';
  const ownPath = isKey ? [...caret.path, caret.word] : caret.path;
  const path = isGridPath ? caret.word.split('.') : configurationPath(ownPath);
  // An item of a list is explained by the list.
  const named = path.slice(0, path.length - (typeof path.at(-1) === 'number' ? 1 : 0));
  const { field } = surroundingsOf({ ...caret, path: named }, facts);
  const help = [
    ...(field?.help === undefined
      ? []
      : [fieldMarkdown(String(named.at(-1)), field, isKey && around.required.includes(caret.word))]),
    ...(recipe === undefined ? [] : methodLines(path, ownPath, recipe, facts, !isKey)),
    ...(await subjectLines(path, around)),
  ];
  return help.length === 0
    ? undefined
    : { contents: { kind: MarkupKind.Markdown, value: help.join('\n\n') }, range: caret.range };
}

function methodLines(
  path: readonly PathStep[],
  ownPath: readonly PathStep[],
  recipe: Recipe,
  facts: Facts,
  isValue: boolean,
): string[] {
  if (path[0] !== 'methods' || path.length < 2) return [];
  const last = path.at(-1)!;
  const isSection = Object.hasOwn(methods, last) || Object.hasOwn(unions, last);
  return isSection ? methodHelp(ownPath, recipe, facts) : methodFieldHelp(ownPath, recipe, facts, isValue);
}

/** Of what a field names: a model, a data file. */
async function subjectLines(path: readonly PathStep[], around: Surroundings): Promise<string[]> {
  if (modelFields.some((field) => path.join('.') === field)) return modelLines(around);
  const file = dataFields.find((field) => path.join('.') === `task.${field}`);
  return file === undefined ? [] : fileLines(file, around);
}

async function modelLines({ model, written, place }: Surroundings): Promise<string[]> {
  const request = modelIn(written);
  if (model === undefined || request === undefined || place === undefined) return [];
  const { architecture, shape } = model.info;
  const parameters = sizeOfAll(architecture.tensors(shape));
  const words = `${architecture.id}, ${shape.layers} layers of width ${shape.hiddenSize}, ${count(parameters)} parameters.`;
  return [words, ...(await folderOf(request, place))];
}

async function folderOf({ model, revision }: ModelRequest, place: RecipePlace): Promise<string[]> {
  try {
    const dir = await resolveModel(model, { ...place, revision });
    return (await isWithin(dir, place.within)) ? [`Folder: ${codeSpan(dir)}`] : [];
  } catch (error) {
    if (error instanceof UserError) return []; // gone since it was looked at
    throw error;
  }
}

async function fileLines(field: (typeof dataFields)[number], around: Surroundings): Promise<string[]> {
  const found = await dataOf(around, field);
  if (found === undefined) return [];
  const label = labelColumn(around);
  const labels = label !== undefined ? found.values[label] : undefined;
  return [
    `${count(found.rows)} rows; columns ${listed(found.columns)}.`,
    ...(labels === undefined ? [] : [`Labels: ${listed(labels)}.`]),
  ];
}

function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return names.slice(0, SHOWN).map(codeSpan).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
