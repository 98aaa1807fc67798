import { defaultLearningRate } from '../peft/method.ts';
import type { Rule } from './rule.ts';
import { setLearningRate } from './setLearningRate.ts';

export const sharedLearningRate: Rule = {
  id: 'shared-learning-rate',
  title: 'One learning rate for methods that want different ones',
  source: "HF PEFT's method comparison, which scores LN-tuning 0.0 at a rate of 1e-4; why is not established",
  seenOn: 'Llama-3.2-3B on MetaMathQA',
  verified: true,
  severity: 'information',
  inConfiguration: ({ configuration, uses, isWritten }) => {
    const path = ['training', 'learning_rate'];
    const without = uses.filter((use) => !isWritten([...use.path, 'learning_rate']));
    const wanted = new Map(without.map((use) => [use.id, defaultLearningRate(use.method, use.fields)]));
    if (!isWritten(path) || new Set(wanted.values()).size < 2) return [];
    const rates = [...wanted].map(([id, rate]) => `${id} ${rate}`).join(', ');
    const message =
      `${configuration.training.learning_rate} is the learning rate of every method without one of its own; their defaults differ ` +
      `(${rates})`;
    const changes = [...wanted].flatMap(([id, rate]) => {
      const use = without.find((each) => each.id === id)!;
      return setLearningRate(use, rate, configuration).changes;
    });
    return [{ message, path, fixes: [{ title: 'Give every method its default learning rate', changes }] }];
  },
};
