import { basename } from 'node:path';
import * as vscode from 'vscode';
import { groupBy } from '../../core/groupBy.ts';
import type { RecipeParameters, TensorShare, VariantParameters } from '../../protocol/language.ts';

/** A model, a layer, a module or a tensor, with the parameters in it. */
export interface ParameterNode {
  readonly item: vscode.TreeItem;
  readonly children: readonly ParameterNode[];
}

/**
 * The model of one variant: embeddings, layers and what follows them -> modules -> tensors, what is trained being marked.
 * [] where nothing is known of it.
 */
export function parameterNodes(parameters: RecipeParameters, variant: VariantParameters): ParameterNode[] {
  const { tensors = [] } = variant;
  if (tensors.length === 0) return [];
  const parts = groupBy(tensors, ({ layer, module }) => (layer === undefined ? module : `layer ${layer}`));
  const children = [...parts].map(([name, part]) =>
    part[0].layer === undefined ? moduleNode(name, name, part) : layerNode(name, part[0].layer, part),
  );
  const model = parameters.model ?? parameters.architecture ?? vscode.l10n.t('Model');
  // A folder's path would be cut where it tells most.
  const root = branch('model', basename(model), tensors, children, vscode.TreeItemCollapsibleState.Expanded);
  root.item.tooltip = new vscode.MarkdownString()
    .appendText(model)
    .appendMarkdown('\n\n')
    .appendText(vscode.l10n.t('Variant {0}: what is trained is marked.', variant.variant));
  return [root];
}

function layerNode(id: string, layer: number, tensors: readonly TensorShare[]): ParameterNode {
  const modules = groupBy(tensors, ({ module }) => module);
  const children = [...modules].map(([name, part]) => moduleNode(`${id} ${name}`, name, part));
  return branch(id, vscode.l10n.t('layer {0}', layer), tensors, children);
}

function moduleNode(id: string, name: string, tensors: readonly TensorShare[]): ParameterNode {
  const children = tensors.map((share) => tensorNode(id, share));
  return branch(id, name, tensors, children);
}

function tensorNode(place: string, share: TensorShare): ParameterNode {
  const { tensor, shape, method } = share;
  const item = new vscode.TreeItem(tensor);
  item.id = `${place} ${method ?? ''} ${tensor}`;
  item.tooltip = new vscode.MarkdownString().appendText(`${tensor} [${shape.join(', ')}]`);
  describe(item, [share]);
  return { item, children: [] };
}

function branch(
  id: string,
  label: string,
  tensors: readonly TensorShare[],
  children: readonly ParameterNode[],
  state = vscode.TreeItemCollapsibleState.Collapsed,
): ParameterNode {
  const item = new vscode.TreeItem(label, state);
  item.id = id;
  describe(item, tensors);
  return { item, children };
}

/** `9,984 trained · ln_tuning`, or how many parameters there are where none is trained. */
function describe(item: vscode.TreeItem, tensors: readonly TensorShare[]): void {
  const trained = tensors.filter(({ method }) => method !== undefined);
  const methods = [...new Set(trained.map(({ method }) => method!))];
  const amount = (of: readonly TensorShare[]) =>
    of.reduce((sum, { count }) => sum + count, 0).toLocaleString(vscode.env.language);
  item.description =
    trained.length > 0
      ? vscode.l10n.t('{0} trained · {1}', amount(trained), methods.join(', '))
      : amount(tensors);
  item.iconPath =
    trained.length > 0
      ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.green'))
      : new vscode.ThemeIcon('circle-outline', new vscode.ThemeColor('disabledForeground'));
  const label = String(item.label);
  item.accessibilityInformation = {
    label:
      trained.length > 0
        ? vscode.l10n.t('{0}, {1} parameters trained by {2}', label, amount(trained), methods.join(', '))
        : vscode.l10n.t('{0}, {1} parameters, frozen', label, amount(tensors)),
  };
}
