import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { describe, expect, it, vi } from 'vitest';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

useEditor();

describe('the fake editor', () => {
  it('undoes a workspace edit as one step', async () => {
    const path = join(temporaryFolder(), 'a.peft.yaml');
    writeFileSync(path, 'name: a\nseeds: [1]\n');
    const { document } = await editor.open(path);
    const changed = vi.fn();
    vscode.workspace.onDidChangeTextDocument(changed);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(vscode.Uri.file(path), new vscode.Range(0, 6, 0, 7), 'long name');
    edit.insert(vscode.Uri.file(path), new vscode.Position(1, 9), ', 2');
    await vscode.workspace.applyEdit(edit);
    expect(document.getText()).toBe('name: long name\nseeds: [1, 2]\n');
    expect(document.languageId).toBe('peft-recipe');
    document.undo();
    expect(document.getText()).toBe('name: a\nseeds: [1]\n');
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('does not let an untrusted workspace set what is restricted', () => {
    const runsFolder = () => vscode.workspace.getConfiguration('peftWorkbench').get('runsFolder');
    expect(runsFolder()).toBe('runs');
    editor.set('peftWorkbench.runsFolder', 'elsewhere', 'workspace');
    expect(runsFolder()).toBe('elsewhere');
    editor.setTrusted(false);
    expect(runsFolder()).toBe('runs');
  });

  it('answers quick picks by label, and dialogs by button', async () => {
    editor.answer('Model', 'MiniLM');
    editor.answer('Really', 'Yes');
    const picked = await vscode.window.showQuickPick([{ label: '$(x) MiniLM', id: 3 }], { title: 'Model' });
    expect(picked).toMatchObject({ id: 3 });
    expect(await vscode.window.showWarningMessage('Really?', { modal: true }, 'Yes', 'No')).toBe('Yes');
    expect(await vscode.window.showErrorMessage('Bad', 'Show Log')).toBeUndefined();
    expect(editor.messages.map(({ message }) => message)).toEqual(['Really?', 'Bad']);
  });

  it('answers quick inputs when they have items and are not busy', async () => {
    editor.answer('Task', 'classification');
    const pick = vscode.window.createQuickPick();
    const accepted = new Promise((resolve) => pick.onDidAccept(() => resolve(pick.selectedItems[0].label)));
    pick.title = 'Task';
    pick.busy = true;
    pick.show();
    pick.items = [{ label: 'text-classification' }];
    pick.busy = false;
    expect(await accepted).toBe('text-classification');
  });

  it('escapes what is appended as text', () => {
    const markdown = new vscode.MarkdownString().appendText('<b>[x](command:y)*');
    expect(markdown.value).toBe('&lt;b\\>\\[x\\]\\(command:y\\)\\*');
  });
});
