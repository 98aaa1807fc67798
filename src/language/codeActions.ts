import type { CodeAction } from 'vscode-languageserver/node';
import { editRecipe } from '../recipe/edit.ts';
import type { Facts } from '../recipe/facts.ts';
import { covers, meets } from '../recipe/ranges.ts';
import type { Fix, Problem, Range } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { nearestNode, type YamlNode } from '../recipe/yamlNode.ts';
import type { ActionContext } from './actions/action.ts';
import { actions } from './actions/registry.ts';
import { diagnosticOf } from './diagnostics.ts';
import type { RecipeText } from './workspace.ts';

/**
 * What can be done in a range of the text: first what mends a problem there, then what a place offers. Each is a minimal change that
 * keeps comments and order; one that cannot be made is left out.
 * @param recipe absent where the text has errors
 */
export function codeActionsIn(
  { uri, text }: RecipeText,
  range: Range,
  known: { readonly problems: readonly Problem[]; readonly recipe?: Recipe; readonly facts: Facts },
): CodeAction[] {
  const fixes = known.problems
    .filter((problem) => meets(problem.range, range))
    .flatMap((problem) =>
      (problem.fixes ?? []).flatMap((fix, index) =>
        actionOf(fix, {
          kind: 'quickfix',
          diagnostics: [diagnosticOf(problem, { uri })],
          // Advice is nobody's duty.
          ...(index === 0 && problem.severity === 'error' && { isPreferred: true }),
        }),
      ),
    );
  const context = known.recipe && contextAt(range.start, known.recipe, known.facts);
  const rewrites = context === undefined ? [] : actions.flatMap((action) => action(context));
  return [...eachOnce(fixes), ...rewrites.flatMap((fix) => actionOf(fix, { kind: 'refactor.rewrite' }))];

  function actionOf({ title, changes }: Fix, more: Partial<CodeAction>): CodeAction[] {
    const edits = editRecipe(text, changes);
    if (edits === undefined || edits.length === 0) return [];
    return [{ title, ...more, edit: { changes: { [uri]: edits } } }];
  }
}

/** One action for problems that the same changes mend. */
function eachOnce(actions: readonly CodeAction[]): CodeAction[] {
  const byEdit = new Map<string, CodeAction>();
  for (const action of actions) {
    const id = JSON.stringify([action.title, action.edit]);
    const first = byEdit.get(id);
    const diagnostics = [...(first?.diagnostics ?? []), ...(action.diagnostics ?? [])];
    byEdit.set(id, { ...action, ...first, diagnostics });
  }
  return [...byEdit.values()];
}

/** The first configuration that has the most of its text at the caret: a variant's own before what all of them share. */
function contextAt(caret: Range['start'], recipe: Recipe, facts: Facts): ActionContext | undefined {
  const at = (node: YamlNode) => covers({ start: node.keyRange.start, end: node.range.end }, caret);
  const index = recipe.trees.findIndex((tree) => [...tree.entries.values()].some(at));
  if (index < 0) return undefined;
  const tree = recipe.trees[index];
  return {
    recipe,
    facts,
    configuration: recipe.configurations[index],
    tree,
    isAt: (...path) => {
      const { node, rest } = nearestNode(tree, path);
      return rest.length === 0 && at(node);
    },
  };
}
