import { text } from 'node:stream/consumers';
import type { Description, ExecutorId } from '../engine/executor.ts';
import { parseRecipe } from '../recipe/parse.ts';
import { faultOf, probe, type Fault } from './probe.ts';
import { measureSteps, smallest } from './measureSteps.ts';
import { ownStepSeconds } from './ownStepSeconds.ts';

/** What one process is asked to find out about one executor. */
export interface TrialRequest {
  readonly executor: ExecutorId;
  /** Resolved: whose training step is timed too, unless the executor is one of software. */
  readonly recipe?: string;
  /** Times the steps of a small model, as `measure` does; no recipe then. */
  readonly measure?: boolean;
}

export type Trial = ({ readonly works: true; readonly secondsPerStep?: number } & Description) | Fault;

/** `trainer --try`: reads a request from standard input, answers it with a line on standard output, and ends the process. */
export async function answerTrial(env: NodeJS.ProcessEnv): Promise<never> {
  const trial = await attempt(JSON.parse(await text(process.stdin)) as TrialRequest, env);
  await new Promise((written) => process.stdout.write(`${JSON.stringify({ trial })}\n`, written));
  // What native libraries do at the end of a process is not waited for.
  process.exit(0);
}

/** The answer among what native libraries print; undefined where the process died before it. */
export function trialIn(output: string): Trial | undefined {
  for (const line of output.split('\n')) {
    const trial = line.startsWith('{"trial":') ? answerIn(line) : undefined;
    if (trial !== undefined) return trial;
  }
  return undefined;
}

/** Undefined for a line that was cut off. */
function answerIn(line: string): Trial | undefined {
  try {
    return (JSON.parse(line) as { trial: Trial }).trial;
  } catch {
    return undefined;
  }
}

async function attempt({ executor, recipe, measure }: TrialRequest, env: NodeJS.ProcessEnv): Promise<Trial> {
  const probed = await probe(executor);
  if (!probed.works) return probed;
  try {
    if (measure === true) {
      const [{ seconds }] = await measureSteps(executor, new AbortController().signal, smallest);
      return { ...probed, secondsPerStep: seconds };
    }
    if (recipe === undefined || probed.isEmulated === true) return probed;
    const parsed = parseRecipe(recipe, 'recipe.peft.yaml').recipe;
    if (parsed === undefined) throw new Error('internal: a recipe that was written resolved cannot be read');
    const { configurations, seeds } = parsed;
    const secondsPerStep = await ownStepSeconds(configurations[0], seeds[0], executor, env);
    return { ...probed, secondsPerStep };
  } catch (error) {
    return faultOf(error);
  }
}
