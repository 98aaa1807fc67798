import { tasks } from '../tasks/registry.ts';
import { didYouMean } from './didYouMean.ts';
import type { Written } from './configure.ts';
import { isModelPath } from '../core/modelId.ts';
import { meantWord, removed } from './fixes.ts';
import { methodRules } from './methodRules.ts';
import type { Finding } from './problem.ts';
import { dataFormats } from './schema.ts';

/** What is wrong with a configuration beyond its single fields. */
export function configurationFindings(written: Written): Finding[] {
  return [methodRules, modelRules, fileRules, evaluationRules].flatMap((rule) => rule(written));
}

function modelRules({ model, revision }: Written): Finding[] {
  if (revision === undefined || !isModelPath(model)) return [];
  const message = 'a revision is for models of the hub; the model is a folder';
  const path = ['revision'];
  return [{ code: 'no-effect', severity: 'warning', message, path, fixes: [removed(path)] }];
}

function fileRules({ task }: Written): Finding[] {
  if (task.format !== undefined) return [];
  return ['train', 'validation', 'test'].flatMap((field): Finding[] => {
    const file = task[field];
    if (typeof file !== 'string' || dataFormats.some((format) => file.toLowerCase().endsWith(`.${format}`)))
      return [];
    const known = dataFormats.map((format) => `.${format}`).join(', ');
    const message = `cannot tell the format of "${file}"; expected a name in ${known}, or a \`format\` beside it`;
    return [{ code: 'unknown-format', message, path: ['task', field] }];
  });
}

function evaluationRules({ task, training }: Written): Finding[] {
  const { eval_strategy, eval_steps, early_stopping_patience, metric_for_best_model: metric } = training;
  const findings: Finding[] = [];
  const add = (finding: Omit<Finding, 'path'>, field: keyof Written['training']) => {
    findings.push({ ...finding, path: ['training', field] });
  };

  const isEvaluated = eval_strategy === undefined ? task.validation !== undefined : eval_strategy !== 'no';
  if (isEvaluated && task.validation === undefined) {
    add(
      { code: 'needs-data', message: `evaluation needs \`task.validation\`, which is not given` },
      'eval_strategy',
    );
  }
  if (early_stopping_patience !== undefined && !(isEvaluated && task.validation !== undefined)) {
    const missing = task.validation === undefined ? '`task.validation`' : 'an `eval_strategy` other than no';
    add({ code: 'needs-data', message: `early stopping needs ${missing}` }, 'early_stopping_patience');
  }
  if (eval_strategy === 'steps' && eval_steps === undefined) {
    add(
      {
        code: 'missing-eval-steps',
        message: '`eval_strategy: steps` needs `eval_steps`, which is not given',
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
  const metrics = [...tasks[task.type].metricNames, 'loss'];
  if (metric !== undefined && !metrics.includes(metric)) {
    const known = `expected a metric of ${task.type} (${metrics.join(', ')})`;
    const message = `${known}, found "${metric}"${didYouMean(metric, metrics)}`;
    const fixes = meantWord(['training', 'metric_for_best_model'], metric, metrics);
    add({ code: 'unknown-metric', message, fixes }, 'metric_for_best_model');
  }
  return findings;
}
