import type { Json } from '../core/json.ts';
import { headOnly } from '../peft/headOnly.ts';
import { lnTuning } from '../peft/lnTuning.ts';

/** A choice of methods that has a name. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: string;
  /** Content of `methods`. */
  readonly methods: Json;
  /** Content of `variants`, where the preset is a comparison. */
  readonly variants?: Json;
}

const ln = (fields: Json): Json => ({ [lnTuning.id]: fields });
const control: Json = { [headOnly.id]: {} };

/** Every preset, in the order in which they are offered. Adding one is an entry here. */
export const presets: readonly Preset[] = [
  {
    id: 'ln-tuning',
    title: 'LN-tuning',
    help: 'Gain and bias of every LayerNorm.',
    source: lnTuning.source,
    methods: ln({}),
  },
  {
    id: 'ln-attention',
    title: 'LN-tuning, attention norms only',
    help: 'Gain and bias of the LayerNorms that belong to attention.',
    source: `${lnTuning.source}, section on modules`,
    methods: ln({ layer_norms: ['attention'] }),
  },
  {
    id: 'ln-ffn',
    title: 'LN-tuning, FFN norms only',
    help: 'Gain and bias of the LayerNorms that belong to the feed-forward networks.',
    source: `${lnTuning.source}, section on modules`,
    methods: ln({ layer_norms: ['ffn'] }),
  },
  {
    id: 'ln-bias',
    title: 'LN-tuning, bias only',
    help: 'The bias of every LayerNorm; the gains stay as they are.',
    source: `${lnTuning.source}, ablation of gain and bias`,
    methods: ln({ parameters: ['bias'] }),
  },
  {
    id: 'ln-gain',
    title: 'LN-tuning, gain only',
    help: 'The gain of every LayerNorm; the biases stay as they are.',
    source: `${lnTuning.source}, ablation of gain and bias`,
    methods: ln({ parameters: ['gain'] }),
  },
  {
    id: 'head-only',
    title: 'Head only (control)',
    help: headOnly.help,
    source: headOnly.source,
    methods: control,
  },
  {
    id: 'ln-against-control',
    title: 'LN-tuning against the control',
    help: 'Two variants: LN-tuning, and the head alone, so that it shows what the LayerNorms add.',
    source: lnTuning.source,
    methods: ln({}),
    variants: { 'LN-tuning': {}, 'head only': { methods: control } },
  },
];
