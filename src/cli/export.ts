import { resolve } from 'node:path';
import { readAdapter, type AdapterManifest } from '../checkpoints/adapterFolder.ts';
import { isModelPath } from '../core/modelId.ts';
import { compute } from '../engine/compute.ts';
import type { ExportForm, ExportRequest } from '../exports/form.ts';
import { exportForms, formsOf } from '../exports/registry.ts';
import { findRun } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import { findTask } from '../tasks/registry.ts';
import { readModel } from '../trainer/inputs.ts';
import type { Command, CommandContext } from './command.ts';
import { badArguments, localBase, noSuchForm, noSuchFormat, notFinished } from './errors.ts';
import { expectBase, learntBy } from './subject.ts';

const ids = Object.keys(exportForms);

export const command: Command = {
  name: 'export',
  usage: `RUN --format ${ids.join('|')} --out DIR [--base-model ID] [--runs DIR]`,
  summary: `Writes what a run learnt as ${Object.values(exportForms)
    .map(({ id, help }) => `${help} (${id})`)
    .join(', ')}.`,
  positionals: { least: 1, most: 1 },
  options: {
    format: { type: 'string' },
    out: { type: 'string' },
    'base-model': { type: 'string' },
    runs: { type: 'string' },
  },
  async run({ values, positionals: [argument], io }) {
    const { form, out, baseModel } = optionsOf(values);
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const { id, dir, status } = await findRun(argument, { cwd: io.cwd, runsDir });
    if (status !== 'finished') throw notFinished(id, status);
    const adapter = await readAdapter(runPaths(dir).adapter);
    const { base } = adapter;
    const { model } = await readModel(base, base.seed ?? 0, { recipeDir: dir, env: io.env });
    const request: ExportRequest = {
      dir: resolve(io.cwd, out),
      model,
      adapter,
      task: findTask(adapter.task.type),
      learntBy: learntBy(runPaths(dir).adapter, adapter, model),
      baseModel: baseModelOf(adapter.base, baseModel),
      compute,
    };
    const refused = form.refusal(request);
    if (refused !== undefined) throw noSuchForm(form.id, refused, formsOf(request));
    if (form.namesBase && request.baseModel.id === null) throw localBase(adapter.base.model);
    await expectBase(model, id, adapter.base.weightsSha256);
    io.stdout.write(await form.write(request));
    return 0;
  },
};

/** As it was given, else as the run names it, save a folder of this machine, and what gave no weights. */
function baseModelOf(
  { model, revision, weights }: AdapterManifest['base'],
  given: string | undefined,
): ExportRequest['baseModel'] {
  if (given !== undefined) return { id: given };
  return weights !== undefined || isModelPath(model) ? { id: null } : { id: model, revision };
}

function optionsOf(values: CommandContext['values']): {
  form: ExportForm;
  out: string;
  baseModel?: string;
} {
  const { format, out, 'base-model': baseModel } = values as Record<string, string | undefined>;
  if (format === undefined || out === undefined)
    throw badArguments(command, 'export: expected --format and --out');
  if (!Object.hasOwn(exportForms, format)) throw noSuchFormat(format, ids);
  return { form: exportForms[format], out, baseModel };
}
