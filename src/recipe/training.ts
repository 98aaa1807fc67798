import { z } from 'zod';
import type { ExecutorId } from '../engine/executor.ts';
import type { ModelDType } from '../trace/graph.ts';

const HUGGING_FACE = 'Transformers, TrainingArguments';

/** At least one. */
const count = () => z.int().min(1);
/** In [0, 1). */
const share = () => z.number().min(0).lt(1);
const rate = () => z.number().gt(0);

/** As in the engine's registry, which the pure layers cannot import. */
export const executors = [
  'auto',
  'onnx-cpu',
  'onnx-webgpu',
  'onnx-cuda',
  'tensorflow',
  'reference',
] as const satisfies readonly ('auto' | ExecutorId)[];

const dtypes = ['float32', 'float16', 'bfloat16'] as const satisfies readonly ModelDType[];

/** The `training` section. Names, meanings and, where nothing else is said, defaults are those of Transformers. */
export const trainingFields = z.strictObject({
  num_train_epochs: z.number().gt(0).default(3).meta({
    help: 'Passes over the training data; a fraction ends within one. `max_steps` overrides it.',
    source: HUGGING_FACE,
  }),
  max_steps: count().optional().meta({
    help: 'Optimizer steps in all, however many passes that takes.',
    source: HUGGING_FACE,
  }),
  per_device_train_batch_size: count()
    .default(8)
    .meta({ help: 'Examples in one training batch.', source: HUGGING_FACE }),
  per_device_eval_batch_size: count()
    .default(8)
    .meta({ help: 'Examples in one evaluation batch.', source: HUGGING_FACE }),
  gradient_accumulation_steps: count()
    .default(1)
    .meta({ help: 'Batches whose gradients make one optimizer step.', source: HUGGING_FACE }),
  learning_rate: rate()
    .optional()
    .meta({
      help:
        'Peak learning rate of the task head and of every method that names none itself. Without it each method has its own ' +
        'default, and the head 0.001, or that of `head_only`.',
      source: HUGGING_FACE,
    }),
  learning_rate_scale: rate().default(1).meta({
    help: 'Multiplies every learning rate: one knob for a union of methods.',
  }),
  lr_scheduler_type: z.enum(['linear', 'cosine', 'constant']).default('linear').meta({
    help: 'How the learning rate falls after the warm-up; `constant` keeps it, with a warm-up where there is one.',
    source: HUGGING_FACE,
  }),
  warmup_steps: z
    .number()
    .min(0)
    .refine((steps) => steps < 1 || Number.isInteger(steps))
    .default(0)
    .meta({
      help: 'Steps over which the learning rate rises from 0; below 1, a share of all steps.',
      source: HUGGING_FACE,
      expected: 'a whole number of steps, or a share of all steps from 0 and below 1',
    }),
  weight_decay: z.number().min(0).default(0).meta({
    help: 'Decoupled weight decay (AdamW); never applied to norms and biases.',
    source: HUGGING_FACE,
  }),
  max_grad_norm: z.number().min(0).default(1).meta({
    help: 'Gradients are scaled down to this global L2 norm; 0 leaves them alone.',
    source: HUGGING_FACE,
  }),
  optim: z.enum(['adamw', 'sgd']).default('adamw').meta({ help: 'The optimizer.', source: HUGGING_FACE }),
  adam_beta1: share()
    .default(0.9)
    .meta({ help: "Decay of AdamW's mean of the gradients.", source: HUGGING_FACE }),
  adam_beta2: share()
    .default(0.999)
    .meta({ help: "Decay of AdamW's mean of their squares.", source: HUGGING_FACE }),
  adam_epsilon: rate().default(1e-8).meta({ help: "Added to AdamW's denominator.", source: HUGGING_FACE }),
  label_smoothing_factor: share().default(0).meta({
    help: 'Share of the target that is spread over all labels.',
    source: HUGGING_FACE,
  }),
  train_sampling_strategy: z
    .enum(['group_by_length', 'random'])
    .default('group_by_length')
    .meta({
      help:
        'How batches are drawn: from texts of like length, which saves most of the padding, or from all. ' +
        "Transformers' default is `random`.",
      source: HUGGING_FACE,
    }),
  eval_strategy: z
    .enum(['epoch', 'steps', 'no'])
    .optional()
    .meta({
      help:
        'When the validation data is evaluated, and so the best checkpoint chosen: after every epoch, every `eval_steps` steps, ' +
        "or never, where the last one counts as best. Transformers' default is `no`.",
      source: HUGGING_FACE,
      otherwise: '`epoch` with validation data, else `no`',
    }),
  eval_steps: count().optional().meta({
    help: 'Steps between evaluations, with `eval_strategy: steps`.',
    source: HUGGING_FACE,
  }),
  logging_steps: count().default(10).meta({
    help: "Steps between logged losses. Transformers' default is 500.",
    source: HUGGING_FACE,
  }),
  metric_for_best_model: z.string().min(1).optional().meta({
    help: 'The validation metric by which the best checkpoint is chosen.',
    source: HUGGING_FACE,
    otherwise: "the task's first metric",
  }),
  early_stopping_patience: count().optional().meta({
    help: 'Training ends after this many evaluations in a row without a better metric.',
    source: 'Transformers, EarlyStoppingCallback',
    otherwise: 'training runs to its end',
  }),
  model_dtype: z
    .enum(dtypes)
    .default('float32')
    .meta({
      help:
        'Number format of the frozen matrices, and of the products with them: half the memory and, where the device is made for it, more speed. ' +
        'Gains, biases, LayerNorm, loss and whatever is trained are float32. ' +
        '`onnx-cuda` and `tensorflow` have all, `onnx-webgpu` has `float16`. A run measures itself in it; `evaluate` and `predict` compute in float32.',
    }),
  executor: z
    .enum(executors)
    .default('auto')
    .meta({
      help:
        'What computes: `auto` is the fastest that works on this machine, by a measured step, and `onnx-cpu` where nothing is trained; `onnx-cpu` is ' +
        'ONNX Runtime on the processor; `onnx-webgpu` is ONNX Runtime on a ' +
        'graphics adapter, experimental: its numbers were compared on an adapter of software alone, and its speed was never measured; ' +
        '`onnx-cuda` is ONNX Runtime on a card of NVIDIA, with libraries that `setup onnx-cuda` fetches; it was never tried on one; ' +
        '`tensorflow` is TensorFlow by @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, which `setup tensorflow` builds; on CUDA it was never tried.',
      hidden: ['reference'],
    }),
});
