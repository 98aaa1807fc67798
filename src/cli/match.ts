import { dirname } from 'node:path';
import { count } from '../core/display.ts';
import { textTable } from '../core/textTable.ts';
import { assembled } from '../facts/assembled.ts';
import { gatherModelFacts } from '../facts/gather.ts';
import { budgetsOf, matchBudget, type Budget } from '../plan/matchBudget.ts';
import { countParameters } from '../plan/parameters.ts';
import { misfitsOf, type Assembly } from '../program/assembly.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { Command, Io } from './command.ts';
import {
  badArguments,
  noBudget,
  noSuchBudget,
  noSuchVariant,
  notCountable,
  severalBudgets,
  variantNotChosen,
} from './errors.ts';
import { readRecipeFile } from './recipeFile.ts';
import { nameOf, settingFor } from './settingFor.ts';

export const command: Command = {
  name: 'match',
  usage: 'RECIPE --to RECIPE [--variant NAME] [--to-variant NAME] [--method NAME] [--json]',
  summary:
    'Finds the bottleneck, rank or prefix length that trains as many parameters as another recipe does.',
  positionals: { least: 1, most: 1 },
  options: {
    to: { type: 'string' },
    variant: { type: 'string' },
    'to-variant': { type: 'string' },
    method: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals: [argument], io }) {
    const {
      to: other,
      variant,
      'to-variant': toVariant,
      method,
    } = values as Record<string, string | undefined>;
    if (other === undefined) throw badArguments(command, 'match: expected --to RECIPE');
    const from = await chosen(argument, { option: '--variant', variant }, io);
    const to = await chosen(other, { option: '--to-variant', variant: toVariant }, io);
    const budget = budgetOf(from, method);
    expectRoom(from, budget);
    expectRoom(to);
    const wanted = countParameters(to.assembly).trained;
    const { value, trained, end } = matchBudget(from.assembly, budget, wanted);
    const use = from.configuration.methods[budget.use];
    const difference = trained - wanted;
    const set = await settingFor(argument, from.configuration, { use, field: budget.field, value }, io);
    const result = {
      recipe: argument,
      variant: from.configuration.variant,
      method: nameOf(use),
      field: budget.field,
      ...(budget.value !== undefined && { before: budget.value }),
      value,
      trainedBefore: countParameters(from.assembly).trained,
      trained,
      to: { recipe: other, variant: to.configuration.variant, trained: wanted },
      difference,
      ...(wanted > 0 && { percent: (100 * difference) / wanted }),
      ...(end && { end }),
      ...(set !== undefined && { set }),
    };
    io.stdout.write(values.json === true ? `${JSON.stringify(result, undefined, 2)}\n` : textOf(result));
    return 0;
  },
};

interface Chosen {
  readonly argument: string;
  readonly configuration: Configuration;
  readonly assembly: Assembly;
}

/** One variant of a recipe, with its model from config.json alone. */
async function chosen(
  argument: string,
  { option, variant }: { option: string; variant: string | undefined },
  { cwd, env }: Io,
): Promise<Chosen> {
  const { path, recipe } = await readRecipeFile(argument, cwd);
  const known = recipe.configurations.map((configuration) => configuration.variant);
  if (variant === undefined && known.length > 1) throw variantNotChosen(option, argument, known);
  const configuration = recipe.configurations.find(
    (each) => variant === undefined || each.variant === variant,
  );
  if (configuration === undefined) throw noSuchVariant(variant ?? '', known, option);
  const facts = await gatherModelFacts(
    { ...recipe, configurations: [configuration] },
    { recipeDir: dirname(path), env },
  );
  const assembly = assembled(configuration, facts);
  if ('problem' in assembly) throw notCountable(argument, assembly.problem);
  return { argument, configuration, assembly };
}

/** The model has room for the methods; a size that is solved for may be too large for it. */
function expectRoom({ argument, configuration, assembly }: Chosen, solved?: Budget): void {
  const misfit = misfitsOf(assembly).find(
    ({ use, field }) => !(use === solved?.use && field === solved.field),
  );
  if (misfit === undefined) return;
  const path = `methods.${nameOf(configuration.methods[misfit.use])}.${misfit.field}`;
  throw notCountable(argument, `${path}: ${misfit.message}`);
}

/** What is solved for. @throws Refusal where nothing or not one thing can be */
function budgetOf({ argument, configuration, assembly }: Chosen, method: string | undefined): Budget {
  const { methods, variant } = configuration;
  const named = budgetsOf(assembly).map((budget) => ({ name: nameOf(methods[budget.use]), budget }));
  const names = named.map(({ name }) => name);
  if (named.length === 0) throw noBudget(argument, variant, methods.map(nameOf));
  if (method !== undefined && !names.includes(method)) throw noSuchBudget(method, names);
  if (method === undefined && named.length > 1) throw severalBudgets(argument, variant, names);
  return named.find(({ name }) => method === undefined || name === method)!.budget;
}

interface Result {
  readonly variant: string;
  readonly method: string;
  readonly field: string;
  readonly before?: number;
  readonly value: number;
  readonly trainedBefore: number;
  readonly trained: number;
  readonly to: { readonly variant: string; readonly trained: number };
  readonly difference: number;
  readonly percent?: number;
  readonly end?: 'smallest' | 'largest';
  readonly set?: string;
}

function textOf(result: Result): string {
  const { variant, method, field, before, value, trained, to, difference, percent, end, set } = result;
  const sign = difference > 0 ? '+' : '';
  const share = percent === undefined ? '' : ` (${sign}${percent.toFixed(2)} %)`;
  const was = before === undefined || before === value ? '' : `, was ${before}`;
  return textTable([
    [`${method}.${field}`, `${value}${end === undefined ? '' : `, the ${end} there is`}${was}`],
    [variant, `${count(trained)} trained parameters, were ${count(result.trainedBefore)}`],
    [to.variant, `${count(to.trained)} trained parameters`],
    ['difference', `${sign}${count(difference)}${share}`],
    ['apply', set === undefined ? 'in the recipe: no --set reaches it' : `--set ${quoted(set)}`],
  ]);
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w.=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
