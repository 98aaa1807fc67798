import { meantBy } from './didYouMean.ts';
import type { Change, Fix } from './problem.ts';

const PATH = ['task', 'labels'];

/** What makes the labels of the recipe those of the data: the ones that were probably meant, and the data's own. None where a label of the data is empty. */
export function labelFixes(listed: readonly string[], found: readonly string[]): Fix[] {
  if (found.includes('')) return [];
  const lacking = found.filter((label) => !listed.includes(label));
  const unseen = listed.flatMap((label, index) => (found.includes(label) ? [] : [{ label, index }]));
  if (lacking.length === 0 && unseen.length === 0) return [];
  return [...renamings(unseen, lacking), asFound(listed, { found, lacking, unseen })];
}

interface Unseen {
  readonly label: string;
  readonly index: number;
}

/** Where each that the data lack is near to one that the recipe lacks. */
function renamings(unseen: readonly Unseen[], lacking: readonly string[]): Fix[] {
  const meant = unseen.map(({ label }) => meantBy(label, lacking));
  const isRight = meant.length === lacking.length && lacking.every((label) => meant.includes(label));
  if (!isRight) return [];
  const changes = unseen.map(({ index }, i) => ({ path: [...PATH, index], value: meant[i]! }));
  return [{ title: `Change to ${meant.map((label) => `"${label}"`).join(', ')}`, changes }];
}

/** Those that the recipe has keep their order, which is that of the classes. */
function asFound(
  listed: readonly string[],
  {
    found,
    lacking,
    unseen,
  }: {
    readonly found: readonly string[];
    readonly lacking: readonly string[];
    readonly unseen: readonly Unseen[];
  },
): Fix {
  const title = 'Write the labels of the data';
  const kept = listed.length - unseen.length;
  if (kept === 0) return { title, changes: [{ path: PATH, value: [...found] }] };
  const gone = [...unseen].reverse().map(({ index }): Change => ({ path: [...PATH, index] }));
  const added = lacking.map((value, i): Change => ({ path: [...PATH, kept + i], value }));
  return { title, changes: [...gone, ...added] };
}
