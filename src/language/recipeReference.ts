import { rules } from '../evidence/rules.ts';
import { methods, unions } from '../peft/registry.ts';
import { tasks } from '../tasks/registry.ts';
import { configurationFields, expectation, fieldAt, recipeFields, singleOf } from '../recipe/fields.ts';
import type { Field } from '../recipe/fields.ts';
import { problemCodes, type ProblemCode } from '../recipe/problemCodes.ts';

/** The reference of the recipe language as Markdown, all of it read off the schemas and registries. */
export function recipeReference(): string {
  const section = (path: string, title = `\`${path}\``) => {
    const field = fieldAt(recipeFields, path.split('.')) ?? {};
    return [`## ${title}`, field.help ?? '', fieldTable(field)];
  };
  return (
    [
      '<!-- Made from the schemas by `bash scripts/reference.sh`; edit those. -->',
      '# Recipe reference',
      '## The whole recipe',
      fieldTable(recipeFields),
      ...Object.values(tasks).flatMap(({ id, help }, index) => {
        const field = configurationFields.properties?.task.oneOf?.[index] ?? {};
        const inside = Object.entries(field.properties ?? {}).filter(
          ([, each]) => each.properties !== undefined,
        );
        return [
          `## \`task\` of type \`${id}\``,
          help,
          fieldTable(field),
          ...inside.flatMap(([name, each]) => [`### \`task.${name}\``, each.help ?? '', fieldTable(each)]),
        ];
      }),
      ...[...Object.values(methods), ...Object.values(unions)].flatMap(({ id, title, source }) => [
        ...section(`methods.${id}`, `\`methods.${id}\`: ${title}`),
        `Source: ${source}.`,
      ]),
      ...section('training'),
      ...section('report'),
      '## Problem codes',
      ...Object.entries(problemCodes).flatMap(([code, meaning]) => [codeHeading(code), meaning]),
      '## Advice',
      'What is known of recipes like one, each with its source; never an error. The setting `peftWorkbench.advice` turns a rule off or ' +
        'changes its severity, by its name behind `advice-`; on the command line `check --advice` says it.',
      ...rules.flatMap(({ id, title, source, seenOn, verified, severity }) => [
        codeHeading(`advice-${id}`),
        `${title}.`,
        `Source: ${source}. Seen on: ${seenOn}. ${verified ? '' : 'Not verified. '}Shown as: ${severity}.`,
      ]),
    ].join('\n\n') + '\n'
  );
}

/** The line of the reference, counted from 1, on which a problem code is explained. */
export function lineOfCode(code: ProblemCode): number {
  return lines().indexOf(codeHeading(code)) + 1;
}

let kept: readonly string[] | undefined;

function lines(): readonly string[] {
  return (kept ??= recipeReference().split('\n'));
}

function codeHeading(code: string): string {
  return `### \`${code}\``;
}

function fieldTable(field: Field): string {
  // Where several of one kind may be listed, a single one is described.
  const { properties = {}, required = [] } = singleOf(field);
  const rows = Object.entries(properties).map(([name, field]) => {
    const source = field.source === undefined ? '' : ` (${field.source})`;
    return [
      `\`${name}\``,
      expectation(field),
      defaultOf(field, required.includes(name)),
      `${field.help ?? ''}${source}`,
    ];
  });
  return table(['field', 'value', 'default', 'meaning'], rows);
}

function defaultOf(field: Field, isRequired: boolean): string {
  if (isRequired) return 'required';
  if (field.default !== undefined) return `\`${JSON.stringify(field.default).replaceAll('"', '')}\``;
  return field.otherwise ?? '-';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'No fields.';
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
