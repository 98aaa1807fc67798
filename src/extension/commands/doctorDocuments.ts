import * as vscode from 'vscode';

type Form = 'text' | 'json';
type Report = Readonly<Record<Form, string>>;

const SCHEME = 'peft-doctor';
const addresses: Readonly<Record<Form, vscode.Uri>> = {
  text: vscode.Uri.from({ scheme: SCHEME, path: 'PEFT Doctor.txt' }),
  json: vscode.Uri.from({ scheme: SCHEME, path: 'PEFT Doctor.json' }),
};

/** Read-only documents with the last report of this window, in each form. */
export const doctorDocuments = {
  /** A document that the editor brings back after a reload says how there is a report again: nothing is started for it. */
  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) =>
        last?.[formOf(uri)] ?? vscode.l10n.t('PEFT: Doctor makes the report.'),
    });
  },

  /** Shows a report, a new one or the last, beside what is edited, or where one is already. */
  async show(form: Form, report = last): Promise<void> {
    last = report;
    for (const uri of Object.values(addresses)) changed.fire(uri);
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === SCHEME);
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.Beside;
    const document = await vscode.workspace.openTextDocument(addresses[form]);
    await vscode.window.showTextDocument(document, { preview: false, viewColumn });
  },
};

const formOf = (uri: vscode.Uri): Form => (uri.path === addresses.json.path ? 'json' : 'text');

let last: Report | undefined;
const changed = new vscode.EventEmitter<vscode.Uri>();
