import type { JsonObject } from '../core/json.ts';
import { activations, type ActivationName } from '../ops/activation.ts';
import { fixedField, numberField, sizeField, wordField } from './configFields.ts';
import { badConfigField } from './errors.ts';
import type { EncoderLayout, EncoderShape } from './postNormEncoder.ts';

/** What BERT calls its modules, and RoBERTa too. */
export const bertLayout: EncoderLayout = {
  layers: 'encoder.layer',
  linears: {
    query: 'attention.self.query',
    key: 'attention.self.key',
    value: 'attention.self.value',
    attention_output: 'attention.output.dense',
    ffn_in: 'intermediate.dense',
    ffn_out: 'output.dense',
  },
  norms: { attention: 'attention.output.LayerNorm', ffn: 'output.LayerNorm' },
  dropouts: { probabilities: 'attention.self', attention: 'attention.output', ffn: 'output' },
  modules: {
    attention: { output: 'attention.output.dropout', adapterHub: 'attention.output' },
    ffn: { output: 'output.dropout', adapterHub: 'output' },
  },
};

/** The fields of config.json that BERT and RoBERTa share. @throws UserError naming the field. */
export function readBertFields(
  config: JsonObject,
): Omit<EncoderShape, 'padTokenId' | 'maxPositions' | 'positionRows' | 'typeVocabularySize'> {
  const hiddenSize = sizeField(config, 'hidden_size');
  const heads = sizeField(config, 'num_attention_heads');
  if (hiddenSize % heads !== 0)
    throw badConfigField('hidden_size', `a multiple of num_attention_heads (${heads})`, hiddenSize);
  // Relative positions are another model under the same name.
  wordField(config, 'position_embedding_type', ['absolute'], 'absolute');
  // A decoder's tokens see none behind them.
  fixedField(config, 'is_decoder', false);
  fixedField(config, 'add_cross_attention', false);
  const hiddenDropout = numberField(config, 'hidden_dropout_prob', [0, 0.99], 0.1);
  const classifierDropout = numberField(config, 'classifier_dropout', [0, 0.99], hiddenDropout);
  return {
    hiddenSize,
    heads,
    layers: sizeField(config, 'num_hidden_layers', { largest: 1000 }),
    intermediateSize: sizeField(config, 'intermediate_size'),
    vocabularySize: sizeField(config, 'vocab_size'),
    typeRows: sizeField(config, 'type_vocab_size'),
    initializerRange: numberField(config, 'initializer_range', [0, 10], 0.02),
    layerNormEps: numberField(config, 'layer_norm_eps', [0, 1], 1e-12),
    activation: wordField(config, 'hidden_act', Object.keys(activations) as ActivationName[], 'gelu'),
    hiddenDropout,
    attentionDropout: numberField(config, 'attention_probs_dropout_prob', [0, 0.99], 0.1),
    classifierDropout,
    tokenClassifierDropout: classifierDropout,
    questionAnsweringDropout: 0, // Transformers' classes have none
  };
}

/** `pad_token_id`, a row of the word table. @throws UserError naming the field. */
export function readPadTokenId(config: JsonObject, vocabularySize: number, fallback: number): number {
  return sizeField(config, 'pad_token_id', { least: 0, largest: vocabularySize - 1, fallback });
}
