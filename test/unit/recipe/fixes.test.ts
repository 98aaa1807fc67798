import { describe, expect, it, test } from 'vitest';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { editRecipe } from '../../../src/recipe/edit.ts';
import { factsWanted } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Fix, Problem } from '../../../src/recipe/problem.ts';
import { edited } from '../../support/edited.ts';
import { FIELDS } from './cases/fieldCases.ts';
import { FACT_FIXES } from './cases/factFixCases.ts';
import type { FixCase } from './cases/fixCase.ts';
import { FIXES } from './cases/fixCases.ts';
import { FORM } from './cases/formCases.ts';
import { RULES } from './cases/ruleCases.ts';
import { recipeText, unmarked } from './support.ts';

/** What else is wrong is found only when these are mended: of an unknown task no field is known. */
const UNCHECKED: readonly string[] = ['unknown-task'];

type Known = Pick<FixCase, 'model' | 'files'>;

function problemsOf(text: string, { model, files = {} }: Known = {}): readonly Problem[] {
  const { recipe, problems } = parseRecipe(text, 'recipe.peft.yaml');
  if (recipe === undefined) return problems;
  const wanted = factsWanted(recipe);
  const facts = {
    models: new Map([...wanted.models.keys()].flatMap((key) => (model === undefined ? [] : [[key, model]]))),
    files: new Map(
      [...wanted.files].flatMap(([key, { file }]) => (file in files ? [[key, files[file]]] : [])),
    ),
  };
  return [...problems, ...checkRecipe(recipe, facts)];
}

/** The text after a fix; undefined where it cannot be made, or changes nothing, and so is not offered. */
function after(text: string, { changes }: Fix): string | undefined {
  const edits = editRecipe(text, changes);
  return edits === undefined || edits.length === 0 ? undefined : edited(text, edits);
}

const cases = Object.entries({ ...FIXES, ...FACT_FIXES });

describe('fixes of a problem', () => {
  it.each(cases)('%s', (_, { code, before, after: expected, ...known }) => {
    const text = recipeText(before);
    const problem = problemsOf(text, known).find((each) => each.code === code);
    expect(problem).toBeDefined();
    const offered = (problem!.fixes ?? []).flatMap((fix) => {
      const changed = after(text, fix);
      return changed === undefined ? [] : [[fix.title, changed]];
    });
    expect(Object.fromEntries(offered)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([title, lines]) => [title, recipeText(lines)])),
    );
    expect(offered.map(([title]) => title)).toEqual(Object.keys(expected));
  });
});

describe('every fix', () => {
  const texts: readonly (readonly [string, string, Known])[] = [
    ...cases.map(([name, { before, ...known }]) => [name, recipeText(before), known] as const),
    ...[...FORM, ...FIELDS, ...RULES].map(([name, marked]) => [name, unmarked(marked).text, {}] as const),
  ];
  const idOf = ({ code, path }: Problem) => `${code} [${path}]`;
  const idsOfErrors = (problems: readonly Problem[]) =>
    problems.filter(({ severity }) => severity === 'error').map(idOf);

  test.each(texts)(
    'mends its problem and makes no other, in lines that end either way: %s',
    (_, text, known) => {
      for (const written of [text, text.replaceAll('\n', '\r\n')]) {
        const problems = problemsOf(written, known);
        for (const problem of problems)
          for (const fix of problem.fixes ?? []) {
            const changed = after(written, fix);
            if (changed === undefined) continue;
            const left = problemsOf(changed, known);
            const context = JSON.stringify({ title: fix.title, changed }, undefined, 1);
            expect(left.map(idOf), context).not.toContain(idOf(problem));
            if (!UNCHECKED.includes(problem.code))
              expect(idsOfErrors(problems), context).toEqual(expect.arrayContaining(idsOfErrors(left)));
          }
      }
    },
  );
});
