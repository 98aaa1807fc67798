import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver/node';
import type { Json } from '../core/json.ts';
import { configurationFields, namesIn, recipeFields, singleOf, type Field } from '../recipe/fields.ts';
import { presets } from '../recipe/presets.ts';
import { blockLines } from '../recipe/yamlText.ts';
import { fieldDetail, fieldMarkdown } from './fieldHelp.ts';
import type { Surroundings } from './surroundings.ts';

/** A completion without its place: `text` is a snippet. */
export type KeyItem = Pick<CompletionItem, 'label' | 'kind' | 'detail'> & {
  readonly text: string;
  readonly help: string;
};

/** The keys that can be written at the caret, required ones first; in an empty recipe the whole of it. */
export function keyItems(around: Surroundings): KeyItem[] {
  const { caret, path, field, below, required } = around;
  if (path[0] === 'grid' && path.length <= 2) return gridItems(around);
  const items = namesIn(field, plainTask(around))
    .filter((name) => !caret.keys.includes(name))
    .map((name) => ({ name, child: below(name) ?? {}, isRequired: required.includes(name) }))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ name, child, isRequired }): KeyItem => ({
      label: name,
      kind: isMapping(child) ? CompletionItemKind.Module : CompletionItemKind.Property,
      detail: fieldDetail(child, isRequired),
      help: fieldMarkdown(name, child, isRequired),
      text: entryText(name, child, caret.inFlow, tabStops()),
    }));
  const isEmpty = path.length === 0 && caret.path.length === 0 && caret.keys.length === 0;
  return isEmpty ? [...presets.map(skeleton), ...items] : items;
}

function rank({ child, isRequired }: { readonly child: Field; readonly isRequired: boolean }): number {
  return isRequired ? 0 : child.usual ? 1 : 2;
}

/** Where several tasks have fields of their own, that of the recipe's. */
function plainTask({ path, written }: Surroundings): Json | undefined {
  return path.length === 0 ? undefined : written(...path);
}

/** Paths of the grid: all fields with one value each, of methods those that the recipe has. */
function gridItems({ caret, written }: Surroundings): KeyItem[] {
  const used = new Set([
    ...Object.keys(written('methods') ?? {}),
    ...Object.values((written('variants') ?? {}) as Record<string, Json>).flatMap((variant) =>
      Object.keys((variant as { methods?: object } | null)?.methods ?? {}),
    ),
  ]);
  return leaves(configurationFields, '')
    .filter(({ path }) => !path.startsWith('methods.') || used.has(path.split('.')[1]))
    .filter(({ path }) => !caret.keys.includes(path))
    .map(({ path, field }) => ({
      label: path,
      kind: CompletionItemKind.Field,
      detail: fieldDetail(field, false),
      help: fieldMarkdown(path, field, false),
      text: `${path}: [$1]$0`,
    }));
}

function leaves(field: Field, prefix: string): { readonly path: string; readonly field: Field }[] {
  return Object.entries(singleOf(field).properties ?? {}).flatMap(([name, child]) =>
    isMapping(child) ? leaves(child, `${prefix}${name}.`) : [{ path: prefix + name, field: child }],
  );
}

function isMapping(field: Field): boolean {
  const single = singleOf(field);
  return single.properties !== undefined || single.type === 'object';
}

function tabStops(): () => string {
  let stop = 0;
  return () => `$${++stop}`;
}

/** A key with what must stand below it. */
function entryText(name: string, field: Field, inFlow: boolean, stop: () => string): string {
  if (isMapping(field)) {
    const { properties = {}, required = [] } = singleOf(field);
    const inner = required.map((key) => entryText(key, properties[key], inFlow, stop));
    const body = inner.length === 0 ? [stop()] : inner;
    if (inFlow) return `${name}: { ${body.join(', ')} }`;
    return [`${name}:`, ...body.flatMap((text) => text.split('\n')).map((line) => `  ${line}`)].join('\n');
  }
  if (field.const !== undefined) return `${name}: ${String(field.const)}`;
  return field.type === 'array' ? `${name}: [${stop()}]` : `${name}: ${stop()}`;
}

function skeleton({ title, help, methods: chosen, variants }: (typeof presets)[number]): KeyItem {
  const stop = tabStops();
  const { properties = {}, required = [] } = recipeFields;
  const names = Object.keys(properties).filter((name) => required.includes(name) || properties[name].usual);
  const sections = names.map((name) =>
    name === 'methods'
      ? ['methods:', ...blockLines(chosen, 2).map(escaped)].join('\n')
      : entryText(name, properties[name], false, stop),
  );
  const compared =
    variants === undefined ? [] : [['variants:', ...blockLines(variants, 2).map(escaped)].join('\n')];
  return {
    label: `recipe: ${title}`,
    kind: CompletionItemKind.Snippet,
    detail: 'a whole recipe',
    help: help.replace(/\.?$/, '.'),
    text: `${[...sections, ...compared].join('\n')}\n$0`,
  };
}

const escaped = (line: string) => line.replace(/[\\$}]/g, '\\$&');
