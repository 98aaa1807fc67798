import type { Facts } from '../recipe/facts.ts';
import { inTextOrder, placed } from '../recipe/place.ts';
import type { Fix, PathStep, Problem } from '../recipe/problem.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { nearestNode, type YamlMap } from '../recipe/yamlNode.ts';
import type { OwnEvidence } from './ownEvidence.ts';
import type { Advice, AdviceLevels, Rule } from './rule.ts';
import { rules } from './rules.ts';
import { subjectOf } from './subject.ts';

/** What is known about recipes like this one, in the order of its text. Pure, never throws, and fast enough for every change of the text. */
export function advise(
  recipe: Recipe,
  facts: Facts,
  { levels = {}, own }: { readonly levels?: AdviceLevels; readonly own?: OwnEvidence } = {},
): Problem[] {
  const wanted = rules.filter(({ id }) => levels[id] !== 'off');
  const about = (
    rule: Rule,
    tree: YamlMap,
    { message, path, fixes = [], against }: Advice,
    configuration?: Configuration,
  ) => {
    const status = rule.verified ? '' : '; not verified';
    const seen = configuration && against && own?.(configuration, against.methods);
    const inRuns = seen && `. In your runs, this minus the same ${against.words}: ${seen}`;
    const finding = {
      code: `advice-${rule.id}` as const,
      severity: severityOf(rule, levels),
      message: `${message} (${rule.source}; ${rule.seenOn}${status})${inRuns ?? ''}`,
      path,
      fixes: fixes.filter((fix) => isPossible(fix, tree)),
    };
    return placed(finding, tree);
  };
  const ofConfigurations = recipe.configurations.flatMap((configuration, index) => {
    const tree = recipe.trees[index];
    const subject = subjectOf(configuration, tree, facts);
    return wanted.flatMap((rule) =>
      (rule.inConfiguration?.(subject) ?? []).map((advice) => about(rule, tree, advice, configuration)),
    );
  });
  const ofRecipe = wanted.flatMap((rule) =>
    (rule.inRecipe?.(recipe) ?? []).map((advice) => about(rule, recipe.root, advice)),
  );
  return inTextOrder([...ofRecipe, ...ofConfigurations]);
}

/** Its own where the user wants none, or none that there is: settings are not checked by anybody else. */
function severityOf({ id, severity }: Rule, levels: AdviceLevels): Rule['severity'] {
  const wanted = levels[id];
  return wanted === 'warning' || wanted === 'information' ? wanted : severity;
}

/** Values of a grid, or of a named union, stand elsewhere in the text than in the configuration: these are not changed. */
function isPossible({ changes }: Fix, tree: YamlMap): boolean {
  return changes.every(({ path }) => isInPlace(path, tree));
}

function isInPlace(path: readonly PathStep[], tree: YamlMap): boolean {
  const { node, rest } = nearestNode(tree, path);
  const reached = path.slice(0, path.length - rest.length).join('.');
  return reached === '' || `.${node.path}`.endsWith(`.${reached}`);
}
