import { schedules, warmupStepCount } from '../program/schedules.ts';
import type { Training } from '../recipe/recipe.ts';
import { defaultLearningRate } from '../peft/method.ts';
import { setLearningRate } from './setLearningRate.ts';
import type { Advice, Rule } from './rule.ts';
import { ANY } from './sources.ts';
import { isOfNorms, type Subject } from './subject.ts';

/** Gains stand near 1: what moves them by less than this changes little. */
const LEAST_DRIFT = 0.05;

/** So many steps of a schedule tell its sum. */
const SAMPLES = 1000;

export const gainDrift: Rule = {
  id: 'gain-drift',
  title: `The learning rates of all steps sum to less than ${LEAST_DRIFT}, so gains near 1 hardly move`,
  source:
    'computed from the schedule, as AdamW moves a parameter by about the learning rate at most; the limit is a judgement',
  seenOn: ANY,
  verified: true,
  severity: 'warning',
  inConfiguration: (subject) => {
    const { configuration, steps, uses } = subject;
    if (steps === undefined || configuration.training.optim !== 'adamw') return [];
    const perRate = rateSum(configuration.training, steps);
    return uses
      .filter((use) => isOfNorms(use) && use.base.some(({ role }) => role === 'gain'))
      .filter(({ learning_rate: rate }) => rate * perRate < LEAST_DRIFT)
      .map((use) => adviceOn(subject, { use, steps, perRate }));
  },
};

function adviceOn(
  { configuration }: Subject,
  { use, steps, perRate }: { use: Subject['uses'][number]; steps: number; perRate: number },
): Advice {
  const reached = Number((use.learning_rate * perRate).toPrecision(2));
  const message =
    `over ${steps} ${steps === 1 ? 'step' : 'steps'} the learning rate sums to ${reached}, and a gain can move by about that ` +
    `at most; below ${LEAST_DRIFT} the LayerNorms stay nearly as they are`;
  const enough = roundedUp(LEAST_DRIFT / perRate);
  const { learningRate } = use.method;
  const wanted = enough <= learningRate.range[1] ? enough : defaultLearningRate(use.method, use.fields);
  const isWay = wanted > use.learning_rate;
  return {
    message,
    path: [...use.path, 'learning_rate'],
    ...(isWay && { fixes: [setLearningRate(use, wanted, configuration)] }),
  };
}

/** Sum over all steps of what multiplies a method's learning rate; of many steps from some, evenly apart. */
function rateSum(training: Training, steps: number): number {
  const schedule = schedules[training.lr_scheduler_type];
  const warmup = warmupStepCount(training.warmup_steps, steps);
  const samples = Math.min(steps, SAMPLES);
  let sum = 0;
  for (let i = 0; i < samples; i++) sum += schedule(Math.floor(((i + 0.5) * steps) / samples), warmup, steps);
  return (sum * steps * training.learning_rate_scale) / samples;
}

/** To two digits, so that it still suffices. */
function roundedUp(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 1);
  return Number((Math.ceil(rate / unit) * unit).toPrecision(2));
}
