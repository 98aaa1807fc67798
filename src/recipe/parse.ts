import { configure } from './configure.ts';
import type { Written } from './configure.ts';
import { readExperiment, reportFindings } from './experiment.ts';
import { expand } from './expand.ts';
import type { Draft } from './expand.ts';
import { validate } from './validate.ts';
import { inTextOrder, placed } from './place.ts';
import type { Finding, Problem } from './problem.ts';
import type { Recipe } from './recipe.ts';
import { configurationFindings } from './rules.ts';
import { configurationSchema } from './schema.ts';
import { withUnionsExpanded } from './unions.ts';
import { readYaml } from './yamlDocument.ts';
import { nearestNode } from './yamlNode.ts';
import type { YamlMap } from './yamlNode.ts';

/** More are of no use to anybody, and hostile texts could have any number. */
const MAX_PROBLEMS = 100;

/**
 * Reads a recipe. Pure, and never throws; `recipe` is there where no problem is an error.
 * @param fileName names the recipe where it has no `name`; nothing is read from it
 */
export function parseRecipe(text: string, fileName: string): { recipe?: Recipe; problems: Problem[] } {
  const { root, problems } = readYaml(text);
  if (root === undefined) return { problems: [...problems] };
  if (root.kind !== 'map') {
    const message = 'expected a mapping with version, model, task and methods';
    return { problems: [placed({ code: 'wrong-type', message, path: [] }, root)] };
  }

  const experiment = readExperiment(root);
  const expanded = expand(root);
  const drafts = readDrafts(
    expanded.drafts.map((draft) => ({ ...draft, tree: withUnionsExpanded(draft.tree) })),
  );
  const { name = nameOf(fileName), seeds = [], report } = experiment.value ?? {};
  const variants = drafts.map(({ draft }) => draft.label ?? name);
  const has = (split: 'validation' | 'test') =>
    drafts.some(({ value }) => value === undefined || value.task[split] !== undefined);
  const splits = { hasTest: has('test'), hasValidation: has('validation') };
  const reported =
    experiment.value === undefined ? [] : reportFindings(experiment.value, { variants, ...splits });

  const found = inTextOrder([
    ...[...experiment.findings, ...reported].map((finding) => placed(finding, root)),
    ...expanded.problems,
    ...draftProblems(drafts, root),
  ]);
  if (found.some(({ severity }) => severity === 'error')) return { problems: found.slice(0, MAX_PROBLEMS) };

  const configurations = drafts.flatMap(({ value }, index) =>
    value === undefined ? [] : [configure(value, { name, variant: variants[index] })],
  );
  const trees = drafts.map(({ draft }) => draft.tree);
  return {
    recipe: { name, configurations, seeds, ...(report === undefined ? {} : { report }), root, trees },
    problems: found,
  };
}

interface ReadDraft {
  readonly draft: Draft;
  readonly value?: Written;
  readonly findings: readonly Finding[];
}

/** Checks each configuration by itself, until there are problems enough. */
function readDrafts(drafts: readonly Draft[]): ReadDraft[] {
  const read: ReadDraft[] = [];
  let count = 0;
  for (const draft of drafts) {
    const { value, findings } = validate(draft.tree, configurationSchema);
    read.push({ draft, value, findings: value === undefined ? findings : configurationFindings(value) });
    count += findings.length;
    if (count > drafts.length * MAX_PROBLEMS) break;
  }
  return read;
}

/** What every configuration lacks is lacking in the recipe; what some lack, in their variants. */
function draftProblems(drafts: readonly ReadDraft[], recipe: YamlMap): Problem[] {
  const idOf = ({ path, message }: Finding) => JSON.stringify([path, message]);
  const counts = new Map<string, number>();
  for (const id of drafts.flatMap(({ findings }) => findings.map(idOf)))
    counts.set(id, (counts.get(id) ?? 0) + 1);
  return drafts.flatMap(({ draft: { tree }, findings }) =>
    findings.map((finding) => {
      const isLacking = nearestNode(tree, finding.path).rest.length > 0;
      const inAll = counts.get(idOf(finding)) === drafts.length;
      return placed(finding, isLacking && inAll ? recipe : tree);
    }),
  );
}

/** `experiments/ln.peft.yaml` is named `ln`. */
export function nameOf(fileName: string): string {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  return base.replace(/(\.peft)?\.ya?ml$/i, '') || 'recipe';
}
