import { answerFor, failure, state, takeAnswer, type Message } from './state.ts';
import { Disposable, EventEmitter, QuickInputButtons } from './values.ts';

/** What the window asks the user; answers come from the test (see editor.ts). */

/** Answer to a multi-step input: the Back button. */
export const back = Symbol('back');
/** Accepts what is chosen beforehand, or stands in the input. */
export const enter = Symbol('enter');

interface Item {
  label: string;
  [property: string]: unknown;
}
interface InputOptions {
  title?: string;
  prompt?: string;
  placeHolder?: string;
  validateInput?(value: string): unknown;
}

export async function showQuickPick(
  given: readonly (string | Item)[] | PromiseLike<readonly (string | Item)[]>,
  options: { title?: string; placeHolder?: string; canPickMany?: boolean } = {},
): Promise<unknown> {
  const items = await given;
  const answer = answerFor('quick pick', [options.title, options.placeHolder]);
  return options.canPickMany ? pickedMany(items, answer) : pickedOne(items, answer);
}

export async function showInputBox(options: InputOptions = {}): Promise<unknown> {
  const answer = answerFor('input box', [options.title, options.prompt, options.placeHolder]);
  if (typeof answer !== 'string') return undefined;
  const problem = await options.validateInput?.(answer);
  if (problem)
    throw failure(`The input box "${options.title ?? options.prompt}" refused ${answer}: ${textOf(problem)}`);
  return answer;
}

export async function showOpenDialog(options: { title?: string; openLabel?: string } = {}): Promise<unknown> {
  const answer = answerFor('open dialog', [options.title, options.openLabel]);
  return answer === undefined || Array.isArray(answer) ? answer : [answer];
}

export async function showSaveDialog(options: { title?: string; saveLabel?: string } = {}): Promise<unknown> {
  return answerFor('save dialog', [options.title, options.saveLabel]);
}

/** A modal message must be answered; any other may stay unanswered, which is as if it was dismissed. */
export function showMessage(severity: Message['severity']) {
  return async (
    message: string,
    ...rest: (string | { title?: string; modal?: boolean; detail?: string })[]
  ) => {
    const [first] = rest;
    const hasOptions = typeof first === 'object' && first.title === undefined;
    const options = hasOptions ? first : {};
    const items = (hasOptions ? rest.slice(1) : rest) as (string | { title: string })[];
    const titles = items.map((item) => (typeof item === 'string' ? item : item.title));
    const modal = options.modal ?? false;
    state.messages.push({ severity, message, items: titles, modal, detail: options.detail });
    const answer = modal ? answerFor('message', [message]) : takeAnswer([message])?.answer;
    if (answer === undefined) return undefined;
    const index = titles.indexOf(answer as string);
    if (index === -1)
      throw failure(`The message "${message}" has no button ${String(answer)}, only ${titles.join(', ')}.`);
    return items[index];
  };
}

/** Shared by createQuickPick and createInputBox: shown, it takes its answer once it is not busy. */
abstract class QuickInput {
  title?: string;
  placeholder?: string;
  prompt?: string;
  step?: number;
  totalSteps?: number;
  enabled = true;
  ignoreFocusOut = false;
  buttons: unknown[] = [];
  value = '';
  protected readonly emitters = {
    accept: new EventEmitter<void>(),
    hide: new EventEmitter<void>(),
    button: new EventEmitter<unknown>(),
    value: new EventEmitter<string>(),
  };
  readonly onDidAccept = this.emitters.accept.event;
  readonly onDidHide = this.emitters.hide.event;
  readonly onDidTriggerButton = this.emitters.button.event;
  readonly onDidChangeValue = this.emitters.value.event;
  private isBusy = false;
  private isShown = false;
  private isAnswered = false;

  get busy(): boolean {
    return this.isBusy;
  }
  set busy(busy: boolean) {
    this.isBusy = busy;
    this.respondSoon();
  }
  show(): void {
    [this.isShown, this.isAnswered] = [true, false];
    this.respondSoon();
  }
  hide(): void {
    if (!this.isShown) return;
    this.isShown = false;
    this.emitters.hide.fire();
  }
  dispose(): void {
    this.hide();
    Disposable.from(...Object.values(this.emitters)).dispose();
  }
  protected abstract take(answer: unknown): void;
  protected canAnswer(): boolean {
    return true;
  }
  protected respondSoon(): void {
    setImmediate(() => {
      if (!this.isShown || this.isAnswered || this.isBusy || !this.canAnswer()) return;
      this.isAnswered = true;
      let answer: unknown;
      try {
        answer = answerFor('quick input', [this.title, this.placeholder, this.prompt]);
        if (answer !== back && answer !== undefined) return this.take(answer);
      } catch {
        answer = undefined; // recorded as a failure of the test
      }
      if (answer === back) this.emitters.button.fire(QuickInputButtons.Back);
      else this.hide();
    });
  }
}

export class FakeQuickPick extends QuickInput {
  canSelectMany = false;
  matchOnDescription = false;
  matchOnDetail = false;
  keepScrollPosition = false;
  activeItems: Item[] = [];
  selectedItems: Item[] = [];
  private readonly selection = new EventEmitter<Item[]>();
  private readonly activation = new EventEmitter<Item[]>();
  private readonly itemButton = new EventEmitter<unknown>();
  readonly onDidChangeSelection = this.selection.event;
  readonly onDidChangeActive = this.activation.event;
  readonly onDidTriggerItemButton = this.itemButton.event;
  private all: Item[] = [];

  get items(): Item[] {
    return this.all;
  }
  set items(items: Item[]) {
    this.all = items;
    this.respondSoon();
  }
  protected override canAnswer(): boolean {
    return this.all.length > 0;
  }
  protected take(answer: unknown): void {
    if (answer === enter) {
      if (!this.canSelectMany) this.selectedItems = [this.activeItems[0] ?? this.all[0]];
      return this.emitters.accept.fire();
    }
    this.selectedItems = (
      this.canSelectMany ? pickedMany(this.all, answer) : [pickedOne(this.all, answer)]
    ) as Item[];
    this.activeItems = this.selectedItems;
    this.selection.fire(this.selectedItems);
    this.emitters.accept.fire();
  }
}

export class FakeInputBox extends QuickInput {
  password = false;
  validationMessage?: unknown;
  protected take(answer: unknown): void {
    if (typeof answer === 'function') this.value = (answer as (value: string) => string)(this.value);
    else if (answer !== enter) this.value = answer as string;
    this.emitters.value.fire(this.value);
    this.emitters.accept.fire();
  }
}

function pickedMany(items: readonly (string | Item)[], answer: unknown): unknown {
  return Array.isArray(answer) ? answer.map((one) => pickedOne(items, one)) : pickedOne(items, answer);
}

/** A function chooses among the items; a text is the label of one, or part of it. */
function pickedOne(items: readonly (string | Item)[], answer: unknown): unknown {
  if (typeof answer === 'function') return (answer as (items: unknown) => unknown)(items);
  if (typeof answer !== 'string') return answer;
  const labels = items.map((item) => (typeof item === 'string' ? item : item.label));
  const exact = labels.indexOf(answer);
  const index = exact === -1 ? labels.findIndex((label) => label.includes(answer)) : exact;
  if (index === -1) throw failure(`Expected an item "${answer}", found: ${labels.join(', ')}.`);
  return items[index];
}

const textOf = (problem: unknown) =>
  typeof problem === 'string' ? problem : (problem as { message: string }).message;
