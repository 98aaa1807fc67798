import type { z } from 'zod';
import type { Json } from '../core/json.ts';
import { didYouMean } from './didYouMean.ts';
import { expectation, fieldAt, namesIn, recipeFields, wordsOf } from './fields.ts';
import type { Field } from './fields.ts';
import { needless, otherLists, otherSpellings } from './otherSpellings.ts';
import {
  addedEntry,
  moved,
  nearestValue,
  removed,
  renamed,
  withoutItems,
  withoutRepetition,
} from './fixes.ts';
import type { Change, Finding, Fix, PathStep } from './problem.ts';
import type { ProblemCode } from './problemCodes.ts';
import { nearestNode, plainOf } from './yamlNode.ts';
import type { YamlNode } from './yamlNode.ts';

type Issue = z.core.$ZodIssue;

/** zod's message of a rule that says nothing itself. */
const NO_MESSAGE = 'Invalid input';

const NOT_SUPPORTED: readonly string[] = ['search'];

/**
 * Checks a tree against one of the schemas. `value` is the data with its defaults; `findings` say in words what is wrong,
 * one for each place.
 */
export function validate<Schema extends z.ZodType>(
  tree: YamlNode,
  schema: Schema,
): { readonly value?: z.output<Schema>; readonly findings: readonly Finding[] } {
  const data = plainOf(tree);
  const result = schema.safeParse(data);
  if (result.success) return { value: result.data, findings: [] };
  const seen = new Set<string>();
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, [], { tree, data }));
  return { findings: findings.filter(({ path }) => !seen.has(path.join('\0')) && seen.add(path.join('\0'))) };
}

/** What is checked, with its places and without. */
interface Checked {
  readonly tree: YamlNode;
  readonly data: Json;
}

function findingsOf(issue: Issue, outer: readonly PathStep[], checked: Checked): Finding[] {
  const { tree, data } = checked;
  const path = [...outer, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue.keys, checked);

  const { node, rest } = nearestNode(tree, path);
  const field = fieldAt(recipeFields, path, data) ?? {};
  if (rest.length > 0) {
    const name = path.at(-1);
    const message = `missing field "${name}"; expected ${expectation(field)}`;
    return [{ code: 'missing-field', message, path, fixes: addedEntry(path, field) }];
  }
  if (issue.code === 'invalid_key') {
    const message = `expected a name on one line as key, found ${JSON.stringify(path.at(-1))}`;
    return [{ code: 'invalid-name', message, path }];
  }
  if (issue.code === 'invalid_union') {
    const inner = innerIssues(issue.errors);
    if (inner !== undefined) return inner.flatMap((each) => findingsOf(each, path, checked));
  }
  if (issue.code === 'custom' && issue.message !== NO_MESSAGE) {
    const { code, fixes } = wrongValue('invalid-value', { field, node, tree }, path);
    return [{ code, message: issue.message, path, fixes }];
  }
  return [wrongValue(codeOf(issue, path), { field, node, tree }, path)];
}

/** Of a union's alternatives, the only one whose kind the value has; undefined where none or several have. */
function innerIssues(alternatives: readonly Issue[][]): Issue[] | undefined {
  const entered = alternatives.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return entered.length === 1 ? entered[0] : undefined;
}

function codeOf(issue: Issue, path: readonly PathStep[]): ProblemCode {
  if (path.join('.') === 'task.type') return 'unknown-task';
  if (path.join('.') === 'model' || path.join('.') === 'config') return 'invalid-model';
  switch (issue.code) {
    case 'invalid_type':
      return 'wrong-type';
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
      return 'out-of-range';
    case 'invalid_value':
      return 'unknown-value';
    default:
      return 'invalid-value';
  }
}

function wrongValue(
  code: ProblemCode,
  { field, node, tree }: { readonly field: Field; readonly node: YamlNode; readonly tree: YamlNode },
  path: readonly PathStep[],
): Finding {
  const value = plainOf(node);
  const wantsText = field.type === 'string' && field.enum === undefined && field.const === undefined;
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  const hint =
    typeof value === 'string'
      ? field.type === 'array' && Object.hasOwn(otherLists, value)
        ? `; write ${otherLists[value]}`
        : didYouMean(value, wordsOf(field))
      : wantsText && isBare
        ? '; write it in quotes'
        : '';
  const message = `expected ${expectation(field)}, found ${shown(node)}${hint}`;
  const fixes =
    code === 'invalid-value' && Array.isArray(value)
      ? withoutRepetition(path, value, field.minItems)
      : nearestValue(path, value, field).map((fix) => onceInList(fix, path, tree));
  return { code, message, path, fixes };
}

