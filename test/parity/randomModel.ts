import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../src/checkpoints/safetensors.ts';
import { internal } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { keyOf, normals, uniformAt } from '../../src/core/random.ts';
import { floatTensor, sizeOf, type HostTensor } from '../../src/core/tensor.ts';
import { architectures } from '../../src/models/registry.ts';
import { isGain } from '../support/tinyModel.ts';
import type { PaddedInputs, StepsQuestion } from '../support/tunedModel.ts';

export const LABELS = ['low', 'middle', 'high'];

const labelled = {
  id2label: Object.fromEntries(LABELS.entries()),
  label2id: Object.fromEntries(LABELS.map((label, id) => [label, id])),
};

const bertConfig = {
  model_type: 'bert',
  architectures: ['BertForSequenceClassification'],
  vocab_size: 100,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  ...labelled,
};

/** Of every architecture the same sizes. */
const configs: Readonly<Record<string, JsonObject>> = {
  bert: bertConfig,
  roberta: {
    ...bertConfig,
    model_type: 'roberta',
    architectures: ['RobertaForSequenceClassification'],
    max_position_embeddings: 34,
    type_vocab_size: 1,
    layer_norm_eps: 1e-5,
    bos_token_id: 0,
    pad_token_id: 1,
    eos_token_id: 2,
  },
  distilbert: {
    model_type: 'distilbert',
    architectures: ['DistilBertForSequenceClassification'],
    vocab_size: 100,
    dim: 32,
    n_layers: 2,
    n_heads: 4,
    hidden_dim: 64,
    max_position_embeddings: 32,
    activation: 'gelu',
    pad_token_id: 0,
    ...labelled,
  },
};

/** Every architecture's id; one without sizes is an error. */
export const architectureIds = Object.keys(architectures).map((id) =>
  Object.hasOwn(configs, id) ? id : internal(`the architecture ${id} has no random model`),
);

/** Writes a model with its classifier into a new folder, its weights drawn from the seed so large that each of them shows in the logits. `more`: shapes of further tensors. */
export async function writeRandomModel(
  dir: string,
  seed: number,
  {
    id = 'bert',
    change = {} as object,
    without = [] as readonly string[],
    more = {} as Readonly<Record<string, readonly number[]>>,
  } = {},
): Promise<string> {
  const all: JsonObject = { ...configs[id], ...change };
  const { basePrefix, readConfig, sequenceHead, tensors: tensorsOf } = architectures[id];
  const shape = readConfig(all);
  const names = tensorsOf(shape).map(({ name, shape }) => [basePrefix + name, shape] as const);
  const head = sequenceHead.tensors(shape, LABELS.length).map(({ name, shape }) => [name, shape] as const);
  const kept = [...names, ...head, ...Object.entries(more)].filter(([name]) => !without.includes(name));
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify(all));
  const tensors = new Map(kept.map(([name, shape]) => [name, randomTensor(seed, name, shape)]));
  await writeSafetensors(join(dir, 'model.safetensors'), tensors, { format: 'pt' });
  return dir;
}

/** Names of the head and of base tensors that only it reads, as they stand in that folder. */
export function headNames(id: string): string[] {
  const { basePrefix, readConfig, sequenceHead } = architectures[id];
  const own = sequenceHead.tensors(readConfig(configs[id]), LABELS.length).map(({ name }) => name);
  return [...sequenceHead.ofBase.map((name) => basePrefix + name), ...own];
}

/** What Python is given: nothing of token types where the model reads none. */
export function asked<Given extends { readonly token_type_ids: unknown }>(
  id: string,
  { token_type_ids, ...rest }: Given,
): Omit<Given, 'token_type_ids'> & Partial<Given> {
  const { typeVocabularySize } = architectures[id].readConfig(configs[id]);
  return (typeVocabularySize === 0 ? rest : { ...rest, token_type_ids }) as ReturnType<typeof asked<Given>>;
}

/** Gains and other factors near 1, biases near 0, weights with standard deviation 0.15. */
export function randomTensor(seed: number, name: string, shape: readonly number[]): HostTensor {
  const [mean, deviation] =
    isGain(name) || name.endsWith('ia3_l') ? [1, 0.2] : name.endsWith('bias') ? [0, 0.1] : [0, 0.15];
  return floatTensor(
    shape,
    normals(keyOf(seed, name), sizeOf(shape)).map((x) => mean + deviation * x),
  );
}

/** Five rows: full, padded, two of them pairs, and a single token. */
export function randomInputs(seed: number, id = 'bert'): PaddedInputs {
  const { padTokenId } = architectures[id].readConfig(configs[id]);
  const draw = drawing(seed);
  const rows = [
    { length: 14, first: 14 },
    { length: 9, first: 9 },
    { length: 11, first: 4 },
    { length: 3, first: 1 },
    { length: 1, first: 1 },
  ];
  const padded = (of: (length: number, first: number) => number[], value = 0) =>
    rows.map(({ length, first }) => [...of(length, first), ...new Array<number>(14 - length).fill(value)]);
  return {
    input_ids: padded((length) => Array.from({ length }, () => draw(5, 100)), padTokenId),
    attention_mask: padded((length) => new Array<number>(length).fill(1)),
    token_type_ids: padded((length, first) => Array.from({ length }, (_, i) => Number(i >= first))),
  };
}

/** Four batches of eight; the first token tells the label, so that the loss moves; a third of the rows are pairs. */
export function randomExamples(seed: number): StepsQuestion['examples'] {
  const draw = drawing(seed);
  return Array.from({ length: 32 }, () => {
    const length = draw(3, 13);
    const labels = draw(0, LABELS.length);
    const first = draw(0, 3) === 0 ? draw(2, length) : length;
    return {
      input_ids: [5 + labels, ...Array.from({ length: length - 1 }, () => draw(20, 100))],
      token_type_ids: Array.from({ length }, (_, i) => Number(i >= first)),
      labels,
    };
  });
}

/** Integers in [low, end), one after the other. */
function drawing(seed: number): (low: number, end: number) => number {
  let drawn = 0;
  return (low, end) => low + Math.floor(uniformAt(keyOf(seed, 'draws'), drawn++) * (end - low));
}
