import * as vscode from 'vscode';
import type { Feature } from '../services.ts';
import { recipeLenses } from './codeLens.ts';
import { curveHover } from './curveHover.ts';
import { createCurves } from './curves.ts';
import { recipeDescriptions } from './descriptions.ts';
import { showSparklines } from './sparkline.ts';

/** What a recipe's text shows of its runs: lenses, sparkline and hover, over one memory of descriptions and curves. */
export const inline: Feature = (services) => {
  const descriptions = recipeDescriptions(services);
  const curves = createCurves();
  const lenses = recipeLenses(services.runs, descriptions, services.plans);
  const selector = { language: 'peft-recipe' };
  return vscode.Disposable.from(
    descriptions,
    lenses,
    vscode.languages.registerCodeLensProvider(selector, lenses),
    vscode.languages.registerHoverProvider(selector, curveHover(services, descriptions, curves)),
    showSparklines(services, descriptions, curves),
  );
};
