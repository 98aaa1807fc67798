import type { OwnHead } from '../tasks/task.ts';
import type { ExportRequest } from './form.ts';
import { labelNames, literal } from './python.ts';

/** Name of Transformers' class with the head that the run trained. */
export function classNameOf({ model, task }: Pick<ExportRequest, 'model' | 'task'>): string {
  return task.transformers.nameOf(model.architecture);
}

type Outputs = Pick<ExportRequest, 'task' | 'adapter'>;

/** Names of the head's outputs in the order of their ids; where these are no labels, such as Transformers gives by itself. */
export function outputLabels({ task, adapter }: Outputs): readonly string[] {
  const { numLabels } = task.transformers;
  if (numLabels === undefined) return adapter.task.labels;
  return Array.from({ length: numLabels }, (_, id) => `LABEL_${id}`);
}

/**
 * Entries of the configuration as arguments of `from_pretrained`, each with a comma in front: what makes the head as large as it was
 * trained, unless it has no classes, and what the class needs but the base model's config.json lacks.
 */
export function configArguments({ model, task, adapter }: Outputs & Pick<ExportRequest, 'model'>): string {
  const { architecture, config, shape } = model;
  const lacking = Object.entries(architecture.exportedConfig?.(shape) ?? {})
    .filter(([name]) => (config[name] ?? null) === null)
    .map(([name, value]) => `${name}=${literal(value)}`);
  return [...outputArguments({ task, adapter }), ...lacking].map((argument) => `, ${argument}`).join('');
}

/**
 * Lines of Python that make `tokenizer`, from the arguments of its `from_pretrained`. Where the model's config.json may name no padding,
 * as GPT-2's, neither may its tokenizer, which then refuses batches.
 */
export function tokenizerLines({ architecture, shape }: ExportRequest['model'], source: string): string {
  const made = `tokenizer = AutoTokenizer.from_pretrained(${source})\n`;
  const { pad_token_id: id } = architecture.exportedConfig?.(shape) ?? {};
  if (id === undefined) return made;
  return `${made}tokenizer.pad_token = tokenizer.pad_token or tokenizer.convert_ids_to_tokens(${literal(id)})\n`;
}

function outputArguments({ task, adapter }: Outputs): string[] {
  const { numLabels } = task.transformers;
  if (numLabels === 0) return [];
  return [
    numLabels === undefined ? `id2label=${labelNames(adapter.task.labels)}` : `num_labels=${numLabels}`,
  ];
}

/** The head that the class has not, if so. */
export function ownHeadOf({ task, adapter }: Pick<ExportRequest, 'task' | 'adapter'>): OwnHead | undefined {
  return task.ownHead?.(adapter.task);
}

/** Base tensors that the class has not, because its head does not read them. */
export function unusedTensors({ model, adapter, task }: ExportRequest): readonly string[] {
  return task.unused(adapter.task, model);
}

/** Why there is no base model that an adapter could be put on, if so. */
export function withoutBase({ adapter }: Pick<ExportRequest, 'adapter'>): string | undefined {
  if (adapter.base.weights === undefined) return undefined;
  return 'the run trained from nothing, so there is no base model that an adapter could be put on';
}

/** Why Transformers' class with a head would not compute what the run learnt, if so. */
export function unlikeClass(request: ExportRequest): string | undefined {
  const { model, adapter } = request;
  const own = ownHeadOf(request);
  if (own !== undefined) {
    const other = `the run ${own.does}, but Transformers' ${classNameOf(request)} has another head, so it would compute something else`;
    return withoutBase(request) === undefined ? `${other}; the form torch brings the run's own` : other;
  }
  const unused = unusedTensors(request);
  const random = model.missing.filter((tensor) => !unused.includes(tensor) && !adapter.tensors.has(tensor));
  if (random.length > 0)
    return `the base model has no ${random.join(', ')} and the run did not train any, so the exported model would compute with random ones`;
  return undefined;
}
