import * as vscode from 'vscode';
import { count } from '../../core/display.ts';
import type { CachedModelInfo } from '../../protocol/language.ts';
import type { Services } from '../services.ts';
import { downloadModel } from './downloadModel.ts';
import type { Step } from './multiStep.ts';
import type { Answers } from './newRecipeAnswers.ts';

/** Step: a cached model, a folder, or one that is downloaded now. */
export function askModel(services: Services): Step<Answers> {
  return async (_, ask) => {
    for (;;) {
      const cached = await services.language.ask('peft/models', {});
      const placeholder = vscode.l10n.t('Which pre-trained model?');
      const { take } = await ask.pick([...cached.filter(isReadable).map(itemOf), ...others(services)], {
        placeholder,
      });
      const model = await take();
      if (model) return { model };
    }
  };
}

interface Item extends vscode.QuickPickItem {
  /** The model; undefined where the question is asked again. */
  take(): Promise<Answers['model'] | undefined>;
}

const isReadable = ({ architecture }: CachedModelInfo) => architecture !== undefined;

function itemOf({ id, revision, architecture, parameters }: CachedModelInfo): Item {
  return {
    label: id,
    description: vscode.l10n.t('{0}, {1} parameters', architecture ?? '', count(parameters)),
    detail: revision,
    take: async () => ({ id, revision }),
  };
}

function others(services: Services): Item[] {
  return [
    {
      label: vscode.l10n.t('Browse for a folder…'),
      iconPath: new vscode.ThemeIcon('folder-opened'),
      detail: vscode.l10n.t('With config.json, model.safetensors and tokenizer.json'),
      take: async () => {
        const [folder] =
          (await vscode.window.showOpenDialog({
            title: vscode.l10n.t('Model folder'),
            canSelectFiles: false,
            canSelectFolders: true,
            openLabel: vscode.l10n.t('Use Model'),
          })) ?? [];
        return folder && { dir: folder.fsPath };
      },
    },
    {
      label: vscode.l10n.t('Download a model…'),
      iconPath: new vscode.ThemeIcon('cloud-download'),
      detail: vscode.l10n.t('From the Hugging Face hub, into its cache'),
      take: async () => {
        const [id, revision] = (await downloadModel(services)).split('@');
        return { id, ...(revision !== undefined && { revision }) };
      },
    },
  ];
}
