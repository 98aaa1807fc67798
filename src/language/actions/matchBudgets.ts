import { count } from '../../core/display.ts';
import { assembled } from '../../facts/assembled.ts';
import { budgetsOf, matchBudget, type Budget } from '../../plan/matchBudget.ts';
import { countParameters } from '../../plan/parameters.ts';
import { misfitsOf, type Assembly } from '../../program/assembly.ts';
import { stepsInText } from '../../recipe/place.ts';
import type { Fix } from '../../recipe/problem.ts';
import type { Action, ActionContext } from './action.ts';

/** Gives the method at the caret the size whose trained count is nearest to another variant's. */
export const matchBudgets: Action = (context) => {
  const { recipe, facts, configuration } = context;
  const here = assembled(configuration, facts);
  if ('problem' in here || misfitsOf(here).length > 0) return [];
  const budgets = budgetsOf(here).filter(({ use }) => context.isAt(...pathOf(context, use)));
  if (budgets.length === 0) return [];
  return recipe.configurations.flatMap((other): Fix[] => {
    if (other === configuration) return [];
    const there = assembled(other, facts);
    if ('problem' in there || misfitsOf(there).length > 0) return [];
    const { trained } = countParameters(there);
    // A control that trains the head alone has no budget.
    if (trained === 0) return [];
    return budgets.flatMap((budget) => fixOf(context, here, budget, { name: other.variant, trained }));
  });
};

function fixOf(
  context: ActionContext,
  assembly: Assembly,
  budget: Budget,
  wanted: { readonly name: string; readonly trained: number },
): Fix[] {
  const { value, trained, end } = matchBudget(assembly, budget, wanted.trained);
  if (value === budget.value || end === 'smallest') return [];
  const difference = trained - wanted.trained;
  const sum =
    difference === 0
      ? 'as many as'
      : `${count(Math.abs(difference))} ${difference > 0 ? 'more' : 'fewer'} than`;
  const path = [...pathOf(context, budget.use), budget.field];
  return [
    {
      title: `Match the budget of "${wanted.name}": ${budget.field}: ${value} trains ${count(trained)}, ${sum} it`,
      changes: [{ path: stepsInText(path, context.tree), value }],
    },
  ];
}

function pathOf({ configuration }: ActionContext, use: number) {
  const { id, item } = configuration.methods[use];
  return ['methods', id, ...(item === undefined ? [] : [item])];
}
