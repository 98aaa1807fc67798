import type { Advice, Rule } from './rule.ts';
import { setLearningRate } from './setLearningRate.ts';

export const learningRateRange: Rule = {
  id: 'learning-rate-range',
  title: "A learning rate outside of its method's range",
  source:
    'a judgement: the range that the recipe reference gives for the method, from its scripts and own trials',
  seenOn: 'BERT and RoBERTa in the scripts; all-MiniLM-L6-v2 on sentences of film reviews in the trials',
  verified: true,
  severity: 'information',
  inConfiguration: ({ configuration, uses }) => {
    const scale = configuration.training.learning_rate_scale;
    return uses.flatMap((use): Advice[] => {
      const { learningRate, otherLearningRate: other } = use.method;
      const [low, high] = (other?.applies(use.fields) ? other : learningRate).range;
      // As it is shown: the end of the range, divided by the scale, need not come back to the bit.
      const rate = Number((use.learning_rate * scale).toPrecision(3));
      if (rate >= low && rate <= high) return [];
      const scaled = scale === 1 ? '' : ', with `learning_rate_scale`,';
      const message = `the learning rate of ${use.id}${scaled} is ${rate}; ${low} to ${high} is worth searching`;
      const end = Number(((rate < low ? low : high) / scale).toPrecision(5));
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
