import type { Json } from '../core/json.ts';
import type { ModelInfo } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { meantBy } from './didYouMean.ts';
import { configurationFields, fieldAt, type Field } from './fields.ts';
import { added, leastWhole, removed, replacedBy, withoutItems } from './fixes.ts';
import type { Fix, PathStep } from './problem.ts';
import type { MethodUse } from './recipe.ts';
import { nearestNode, type YamlNode } from './yamlNode.ts';

/** Where a use of a method stands, and beside which model. */
interface Place {
  readonly path: readonly PathStep[];
  readonly info: ModelInfo;
  readonly tree: YamlNode;
}

/** A field of a method, and what else it could be. */
interface Subject {
  readonly path: readonly PathStep[];
  readonly field: Field;
  readonly isWritten: boolean;
  /** How many faults and how much waste the method finds with it beside the model; infinitely many where it does not take the value at all. */
  faults(value: Json | undefined): number;
}

/**
 * Puts what the model has in the place of what it lacks: the largest number, the part of a range or list, the word that was meant, or,
 * where none of that fits, the default. Whether a value fits is what the method itself says.
 */
export function fittingFixes(use: MethodUse, steps: readonly string[], place: Place): readonly Fix[] {
  const [name, item] = steps;
  const path = [...place.path, name];
  const field = fieldAt(configurationFields, path);
  const fields = use.fields as Readonly<Record<string, Json | undefined>>;
  if (field === undefined) return [];
  const { node, rest } = nearestNode(place.tree, path);
  const subject: Subject = {
    path,
    field,
    isWritten: rest.length === 0 && node.path === node.steps.join('.'),
    faults: (value) => {
      const read = methods[use.id].fields.safeParse({ ...fields, [name]: value });
      if (!read.success) return Infinity;
      const method = methods[use.id];
      const found = [
        ...method.check(read.data, place.info),
        ...(method.waste?.(read.data, place.info) ?? []),
      ];
      return found.filter((each) => each.field === name || each.field.startsWith(`${name}.`)).length;
    },
  };
  const value = fields[name];
  const fixes = fixesOf(subject, value, item);
  if (fixes.length > 0) return fixes;
  return subject.isWritten && subject.faults(undefined) < subject.faults(value) ? [removed(path)] : [];
}

function fixesOf(subject: Subject, value: Json | undefined, item: string | undefined): readonly Fix[] {
  if (typeof value === 'number') return smaller(subject, value);
  if (typeof value === 'string') return shorter(subject, value);
  if (!Array.isArray(value)) return [];
  return item === undefined ? partOf(subject, value) : otherItem(subject, value, Number(item));
}

function smaller({ path, field, isWritten, faults }: Subject, value: number): Fix[] {
  const most = largest(leastWhole(field), value, (each) => faults(each) === 0);
  if (most === undefined) return [];
  return [isWritten ? replacedBy(path, most) : added(path, most)];
}

/** A range such as 4-7, as far as there are layers. */
function shorter({ path, faults }: Subject, value: string): Fix[] {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(value) ?? [];
  if (first === undefined) return [];
  const end = largest(Number(first), Number(last), (each) => faults(`${first}-${each}`) === 0);
  return end === undefined ? [] : [replacedBy(path, `${first}-${end}`)];
}

function partOf({ path, faults }: Subject, list: readonly Json[]): Fix[] {
  const isBeyond = (each: Json) => faults([each]) > 0;
  const beyond = list.flatMap((each, index) => (isBeyond(each) ? [index] : []));
  const rest = list.filter((each) => !isBeyond(each));
  if (beyond.length === 0 || faults(rest) > 0) return [];
  return [withoutItems(`Remove ${beyond.map((index) => shown(list[index])).join(', ')}`, path, beyond)];
}

function otherItem({ path, field, faults }: Subject, list: readonly Json[], index: number): Fix[] {
  const value = list[index];
  const isBetter = (other: readonly Json[]) => faults([...other]) < faults([...list]);
  const meant = typeof value === 'string' ? meantBy(value, field.offers ?? []) : undefined;
  if (
    meant !== undefined &&
    !list.includes(meant) &&
    isBetter(list.map((each, i) => (i === index ? meant : each)))
  )
    return [replacedBy([...path, index], meant)];
  return isBetter(list.filter((_, i) => i !== index))
    ? [withoutItems(`Remove ${shown(value)}`, path, [index])]
    : [];
}

function shown(value: Json): string {
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}

/** The largest whole number of [least, end) that fits, where all smaller ones do; undefined where none does. */
function largest(least: number, end: number, fits: (value: number) => boolean): number | undefined {
  if (least >= end || !fits(least)) return undefined;
  let [low, high] = [least, end];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