/** An item that would stand twice in its list is taken out instead. */
function onceInList(fix: Fix, path: readonly PathStep[], tree: YamlNode): Fix {
  const [around, index] = [path.slice(0, -1), Number(path.at(-1))];
  const list = plainOf(nearestNode(tree, around).node);
  const isThere = (each: Change) =>
    'value' in each && Array.isArray(list) && list.some((item) => item === each.value);
  if (!Array.isArray(list) || !fix.changes.some(isThere)) return fix;
  return withoutItems(`Remove ${JSON.stringify(list[index])}`, around, [index]);
}

function unknownKeys(path: readonly PathStep[], keys: readonly string[], { tree, data }: Checked): Finding[] {
  const field = fieldAt(recipeFields, path, data);
  const names = namesIn(field, plainOf(nearestNode(tree, path).node));
  return keys.map((key) => unknownKey(path, key, { names, tree }));
}

function unknownKey(
  path: readonly PathStep[],
  key: string,
  { names, tree }: { readonly names: readonly string[]; readonly tree: YamlNode },
): Finding {
  const at = [...path, key];
  if (path.join('.') === 'methods') {
    return {
      code: 'unknown-method',
      message: `unknown method "${key}"; this version has ${names.join(', ')}${didYouMean(key, names)}`,
      path: at,
      fixes: renamed(at, names),
    };
  }
  if (path.length === 0 && NOT_SUPPORTED.includes(key)) {
    return { code: 'not-supported', message: `"${key}" is not supported by this version`, path: at };
  }
  if (names.includes(key)) {
    return {
      code: 'unknown-field',
      message: `"${key}" belongs to the whole recipe; a variant or the grid cannot change it`,
      path: at,
    };
  }
  const spelling = snakeCase(key);
  const right = rightPlace(spelling);
  if (right !== undefined) {
    const note = right.note === undefined ? '' : ` (${right.note})`;
    return {
      code: 'other-spelling',
      message: `"${key}" is not a field here; write ${right.field}${note}`,
      path: at,
      fixes: fixesOfSpelling(at, right, tree),
    };
  }
  if (Object.hasOwn(needless, spelling)) {
    return {
      code: 'other-spelling',
      message: `"${key}" is not a field here; ${needless[spelling]}`,
      path: at,
      fixes: [removed(at)],
    };
  }
  const expected = names.length === 0 ? 'there are no fields here' : `expected ${names.join(', ')}`;
  const message = `unknown field "${key}"${didYouMean(key, names, expected)}`;
  return { code: 'unknown-field', message, path: at, fixes: renamed(at, names) };
}

/** None where the value means something else there, or the field has one already. */
function fixesOfSpelling(
  at: readonly PathStep[],
  { field, note }: { readonly field: string; readonly note?: string },
  tree: YamlNode,
): readonly Fix[] {
  const to = field.split('.');
  if (note !== undefined || nearestNode(tree, to).rest.length === 0) return [];
  return [moved(at, to)];
}

/** Where a name belongs that is another tool's, or that of a field elsewhere. */
function rightPlace(name: string): { readonly field: string; readonly note?: string } | undefined {
  if (Object.hasOwn(otherSpellings, name)) return otherSpellings[name];
  const field = placeOfName.get(name);
  return field === undefined ? undefined : { field };
}

function snakeCase(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** Path of each field by its name; of fields with one name, the path that is shortest. */
const placeOfName: ReadonlyMap<string, string> = new Map(
  allPaths(recipeFields)
    .sort((a, b) => b.length - a.length)
    .map((path) => [path.at(-1)!, path.join('.')]),
);

function allPaths(field: Field): string[][] {
  const below = [field, ...(field.oneOf ?? field.anyOf ?? [])].flatMap(({ properties = {} }) =>
    Object.entries(properties),
  );
  return below.flatMap(([name, child]) => [[name], ...allPaths(child).map((path) => [name, ...path])]);
}

/** A value in a message: short, and with quotes where it is a text. */
function shown(node: YamlNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  const text = typeof node.value === 'string' ? node.value : node.text;
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return typeof node.value === 'string' ? JSON.stringify(short) : short;
}
