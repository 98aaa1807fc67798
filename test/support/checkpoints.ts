import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { keyOf, normals } from '../../src/core/random.ts';
import { floatTensor, sizeOf, type HostTensors } from '../../src/core/tensor.ts';
import { writeSafetensors } from '../../src/checkpoints/safetensors.ts';
import { findArchitecture } from '../../src/models/registry.ts';
import type { JsonObject } from '../../src/core/json.ts';

/** A folder of its own for the test that asks, removed when it ends. */
export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** config.json of a BERT that is small enough to be written in every test; ids as in `tinyTokenizer`. */
export const tinyConfig = {
  architectures: ['BertModel'],
  model_type: 'bert',
  vocab_size: 40,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
};

/** The base tensors of `config`, normally distributed, by canonical name. */
export function randomWeights(config: JsonObject = tinyConfig): HostTensors {
  const { readConfig, tensors } = findArchitecture(config.model_type);
  return new Map(
    tensors(readConfig(config)).map(({ name, shape }) => [
      name,
      floatTensor(shape, normals(keyOf(name), sizeOf(shape))),
    ]),
  );
}

/** Writes config.json and model.safetensors, the tensors called by canonical name or as `nameOf` says. */
export async function writeModelFolder(
  dir: string,
  {
    config = tinyConfig,
    weights = randomWeights(config),
    nameOf = (name: string) => name,
  }: { config?: JsonObject; weights?: HostTensors; nameOf?: (name: string) => string } = {},
): Promise<void> {
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  const named: HostTensors = new Map([...weights].map(([name, tensor]) => [nameOf(name), tensor]));
  await writeSafetensors(join(dir, 'model.safetensors'), named, { format: 'pt' });
}

const tinyVocabulary = (
  '[PAD] [UNK] [CLS] [SEP] [MASK] the a cat dog sat on mat good bad film was not very ##s ##ly ##ing run un ##good ' +
  '. , ! 日 本 cafe e ##e 1 ##1 σ ##σ ο ##ο'
).split(' ');

/** tokenizer.json of an uncased BERT with 38 words, as Hugging Face's tokenizers write it. */
export const tinyTokenizer = {
  version: '1.0',
  truncation: { direction: 'Right', max_length: 6, strategy: 'LongestFirst', stride: 0 },
  padding: null,
  added_tokens: tinyVocabulary.slice(0, 5).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
      { Sequence: { id: 'B', type_id: 1 } },
      { SpecialToken: { id: '[SEP]', type_id: 1 } },
    ],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tinyVocabulary.map((token, id) => [token, id])),
  },
};

/** Writes tokenizer.json and tokenizer_config.json. */
export async function writeTokenizer(
  dir: string,
  tokenizer: object = tinyTokenizer,
  config: object = { pad_token: '[PAD]', model_max_length: 32 },
): Promise<void> {
  await writeFile(join(dir, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(dir, 'tokenizer_config.json'), JSON.stringify(config));
}
