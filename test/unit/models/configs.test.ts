import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { linearRoles } from '../../../src/models/architecture.ts';
import { architectures } from '../../../src/models/registry.ts';
import { tinyModels, withoutDropout } from '../../support/tinyModel.ts';

const readConfig = (id: string, change: JsonObject) =>
  architectures[id].readConfig({
    ...tinyModels.find(({ architecture }) => architecture === id)!.config,
    ...change,
  });

it.each<[string, JsonObject, string]>([
  ['bert', { pad_token_id: 50 }, 'expected pad_token_id to be a whole number from 0 to 49, found 50'],
  ['bert', { max_position_embeddings: 15 }, 'expected max_position_embeddings to be a whole number from 16'],
  [
    'roberta',
    { max_position_embeddings: 17 },
    'expected max_position_embeddings to be a whole number from 18',
  ],
  [
    'roberta',
    { position_embedding_type: 'relative_key' },
    'expected position_embedding_type to be one of absolute',
  ],
  ['bert', { is_decoder: true }, 'expected is_decoder to be false, found true'],
  ['roberta', { add_cross_attention: true }, 'expected add_cross_attention to be false, found true'],
  ['distilbert', { n_heads: 3 }, 'expected dim to be a multiple of n_heads (3), found 8'],
  ['distilbert', { dim: undefined as never }, 'expected dim to be a whole number'],
  ['gpt2', { n_head: 3 }, 'expected n_embd to be a multiple of n_head (3), found 8'],
  ['gpt2', { tie_word_embeddings: false }, 'expected tie_word_embeddings to be true, found false'],
  ['gpt2', { scale_attn_by_inverse_layer_idx: true }, 'expected scale_attn_by_inverse_layer_idx to be false'],
])('%s refuses %j', (id, change, message) => {
  expect(() => readConfig(id, change)).toThrow(message);
});

it("RoBERTa's positions begin behind the token of padding", () => {
  expect(readConfig('roberta', { max_position_embeddings: 514 }).maxPositions).toBe(512);
  expect(readConfig('roberta', { max_position_embeddings: 514, pad_token_id: 0 }).maxPositions).toBe(513);
});

it("reads DistilBERT's own names of fields", () => {
  expect(readConfig('distilbert', {})).toMatchObject({
    hiddenSize: 8,
    layers: 2,
    heads: 2,
    intermediateSize: 12,
    hiddenDropout: 0.1,
    attentionDropout: 0.2,
    classifierDropout: 0.15,
    tokenClassifierDropout: 0.1, // `dropout`, not `seq_classif_dropout`
    layerNormEps: 1e-12,
    typeVocabularySize: 0,
  });
});

describe.each(tinyModels)('$architecture', ({ architecture: id, config }) => {
  const architecture = architectures[id];
  const shape = architecture.readConfig(config);

  it('has each tensor once, and the modules that it names', () => {
    const names = architecture.tensors(shape).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const place of [0, 1].flatMap((layer) =>
      (['attention', 'ffn'] as const).map((at) => ({ layer, at })),
    )) {
      const { norm, residual } = architecture.sublayerModules(place);
      for (const module of norm === null ? [residual] : [residual, norm])
        expect(names).toContain(`${module}.weight`);
    }
    for (const name of architecture.sequenceHead.ofBase) expect(names).toContain(name);
  });

  it('has its table of positions and the linear maps of each layer', () => {
    const names = architecture.tensors(shape).map(({ name }) => name);
    expect(names).toContain(`${architecture.positionTable}.weight`);
    for (const role of linearRoles) expect(names).toContain(`${architecture.linear(1, role)}.weight`);
  });

  it('drops nothing where config.json says so', () => {
    const still = architecture.readConfig(withoutDropout(config));
    const sites = [...architecture.dropoutSites(still), ...architecture.sequenceHead.dropoutSites(still)];
    expect(sites.map(({ rate }) => rate)).toEqual(sites.map(() => 0));
  });

  it('has one row of its head for each class, in weight and bias', () => {
    const perClass = architecture.sequenceHead.tensors(shape, 3).filter((tensor) => tensor.perClass);
    expect(perClass.length).toBeGreaterThan(0);
    for (const tensor of perClass) expect(tensor.shape[0]).toBe(3);
  });
});
