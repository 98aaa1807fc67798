import type { z } from 'zod';
import { didYouMean } from './didYouMean.ts';
import { meantWord, removed, replacedBy, withoutItems } from './fixes.ts';
import { configurationFields, namesIn } from './fields.ts';
import { validate } from './validate.ts';
import type { Finding } from './problem.ts';
import { experimentSchema } from './schema.ts';
import { childOf, withKeys } from './yamlNode.ts';
import type { YamlMap } from './yamlNode.ts';

export type Experiment = z.output<typeof experimentSchema>;

/** Reads what stands beside the configuration: version, name, seeds, report, and the forms of variants and grid. */
export function readExperiment(recipe: YamlMap): {
  readonly value?: Experiment;
  readonly findings: readonly Finding[];
} {
  const inConfiguration = new Set(namesIn(configurationFields));
  const { value, findings } = validate(
    withKeys(recipe, (key) => !inConfiguration.has(key)),
    experimentSchema,
  );
  return {
    value,
    findings: [...findings.map((finding) => newerVersion(finding, recipe)), ...repeatedSeeds(recipe)],
  };
}

/** Whether the report names variants and data that there are. */
export function reportFindings(
  { report }: Experiment,
  {
    variants,
    hasTest,
    hasValidation,
  }: { readonly variants: readonly string[]; readonly hasTest: boolean; readonly hasValidation: boolean },
): Finding[] {
  const findings: Finding[] = [];
  if (report?.split === 'test' && !hasTest) {
    const message = 'a report on test data needs `task.test`, which is not given';
    const path = ['report', 'split'];
    const fixes = [hasValidation ? replacedBy(path, 'validation') : removed(path)];
    findings.push({ code: 'needs-data', message, path, fixes });
  }
  const baseline = report?.baseline;
  if (baseline !== undefined && !variants.includes(baseline)) {
    const hint = didYouMean(baseline, variants, `expected ${variants.join(' | ')}`);
    findings.push({
      code: 'unknown-variant',
      message: `there is no variant "${baseline}"${hint}`,
      path: ['report', 'baseline'],
      fixes: meantWord(['report', 'baseline'], baseline, variants),
    });
  }
  return findings;
}

function newerVersion(finding: Finding, recipe: YamlMap): Finding {
  const version = recipe.entries.get('version');
  const isNewer = version?.kind === 'scalar' && typeof version.value === 'number' && version.value > 1;
  if (finding.path[0] !== 'version' || !isNewer) return finding;
  const message = `the recipe is written for version ${version.text} of the recipe language; this program reads version 1`;
  return { code: 'newer-version', message, path: finding.path };
}

function repeatedSeeds(recipe: YamlMap): Finding[] {
  const seeds = recipe.entries.get('seeds');
  const values = seeds?.kind === 'list' ? seeds.items.map((_, index) => childOf(seeds, index)) : [];
  const numbers = values.map((seed) => (seed?.kind === 'scalar' ? seed.value : undefined));
  return numbers.flatMap((seed, index): Finding[] =>
    typeof seed === 'number' && numbers.indexOf(seed) < index
      ? [
          {
            code: 'duplicate-item',
            message: `seed ${seed} stands twice; seeds must differ`,
            path: ['seeds', index],
            related: [{ path: ['seeds', numbers.indexOf(seed)], message: 'it stands first here' }],
            fixes: [withoutItems('Remove the repetition', ['seeds'], [index])],
          },
        ]
      : [],
  );
}
