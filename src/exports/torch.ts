import { join } from 'node:path';
import { writeAdapterFiles } from '../checkpoints/adapterFolder.ts';
import { writeFileAtomically, writeFolderAtomically } from '../files/atomicWrite.ts';
import type { ExportForm, ExportRequest } from './form.ts';
import { FOLDER_OF_CARD, writeModelCard } from './modelCard.ts';
import { hubSource, quoted } from './python.ts';
import { torchScript, type ScriptMethod } from './torchScript.ts';
import {
  classNameOf,
  configArguments,
  ownHeadOf,
  unlikeClass,
  withoutBase,
  tokenizerLines,
} from './transformersClass.ts';

/**
 * The product's own adapter with a script that puts it on a model of Transformers: for any union. What the script needs to know of the
 * methods stands in adapter.json under `torch`, beside what the product itself reads there.
 */
export const torch: ExportForm = {
  id: 'torch',
  help: 'an adapter with its own Python script',
  namesBase: true,
  refusal: (request) =>
    withoutBase(request) ?? (ownHeadOf(request) === undefined ? unlikeClass(request) : undefined),
  write: async (request) => {
    const { dir, adapter, baseModel } = request;
    const base = {
      ...adapter.base,
      ...(baseModel.id !== null && { model: baseModel.id, revision: baseModel.revision }),
    };
    await writeFolderAtomically(dir, async (beside) => {
      await writeAdapterFiles(beside, { ...adapter, base }, { torch: usesOf(request) });
      await writeFileAtomically(join(beside, 'load_adapter.py'), (handle) =>
        handle.writeFile(torchScript(methodsOf(request), ownHeadOf(request)?.torch)),
      );
      await writeModelCard(beside, request, {
        library: 'transformers',
        howToLoad: snippetOf(request, FOLDER_OF_CARD),
      });
    });
    return snippetOf(request, dir);
  },
};

/** What the script does, in this order: the functions of the methods, with their arguments. */
function usesOf({ learntBy, model }: ExportRequest): object[] {
  return learntBy.flatMap(({ method: { id, torch: form }, fields }) =>
    form === undefined ? [] : [{ method: id, arguments: form.arguments(fields, model) }],
  );
}

function methodsOf({ learntBy }: ExportRequest): ScriptMethod[] {
  const forms = new Map(learntBy.map(({ method }) => [method.id, method.torch]));
  return [...forms].flatMap(([id, form]) => (form === undefined ? [] : [{ id, form }]));
}

function snippetOf(request: ExportRequest, folder: string): string {
  const { adapter, baseModel } = request;
  const source = hubSource({ ...baseModel, id: baseModel.id ?? adapter.base.model });
  const head = ownHeadOf(request)?.torch;
  const [className, config] =
    head === undefined ? [classNameOf(request), configArguments(request)] : ['AutoModel', ''];
  const imported = [...(head === undefined ? [] : [head.function]), 'load_adapter'].sort().join(', ');
  const [first, second] = ['AutoTokenizer', className].sort();
  return `import sys

from transformers import ${first}, ${second}

sys.path.insert(0, ${quoted(folder)})
from load_adapter import ${imported}

model = load_adapter(${className}.from_pretrained(${source}${config}), ${quoted(folder)})
${tokenizerLines(request.model, source)}${head === undefined ? '' : `logits = ${head.function}(model, **tokenizer(["a text"], return_tensors="pt"))\n`}`;
}
