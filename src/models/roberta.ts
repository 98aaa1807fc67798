import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { lookup } from '../ops/lookup.ts';
import type { Architecture, ModelBatch, SequenceHead } from './architecture.ts';
import { bertLayout, readBertFields, readPadTokenId } from './bertFamily.ts';
import { positionsField } from './configFields.ts';
import { firstToken, headDropout, headLinear, headLinearTensors } from './headParts.ts';
import { postNormEncoder, type EncoderShape } from './postNormEncoder.ts';

const DENSE = 'classifier.dense';
const OUT = 'classifier.out_proj';

/** x[0], dropout, a linear map, tanh, dropout and another linear map. */
const sequenceHead: SequenceHead = {
  ofBase: [],
  tensors: ({ hiddenSize: d }, classes) => [
    ...headLinearTensors(DENSE, [d, d]),
    ...headLinearTensors(OUT, [classes, d], { perClass: true }),
  ],
  dropoutSites: (shape) => [headDropout(DENSE, shape), headDropout(OUT, shape)],
  logits: (context, _, output) => {
    const first = context.dropout(DENSE, firstToken(output)); // (B, d)
    return headLinear(context, OUT, context.dropout(OUT, tf.tanh(headLinear(context, DENSE, first))));
  },
};

/**
 * RoBERTa (Liu et al. 2019), as Transformers' `RobertaModel` computes it without a pooler: BERT whose positions begin behind `pad_token_id`.
 * Its tokenizers tell no token types, so every token has the first.
 */
export const roberta: Architecture<EncoderShape> = postNormEncoder({
  id: 'roberta',
  basePrefix: 'roberta.',
  classes: {
    sequenceClassification: 'RobertaForSequenceClassification',
    tokenClassification: 'RobertaForTokenClassification',
    questionAnswering: 'RobertaForQuestionAnswering',
  },
  readConfig: (config) => {
    const fields = readBertFields(config);
    const padTokenId = readPadTokenId(config, fields.vocabularySize, 1);
    const unused = padTokenId + 1;
    const positionRows = positionsField(config, 'max_position_embeddings', { unused });
    return {
      ...fields,
      padTokenId,
      positionRows,
      maxPositions: positionRows - unused,
      typeVocabularySize: 0,
    };
  },
  layout: bertLayout,
  positions: ({ padTokenId }, table, { inputIds }, shift) =>
    lookup(table, positionIds({ inputIds }, padTokenId, shift), padTokenId),
  padsPositions: true,
  takesPastKeyValues: true,
  adapterHubPrefix: { place: 'self_prefix' },
  sequenceHead,
});

/** int32 (B, S): pad + shift + the number of the token among those that are not padding, from 1; pad for padding itself. */
function positionIds({ inputIds }: Pick<ModelBatch, 'inputIds'>, pad: number, shift: number): Tensor {
  const S = inputIds.shape[1]!;
  const isToken = tf.sub(1, tf.cast(tf.equal(inputIds, tf.scalar(pad, 'int32')), 'float32')); // (B, S)
  const index = tf.range(0, S); // (S), float32
  const upTo = tf.cast(tf.greaterEqual(index, tf.reshape(index, [S, 1])), 'float32'); // (S, S): 1 where column >= row
  const count = tf.add(tf.matMul(isToken, upTo), shift); // (B, S)
  return tf.cast(tf.add(tf.mul(count, isToken), pad), 'int32');
}
