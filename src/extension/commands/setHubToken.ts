import * as vscode from 'vscode';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { answered } from './ask.ts';
import { hubToken } from './hubToken.ts';

export const id = 'peftWorkbench.setHubToken';

/** Asks for the token of the Hugging Face hub, which models behind a licence or in private repositories need. */
export async function run({ context }: Services): Promise<void> {
  const token = await answered(
    vscode.window.showInputBox({
      title: vscode.l10n.t('Hugging Face Token'),
      prompt: vscode.l10n.t('Kept in the secret storage of the editor. Empty removes it.'),
      placeHolder: 'hf_…',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^[\x21-\x7e]*$/.test(text.trim())
          ? undefined
          : vscode.l10n.t('Expected letters, digits and signs without spaces.'),
    }),
  );
  await hubToken.set(context, token.trim());
  void messages.information(
    token.trim() === ''
      ? vscode.l10n.t('The Hugging Face token was removed.')
      : vscode.l10n.t('The Hugging Face token was stored.'),
  );
}
