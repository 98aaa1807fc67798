import * as vscode from 'vscode';
import type { RecipeDescription } from '../../protocol/language.ts';
import { answered } from './ask.ts';

/** Runs of a recipe: all variants and all seeds where nothing is named. */
export interface ChosenRuns {
  readonly variants: readonly string[];
  readonly seeds: readonly number[];
  readonly count: number;
}

/** All runs of a recipe where it has one, else those that the user chooses. @throws CancellationError */
export async function chooseRuns({ variants, seeds }: RecipeDescription, title: string): Promise<ChosenRuns> {
  const all: ChosenRuns = { variants: [], seeds: [], count: variants.length * seeds.length };
  if (all.count <= 1) return all;
  const items: { label: string; description: string; chosen?: ChosenRuns }[] = [
    { label: vscode.l10n.t('All {0} runs', all.count), description: sizes(variants, seeds), chosen: all },
  ];
  if (seeds.length > 1) {
    items.push({
      label: vscode.l10n.t('Seed {0} only', seeds[0]),
      description:
        variants.length === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', variants.length),
      chosen: { variants: [], seeds: [seeds[0]], count: variants.length },
    });
  }
  if (variants.length > 1) {
    items.push({
      label: vscode.l10n.t('Choose variants…'),
      description: vscode.l10n.t('{0} runs each', seeds.length),
    });
  }
  const { chosen } = await answered(vscode.window.showQuickPick(items, { title }));
  return chosen ?? chooseVariants(variants, seeds);
}

async function chooseVariants(variants: readonly string[], seeds: readonly number[]): Promise<ChosenRuns> {
  const title = vscode.l10n.t('Start which variants? {0} runs each', seeds.length);
  const picked = await answered(vscode.window.showQuickPick([...variants], { title, canPickMany: true }));
  if (picked.length === 0) throw new vscode.CancellationError();
  return { variants: picked, seeds: [], count: picked.length * seeds.length };
}

function sizes(variants: readonly string[], seeds: readonly number[]): string {
  return vscode.l10n.t('variants: {0}, seeds: {1}', variants.length, seeds.join(', '));
}
