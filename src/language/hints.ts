import { count, plural } from '../core/display.ts';
import { groupBy } from '../core/groupBy.ts';
import type { TrainedTensor } from '../peft/method.ts';
import type { Facts } from '../recipe/facts.ts';
import { configurationFields, fieldAt } from '../recipe/fields.ts';
import type { Range } from '../recipe/problem.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { asMap } from '../recipe/yamlNode.ts';
import type { YamlMap, YamlNode } from '../recipe/yamlNode.ts';
import { dataHintsOf } from './dataHints.ts';
import type { Hint } from './hint.ts';
import { methodSections } from './methodSections.ts';
import { namesOf, percent, sizeOfAll } from './tensorWords.ts';

/** Counts beside the methods of a recipe and what their layers and norms mean, where the model is known; beside data files, what they hold. */
export function hintsOf(text: string, recipe: Recipe, facts: Facts): Hint[] {
  const lines = text.split(/\r\n|\r|\n/);
  const found = recipe.configurations.flatMap((configuration, index) => [
    ...hintsOfOne(configuration, recipe.trees[index], facts, lines),
    ...dataHintsOf(configuration, recipe.trees[index], facts),
  ]);
  // Several configurations can stand on one text; where they differ, the hint says between what.
  return [...groupBy(found, ({ position }) => JSON.stringify(position)).values()].map((hints) => {
    const labels = [...new Set(hints.map(({ label }) => label))];
    if (labels.length === 1) return hints[0];
    labels.sort((a, b) => numberIn(a) - numberIn(b));
    return { ...hints[0], label: `${labels[0]} … ${labels.at(-1)}` };
  });
}

/** What a label begins with, `36,864 · 0.16 %`; labels of words alone stay in their order. */
function numberIn(label: string): number {
  return Number(/^[\d,]+/.exec(label)?.[0].replaceAll(',', '') ?? 0);
}

function hintsOfOne(
  configuration: Configuration,
  tree: YamlMap,
  facts: Facts,
  lines: readonly string[],
): Hint[] {
  const found = methodSections(configuration, tree, facts);
  if (found === undefined) return [];
  const { base } = found;
  // Several uses can stand on one text: the parts of a union that is written by its name alone.
  const places = new Map<string, { id: string; section: YamlNode; tensors: TrainedTensor[] }>();
  for (const { id, section, tensors } of found.sections) {
    const before = places.get(section.path)?.tensors ?? [];
    places.set(section.path, { id, section, tensors: [...before, ...tensors] });
  }
  return [...places.values()].flatMap(({ id, section, tensors }) => {
    const trained = sizeOfAll(tensors);
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
