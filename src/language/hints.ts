import { count } from '../core/display.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Method, TrainedTensor } from '../peft/method.ts';
import { countParameters } from '../plan/parameters.ts';
import type { Facts } from '../recipe/facts.ts';
import type { Range } from '../recipe/problem.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { asMap } from '../recipe/yamlNode.ts';
import type { YamlMap, YamlNode } from '../recipe/yamlNode.ts';
import { assembled } from '../facts/assembled.ts';

/** An inlay hint as the Language Server Protocol has it. */
export interface Hint {
  readonly position: Range['start'];
  readonly label: string;
  readonly tooltip: string;
  readonly paddingLeft: true;
}

/** How many tensors a tooltip names. */
const NAMED = 6;

/** What a value of these fields means for a model, told from what the method then trains. */
const meanings: Readonly<Record<string, (tensors: readonly TrainedTensor[]) => string>> = {
  layers: (tensors) => {
    const layers = new Set(tensors.flatMap(({ layer }) => layer ?? []));
    return plural(layers.size, 'layer');
  },
  layer_norms: (tensors) => {
    const norms = new Set(tensors.map(({ layer, part }) => `${layer} ${part}`));
    return plural(norms.size, 'LayerNorm');
  },
};

/** Counts beside the methods of a recipe, and what their layers and norms mean; none where the model is not known. */
export function hintsOf(text: string, recipe: Recipe, facts: Facts): Hint[] {
  const lines = text.split(/\r\n|\r|\n/);
  const found = recipe.configurations.flatMap((configuration, index) =>
    hintsOfOne(configuration, recipe.trees[index], facts, lines),
  );
  // Several configurations can stand on one text; where they differ, the hint says between what.
  const places = new Map<string, Hint[]>();
  for (const hint of found) {
    const place = JSON.stringify(hint.position);
    places.set(place, [...(places.get(place) ?? []), hint]);
  }
  return [...places.values()].map((hints) => {
    const labels = [...new Set(hints.map(({ label }) => label))];
    return labels.length === 1 ? hints[0] : { ...hints[0], label: `${labels[0]} … ${labels.at(-1)}` };
  });
}

function hintsOfOne(
  configuration: Configuration,
  tree: YamlMap,
  facts: Facts,
  lines: readonly string[],
): Hint[] {
  const assembly = assembled(configuration, facts);
  const sections = tree.entries.get('methods');
  if ('problem' in assembly || sections?.kind !== 'map') return [];
  const { base } = countParameters(assembly);
  return assembly.methods.flatMap(({ method, fields }) => {
    const section = sections.entries.get(method.id);
    if (section === undefined) return [];
    const tensors = (method as Method).declare(fields, assembly.info);
    const trained = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const label = `${count(trained)} · ${percent(trained, base)} %`;
    const hint = { label, tooltip: namesOf(tensors), paddingLeft: true } as const;
    return [{ ...hint, position: behindKey(section, lines) }, ...fieldHints(section, tensors)];
  });
}

function fieldHints(section: YamlNode, tensors: readonly TrainedTensor[]): Hint[] {
  const entries = asMap(section)?.entries;
  return Object.entries(meanings).flatMap(([field, meaning]) => {
    const node = entries?.get(field);
    if (node === undefined) return [];
    const [label, tooltip] = [meaning(tensors), namesOf(tensors)];
    return [{ position: node.range.end, label, tooltip, paddingLeft: true }];
  });
}

/** Behind the colon. */
function behindKey({ keyRange: { end } }: YamlNode, lines: readonly string[]): Range['start'] {
  const [colon] = /^\s*:/.exec(lines[end.line].slice(end.character)) ?? [''];
  return { line: end.line, character: end.character + colon.length };
}

function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share === 0 || share >= 0.01 ? String(Number(share.toFixed(2))) : share.toPrecision(1);
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function namesOf(tensors: readonly TrainedTensor[]): string {
  if (tensors.length === 0) return 'Trains no tensor of the model.';
  const rest = tensors.length - NAMED;
  const names = tensors.slice(0, NAMED).map(({ name }) => name);
  return [...names, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}
