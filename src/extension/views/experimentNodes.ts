import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Run, UnreadableRun } from '../../runs/runFolder.ts';
import { groupRuns, type Group } from '../../experiments/groups.ts';
import { comparedMetric } from '../../experiments/metric.ts';
import type { RunNode } from '../runTarget.ts';
import { isActive, isResumable } from '../../runs/runState.ts';
import { figure, runDescription, runTooltip, statusIcon } from './runLooks.ts';
import { statusText } from '../statusText.ts';

/** A recipe, a group or a run in the tree. */
export interface ExperimentNode extends RunNode {
  /** Stays the same while the node is about the same thing. */
  readonly id: string;
  readonly item: vscode.TreeItem;
  readonly children: readonly ExperimentNode[];
}

/**
 * Recipe -> group -> run, the newest first; unreadable runs at the end. Runs are given oldest first. Recipes of one name in several runs
 * folders are several recipes.
 */
export function experimentNodes(runs: readonly (Run | UnreadableRun)[]): ExperimentNode[] {
  const readable = runs.filter((run) => 'record' in run);
  const folders = [...new Set(readable.map(folderOf))];
  const groups = folders
    .flatMap((folder) => groupRuns(readable.filter((run) => folderOf(run) === folder)))
    .sort(newestFirst);
  const recipes = new Map<string, Group<Run>[]>();
  for (const group of groups) {
    const key = `${folderOf(group.members[0])} ${group.recipe}`;
    recipes.set(key, [...(recipes.get(key) ?? []), group]);
  }
  return [
    ...[...recipes.values()].map((ofRecipe) => recipeNode(ofRecipe, folders.length > 1)),
    ...runs.filter((run) => 'problem' in run).map(unreadableNode),
  ];
}

const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

function newestFirst(a: Group<Run>, b: Group<Run>): number {
  const newest = (group: Group<Run>) => Date.parse(group.members.at(-1)!.record.createdAt);
  return newest(b) - newest(a);
}

const folderOf = ({ dir }: Run) => dirname(dir);

function recipeNode(groups: readonly Group<Run>[], namesFolder: boolean): ExperimentNode {
  const name = groups[0].recipe;
  const folder = folderOf(groups[0].members[0]);
  const metric = comparedMetric(groups, {});
  const children = groups.map((group) => groupNode(group, metric));
  const keys = children.flatMap((child) => child.keys);
  const item = new vscode.TreeItem(plain(name), Expanded);
  const count = keys.length === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', keys.length);
  // Once for all groups: in their rows the value needs the room.
  const parts = [count, metric, namesFolder ? vscode.workspace.asRelativePath(folder, true) : undefined];
  item.description = parts.filter((part) => part !== undefined).join(' · ');
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.tooltip = new vscode.MarkdownString().appendText(name);
  return node(`recipe ${folder} ${name}`, item, 'recipe', keys, children);
}

function groupNode(group: Group<Run>, metric: string | undefined): ExperimentNode {
  const children = [...group.members].reverse().map((run) => runNode(run, metric));
  const item = new vscode.TreeItem(
    plain(nameInRecipe(group)),
    group.members.some(isActive) ? Expanded : Collapsed,
  );
  const statistics = metric === undefined ? undefined : group.metrics.get(metric);
  if (statistics !== undefined) {
    const { mean, standardDeviation, n } = statistics;
    item.description =
      standardDeviation === undefined
        ? vscode.l10n.t('{0} ({1})', figure(mean), n)
        : vscode.l10n.t('{0} ± {1} ({2})', figure(mean), figure(standardDeviation), n);
  } else {
    item.description = vscode.l10n.t(
      '{0} of {1} done',
      group.members.length - group.unfinished,
      group.members.length,
    );
  }
  item.iconPath = new vscode.ThemeIcon('layers');
  item.tooltip = new vscode.MarkdownString().appendText(
    metric === undefined
      ? group.label
      : vscode.l10n.t(
          '{0}: mean and standard deviation of {1} over {2} seeds; {3} not finished',
          group.label,
          metric,
          statistics?.n ?? 0,
          group.unfinished,
        ),
  );
  return node(
    `group ${folderOf(group.members[0])} ${group.recipe} ${group.key}`,
    item,
    'group',
    group.members.map(({ dir }) => dir),
    children,
  );
}

/** The group's label without the recipe's name, which the node above it shows. */
function nameInRecipe({ label, recipe }: Group<Run>): string {
  const prefix = `${recipe}: `;
  return label.startsWith(prefix) ? label.slice(prefix.length) : label;
}

function runNode(run: Run, metric: string | undefined): ExperimentNode {
  const item = new vscode.TreeItem(vscode.l10n.t('seed {0}', run.record.seed));
  item.description = runDescription(run, metric);
  const words = [
    'run',
    isActive(run) && 'active',
    isResumable(run) && 'resumable',
    run.status === 'finished' && 'finished',
  ];
  return runLike(run, item, words.filter(Boolean).join(' '));
}

function unreadableNode(run: UnreadableRun): ExperimentNode {
  const item = new vscode.TreeItem(plain(run.id));
  item.description = statusText(run);
  return runLike(run, item, 'unreadable');
}

function runLike(run: Run | UnreadableRun, item: vscode.TreeItem, words: string): ExperimentNode {
  item.iconPath = statusIcon(run.status);
  item.tooltip = runTooltip(run);
  const made = node(`run ${run.dir}`, item, words, [run.dir], []);
  item.accessibilityInformation = {
    label: vscode.l10n.t('{0}, {1}, {2}', label(item), statusText(run), String(item.description)),
  };
  item.command = {
    command: 'peftWorkbench.openDashboard',
    title: vscode.l10n.t('Open Dashboard'),
    arguments: [{ keys: made.keys }],
  };
  return made;
}

function node(
  id: string,
  item: vscode.TreeItem,
  words: string,
  keys: readonly string[],
  children: readonly ExperimentNode[],
): ExperimentNode {
  item.id = id;
  item.contextValue = words;
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, {1}', label(item), String(item.description)) };
  return { id, item, keys, children };
}

const label = (item: vscode.TreeItem) => item.label as string;

/** Names come from files: on one line, and without characters that turn the direction of what follows. */
const plain = (name: string) => name.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ');
