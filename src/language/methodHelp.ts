import { count } from '../core/display.ts';
import type { Json } from '../core/json.ts';
import type { ModelInfo } from '../peft/method.ts';
import { methods, unions } from '../peft/registry.ts';
import { withField } from '../plan/matchBudget.ts';
import type { Facts } from '../recipe/facts.ts';
import { configurationFields, fieldAt, wordsOf } from '../recipe/fields.ts';
import type { PathStep } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { codeSpan } from './fieldHelp.ts';
import { methodSections, type MethodSection } from './methodSections.ts';
import { namesOf, percent, sizeOfAll } from './tensorWords.ts';

/** Of more variants, the first. */
const SHOWN = 8;

/** What stands at a path of the text, or of which it is a part, in one variant. */
interface Found {
  readonly variant: string;
  readonly info: ModelInfo;
  readonly base: number;
  readonly sections: readonly MethodSection[];
}

/** Of a method: its title, what it trains in each variant, its learning rate. @param path of its section in the text */
export function methodHelp(path: readonly PathStep[], recipe: Recipe, facts: Facts): string[] {
  const id = String(
    path.filter((step) => Object.hasOwn(methods, step) || Object.hasOwn(unions, step)).at(-1),
  );
  const text = path.join('.');
  const found = foundAt(recipe, facts, ({ section }) => `${section.path}.`.startsWith(`${text}.`));
  const counts = found.map(({ variant, base, sections }): [string, string] => {
    const trained = sizeOfAll(sections.flatMap(({ tensors }) => tensors));
    return [
      variant,
      `${count(trained)} parameters, ${percent(trained, base)} % of the model's ${count(base)}.`,
    ];
  });
  const { title } = methods[id] ?? unions[id];
  const rate = methods[id]?.learningRate;
  return [
    `${title}.`,
    ...perVariant('Trains', counts),
    ...(rate === undefined
      ? []
      : [
          `Learning rate: ${rate.default} by default; ${rate.range[0]} to ${rate.range[1]} is worth searching.`,
        ]),
  ];
}

/** Of a field of a method, or a value in it: what its values come to, and the tensors that a value names. */
export function methodFieldHelp(
  path: readonly PathStep[],
  recipe: Recipe,
  facts: Facts,
  isValue: boolean,
): string[] {
  const text = path.join('.');
  const found = foundAt(recipe, facts, ({ section }) => text.startsWith(`${section.path}.`));
  const lines = found.map(({ variant, info, sections: [section] }): [string, string] => {
    const [name, index] = text.slice(section.section.path.length + 1).split('.');
    return [variant, costs(section, info, name, isValue, index).join('\n\n')];
  });
  return perVariant(
    '',
    lines.filter(([, words]) => words !== ''),
  );
}

function costs(
  { id, fields, tensors }: MethodSection,
  info: ModelInfo,
  name: string,
  isValue: boolean,
  index?: string,
): string[] {
  const method = methods[id];
  const field = fieldAt(configurationFields, ['methods', id, name]);
  const now = (fields as Record<string, Json | undefined>)[name];
  if (field === undefined) return [];
  const tensorsWith = (value: Json) => {
    const changed = withField(method, fields, name, value);
    return changed === undefined || method.check(changed, info).length > 0
      ? undefined
      : method.declare(changed, info);
  };
  if (isValue && field.counts !== undefined) {
    const item = index !== undefined && Array.isArray(now) ? now[Number(index)] : undefined;
    const named = item === undefined ? tensors : tensorsWith([item]);
    return named === undefined ? [] : [`\`\`\`text\n${namesOf(named)}\n\`\`\``];
  }
  const size = (value: Json) => {
    const changed = tensorsWith(value);
    return changed && sizeOfAll(changed);
  };
  if (method.budget === name) {
    const from = typeof now === 'number' ? now : 1;
    const [here, above, below] = [size(from), size(from + 1), size(from - 1)];
    const step = here === undefined ? undefined : above !== undefined ? above - here : below && here - below;
    const each = step === undefined ? '' : `; each step of \`${name}\` is ${count(step)} parameters`;
    return [`Trains ${count(sizeOfAll(tensors))} parameters${each}.`];
  }
  const words = [
    ...wordsOf(field),
    ...(field.anyOf ?? [field]).flatMap(({ items }) => (items ? wordsOf(items).map((word) => [word]) : [])),
  ];
  const values: Json[] = field.type === 'boolean' ? [true, false] : words;
  const sizes = values.flatMap((value): [string, number][] => {
    const found = size(value);
    return found === undefined
      ? []
      : [[Array.isArray(value) ? `[${value.join(', ')}]` : String(value), found]];
  });
  const trained = sizeOfAll(tensors);
  if (sizes.every(([, each]) => each === trained)) return [];
  return [
    `Trains ${count(trained)} parameters; ${sizes.map(([value, each]) => `\`${value}\` ${count(each)}`).join(', ')}.`,
  ];
}

function foundAt(recipe: Recipe, facts: Facts, isWanted: (section: MethodSection) => boolean): Found[] {
  return recipe.configurations.flatMap((configuration, index) => {
    const all = methodSections(configuration, recipe.trees[index], facts);
    const sections = all?.sections.filter(isWanted) ?? [];
    return all === undefined || sections.length === 0
      ? []
      : [{ ...all, variant: configuration.variant, sections }];
  });
}

/** Said once where it is the same in all variants. */
function perVariant(verb: string, lines: readonly (readonly [string, string])[]): string[] {
  const start = verb === '' ? '' : `${verb} `;
  const different = new Set(lines.map(([, words]) => words));
  if (different.size <= 1) return [...different].map((words) => `${start}${words}`);
  return [
    lines
      .slice(0, SHOWN)
      .map(([variant, words]) => `- ${codeSpan(variant)}: ${words}`)
      .join('\n'),
  ];
}
