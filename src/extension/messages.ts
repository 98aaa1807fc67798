import * as vscode from 'vscode';

/**
 * Messages to the user; each resolves to the button pressed. The editor makes links of `[text](target)` in them, also such that run
 * commands, and names, paths and what programs say can have that form: here they stay text.
 */
export const messages = {
  information: (text: string, ...buttons: string[]) =>
    vscode.window.showInformationMessage(unlinked(text), ...buttons),
  warning: (text: string, ...buttons: string[]) =>
    vscode.window.showWarningMessage(unlinked(text), ...buttons),
  error: (text: string, ...buttons: string[]) => vscode.window.showErrorMessage(unlinked(text), ...buttons),
  /** A question that must be answered before anything else. */
  question: (text: string, detail: string, ...buttons: string[]) =>
    vscode.window.showWarningMessage(unlinked(text), { modal: true, detail: unlinked(detail) }, ...buttons),
};

/** The same to the eye, with a word joiner where a link would have its middle; for prompts and titles, where the editor makes links, too. */
export function unlinked(text: string): string {
  return text.replaceAll('](', ']\u2060(');
}
