import { linearRoles } from '../../src/models/architecture.ts';
import { methods } from '../../src/peft/registry.ts';

/** Fields of one method, or of each of its uses, as a recipe has them, small enough for the tiny model. */
export interface MethodExample {
  readonly name: string;
  readonly fields: object | readonly object[];
  /** Whether the model computes at first what it computes without the method. */
  readonly identity: boolean;
}

/** Methods of a recipe, of which none is beyond the tiny model. */
export interface UnionExample {
  readonly name: string;
  readonly use: Readonly<Record<string, object>>;
  readonly identity: boolean;
}

const example = (name: string, fields: MethodExample['fields'], identity = true): MethodExample => ({
  name,
  fields,
  identity,
});

/** Of every method at least one; the first also stands in the unions. */
const examples: Readonly<Record<string, readonly [MethodExample, ...MethodExample[]]>> = {
  full: [example('full', {})],
  ln_tuning: [
    example('LN', {}),
    example('LN of other parts in other layers', [
      { layer_norms: ['attention'], layers: [0] },
      { layer_norms: ['ffn'], layers: [1], parameters: ['bias'] },
    ]),
  ],
  bitfit: [example('BitFit', {}), example('BitFit of linear maps', { biases: ['attention', 'ffn'] })],
  prefix_tuning: [
    example('prefix', { num_virtual_tokens: 3, init_std: 0.3, dropout: 0.2 }, false),
    example(
      'projected prefix',
      { num_virtual_tokens: 2, prefix_projection: true, encoder_hidden_size: 5 },
      false,
    ),
    example(
      'prefix of one layer, unshifted',
      { num_virtual_tokens: 2, shift_positions: false, layers: [1] },
      false,
    ),
  ],
  lora: [
    example('LoRA', { r: 2, lora_alpha: 1, lora_dropout: 0.2 }),
    example('rsLoRA of every map of one layer', {
      r: 3,
      lora_alpha: 0.5,
      use_rslora: true,
      target_modules: [...linearRoles],
      layers: [0],
    }),
  ],
  ia3: [
    example('(IA)3', {}),
    example('(IA)3 as in PEFT', {
      target_modules: ['key', 'value', 'attention_output', 'ffn_out'],
      feedforward_modules: ['attention_output', 'ffn_out'],
    }),
  ],
  adapter: [
    example('attention adapter', {
      at: ['attention'],
      bottleneck: 3,
      non_linearity: 'silu',
      init_weights: 'lora',
      dropout: 0.2,
    }),
    example(
      'Pfeiffer adapter',
      { style: 'pfeiffer', bottleneck: 3, init_weights: 'bert', non_linearity: 'gelu' },
      false,
    ),
    example('parallel adapter, scale learned', {
      at: ['attention', 'ffn'],
      form: 'parallel',
      bottleneck: 3,
      scaling: 'learned',
      non_linearity: 'gelu',
    }),
    example('two adapters', [
      { at: ['attention', 'ffn'], bottleneck: 3, init_weights: 'lora', non_linearity: 'tanh' },
      { at: ['ffn'], form: 'parallel', bottleneck: 2, scaling: 2, non_linearity: 'gelu_new' },
    ]),
  ],
  head_only: [example('head only', {})],
};

/** Every example of every method, by itself. A method without any is an error. */
export const methodExamples: readonly UnionExample[] = Object.keys(methods).flatMap((id) =>
  examplesOf(id).map((each) => alone(id, each)),
);

/** The first example of every method, by itself. */
export const oneExampleEach: readonly UnionExample[] = Object.keys(methods).map((id) =>
  alone(id, examplesOf(id)[0]),
);

/** Of methods that train something and stand beside others: each pair, and the paper's triple. */
export const unionExamples: readonly UnionExample[] = [
  ...pairs(),
  ['ln_tuning', 'prefix_tuning', 'adapter'],
].map((ids) => {
  const chosen = ids.map((id) => [id, examplesOf(id)[0]] as const);
  return {
    name: chosen.map(([, { name }]) => name).join(' + '),
    use: Object.fromEntries(chosen.map(([id, { fields }]) => [id, fields])),
    identity: chosen.every(([, { identity }]) => identity),
  };
});

function alone(id: string, { name, fields, identity }: MethodExample): UnionExample {
  return { name, use: { [id]: fields }, identity };
}

function pairs(): string[][] {
  const ids = Object.keys(methods).filter((id) => !methods[id].alone && id !== 'head_only');
  return ids.flatMap((first, i) => ids.slice(i + 1).map((second) => [first, second]));
}

function examplesOf(id: string) {
  if (!Object.hasOwn(examples, id)) throw new Error(`the method ${id} has no example`);
  return examples[id];
}
