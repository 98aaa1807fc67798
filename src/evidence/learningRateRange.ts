import type { Advice, Rule } from './rule.ts';
import { setLearningRate } from './setLearningRate.ts';

export const learningRateRange: Rule = {
  id: 'learning-rate-range',
  title: "A learning rate outside of its method's range",
  source: 'the range worth searching that the recipe reference gives for the method',
  seenOn: 'the scripts and papers of the methods, mostly with BERT and RoBERTa',
  verified: true,
  severity: 'information',
  inConfiguration: ({ configuration, uses }) => {
    const scale = configuration.training.learning_rate_scale;
    return uses.flatMap((use): Advice[] => {
      const { learningRate, otherLearningRate: other } = use.method;
      const [low, high] = (other?.applies(use.fields) ? other : learningRate).range;
      const rate = use.learning_rate * scale;
      if (rate >= low && rate <= high) return [];
      const shown = Number(rate.toPrecision(3));
      const scaled = scale === 1 ? '' : ', with `learning_rate_scale`,';
      const message = `the learning rate of ${use.id}${scaled} is ${shown}; ${low} to ${high} is worth searching`;
      const end = Number(((rate < low ? low : high) / scale).toPrecision(3));
      return [
        {
          message,
          path: [...use.path, 'learning_rate'],
          fixes: [setLearningRate(use, end, configuration)],
        },
      ];
    });
  },
};
