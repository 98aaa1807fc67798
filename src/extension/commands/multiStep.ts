import * as vscode from 'vscode';
import { unlinked } from '../messages.ts';

/** Asks the questions of one step; each throws what `multiStep` understands where the user goes back or leaves. */
export interface Ask {
  pick<Item extends vscode.QuickPickItem>(items: readonly Item[], options: PickOptions<Item>): Promise<Item>;
  /** At least one. */
  pickMany<Item extends vscode.QuickPickItem>(
    items: readonly Item[],
    options: PickOptions<Item>,
  ): Promise<readonly Item[]>;
  input(options: InputOptions): Promise<string>;
}

interface PickOptions<Item> {
  readonly placeholder: string;
  /** What is chosen beforehand. */
  readonly preset?: readonly Item[];
}

interface InputOptions {
  readonly prompt: string;
  readonly value: string;
  /** What is wrong with a text, in one sentence. */
  readonly faultOf: (value: string) => Promise<string | undefined>;
}

/** Gives a part of the answers; sees those so far, its own from before a step back among them. */
export type Step<Answers> = (answers: Partial<Answers>, ask: Ask) => Promise<Partial<Answers>>;

/**
 * Asks step by step, with Back from the second on; the title shows how many there are.
 * @param stepsOf all steps, as far as the answers so far decide them
 * @throws CancellationError where the user left
 */
export async function multiStep<Answers extends object>(
  title: string,
  stepsOf: (answers: Partial<Answers>) => readonly Step<Answers>[],
): Promise<Answers> {
  let answers: Partial<Answers> = {};
  let index = 0;
  for (;;) {
    const steps = stepsOf(answers);
    if (index === steps.length) return answers as Answers;
    try {
      const place = { title, step: index + 1, totalSteps: steps.length };
      answers = { ...answers, ...(await steps[index](answers, askAt(place))) };
      index += 1;
    } catch (error) {
      if (error !== wentBack) throw error;
      index -= 1;
    }
  }
}

interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

const wentBack = Symbol('went back');

function askAt(place: Place): Ask {
  return {
    pick: async (items, { placeholder, preset = [] }) => {
      const box = Object.assign(vscode.window.createQuickPick<(typeof items)[number]>(), place, {
        items,
        placeholder,
      });
      // An empty list would leave Enter without an item.
      if (preset.length > 0) box.activeItems = preset;
      return shown(box, () => box.selectedItems[0]);
    },
    pickMany: async (items, { placeholder, preset = [] }) => {
      const box = Object.assign(vscode.window.createQuickPick<(typeof items)[number]>(), place, {
        placeholder,
      });
      box.canSelectMany = true;
      box.items = items;
      box.selectedItems = preset;
      return shown(box, () => (box.selectedItems.length > 0 ? box.selectedItems : undefined));
    },
    input: async ({ prompt, value, faultOf }) => {
      let text = value;
      let validationMessage: string | undefined;
      for (;;) {
        const box = Object.assign(vscode.window.createInputBox(), place, {
          prompt: unlinked(prompt),
          value: text,
          validationMessage: validationMessage && unlinked(validationMessage),
        });
        text = await shown(box, () => box.value);
        validationMessage = await faultOf(text);
        if (validationMessage === undefined) return text;
      }
    },
  };
}

type Box = (vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox) & Place;

/** The value once there is one and the user accepts it. */
function shown<T>(box: Box, valueOf: () => T | undefined): Promise<T> {
  box.ignoreFocusOut = true;
  if (box.step > 1) box.buttons = [vscode.QuickInputButtons.Back];
  const accepted = new Promise<T>((resolve, reject) => {
    box.onDidAccept(() => {
      const value = valueOf();
      if (value !== undefined) resolve(value);
    });
    box.onDidTriggerButton(() => reject(wentBack as unknown as Error));
    box.onDidHide(() => reject(new vscode.CancellationError()));
  });
  box.show();
  return accepted.finally(() => box.dispose());
}
