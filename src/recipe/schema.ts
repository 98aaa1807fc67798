import { z } from 'zod';
import { internal } from '../core/errors.ts';
import type { Method } from '../peft/method.ts';
import { methods, unions } from '../peft/registry.ts';
import { tasks } from '../tasks/registry.ts';
import { isRevision } from '../core/modelId.ts';
import { trainingFields } from './training.ts';

/** File formats by their word in `format:`, with the extension by which they are known without it. */
export const dataFormats = {
  tsv: '.tsv',
  csv: '.csv',
  jsonl: '.jsonl',
  json: '.json',
  conll: '.conll',
  parquet: '.parquet',
  text: '.txt',
} as const;

/** One larger than the largest seed. */
const SEED_END = 2 ** 31;

const file = () => z.string().min(1);

/** What every task's section has beside the task's own fields. */
const dataFields = {
  train: file().meta({
    help: 'File with the training data; relative paths start at the recipe.',
    expected: 'the path of a file',
  }),
  validation: z
    .union([file(), z.number().gt(0).lt(1)])
    .optional()
    .meta({
      help:
        'File with the validation data, or the share of the training data that is cut off for it, by hash and seed. Equal rows stay ' +
        'together, and so do questions about one context, and rows with one prompt.',
      expected: 'the path of a file, or a share of the training data between 0 and 1',
    }),
  test: file().optional().meta({
    help: 'File with the test data; evaluated once, at the best checkpoint.',
    expected: 'the path of a file',
  }),
  format: z.enum(Object.keys(dataFormats)).optional().meta({
    help: 'Format of the data files; json is that of SQuAD.',
    otherwise: "by the file's extension",
  }),
};

/** The data part of `task`, common to all tasks; a task's own fields stand beside these. */
export interface TaskSection {
  type: string;
  train: string;
  /** A file, or the share of train that is cut off by hash and seed. */
  validation?: string | number;
  test?: string;
  format?: string;
  max_length?: number;
  labels?: string[];
  [field: string]: unknown;
}

/** One alternative for each task, told apart by `type`. */
const taskSection = z.discriminatedUnion(
  'type',
  Object.values(tasks).map(({ fields }) => strictly(fields).safeExtend(dataFields)) as unknown as [
    TaskSchema,
  ],
) as unknown as z.ZodType<TaskSection>;

type TaskSchema = z.ZodObject<{ type: z.ZodLiteral<string> }>;

const methodSections = Object.fromEntries(
  Object.values(methods).map((method) => {
    const { id, help, source, several } = method;
    const section = methodSection(method);
    const sections = several ? z.union([section, z.array(section).min(1)]) : section;
    return [id, sections.optional().meta({ help, source })];
  }),
);

/** Each part is its method's section. Where nothing is wrong with a union, its methods already stand in its place (unions.ts). */
const unionSections = Object.fromEntries(
  Object.values(unions).map(({ id, parts, help, source }) => {
    const fields = Object.entries(parts).map(([part, given]) => {
      const { title } = methods[part];
      const otherwise = Object.entries(given).map(([name, value]) => `\`${name}: ${JSON.stringify(value)}\``);
      const section = methodSection(methods[part]).optional();
      return [
        part,
        section.meta({ help: `${title}, as in \`methods.${part}\`.`, otherwise: otherwise.join(', ') }),
      ];
    });
    const rate = rateField(
      'Peak learning rate of every part that names none itself.',
      "that of each part's method",
    );
    const section = z.strictObject({ ...(Object.fromEntries(fields) as object), learning_rate: rate });
    return [id, emptyIsDefault(section).optional().meta({ help, source })];
  }),
);

function methodSection({ fields, learningRate, otherLearningRate: other }: Method) {
  const [low, high] = learningRate.range;
  const help = `Peak learning rate of this method; ${low} to ${high} is worth searching.`;
  const words = `${learningRate.default}${other === undefined ? '' : `, or ${other.default} ${other.when}`}`;
  return emptyIsDefault(strictly(fields).safeExtend({ learning_rate: rateField(help, words) }));
}

function rateField(help: string, otherwise: string): z.ZodType<number | undefined> {
  return z
    .number()
    .gt(0)
    .optional()
    .meta({ help, otherwise: `\`training.learning_rate\`, else ${otherwise}` });
}

const modelName = () => z.string().regex(/^\P{Cc}+$/u);
const MODEL_NAME = 'a folder, or a hub id (name or organisation/name)';

