/** Factor on the learning rate at a step (0-based), as Transformers' schedulers have it: linear warm-up from 0, then the decay. */
export type Schedule = (step: number, warmupSteps: number, totalSteps: number) => number;

/** By Transformers' names of `lr_scheduler_type`. */
export const schedules = {
  linear: afterWarmup((progress) => 1 - progress),
  cosine: afterWarmup((progress) => (1 + Math.cos(Math.PI * progress)) / 2),
  constant: afterWarmup(() => 1),
} as const satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof schedules;

/** `decay` gets the share of the steps after warm-up that is done, in [0, 1]. */
function afterWarmup(decay: (progress: number) => number): Schedule {
  return (step, warmupSteps, totalSteps) =>
    step < warmupSteps
      ? step / Math.max(1, warmupSteps)
      : Math.max(0, decay(Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps))));
}

/** `warmup_steps` of a recipe in whole steps: below 1 it is a share of all steps, rounded up. */
export function warmupStepCount(warmupSteps: number, totalSteps: number): number {
  return warmupSteps < 1 ? Math.ceil(warmupSteps * totalSteps) : warmupSteps;
}
