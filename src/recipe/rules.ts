import { modelDTypes } from '../engine/executor.ts';
import { tasks } from '../tasks/registry.ts';
import { didYouMean, meantBy } from './didYouMean.ts';
import { dataFields } from './facts.ts';
import type { Written } from './configure.ts';
import { isModelPath } from '../core/modelId.ts';
import { added, changedField, meantWord, removed } from './fixes.ts';
import { methodRules } from './methodRules.ts';
import { modelRules } from './modelRules.ts';
import type { Finding, Fix } from './problem.ts';
import { dataFormats } from './schema.ts';

/** What is wrong with a configuration beyond its single fields. */
export function configurationFindings(written: Written): Finding[] {
  return [methodRules, modelRules, revisionRules, fileRules, evaluationRules, dtypeRules].flatMap((rule) =>
    rule(written),
  );
}

function revisionRules({ model, config, revision }: Written): Finding[] {
  const named = model ?? config;
  if (revision === undefined || named === undefined || !isModelPath(named)) return [];
  const message = 'a revision is for models of the hub; the model is a folder';
  const path = ['revision'];
  return [{ code: 'no-effect', severity: 'warning', message, path, fixes: [removed(path)] }];
}

function dtypeRules({ training: { executor, model_dtype: dtype } }: Written): Finding[] {
  if (executor === 'auto' || modelDTypes[executor].includes(dtype)) return [];
  const path = ['training', 'model_dtype'];
  const others = Object.entries(modelDTypes).flatMap(([id, has]) => (has.includes(dtype) ? [id] : []));
  const message = `${executor} has no ${dtype}; expected ${modelDTypes[executor].join(' or ')}, or another \`executor\` (${others.join(', ')})`;
  const fixes = [
    ...modelDTypes[executor].map((has) => changedField(path, has)),
    ...['auto', ...others].map((id) => changedField(['training', 'executor'], id)),
  ];
  return [{ code: 'no-dtype', message, path, fixes }];
}

function fileRules({ task }: Written): Finding[] {
  if (task.format !== undefined) return [];
  return dataFields.flatMap((field): Finding[] => {
    const file = task[field];
    if (typeof file !== 'string' || extensions.some((extension) => file.toLowerCase().endsWith(extension)))
      return [];
    const message = `cannot tell the format of "${file}"; expected a name in ${extensions.join(', ')}, or a \`format\` beside it`;
    const fixes = formatsOf(task, file).map((format) => added(['task', 'format'], format));
    return [{ code: 'unknown-format', message, path: ['task', field], fixes }];
  });
}

/** What the format of a file may be: that of the files beside it, else the one that its name is near to, or any where it has no ending. */
function formatsOf(task: Written['task'], file: string): readonly string[] {
  const names = dataFields.flatMap((field) => (typeof task[field] === 'string' ? [task[field]] : []));
  const known = new Set(names.flatMap((name) => formatOf(extensionOf(name)) ?? []));
  if (known.size > 0) return known.size === 1 ? [...known] : [];
  const extension = extensionOf(file);
  if (extension === '') return Object.keys(dataFormats);
  const meant = meantBy(extension, extensions);
  return meant === undefined ? [] : [formatOf(meant)!];
}

const extensions = Object.values(dataFormats);

function formatOf(extension: string): string | undefined {
  return Object.entries(dataFormats).find(([, each]) => each === extension)?.[0];
}

/** `.tsv` of `data/train.TSV`; empty where a name has none. */
function extensionOf(file: string): string {
  return /[^/\\](\.[^./\\]+)$/.exec(file)?.[1].toLowerCase() ?? '';
}

/** Data to evaluate on, without another file. */
const VALIDATION = added(['task', 'validation'], 0.1, 'task.validation');
const EVERY_EPOCH = changedField(['training', 'eval_strategy'], 'epoch');

/** Several fixes as one, where it takes all of them. */
function together(fixes: readonly Fix[]): Fix {
  const [first, ...others] = fixes.map(({ title }) => title);
  const title = [first, ...others.map((each) => each[0].toLowerCase() + each.slice(1))].join(', and ');
  return { title, changes: fixes.flatMap(({ changes }) => changes) };
}

function evaluationRules({ task, training }: Written): Finding[] {
  const { eval_strategy, eval_steps, early_stopping_patience, metric_for_best_model: metric } = training;
  const findings: Finding[] = [];
  const add = (finding: Omit<Finding, 'path'>, field: keyof Written['training']) => {
    findings.push({ ...finding, path: ['training', field] });
  };

  const isEvaluated = eval_strategy === undefined ? task.validation !== undefined : eval_strategy !== 'no';
  if (isEvaluated && task.validation === undefined) {
    const message = `evaluation needs \`task.validation\`, which is not given`;
    const fixes = [VALIDATION, removed(['training', 'eval_strategy'])];
    add({ code: 'needs-data', message, fixes }, 'eval_strategy');
  }
  if (early_stopping_patience !== undefined && !(isEvaluated && task.validation !== undefined)) {
    const missing = task.validation === undefined ? '`task.validation`' : 'an `eval_strategy` other than no';
    const wanted = [
      ...(task.validation === undefined ? [VALIDATION] : []),
      ...(eval_strategy === 'no' ? [EVERY_EPOCH] : []),
    ];
    const fixes = [together(wanted), removed(['training', 'early_stopping_patience'])];
    add({ code: 'needs-data', message: `early stopping needs ${missing}`, fixes }, 'early_stopping_patience');
  }
  if (eval_strategy === 'steps' && eval_steps === undefined) {
    add(
      {
        code: 'missing-eval-steps',
        message: '`eval_strategy: steps` needs `eval_steps`, which is not given',
        // As Transformers: without a number of its own, evaluation follows the logging.
        fixes: [added(['training', 'eval_steps'], training.logging_steps), EVERY_EPOCH],
      },
      'eval_strategy',
    );
  }
  if (eval_strategy !== 'steps' && eval_steps !== undefined) {
    add(
      {
        code: 'no-effect',
        severity: 'warning',
        message: '`eval_steps` has no effect without `eval_strategy: steps`',
        fixes: [removed(['training', 'eval_steps'])],
      },
      'eval_steps',
    );
  }
  const { metricNames, smoothsLabels } = tasks[task.type];
  if (training.label_smoothing_factor > 0 && !smoothsLabels) {
    add(
      {
        code: 'no-effect',
        severity: 'warning',
        message: `\`label_smoothing_factor\` has no effect on the loss of ${task.type}`,
        fixes: [removed(['training', 'label_smoothing_factor'])],
      },
      'label_smoothing_factor',
    );
  }
  const metrics = [...metricNames, 'loss'];
  if (metric !== undefined && !metrics.includes(metric)) {
    const known = `expected a metric of ${task.type} (${metrics.join(', ')})`;
    const message = `${known}, found "${metric}"${didYouMean(metric, metrics)}`;
    const fixes = meantWord(['training', 'metric_for_best_model'], metric, metrics);
    add({ code: 'unknown-metric', message, fixes }, 'metric_for_best_model');
  }
  return findings;
}
