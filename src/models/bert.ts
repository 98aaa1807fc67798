import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, SequenceHead } from './architecture.ts';
import { bertLayout, readBertFields, readPadTokenId } from './bertFamily.ts';
import { positionsField } from './configFields.ts';
import { firstToken, headDropout, headLinear, headLinearTensors } from './headParts.ts';
import { hookedLinear } from './hookedLinear.ts';
import { positionsInOrder, postNormEncoder, type EncoderShape } from './postNormEncoder.ts';

const POOLER = 'pooler.dense';
const CLASSIFIER = 'classifier';

/** tanh(W x[0] + b), dropout and a linear map. */
const sequenceHead: SequenceHead = {
  ofBase: [`${POOLER}.weight`, `${POOLER}.bias`],
  tensors: ({ hiddenSize: d }, classes) => headLinearTensors(CLASSIFIER, [classes, d], { perClass: true }),
  dropoutSites: (shape) => [headDropout(CLASSIFIER, shape)],
  logits: (context, _, output) => {
    const pooled = tf.tanh(hookedLinear(context, POOLER, firstToken(output))); // (B, d)
    return headLinear(context, CLASSIFIER, context.dropout(CLASSIFIER, pooled));
  },
};

/** BERT (Devlin et al. 2019), as Transformers' `BertModel` computes it. */
export const bert: Architecture<EncoderShape> = postNormEncoder({
  id: 'bert',
  basePrefix: 'bert.',
  classes: {
    sequenceClassification: 'BertForSequenceClassification',
    tokenClassification: 'BertForTokenClassification',
    questionAnswering: 'BertForQuestionAnswering',
  },
  readConfig: (config) => {
    const fields = readBertFields(config);
    const maxPositions = positionsField(config, 'max_position_embeddings');
    return {
      ...fields,
      maxPositions,
      positionRows: maxPositions,
      typeVocabularySize: fields.typeRows,
      padTokenId: readPadTokenId(config, fields.vocabularySize, 0),
    };
  },
  layout: bertLayout,
  positions: positionsInOrder,
  pooler: POOLER,
  takesPastKeyValues: true,
  adapterHubPrefix: { place: 'self_prefix' },
  sequenceHead,
});
