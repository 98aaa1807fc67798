import { registerCommands } from './commands/registerCommands.ts';
import { formEditor } from './editor/formEditor.ts';
import { inline } from './editor/inline.ts';
import { tellRuns } from './runs/tellRuns.ts';
import type { Feature } from './services.ts';
import { contextKeys } from './views/contextKeys.ts';
import { experimentsTree } from './views/experimentsTree.ts';
import { modelsTree } from './views/modelsTree.ts';
import { notifications } from './views/notifications.ts';
import { statusBar } from './views/statusBar.ts';

/** Every part of the extension. Adding one is a file and a line here. */
export const features: readonly Feature[] = [
  registerCommands,
  formEditor,
  inline,
  tellRuns,
  contextKeys,
  experimentsTree,
  modelsTree,
  statusBar,
  notifications,
];