const configurationObject = z.strictObject({
  model: modelName().optional().meta({
    help: 'The pre-trained model: a folder as Transformers writes it, or an id on the Hugging Face hub.',
    expected: MODEL_NAME,
    otherwise: '`config` with `weights: random`',
    usual: true,
  }),
  config: modelName().optional().meta({
    help: 'In place of `model`, to train from nothing: the model whose config.json and tokenizer are taken, without its weights.',
    expected: MODEL_NAME,
    otherwise: 'that of `model`',
  }),
  weights: z.literal('random').optional().meta({
    help: 'Beside `config`: weights are drawn from the seed, as Transformers initialises a new model. Only `full` trains such a model.',
    otherwise: 'those of `model`',
  }),
  revision: z.string().refine(isRevision).optional().meta({
    help: 'Branch, tag or commit of the model on the hub.',
    expected: 'a branch, tag or commit',
    otherwise: '`main`',
  }),
  task: taskSection.meta({
    help: 'What the model learns, and from which data.',
    expected: 'a mapping with `type`, `train` and the columns',
  }),
  methods: emptyIsDefault(z.strictObject({ ...methodSections, ...unionSections })).meta({
    help: 'One or several methods, trained together. The task head is trained with every method.',
    expected: 'a mapping from methods to their fields',
  }),
  training: emptyIsDefault(trainingFields)
    .default(() => trainingFields.parse({}))
    .meta({ help: 'How it is trained.', otherwise: 'every field has its default' }),
});

/** What variants and grid can change: all that makes up one configuration. */
export const configurationSchema = configurationObject
  .refine(
    needs('model', ({ config, weights }) => config === undefined && weights === undefined),
    missing('model'),
  )
  .refine(
    needs('config', ({ model, weights }) => model === undefined && weights !== undefined),
    missing('config'),
  )
  .refine(
    needs('weights', ({ model, config }) => model === undefined && config !== undefined),
    missing('weights'),
  );

/** Whether a field stands there where the others ask for it. */
function needs(field: string, isAsked: (written: Readonly<Record<string, unknown>>) => boolean) {
  return (written: Readonly<Record<string, unknown>>) => written[field] !== undefined || !isAsked(written);
}

/** Said beside whatever else is wrong. */
function missing(field: string) {
  return { path: [field], when: () => true };
}

/** A name that fits on one line. */
const label = () =>
  z
    .string()
    .min(1)
    .regex(/^\P{Cc}*$/u);
const gridPoints = z.record(z.string(), z.array(z.unknown()).min(1));

/** What stands beside the configuration: it makes several of it, and several runs of each. */
export const experimentSchema = z.strictObject({
  version: z.literal(1).meta({ help: 'Version of the recipe language.' }),
  name: label().optional().meta({
    help: 'Name of the recipe.',
    expected: 'a text on one line',
    otherwise: "the file's name",
  }),
  variants: z
    .record(label(), emptyIsDefault(z.record(z.string(), z.unknown())))
    .optional()
    .meta({
      help:
        'Recipes to compare, by name: each is merged over the rest of the recipe. Mappings merge; `methods` and everything ' +
        'else is replaced.',
    }),
  grid: z
    .union([gridPoints, z.array(gridPoints).min(1)])
    .optional()
    .meta({
      help:
        'Values to try, by the path of their field (`training.learning_rate: [1.0e-3, 3.0e-3]`): all combinations, or, as a ' +
        'list of such mappings, those of each. Items of lists are addressed by index.',
      expected: 'a mapping from paths to lists of values, or a list of such mappings',
    }),
  seeds: z
    .array(z.int().min(0).lt(SEED_END))
    .min(1)
    .default(() => [0])
    .meta({ help: 'Every configuration is run once with each.' }),
  report: z
    .strictObject({
      split: z.enum(['validation', 'test']).optional().meta({
        help: 'Which metric is compared.',
        otherwise: '`test` with test data, else `validation`',
      }),
      baseline: label()
        .optional()
        .meta({ help: 'Name of the variant against which the others are compared.' }),
    })
    .optional()
    .meta({ help: 'What a comparison shows.' }),
});

/** An empty value (`ln_tuning:`) stands for an empty mapping. */
function emptyIsDefault<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === null ? {} : value), schema);
}

/** The fields as an object that refuses names it does not know. */
function strictly(fields: z.ZodType): z.ZodObject<z.core.$ZodLooseShape> {
  return fields instanceof z.ZodObject
    ? fields.strict()
    : internal("a method's or task's fields are no zod object");
}
