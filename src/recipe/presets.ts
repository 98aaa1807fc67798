import type { Json, JsonObject } from '../core/json.ts';
import { adapter } from '../peft/adapter.ts';
import { bitfit } from '../peft/bitfit.ts';
import { full } from '../peft/full.ts';
import { headOnly } from '../peft/headOnly.ts';
import { ia3 } from '../peft/ia3.ts';
import { lnTuning } from '../peft/lnTuning.ts';
import { lora } from '../peft/lora.ts';
import { mam } from '../peft/mam.ts';
import { prefixTuning } from '../peft/prefixTuning.ts';

/** A choice of methods that has a name. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: string;
  /** Which of its kind it stands with. */
  readonly group: 'ablations' | 'baselines' | 'unions' | 'comparisons';
  /** Content of `methods`. */
  readonly methods: Json;
  /** Content of `variants`, where the preset is a comparison. */
  readonly variants?: Json;
}

const ln = (fields: Json): JsonObject => ({ [lnTuning.id]: fields });
const prefix: JsonObject = { [prefixTuning.id]: { num_virtual_tokens: 16 } };
const adapterAt = (place: string): JsonObject => ({ [adapter.id]: { at: [place], bottleneck: 16 } });
const control: Json = { [headOnly.id]: {} };

/** Every preset, in the order in which they are offered. Adding one is an entry here. */
export const presets: readonly Preset[] = [
  {
    id: 'ln-tuning',
    group: 'ablations',
    title: 'LN-tuning',
    help: 'Gain and bias of every LayerNorm.',
    source: lnTuning.source,
    methods: ln({}),
  },
  {
    id: 'ln-attention',
    group: 'ablations',
    title: 'LN-tuning, attention norms only',
    help: 'Gain and bias of the LayerNorms that belong to attention.',
    source: `${lnTuning.source}, section on modules`,
    methods: ln({ layer_norms: ['attention'] }),
  },
  {
    id: 'ln-ffn',
    group: 'ablations',
    title: 'LN-tuning, FFN norms only',
    help: 'Gain and bias of the LayerNorms that belong to the feed-forward networks.',
    source: `${lnTuning.source}, section on modules`,
    methods: ln({ layer_norms: ['ffn'] }),
  },
  {
    id: 'ln-bias',
    group: 'ablations',
    title: 'LN-tuning, bias only',
    help: 'The bias of every LayerNorm; the gains stay as they are.',
    source: `${lnTuning.source}, ablation of gain and bias`,
    methods: ln({ parameters: ['bias'] }),
  },
  {
    id: 'ln-gain',
    group: 'ablations',
    title: 'LN-tuning, gain only',
    help: 'The gain of every LayerNorm; the biases stay as they are.',
    source: `${lnTuning.source}, ablation of gain and bias`,
    methods: ln({ parameters: ['gain'] }),
  },
  {
    id: 'ln-upper-half',
    group: 'ablations',
    title: 'LN-tuning, upper half',
    help: 'The LayerNorms of the layers nearer to the output.',
    source: `${lnTuning.source}, section on layers`,
    methods: ln({ layers: 'upper_half' }),
  },
  {
    id: 'ln-lower-half',
    group: 'ablations',
    title: 'LN-tuning, lower half',
    help: 'The LayerNorms of the layers nearer to the input.',
    source: `${lnTuning.source}, section on layers`,
    methods: ln({ layers: 'lower_half' }),
  },
  {
    id: 'bitfit',
    group: 'baselines',
    title: 'BitFit',
    help: 'Every bias, those of the LayerNorms included.',
    source: bitfit.source,
    methods: { [bitfit.id]: {} },
  },
  {
    id: 'bitfit-linear',
    group: 'baselines',
    title: 'BitFit, linear maps only',
    help: "The biases of attention and the feed-forward networks: probably the LN-tuning paper's baseline.",
    source: `${lnTuning.source}, baselines`,
    methods: { [bitfit.id]: { biases: ['attention', 'ffn'] } },
  },
  {
    id: 'lora',
    group: 'baselines',
    title: 'LoRA',
    help: 'Updates of rank 8 to the query and value matrices.',
    source: lora.source,
    methods: { [lora.id]: {} },
  },
  {
    id: 'ia3',
    group: 'baselines',
    title: '(IA)3',
    help: 'Scales keys, values and the inside of the feed-forward networks.',
    source: ia3.source,
    methods: { [ia3.id]: {} },
  },
  {
    id: 'ia3-peft',
    group: 'baselines',
    title: '(IA)3 as in HF PEFT',
    help: "HF PEFT's targets for BERT, which scale the input of attention's output map as well.",
    source: 'HF PEFT, IA3 for BERT and RoBERTa',
    methods: {
      [ia3.id]: {
        target_modules: ['key', 'value', 'attention_output', 'ffn_out'],
        feedforward_modules: ['attention_output', 'ffn_out'],
      },
    },
  },
  {
    id: 'full',
    group: 'baselines',
    title: 'Full fine-tuning',
    help: full.help,
    source: full.source,
    methods: { [full.id]: {} },
  },
  {
    id: 'prefix',
    group: 'baselines',
    title: 'Prefix-tuning',
    help: 'Keys and values of 16 virtual tokens in every layer.',
    source: prefixTuning.source,
    methods: prefix,
  },
  {
    id: 'prefix-projected',
    group: 'baselines',
    title: 'Prefix-tuning, re-parameterised',
    help: 'The same prefix, trained through a small network that is folded away afterwards.',
    source: prefixTuning.source,
    methods: { [prefixTuning.id]: { prefix_projection: true } },
  },
  {
    id: 'adapter-houlsby',
    group: 'baselines',
    title: 'Adapters, Houlsby',
    help: 'A sequential adapter of width 64 after both sub-layers of every layer.',
    source: 'arXiv 1902.00751; gelu there',
    methods: { [adapter.id]: { at: ['attention', 'ffn'], bottleneck: 64, non_linearity: 'gelu' } },
  },
  {
    id: 'adapter-pfeiffer',
    group: 'baselines',
    title: 'Adapter, Pfeiffer',
    help: 'A sequential adapter behind the norm of the feed-forward network, a sixteenth as wide as the model.',
    source: 'arXiv 2005.00247',
    methods: { [adapter.id]: { style: 'pfeiffer' } },
  },
  {
    id: 'adapter-parallel',
    group: 'baselines',
    title: 'Adapter, scaled parallel',
    help: 'An adapter of width 16 beside the feed-forward network, scaled by 2.',
    source: 'arXiv 2110.04366, its setting for GLUE',
    methods: { [adapter.id]: { form: 'parallel', bottleneck: 16, scaling: 2 } },
  },
  {
    id: mam.id,
    group: 'unions',
    title: mam.title,
    help: mam.help,
    source: mam.source,
    methods: { [mam.id]: {} },
  },
  {
    id: 'prefix-ln',
    group: 'unions',
    title: 'Prefix + LN-tuning',
    help: "The paper's best union on BERT-large: a prefix of 16 with every LayerNorm.",
    source: `${lnTuning.source}, unified tuning`,
    methods: { ...prefix, ...ln({}) },
  },
  {
    id: 'attention-adapter-ln',
    group: 'unions',
    title: 'Attention adapter + LN-tuning',
    help: 'A sequential adapter of width 16 after attention with every LayerNorm.',
    source: `${lnTuning.source}, unified tuning`,
    methods: { ...adapterAt('attention'), ...ln({}) },
  },
  {
    id: 'prefix-attention-adapter-ln',
    group: 'unions',
    title: 'Prefix + attention adapter + LN-tuning',
    help: 'The union that the abstract names: prefix, an adapter after attention, and every LayerNorm.',
    source: `${lnTuning.source}, abstract of version 3`,
    methods: { ...prefix, ...adapterAt('attention'), ...ln({}) },
  },
  {
    id: 'ffn-adapter-ln',
    group: 'unions',
    title: 'FFN adapter + LN-tuning',
    help: 'A sequential adapter of width 16 after the feed-forward network with every LayerNorm, which the paper found to hurt.',
    source: `${lnTuning.source}, unified tuning`,
    methods: { ...adapterAt('ffn'), ...ln({}) },
  },
  {
    id: 'head-only',
    group: 'baselines',
    title: 'Head only (control)',
    help: headOnly.help,
    source: headOnly.source,
    methods: control,
  },
  {
    id: 'ln-against-control',
    group: 'comparisons',
    title: 'LN-tuning against the control',
    help: 'Two variants: LN-tuning, and the head alone, so that it shows what the LayerNorms add.',
    source: lnTuning.source,
    methods: ln({}),
    variants: { 'LN-tuning': {}, 'head only': { methods: control } },
  },
];
