import { count } from '../core/display.ts';
import { fileKey, filesOf, type Facts, type FileFacts } from '../recipe/facts.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { nearestNode } from '../recipe/yamlNode.ts';
import type { YamlMap } from '../recipe/yamlNode.ts';
import type { Hint } from './hint.ts';

/** How many labels a hint names; of more, it gives the number. */
const NAMED = 4;

/** Longest label, in characters. */
const MAX_LABEL = 30;

/** Longest value of an example, in characters. */
const MAX_VALUE = 200;

/** Beside each data file: its rows and labels; the tooltip shows its columns and first row. None where the file is not known. */
export function dataHintsOf(configuration: Configuration, tree: YamlMap, facts: Facts): Hint[] {
  return Object.entries(filesOf(configuration)).flatMap(([field, request]) => {
    const known = facts.files.get(fileKey(request));
    const { node, rest } = nearestNode(tree, ['task', field]);
    if (known === undefined || 'unusable' in known || rest.length > 0) return [];
    const dropped = known.dropped ? [`${count(known.dropped)} left out`] : [];
    const label = [`${count(known.rows)} rows`, ...dropped, ...labelText(known)].join(' · ');
    return [{ position: node.range.end, label, tooltip: tooltipOf(known), paddingLeft: true }];
  });
}

function labelText({ labels, counts }: FileFacts): string[] {
  if (labels === undefined || counts === undefined) return [];
  if (labels.length > NAMED) return [`${count(labels.length)} labels`];
  return [labels.map((label, index) => `${short(label, MAX_LABEL)} ${count(counts[index])}`).join(', ')];
}

function tooltipOf({ columns, first }: FileFacts): string {
  const lines = Object.entries(first ?? {}).map(([column, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${column}: ${short(text, MAX_VALUE)}`;
  });
  return [`Columns: ${columns.join(', ')}`, '', 'First row:', ...lines].join('\n');
}

/** On one line. */
function short(value: string, most: number): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
