import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { activeRecipe } from '../activeRecipe.ts';
import type { Feature, Services } from '../services.ts';
import { done } from '../walkthrough.ts';
import { parameterNodes, type ParameterNode } from './parameterNodes.ts';

/** While somebody types. */
const SETTLE_MS = 300;

/** The model of the recipe in the active editor, layer by layer; of its first variant. */
export const modelsTree: Feature = (services) => {
  const provider = new ModelsProvider(services);
  const view = vscode.window.createTreeView('peftWorkbench.models', {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  provider.show(view);
  return vscode.Disposable.from(view, provider);
};

class ModelsProvider implements vscode.TreeDataProvider<ParameterNode> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private roots: readonly ParameterNode[] = [];
  private recipe: vscode.Uri | undefined;
  /** The recipe that the roots belong to. */
  private shown: string | undefined;
  private asked = new vscode.CancellationTokenSource();
  private timer: NodeJS.Timeout | undefined;
  private subscription: vscode.Disposable | undefined;

  constructor(private readonly services: Services) {}

  /** Nothing is asked for while nobody sees it. */
  show(view: vscode.TreeView<ParameterNode>): void {
    const update = () => {
      clearTimeout(this.timer);
      if (view.visible) void this.update(view);
    };
    const updateSoon = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(update, SETTLE_MS);
    };
    const follow = () => {
      const before = this.recipe?.toString();
      this.recipe = followed(this.recipe);
      if (this.recipe?.toString() !== before) update();
    };
    this.subscription = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(follow),
      vscode.window.tabGroups.onDidChangeTabs(follow),
      vscode.window.tabGroups.onDidChangeTabGroups(follow),
      view.onDidChangeVisibility(update),
      this.services.language.onDidChangeFacts(updateSoon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.recipe?.toString()) updateSoon();
      }),
    );
    follow();
  }

  getChildren(node?: ParameterNode): ParameterNode[] {
    return [...(node?.children ?? this.roots)];
  }

  getTreeItem({ item }: ParameterNode): vscode.TreeItem {
    return item;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asked.cancel();
    this.subscription?.dispose();
    this.changed.dispose();
  }

  private async update(view: vscode.TreeView<ParameterNode>): Promise<void> {
    this.asked.cancel();
    const { token } = (this.asked = new vscode.CancellationTokenSource());
    const found = await this.ask(token);
    if (token.isCancellationRequested) return;
    const recipe = this.recipe?.toString();
    view.message = found.message && sentence(found.message);
    // While a recipe is being typed it has errors now and then: what was last known of it stays.
    if (found.roots.length > 0 || recipe !== this.shown) {
      this.roots = found.roots;
      this.shown = recipe;
      view.description = found.variant;
      this.changed.fire(undefined);
    }
    if (found.roots.length > 0) {
      done('countsSeen');
    }
  }

  private async ask(token: vscode.CancellationToken): Promise<Shown> {
    if (this.recipe === undefined) return { roots: [] };
    try {
      const params = { uri: this.recipe.toString() };
      const parameters = await this.services.language.ask('peft/parameters', params, token);
      // A control that trains the head alone would mark nothing.
      const variant =
        parameters.variants.find(({ counts }) => counts !== undefined && counts.trained > 0) ??
        parameters.variants[0];
      if (variant === undefined) return { roots: [], message: parameters.problem };
      const roots = parameterNodes(parameters, variant);
      const names = parameters.variants.length > 1 ? { variant: variant.variant } : {};
      return { roots, ...names, message: variant.problem ?? parameters.problem };
    } catch (error) {
      if (!token.isCancellationRequested) this.services.log.warn(messageOf(error));
      return {
        roots: [],
        message: vscode.l10n.t('The parameters are not known: the language server failed.'),
      };
    }
  }
}

/** What hinders the count comes as a part of a sentence. */
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface Shown {
  readonly roots: readonly ParameterNode[];
  readonly message?: string;
  readonly variant?: string;
}

/** The active recipe; the one before while a page such as the dashboard is active, for it may be about that recipe. */
function followed(before: vscode.Uri | undefined): vscode.Uri | undefined {
  const active = activeRecipe();
  if (active || vscode.window.activeTextEditor) return active;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputWebview ? before : undefined;
}
