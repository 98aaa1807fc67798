import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import type { ExecutorOptions } from '../executor.ts';
import { leavesDevice } from './errors.ts';
import { placementIn } from './profile.ts';
import type { SessionOptions } from './runtime.ts';

/** The part of a session that running programs needs. */
export type Runner = Pick<ort.InferenceSession, 'run' | 'release'>;

export interface ProfiledContext {
  /** Name of what runs. */
  readonly program: string;
  readonly options: SessionOptions;
  readonly onPlacement: ExecutorOptions['onPlacement'];
}

/**
 * A session of a device's provider whose first run keeps ONNX Runtime's profile, which tells where each node ran; it is told to
 * `onPlacement`, and before anything is done with the results. That run throws a UserError that names the operators on the processor.
 * @param create makes the session with the options that it is given
 */
export async function profiledSession(
  { program, options, onPlacement }: ProfiledContext,
  create: (options: SessionOptions) => Promise<ort.InferenceSession>,
): Promise<Runner> {
  const folder = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  // A process may end before the program has run.
  const removeAtExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const removeFolder = async () => {
    process.off('exit', removeAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  let session: ort.InferenceSession;
  try {
    session = await create({
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
  } catch (error) {
    await removeFolder();
    throw error;
  }

  let isProfiled = false;
  const readProfile = async () => {
    isProfiled = true;
    session.endProfiling();
    const [file] = await readdir(folder);
    const { placement, strays } = placementIn(await readFile(join(folder, file), 'utf8'));
    await removeFolder();
    if (strays.length > 0) throw leavesDevice(providerOf(options), program, strays);
    onPlacement?.(program, placement);
  };
  return {
    run: async (inputs: ort.InferenceSession.OnnxValueMapType) => {
      const outputs = await session.run(inputs);
      try {
        if (!isProfiled) await readProfile();
      } catch (error) {
        for (const output of Object.values(outputs)) output.dispose();
        throw error;
      }
      return outputs;
    },
    release: async () => {
      await session.release();
      await removeFolder();
    },
  };
}

export function providerOf({ executionProviders = [] }: SessionOptions): string {
  const [first] = executionProviders;
  return typeof first === 'string' ? first : first.name;
}
