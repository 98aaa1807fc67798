import { dirname } from 'node:path';
import { checkRecipe } from '../recipe/check.ts';
import { fileKey, filesOf, modelKey, type Facts, type ModelFacts } from '../recipe/facts.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { planConfiguration, type Plan } from '../plan/plan.ts';
import type { TrainedShare } from '../plan/parameters.ts';
import type { Command } from './command.ts';
import { faultyRecipe, noSuchVariant } from './errors.ts';
import { exampleLengths } from './exampleLengths.ts';
import { gatherFacts, type RecipePlace } from './facts.ts';
import { problemLine, readRecipeFile } from './recipeFile.ts';
import { bytes, count, textTable } from './table.ts';

export const command: Command = {
  name: 'plan',
  usage: 'RECIPE [--variant NAME]... [--json]',
  summary: 'Says what each variant of a recipe trains and costs, before any weight is read.',
  positionals: { least: 1, most: 1 },
  options: { variant: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  async run({ values, positionals, io }) {
    const { path, recipe } = await readRecipeFile(positionals[0], io.cwd);
    const configurations = chosen(recipe, (values.variant as string[] | undefined) ?? []);
    const place = { recipeDir: dirname(path), env: io.env };
    const facts = await gatherFacts(recipe, place);
    const errors = checkRecipe(recipe, neededFacts(facts)).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw faultyRecipe(errors.map((problem) => problemLine(positionals[0], problem)));
    const plans: Plan[] = [];
    for (const configuration of configurations) plans.push(await planOne(configuration, facts, place));
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify({ model: recipe.configurations[0].model, variants: plans }, undefined, 2)}\n`
        : plans.map(textOf).join('\n'),
    );
    return 0;
  },
};

function chosen({ configurations }: Recipe, variants: readonly string[]): Configuration[] {
  const known = configurations.map(({ variant }) => variant);
  for (const variant of variants) if (!known.includes(variant)) throw noSuchVariant(variant, known);
  return configurations.filter(({ variant }) => variants.length === 0 || variants.includes(variant));
}

/** A plan needs neither data nor weights nor a tokenizer: what is wrong with these is not its business. */
function neededFacts({ models }: Facts): Facts {
  const withoutFaults = [...models].map(
    ([key, facts]) => [key, 'unusable' in facts ? facts : { ...facts, faults: [] }] as const,
  );
  return { models: new Map(withoutFaults), files: new Map() };
}

async function planOne(configuration: Configuration, facts: Facts, place: RecipePlace): Promise<Plan> {
  // Unusable models were reported before.
  const { info, missing, tokenizerMaxLength } = facts.models.get(modelKey(configuration)) as ModelFacts;
  const { task } = configuration;
  const train = filesOf(configuration).train;
  const known = train && facts.files.get(fileKey(train));
  const usable = known === undefined || 'unusable' in known ? undefined : known;
  const numLabels = task.labels?.length ?? usable?.labels?.length;
  const lengths = usable && (await exampleLengths(configuration, info.shape, place));
  return planConfiguration({
    configuration,
    model: {
      ...info,
      ...(missing && { missing }),
      ...(tokenizerMaxLength !== undefined && { tokenizerMaxLength }),
    },
    ...(numLabels !== undefined && { numLabels }),
    ...(lengths && { lengths }),
  });
}

function textOf({ name, parameters, ...plan }: Plan): string {
  const { flopsPerStep, frozenPercent, typical, memoryBytes, backward, notes } = plan;
  const saved = `${backward.flopsSavedPercent.toFixed(0)} % of the step saved`;
  const lowest = backward.lowestLayer;
  const reach =
    lowest === undefined ? `ends in the head, ${saved}` : `down to ${placeName(lowest)}, ${saved}`;
  const estimate = process.platform === 'linux' ? '' : ' (estimate)';
  const facts = [
    ['base model', `${count(parameters.base)} parameters`],
    [
      'trained',
      `${count(parameters.trained)} (${parameters.percent.toFixed(4)} %), stored ${count(parameters.stored)}`,
    ],
    ['head', count(parameters.head)],
    ['a step', `${gflops(flopsPerStep)}, ${frozenPercent.toFixed(0)} % of it products with frozen matrices`],
    ...(typical ? [['typically', `${gflops(typical.flopsPerStep)}, at ${typical.length} tokens`]] : []),
    ['backward pass', reach],
    [`memory${estimate}`, memoryText(memoryBytes)],
    ...notes.map((note) => ['note', note]),
  ];
  const header = ['layer', 'module', 'method', 'tensors', 'parameters'];
  const table = [header, ...rowsOf(parameters.layers)];
  return `${name}\n${indented(textTable(facts))}\n${indented(
    textTable(table, ['right', 'left', 'left', 'right', 'right']),
  )}`;
}

/** One row for each layer, module and method. */
function rowsOf(shares: readonly TrainedShare[]): string[][] {
  const groups = new Map<string, { row: string[]; tensors: number; parameters: number }>();
  for (const { layer, module, method, count: parameters } of shares) {
    const row = [layer === undefined ? '-' : String(layer), module, method];
    const key = row.join();
    const group = groups.get(key) ?? { row, tensors: 0, parameters: 0 };
    groups.set(key, { row, tensors: group.tensors + 1, parameters: group.parameters + parameters });
  }
  return [...groups.values()].map(({ row, tensors, parameters }) => [
    ...row,
    count(tensors),
    count(parameters),
  ]);
}

function memoryText({ total, ...parts }: Plan['memoryBytes']): string {
  const named = Object.entries(parts).map(([part, value]) => `${part} ${bytes(Math.round(value))}`);
  return `${bytes(Math.round(total))}: ${named.join(', ')}`;
}

function placeName(lowest: number | 'embeddings'): string {
  return lowest === 'embeddings' ? 'the embeddings' : `layer ${lowest}`;
}

function gflops(value: number): string {
  return `${(value / 1e9).toFixed(1)} GFLOP`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
