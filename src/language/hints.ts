import { count } from '../core/display.ts';
import { sizeOf } from '../core/tensor.ts';
import type { TrainedTensor } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { countParameters } from '../plan/parameters.ts';
import type { Facts } from '../recipe/facts.ts';
import { configurationFields, fieldAt } from '../recipe/fields.ts';
import type { Range } from '../recipe/problem.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { asMap, childOf } from '../recipe/yamlNode.ts';
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
  // Several uses can stand on one text: the parts of a union that is written by its name alone.
  const places = new Map<string, { id: string; section: YamlNode; tensors: TrainedTensor[] }>();
  configuration.methods.forEach(({ id, item, fields }) => {
    const whole = sections.entries.get(id);
    const section = whole && item !== undefined ? childOf(whole, item) : whole;
    if (section === undefined) return;
    const tensors = methods[id].declare(fields, assembly.info);
    const before = places.get(section.path)?.tensors ?? [];
    places.set(section.path, { id, section, tensors: [...before, ...tensors] });
  });
  return [...places.values()].flatMap(({ id, section, tensors }) => {
    const trained = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const label = `${count(trained)} · ${percent(trained, base)} %`;
    const hint = { label, tooltip: namesOf(tensors), paddingLeft: true } as const;
    return [{ ...hint, position: behindKey(section, lines) }, ...fieldHints(id, section, tensors)];
  });
}

/** Beside each value whose field says what it counts. */
function fieldHints(method: string, section: YamlNode, tensors: readonly TrainedTensor[]): Hint[] {
  return [...(asMap(section)?.entries ?? [])].flatMap(([name, node]) => {
    const counts = fieldAt(configurationFields, ['methods', method, name])?.counts;
    if (counts === undefined || node.path === section.path) return [];
    const places = tensors.flatMap(({ layer, part }) =>
      counts.by === 'module' ? `${layer} ${part}` : (layer ?? []),
    );
    if (places.length === 0 && tensors.length > 0) return []; // a tensor of all layers together does not tell them
    const label = plural(new Set(places).size, counts.noun);
    return [{ position: node.range.end, label, tooltip: namesOf(tensors), paddingLeft: true }];
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
