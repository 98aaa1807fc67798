import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import type { TensorShare } from '../../protocol/language.ts';
import type { Run } from '../../runs/runFolder.ts';
import type { Services } from '../services.ts';
import { curveSvg } from './curveSvg.ts';
import type { Curve, Curves } from './curves.ts';
import { isOwnRecipe, type Descriptions } from './descriptions.ts';
import { runsOfRecipe, shownRun } from '../runs/runsOfRecipe.ts';
import { TRAIN_LOSS } from './sparklineText.ts';

/** On the `training:` line: the large curve of the run that the sparkline shows, and what is trained in each layer. */
export function curveHover(
  { runs, language, log }: Services,
  descriptions: Descriptions,
  curves: Curves,
): vscode.HoverProvider {
  /** Either part is worth showing without the other. */
  const unlessItFails = (part: Promise<vscode.MarkdownString | undefined>) =>
    part.catch((error) => void log.warn(messageOf(error)));
  return {
    provideHover: async (document, { line }, token) => {
      const description = isOwnRecipe(document) ? descriptions.of(document) : undefined;
      if (description?.places.training !== line) return undefined;
      const run = shownRun(runsOfRecipe(runs, description.name, document.uri));
      const [picture, table] = await Promise.all([
        run && unlessItFails(curves.read(run).then((read) => curvePart(run, read))),
        unlessItFails(
          language
            .ask('peft/parameters', { uri: document.uri.toString() }, token)
            .then(({ variants }) => tablePart(variants[0]?.tensors ?? [])),
        ),
      ]);
      const parts = [picture, table].filter((part) => part instanceof vscode.MarkdownString);
      return parts.length > 0 ? new vscode.Hover(parts, document.lineAt(line).range) : undefined;
    },
  };
}

function curvePart(run: Run, curves: readonly Curve[]): vscode.MarkdownString | undefined {
  const { metric, variant, seed } = run.record;
  const losses = [TRAIN_LOSS, 'validation/loss'].flatMap(
    (name) => curves.find((curve) => curve.metric === name && name !== metric) ?? [],
  );
  const svg = curveSvg(
    losses,
    curves.find((curve) => curve.metric === metric),
    isLight(vscode.window.activeColorTheme) ? 'light' : 'dark',
  );
  if (svg === undefined) return undefined;
  const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  const caption = vscode.l10n.t('{0}, seed {1}', variant, seed);
  return new vscode.MarkdownString()
    .appendText(caption)
    .appendMarkdown(`\n\n![${vscode.l10n.t('Curves of loss and metric over the steps')}](${address})`);
}

function isLight({ kind }: vscode.ColorTheme): boolean {
  return kind === vscode.ColorThemeKind.Light || kind === vscode.ColorThemeKind.HighContrastLight;
}

/** A row for each layer and for each part outside the layers that trains something. */
function tablePart(tensors: readonly TensorShare[]): vscode.MarkdownString | undefined {
  const rows = new Map<string, { count: number; methods: Set<string> }>();
  for (const { layer, module, method, count } of tensors) {
    if (method === undefined) continue;
    const place = layer === undefined ? module : vscode.l10n.t('layer {0}', layer);
    const row = rows.get(place) ?? { count: 0, methods: new Set() };
    row.count += count;
    row.methods.add(method);
    rows.set(place, row);
  }
  if (rows.size === 0) return undefined;
  const table = new vscode.MarkdownString();
  const addRow = (cells: readonly string[]) => {
    for (const cell of cells) table.appendMarkdown('| ').appendText(cell).appendMarkdown(' ');
    table.appendMarkdown('|\n');
  };
  addRow([vscode.l10n.t('Part'), vscode.l10n.t('Trained parameters'), vscode.l10n.t('Methods')]);
  table.appendMarkdown('| --- | ---: | --- |\n');
  for (const [place, { count, methods }] of rows) {
    addRow([place, count.toLocaleString(vscode.env.language), [...methods].join(', ')].map(inCell));
  }
  return table;
}

/** What would end the cell or the row; all else is escaped when it is appended. */
const inCell = (text: string) => text.replace(/[|\r\n]/g, ' ');
