import * as vscode from 'vscode';
import type { Feature, Services } from '../services.ts';
import { experimentNodes, type ExperimentNode } from './experimentNodes.ts';

/** The view of all runs. */
export const experimentsTree: Feature = ({ runs }) => {
  const provider = new ExperimentsProvider(runs);
  const view = vscode.window.createTreeView('peftWorkbench.experiments', {
    treeDataProvider: provider,
    canSelectMany: true,
    showCollapseAll: true,
  });
  return vscode.Disposable.from(view, provider);
};

/**
 * Elements of the tree are ids with their latest node: the same object for the same thing, so that the editor keeps what is selected and
 * expanded, and redraws only what is different.
 */
interface Element {
  readonly id: string;
  readonly keys: readonly string[];
  node: ExperimentNode;
  parent: Element | undefined;
}

class ExperimentsProvider implements vscode.TreeDataProvider<Element> {
  private readonly changed = new vscode.EventEmitter<Element | Element[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private elements = new Map<string, Element>();
  private roots: readonly ExperimentNode[] = [];
  private readonly subscription: vscode.Disposable;

  constructor(private readonly runs: Services['runs']) {
    this.subscription = runs.onDidChange(() => this.update());
    this.update();
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (element === undefined) await this.runs.ready;
    return (element?.node.children ?? this.roots).flatMap(({ id }) => this.elements.get(id) ?? []);
  }

  getTreeItem({ node }: Element): vscode.TreeItem {
    return node.item;
  }

  getParent({ parent }: Element): Element | undefined {
    return parent;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private update(): void {
    const roots = experimentNodes(this.runs.runs);
    const before = this.elements;
    const isMoved = !sameIds(roots, this.roots);
    this.roots = roots;
    this.elements = new Map();
    const different: Element[] = [];
    const visit = (node: ExperimentNode, parent: Element | undefined, isRedrawn: boolean) => {
      const old = before.get(node.id);
      // Redrawing an element redraws all below it.
      const redraws = !isRedrawn && old !== undefined && isDifferent(old.node, node);
      const element = old ?? newElement(node);
      [element.node, element.parent] = [node, parent];
      this.elements.set(node.id, element);
      if (redraws) different.push(element);
      for (const child of node.children) visit(child, element, isRedrawn || redraws);
    };
    for (const root of roots) visit(root, undefined, false);
    if (isMoved) this.changed.fire(undefined);
    else if (different.length > 0) this.changed.fire(different);
  }
}

/** The keys of a group grow: commands read them when they are invoked. */
function newElement(node: ExperimentNode): Element {
  return {
    id: node.id,
    node,
    parent: undefined,
    get keys() {
      return this.node.keys;
    },
  };
}

function isDifferent(a: ExperimentNode, b: ExperimentNode): boolean {
  return JSON.stringify(a.item) !== JSON.stringify(b.item) || !sameIds(a.children, b.children);
}

function sameIds(a: readonly ExperimentNode[], b: readonly ExperimentNode[]): boolean {
  return a.length === b.length && a.every(({ id }, i) => id === b[i].id);
}
