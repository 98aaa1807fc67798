import { sizeOf } from '../core/tensor.ts';
import { isNorm, type ModelTensor } from '../models/architecture.ts';
import { positionsLeft, type TrainedTensor } from '../peft/method.ts';
import { longestInput } from '../recipe/longestInput.ts';
import type { Rule } from './rule.ts';
import { COMPUTED, ANY } from './sources.ts';
import { isOfNorms, withNorms, type Subject } from './subject.ts';

export const embeddingNorm: Rule = {
  id: 'embedding-norm',
  title: 'The LayerNorm of the embeddings makes the backward pass longer',
  source: `${COMPUTED} from the shape of the model: multiplications of matrices alone`,
  seenOn: ANY,
  verified: true,
  severity: 'information',
  inConfiguration: (subject) => {
    const { uses, model } = subject;
    const trained = uses.flatMap(({ base }) => base).filter(({ part }) => part === 'embeddings');
    const use = uses.find((each) => isOfNorms(each) && each.base.some(({ part }) => part === 'embeddings'));
    const lowest = lowestOther(subject);
    if (
      model === undefined ||
      use === undefined ||
      lowest === Infinity ||
      !trained.every(({ role }) => isNorm(role))
    )
      return [];
    const elements = trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const [length, share] = shareBelow(subject, lowest);
    const message =
      `the LayerNorm of the embeddings is trained, too: ${elements.toLocaleString('en-US')} parameters, and about ` +
      `${Math.round(100 * share)} % of the backward pass is for it alone, with inputs of ${length} tokens`;
    const others = [...new Set(use.base.map(({ part }) => part))].filter((part) => part !== 'embeddings');
    const fix = {
      title: 'Leave out the LayerNorm of the embeddings',
      changes: [{ path: [...use.path, 'layer_norms'], value: others }],
    };
    const path = [...use.path, 'layer_norms'];
    if (others.length === 0) return [{ message, path }];
    return [
      {
        message,
        path,
        fixes: [fix],
        against: withNorms(subject, { layer_norms: others }, 'without that of the embeddings'),
      },
    ];
  },
};

/** The lowest sub-layer (attention of layer 0 is 0, its feed-forward network 1) that has something else to train. */
function lowestOther({ uses }: Subject): number {
  const places = uses
    .flatMap(({ base, added }) => [...base, ...added])
    .filter(({ part }) => part === 'attention' || part === 'ffn')
    .map((tensor) => 2 * lowestLayerOf(tensor) + (tensor.part === 'ffn' ? 1 : 0));
  return Math.min(...places);
}

function lowestLayerOf(tensor: ModelTensor | TrainedTensor): number {
  return tensor.layer ?? ('lowestLayer' in tensor ? tensor.lowestLayer : undefined) ?? 0;
}

/** Share of the gradient's way to the embeddings that lies below the sub-layer `lowest`, for the longest input. */
function shareBelow(
  { configuration, uses, model }: Subject,
  lowest: number,
): [length: number, share: number] {
  const { shape } = model!.info;
  const { hiddenSize: d, intermediateSize: f, layers } = shape;
  const positions = positionsLeft(shape, uses);
  const length = longestInput(configuration, { tokenizer: model!.tokenizerMaxLength, positions });
  // Gradients of the inputs of four matrices (d, d) and of two products (S, S, d); of two matrices (d, f).
  const attention = 8 * d * d + 8 * length * d;
  const ffn = 4 * d * f;
  const upTo = (sublayers: number) => Math.ceil(sublayers / 2) * attention + Math.floor(sublayers / 2) * ffn;
  return [length, upTo(lowest + 1) / upTo(2 * layers)];
}
