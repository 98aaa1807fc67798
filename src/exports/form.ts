import type { Adapter } from '../checkpoints/adapterFolder.ts';
import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import type { HostTensors } from '../core/tensor.ts';
import type { Method } from '../peft/method.ts';
import type { Program } from '../program/program.ts';
import type { Task } from '../tasks/task.ts';

/** A method that trained something, with its fields as its schema gives them. */
export interface LearntBy {
  readonly method: Method;
  readonly fields: unknown;
}

/** A finished run, and where a form of it is to be written. */
export interface ExportRequest {
  /** The folder to make; absolute. */
  readonly dir: string;
  readonly model: ModelFolder;
  /** What the run learnt, with its metrics. */
  readonly adapter: Adapter;
  /** What the adapter learnt to do. */
  readonly task: Pick<Task, 'transformers' | 'ownHead' | 'unused'>;
  /** The adapter's methods that have tensors, in registry order. */
  readonly learntBy: readonly LearntBy[];
  /** How others find the base model; null where it is a folder of this machine without a name for others. */
  readonly baseModel: { readonly id: string | null; readonly revision?: string };
  /** Runs a program on an executor of this machine; `tensors` are its inputs. */
  compute(program: Program, tensors: HostTensors): Promise<HostTensors>;
}

/** A form in which what a run learnt is written for other programs. */
export interface ExportForm {
  readonly id: string;
  /** What loads it, in a few words. */
  readonly help: string;
  /** It names the base model, so that a run whose base is a folder of this machine needs a name for others. */
  readonly namesBase: boolean;
  /** Why there is no such form of the run: a sentence without its full stop. Reads no weights. */
  refusal(request: ExportRequest): string | undefined;
  /**
   * Writes the folder, with a model card, and returns the Python that loads it.
   * @throws UserError where the folder is in use; RunFailure when the system refuses.
   */
  write(request: ExportRequest): Promise<string>;
}
