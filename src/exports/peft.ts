import { moduleOf } from '../core/moduleOf.ts';
import { join } from 'node:path';
import { writeSafetensors } from '../checkpoints/safetensors.ts';
import type { HostTensors } from '../core/tensor.ts';
import { writeFolderAtomically, writeJson } from '../files/atomicWrite.ts';
import type { PeftForm } from '../peft/method.ts';
import type { ExportForm, ExportRequest, LearntBy } from './form.ts';
import { FOLDER_OF_CARD, writeModelCard } from './modelCard.ts';
import { CONFIG, pathInClass, WEIGHTS } from './peftKeys.ts';
import { hubSource, quoted } from './python.ts';
import {
  classNameOf,
  configArguments,
  unlikeClass,
  withoutBase,
  tokenizerLines,
} from './transformersClass.ts';

/**
 * An adapter that `PeftModel.from_pretrained` loads onto Transformers' class with the head. An adapter of PEFT is of one type:
 * one method's. Others go along only where their tensors fill whole modules of the base model, as `modules_to_save`.
 */
export const peft: ExportForm = {
  id: 'peft',
  help: 'an HF PEFT adapter',
  namesBase: true,
  refusal: (request) => {
    const { learntBy, model } = request;
    const baseless = withoutBase(request);
    if (baseless !== undefined) return baseless;
    if (learntBy.length === 0)
      return 'HF PEFT has no adapter type that trains the head alone (modules_to_save only goes along with one)';
    const typeless = learntBy.filter(({ method }) => method.peft === undefined);
    if (typeless.length > 0) return `HF PEFT has no adapter type for ${titles(typeless)}`;
    for (const { method, fields } of learntBy) {
      const reason = method.peft?.refusal?.(fields, model);
      if (reason !== undefined) return reason;
    }
    const others = goingAlong(learntBy).filter(({ method }) => method.peft?.wholeModules === undefined);
    if (others.length > 0)
      return `an adapter of HF PEFT has one type, but the run united ${titles([typed(learntBy), ...others])}`;
    // A prefix is put in front by PEFT's class itself.
    if (dropsTokenTypes(request) && formOf(typed(learntBy)).form.root === 'base_model.')
      return `HF PEFT's class for ${request.adapter.task.type} leaves out the token types, which ${classNameOf(request)} reads`;
    return unlikeClass(request);
  },
  write: async (request) => {
    const { dir } = request;
    const { tensors, modules } = await savedModules(request);
    const own = await ownTensors(request);
    await writeFolderAtomically(dir, async (beside) => {
      await writeSafetensors(join(beside, WEIGHTS), new Map([...own, ...tensors]), { format: 'pt' });
      await writeJson(join(beside, CONFIG), configOf(request, modules));
      await writeModelCard(beside, request, {
        library: 'peft',
        howToLoad: snippetOf(request, FOLDER_OF_CARD),
      });
    });
    return snippetOf(request, dir);
  },
};

/** The method whose type the adapter is of: one that could not go along with another, where there is such. */
function typed(learntBy: readonly LearntBy[]): LearntBy {
  return learntBy.find(({ method }) => method.peft?.wholeModules === undefined) ?? learntBy[0];
}

/** All its uses: more than one where a recipe lists them. */
function typedUses(learntBy: readonly LearntBy[]): [LearntBy, ...LearntBy[]] {
  const first = typed(learntBy);
  return [first, ...learntBy.filter((each) => each !== first && each.method === first.method)];
}

function goingAlong(learntBy: readonly LearntBy[]): LearntBy[] {
  const { method } = typed(learntBy);
  return learntBy.filter((each) => each.method !== method);
}

/** The tensors of the adapter's own type, by PEFT's keys. */
async function ownTensors({ learntBy, model, adapter }: ExportRequest): Promise<HostTensors> {
  const kept = typedUses(learntBy).flatMap((use) => {
    const { form, fields } = formOf(use);
    return Object.entries(form.tensors(fields, model));
  });
  const values = await valuesOf(
    kept.map(([name]) => name),
    { model, adapter },
  );
  return new Map(kept.map(([name, { key, shape }]) => [key, { ...values.get(name)!, shape }]));
}

/** Modules that PEFT keeps whole, and their tensors by its keys: of other methods, of the head, and a pooler that the base model lacks. */
async function savedModules(
  request: ExportRequest,
): Promise<{ readonly tensors: HostTensors; readonly modules: readonly string[] }> {
  const { learntBy, model, adapter } = request;
  const { root } = formOf(typed(learntBy)).form;
  const ofMethods = goingAlong(learntBy).flatMap((use) => {
    const { form, fields } = formOf(use);
    return Object.keys(form.tensors(fields, model));
  });
  const trained = new Set(
    learntBy.flatMap(({ method, fields }) => method.declare(fields, model).map(({ name }) => name)),
  );
  const ofHead = [...adapter.tensors.keys()].filter((name) => !trained.has(name));
  const values = await valuesOf([...ofMethods, ...ofHead], request);
  return {
    tensors: new Map([...values].map(([name, value]) => [root + pathInClass(name, model), value])),
    modules: [
      ...new Set([
        ...request.task.transformers.peftModules,
        ...ofHead.map((name) => name.split('.')[0]),
        // Full paths: the bare word "LayerNorm" would also match norms of heads.
        ...ofMethods.map(moduleOf),
      ]),
    ],
  };
}

function configOf({ learntBy, model, baseModel, task }: ExportRequest, modules: readonly string[]): object {
  const [first, ...more] = typedUses(learntBy).map(formOf);
  const { form } = first;
  return {
    auto_mapping: null,
    base_model_name_or_path: baseModel.id,
    inference_mode: true,
    modules_to_save: modules,
    peft_type: form.type,
    revision: baseModel.revision ?? null,
    task_type: task.transformers.peftTask,
    ...form.config([first.fields, ...more.map(({ fields }) => fields)], model),
  };
}

/** What the run learnt, else what the base model has. */
async function valuesOf(
  names: readonly string[],
  { model, adapter }: Pick<ExportRequest, 'model' | 'adapter'>,
): Promise<HostTensors> {
  const untrained = await model.load(names.filter((name) => !adapter.tensors.has(name)));
  return new Map(names.map((name) => [name, adapter.tensors.get(name) ?? untrained.get(name)!]));
}

function formOf({ method, fields }: LearntBy): { readonly form: PeftForm; readonly fields: unknown } {
  return { form: method.peft!, fields };
}

/** Whether PEFT's class for the task would not compute what the model inside of it does. */
function dropsTokenTypes({ task, model }: ExportRequest): boolean {
  return task.transformers.peftDropsTokenTypes === true && model.shape.typeVocabularySize > 0;
}

function titles(uses: readonly LearntBy[]): string {
  return [...new Set(uses.map(({ method }) => method.title))].join(' and ');
}

function snippetOf(request: ExportRequest, folder: string): string {
  const { baseModel } = request;
  const name = classNameOf(request);
  const source = hubSource({ id: baseModel.id!, revision: baseModel.revision });
  return `from peft import PeftModel
from transformers import AutoTokenizer, ${name}

base = ${name}.from_pretrained(${source}${configArguments(request)})
model = PeftModel.from_pretrained(base, ${quoted(folder)})
${dropsTokenTypes(request) ? "model = model.get_base_model()  # with the adapter; PEFT's own class leaves out token_type_ids\n" : ''}${tokenizerLines(request.model, source)}`;
}
