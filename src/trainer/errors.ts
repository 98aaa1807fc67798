import { plural } from '../core/display.ts';
import { messageOf, RunFailure, UserError } from '../core/errors.ts';
import { at, placeOf, type Rows } from '../core/row.ts';

export function notFinite(step: number, loss: number, gradNorm: number): RunFailure {
  return new RunFailure(
    `the loss or its gradient is not finite at step ${step} (loss ${loss}, gradient norm ${gradNorm}); ` +
      'the parameters are those of the step before. A lower learning rate or a smaller max_grad_norm may help.',
  );
}

export function memoryExhausted(
  executor: string,
  step: number,
  reason: string,
  checkpoint: string,
  advice: string,
): RunFailure {
  return new RunFailure(
    `${executor}: memory was exhausted after step ${step} (${reason}). ${advice}. ${checkpoint}.`,
  );
}

export function deviceLost(executor: string, step: number, reason: string, checkpoint: string): RunFailure {
  return new RunFailure(
    `${executor}: the device was lost after step ${step} (${reason}). ${checkpoint}; \`resume\` goes on from it once the device works again.`,
  );
}

/** `reasons`: why each executor that trains on this machine, or could, is of no use. */
export function noExecutorFor(dtypes: readonly string[], reasons: readonly string[]): UserError {
  return new UserError(
    `model_dtype: expected an executor that has ${dtypes.join(' and ')}, found none that works here (${reasons.join('; ')})`,
    'Write `model_dtype: float32`, or set one of them up: `peft-workbench doctor` says how.',
  );
}

/** A frozen matrix that float16 cannot hold; `value`: its largest number. */
export function beyondFloat16(tensor: string, value: number): UserError {
  return new UserError(
    `model_dtype: expected weights within ±65504, the largest number of float16, found ${value} in "${tensor}"`,
    'Write `model_dtype: bfloat16` or `float32`.',
  );
}

export function cardLockUnusable(cause: unknown): RunFailure {
  return new RunFailure(
    `the lock of the graphics card cannot be made: ${messageOf(cause)}. Name a folder that can be written in XDG_CACHE_HOME, or train with --share-device.`,
  );
}

export function evaluationNotFinite(step: number, metric: string, value: number): RunFailure {
  return new RunFailure(
    `validation/${metric} is ${value} after step ${step}; the checkpoints are from before that evaluation. A lower learning rate may help.`,
  );
}

export function inputsChanged(what: string): RunFailure {
  return new RunFailure(
    `${what} changed since the run began, so it cannot go on as if it had not been interrupted`,
  );
}

export function ledgerDisagrees(
  faulty: readonly { readonly tensor: string; readonly method: string; readonly fault: string }[],
): RunFailure {
  const [{ tensor, method, fault }] = faulty;
  const others = faulty.length === 1 ? '' : ` (and ${faulty.length - 1} more: see ledger.json)`;
  return new RunFailure(`the ledger does not agree: ${tensor} of ${method}: ${fault}${others}`);
}

/** Of rows that are too short for the task, all of them together. */
export function noExamples(file: string, split: string, rows: number): UserError {
  return new UserError(
    `${file}: expected rows that make one ${split} example at least, found ${plural(rows, 'row')} that ${rows === 1 ? 'makes' : 'make'} none`,
  );
}

/** Of a row whose text is blank. */
export function noTokens({ file, rows }: Rows, index: number): UserError {
  const row = rows.find((each) => each.index === index);
  const where = row === undefined ? file : at(file, placeOf(row));
  return new UserError(`${where}: expected a text of one token at least, found none`);
}
