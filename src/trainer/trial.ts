import { text } from 'node:stream/consumers';
import type { Description, ExecutorId } from '../engine/executor.ts';
import { isJsonObject } from '../core/json.ts';
import { parseRecipe } from '../recipe/parse.ts';
import { measureSteps } from './measureSteps.ts';
import { faultOf, probe, type Fault } from './probe.ts';
import { ownStepSeconds } from './ownStepSeconds.ts';

/** What one process is asked to find out about one executor. */
export interface TrialRequest {
  readonly executor: ExecutorId;
  /** Resolved: whose training step is timed too, unless the executor is one of software. */
  readonly recipe?: string;
  /** A step of a small random model is timed in its place. */
  readonly isSmall?: boolean;
}

export type Trial = ({ readonly works: true; readonly secondsPerStep?: number } & Description) | Fault;

/** `trainer --try`: reads a request from standard input and answers it with a line on standard output. */
export async function answerTrial(env: NodeJS.ProcessEnv): Promise<void> {
  const trial = await attempt(JSON.parse(await text(process.stdin)) as TrialRequest, env);
  // What native libraries do at the end of a process is not waited for.
  process.stdout.write(`${JSON.stringify({ trial })}\n`, () => process.exit(0));
}

/** The answer among what native libraries print; undefined where the process died before it. */
export function trialIn(output: string): Trial | undefined {
  for (const line of output.split('\n')) {
    if (!line.startsWith('{"trial":')) continue;
    const value: unknown = JSON.parse(line);
    if (isJsonObject(value)) return value.trial as unknown as Trial;
  }
  return undefined;
}

async function attempt(request: TrialRequest, env: NodeJS.ProcessEnv): Promise<Trial> {
  const { executor, recipe, isSmall } = request;
  const probed = await probe(executor);
  const isTimed = recipe !== undefined || isSmall === true;
  if (!probed.works || !isTimed || probed.isEmulated === true) return probed;
  try {
    if (recipe === undefined) {
      const [{ seconds }] = await measureSteps(executor, new AbortController().signal);
      return { ...probed, secondsPerStep: seconds };
    }
    const parsed = parseRecipe(recipe, 'recipe.peft.yaml').recipe;
    if (parsed === undefined) throw new Error('internal: a recipe that was written resolved cannot be read');
    const { configurations, seeds } = parsed;
    const secondsPerStep = await ownStepSeconds(configurations[0], seeds[0], executor, env);
    return { ...probed, secondsPerStep };
  } catch (error) {
    return faultOf(error);
  }
}
