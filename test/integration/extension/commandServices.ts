import type { LanguageRequest, LanguageRequests, RecipeDescription } from '../../../src/protocol/language.ts';
import type { Cli, CliOptions, CliResult } from '../../../src/extension/process/cli.ts';
import { registerCommands } from '../../../src/extension/commands/registerCommands.ts';
import { recipePlans } from '../../../src/extension/plans.ts';
import type { RunStore } from '../../../src/extension/runs/runStore.ts';
import type { Services } from '../../../src/extension/services.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { editor } from '../../support/editor/editor.ts';
import { window } from '../../support/editor/window.ts';

type Answers = {
  [Name in LanguageRequest]?:
    LanguageRequests[Name]['result'] | ((params: LanguageRequests[Name]['params'], token?: Token) => unknown);
};
interface Token {
  onCancellationRequested(listener: () => void): unknown;
}

export interface Given {
  readonly runsDir: string;
  readonly language?: Answers;
  /** What each command of the command line answers, by its name; status 0 and no output otherwise. */
  readonly cli?: Readonly<Record<string, Partial<CliResult> | ((options: CliOptions) => unknown)>>;
}

/** Commands registered in the fake editor, over runs on disk, a command line that only records, and fixed answers of the language server. */
export async function commandServices({ runsDir, language = {}, cli = {} }: Given) {
  const calls: { args: readonly string[]; options: CliOptions }[] = [];
  const shown: (readonly string[] | undefined)[] = [];
  const predictions: [run: string, file: string | undefined][] = [];
  const asked: string[] = [];
  const fakeCli: Cli = {
    run: async (args, options) => {
      calls.push({ args, options });
      const answer = cli[args[0]] ?? {};
      const result = (typeof answer === 'function' ? await answer(options) : answer) as Partial<CliResult>;
      return { status: 0, stdout: '', stderr: '', ...result };
    },
  };
  const runs = {
    runs: await listRuns(runsDir),
    folders: [runsDir],
    ready: Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
    onDidLook: () => ({ dispose: () => undefined }),
    dispose: () => undefined,
    refresh: async () => {
      runs.runs = await listRuns(runsDir);
    },
  };
  const log = window.createOutputChannel('PEFT Workbench');
  const server = {
    ready: Promise.resolve(),
    dispose: () => undefined,
    onDidChangeFacts: () => ({ dispose: () => undefined }),
    tellRuns: async () => undefined,
    lookAgain: async () => void asked.push('lookAgain'),
    ask: async (name: LanguageRequest, params: never, token?: Token) => {
      asked.push(name);
      const answer = language[name];
      if (answer === undefined) throw new Error(`Expected no question ${name} in this test.`);
      return typeof answer === 'function'
        ? (answer as (params: never, token?: Token) => unknown)(params, token)
        : answer;
    },
  } as unknown as Services['language'];
  const services = {
    context: editor.context(runsDir),
    log,
    cli: fakeCli,
    runs: runs as RunStore,
    language: server,
    plans: recipePlans({ language: server, log: log as unknown as Services['log'] }),
    dashboard: {
      show: (keys?: readonly string[]) => void shown.push(keys),
      showPredictions: (run: string, file?: string) => void predictions.push([run, file]),
      dispose: () => undefined,
    },
  } as unknown as Services;
  registerCommands(services);
  return { services, calls, shown, predictions, asked };
}

export const description: RecipeDescription = {
  name: 'demo',
  variants: ['ln'],
  seeds: [0],
  errors: 0,
  warnings: 0,
  places: {},
};
