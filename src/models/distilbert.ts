import * as tf from '@tensorflow/tfjs-core';
import type { JsonObject } from '../core/json.ts';
import { activations, type ActivationName } from '../ops/activation.ts';
import type { Architecture, SequenceHead } from './architecture.ts';
import { readPadTokenId } from './bertFamily.ts';
import { fixedField, numberField, positionsField, sizeField, wordField } from './configFields.ts';
import { badConfigField } from './errors.ts';
import { firstToken, headDropout, headLinear, headLinearTensors } from './headParts.ts';
import {
  positionsInOrder,
  postNormEncoder,
  type EncoderLayout,
  type EncoderShape,
} from './postNormEncoder.ts';

const PRE_CLASSIFIER = 'pre_classifier';
const CLASSIFIER = 'classifier';

const layout: EncoderLayout = {
  layers: 'transformer.layer',
  linears: {
    query: 'attention.q_lin',
    key: 'attention.k_lin',
    value: 'attention.v_lin',
    attention_output: 'attention.out_lin',
    ffn_in: 'ffn.lin1',
    ffn_out: 'ffn.lin2',
  },
  norms: { attention: 'sa_layer_norm', ffn: 'output_layer_norm' },
  dropouts: { probabilities: 'attention', ffn: 'ffn' },
  modules: {
    attention: { output: 'attention.out_lin', adapterHub: 'attention_adapters' },
    ffn: { output: 'ffn.dropout', adapterHub: 'output_adapters' },
  },
};

/** x[0], a linear map, ReLU, dropout and another linear map. */
const sequenceHead: SequenceHead = {
  ofBase: [],
  tensors: ({ hiddenSize: d }, classes) => [
    ...headLinearTensors(PRE_CLASSIFIER, [d, d]),
    ...headLinearTensors(CLASSIFIER, [classes, d], { perClass: true }),
  ],
  dropoutSites: (shape) => [headDropout(CLASSIFIER, shape)],
  logits: (context, _, output) => {
    const inner = tf.relu(headLinear(context, PRE_CLASSIFIER, firstToken(output))); // (B, d)
    return headLinear(context, CLASSIFIER, context.dropout(CLASSIFIER, inner));
  },
};

/** DistilBERT (Sanh et al. 2019), as Transformers' `DistilBertModel` computes it: BERT without token types, pooler and dropout behind attention. */
export const distilbert: Architecture<EncoderShape> = postNormEncoder({
  id: 'distilbert',
  basePrefix: 'distilbert.',
  classes: {
    sequenceClassification: 'DistilBertForSequenceClassification',
    tokenClassification: 'DistilBertForTokenClassification',
    questionAnswering: 'DistilBertForQuestionAnswering',
  },
  readConfig,
  checkFresh: (config) => fixedField(config, 'sinusoidal_pos_embds', false),
  layout,
  positions: positionsInOrder,
  takesPastKeyValues: false,
  // adapters 1.3 makes a mask of ones for the prefix, which attention by sdpa adds to the scores.
  adapterHubPrefix: { place: 'self', attention: 'eager' },
  sequenceHead,
});

function readConfig(config: JsonObject): EncoderShape {
  const hiddenSize = sizeField(config, 'dim');
  const heads = sizeField(config, 'n_heads');
  if (hiddenSize % heads !== 0) throw badConfigField('dim', `a multiple of n_heads (${heads})`, hiddenSize);
  const vocabularySize = sizeField(config, 'vocab_size');
  const hiddenDropout = numberField(config, 'dropout', [0, 0.99], 0.1);
  const maxPositions = positionsField(config, 'max_position_embeddings');
  return {
    hiddenSize,
    heads,
    layers: sizeField(config, 'n_layers', { largest: 1000 }),
    intermediateSize: sizeField(config, 'hidden_dim'),
    vocabularySize,
    maxPositions,
    positionRows: maxPositions,
    typeVocabularySize: 0,
    typeRows: 0,
    padTokenId: readPadTokenId(config, vocabularySize, 0),
    initializerRange: numberField(config, 'initializer_range', [0, 10], 0.02),
    layerNormEps: 1e-12, // not in config.json
    activation: wordField(config, 'activation', Object.keys(activations) as ActivationName[], 'gelu'),
    hiddenDropout,
    attentionDropout: numberField(config, 'attention_dropout', [0, 0.99], 0.1),
    classifierDropout: numberField(config, 'seq_classif_dropout', [0, 0.99], 0.2),
    tokenClassifierDropout: hiddenDropout,
    questionAnsweringDropout: numberField(config, 'qa_dropout', [0, 0.99], 0.1),
  };
}
