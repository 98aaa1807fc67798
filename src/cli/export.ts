import { resolve } from 'node:path';
import { readAdapter, type Adapter } from '../checkpoints/adapterFolder.ts';
import { meanPoolingHasNoClass } from '../checkpoints/errors.ts';
import { writeMergedFolder } from '../checkpoints/mergedFolder.ts';
import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import { peftNorms, writePeftFolder } from '../checkpoints/peftFolder.ts';
import { isModelPath } from '../core/modelId.ts';
import { findRun } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import { readModel } from '../trainer/inputs.ts';
import type { Command, CommandContext } from './command.ts';
import { badArguments, localBase, noSuchFormat, notFinished } from './errors.ts';
import { mergedSnippet, peftSnippet, type PythonModel } from './pythonSnippet.ts';
import { expectBase } from './subject.ts';

export const command: Command = {
  name: 'export',
  usage: 'RUN --format peft|merged --out DIR [--base-model ID] [--runs DIR]',
  summary: 'Writes what a run learnt as HF PEFT (peft) or Transformers (merged) load it.',
  positionals: { least: 1, most: 1 },
  options: {
    format: { type: 'string' },
    out: { type: 'string' },
    'base-model': { type: 'string' },
    runs: { type: 'string' },
  },
  async run({ values, positionals: [argument], io }) {
    const { format, out, baseModel } = optionsOf(values);
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const { id, dir, status } = await findRun(argument, { cwd: io.cwd, runsDir });
    if (status !== 'finished') throw notFinished(id, status);
    const adapter = await readAdapter(runPaths(dir).adapter);
    const { model } = await readModel(adapter.base, { recipeDir: dir, env: io.env });
    if (adapter.task.pooling === 'mean')
      throw meanPoolingHasNoClass(format, model.architecture.classes.sequenceClassification);
    await expectBase(model, id, adapter.base.weightsSha256);
    io.stdout.write(await formats[format]({ dir: resolve(io.cwd, out), model, adapter, baseModel }));
    return 0;
  },
};

interface Export {
  readonly dir: string;
  readonly model: ModelFolder;
  readonly adapter: Adapter;
  /** The name of the base model for others, where it was given. */
  readonly baseModel?: string;
}

/** Every form: each writes its folder and returns the Python that loads it. @throws Refusal where the run has no such form */
const formats = {
  peft: async ({ dir, model, adapter, baseModel }: Export) => {
    const { tensors, base } = adapter;
    peftNorms(model, tensors); // whoever is refused need not be asked for a name first
    if (baseModel === undefined && isModelPath(base.model)) throw localBase(base.model);
    const named =
      baseModel === undefined ? { baseModel: base.model, revision: base.revision } : { baseModel };
    await writePeftFolder(dir, { model, tensors, ...named });
    return peftSnippet(pythonModel(dir, model, adapter), named);
  },
  merged: async ({ dir, model, adapter }: Export) => {
    await writeMergedFolder(dir, { model, tensors: adapter.tensors, labels: adapter.task.labels });
    return mergedSnippet(pythonModel(dir, model, adapter));
  },
};

function pythonModel(dir: string, { architecture }: ModelFolder, { task }: Adapter): PythonModel {
  return { dir, className: architecture.classes.sequenceClassification, labels: task.labels };
}

function optionsOf(values: CommandContext['values']): {
  format: keyof typeof formats;
  out: string;
  baseModel?: string;
} {
  const { format, out, 'base-model': baseModel } = values as Record<string, string | undefined>;
  if (format === undefined || out === undefined)
    throw badArguments(command, 'export: expected --format and --out');
  if (!Object.hasOwn(formats, format)) throw noSuchFormat(format, Object.keys(formats));
  if (baseModel !== undefined && format !== 'peft')
    throw badArguments(command, 'export: --base-model goes with --format peft');
  return { format: format as keyof typeof formats, out, baseModel };
}
