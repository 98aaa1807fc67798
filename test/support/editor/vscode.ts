/** The fake `vscode` module: what vitest hands to everything that imports 'vscode'. See editor.ts for how tests drive it. */
export * from './values.ts';
export { commands, extensions, l10n, env } from './surroundings.ts';
export { window } from './window.ts';
export { workspace } from './workspace.ts';
export { languages } from './languages.ts';

export const version = '1.100.0';
