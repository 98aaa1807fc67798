import type { ExtensionContext } from 'vscode';

const KEY = 'peftWorkbench.hubToken';

/** The user's token for the Hugging Face hub; kept by the editor, handed to downloads only. */
export const hubToken = {
  get: ({ secrets }: ExtensionContext): Thenable<string | undefined> => secrets.get(KEY),
  /** An empty one deletes it. */
  set: ({ secrets }: ExtensionContext, token: string): Thenable<void> =>
    token === '' ? secrets.delete(KEY) : secrets.store(KEY, token),
};
