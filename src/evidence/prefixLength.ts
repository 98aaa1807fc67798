import { positionsLeft, positionsTaken } from '../peft/method.ts';
import { longestInput } from '../recipe/longestInput.ts';
import type { Rule } from './rule.ts';
import { ANY, COMPUTED } from './sources.ts';

export const prefixLength: Rule = {
  id: 'prefix-length',
  title: 'A prefix that takes positions leaves fewer to the text',
  source: `${COMPUTED} from the positions of the model`,
  seenOn: ANY,
  verified: true,
  severity: 'information',
  inConfiguration: ({ configuration, model, uses }) => {
    const taken = positionsTaken(uses);
    const prefix = uses.find(({ method, fields }) => (method.positionsTaken?.(fields) ?? 0) > 0);
    if (model === undefined || prefix === undefined) return [];
    const { shape } = model.info;
    const { maxPositions } = shape;
    const lengths = [maxPositions, positionsLeft(shape, uses)].map((positions) =>
      longestInput(configuration, { tokenizer: model.tokenizerMaxLength, positions }),
    );
    const [without, left] = lengths;
    if (left === without) return [];
    const message =
      `the prefix takes ${taken} of the model's ${maxPositions} positions: texts longer than ${left} tokens, not ` +
      `${without}, are cut, as \`max_length\` is not set`;
    return [{ message, path: prefix.path }];
  },
};
