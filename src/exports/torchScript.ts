import type { TorchForm } from '../peft/method.ts';
import type { TorchHead } from '../tasks/task.ts';

/** A method of the script, by its id. */
export interface ScriptMethod {
  readonly id: string;
  readonly form: TorchForm;
}

/**
 * The Python script that puts an adapter folder on a model of Transformers: always the same but for the functions of the methods and
 * of the head, of which it has those that are needed. It reads the list `torch` of adapter.json. `head`: where the model's class has none.
 */
export function torchScript(methods: readonly ScriptMethod[], head: TorchHead | undefined): string {
  const imports = [
    'import json',
    'from pathlib import Path',
    'import torch',
    'from safetensors.torch import load_file',
    'from torch import nn',
    'from torch.nn import functional as F',
    ...methods.flatMap(({ form }) => form.imports ?? []),
  ];
  const parts = [
    `"""Puts the adapter of this folder on a model of Hugging Face Transformers.

    model = load_adapter(model, "this folder")

README.md says which model. It needs torch, safetensors and Transformers, of which 4.57 to 5.18 were tried.
The adapter's tensors become parameters of the model, so it can be moved and cast as any other. Dropout of the methods,
which is for training, is left out.
"""

# Written by PEFT Workbench. SPDX-License-Identifier: Apache-2.0 (this script; not the weights beside it)

${importLines(imports)}
`,
    `def load_adapter(model, folder):
    """Replaces tensors of the model by those of the folder and hooks in what is new; returns the model.

    Raises ValueError for a tensor that does not fit the model.
    """
    manifest = json.loads((Path(folder) / "adapter.json").read_text(encoding="utf-8"))
    base = model.base_model
    like = next(base.parameters())
    tensors = {name: tensor.to(like) for name, tensor in load_file(Path(folder) / "adapter.safetensors").items()}
    for use in manifest["torch"]:
        METHODS[use["method"]](base, tensors, **use["arguments"])
${head?.modules ?? ''}    own = {**dict(model.named_parameters()), **dict(base.named_parameters())}
    for name, tensor in tensors.items():
        if name not in own or own[name].shape != tensor.shape:
            found = tuple(own[name].shape) if name in own else "none"
            raise ValueError(f"expected a model with {name} {tuple(tensor.shape)}, found {found}")
        own[name].data.copy_(tensor)
    labels = manifest["task"]["labels"]
    if labels:
        model.config.id2label = dict(enumerate(labels))
        model.config.label2id = {label: id for id, label in enumerate(labels)}
    return model
`,
    ...(head === undefined ? [] : [head.python]),
    ...methods.map(({ form }) => form.python),
    `METHODS = {${methods.map(({ id }) => `"${id}": ${id}`).join(', ')}}
`,
  ];
  return parts.join('\n\n');
}

/** Each once: modules of Python itself, then those of packages. */
function importLines(statements: readonly string[]): string {
  const once = [...new Set(statements)];
  const isOfPackage = (line: string) => /^(?:from|import) (?:torch|transformers|safetensors)\b/.test(line);
  const own = once.filter((line) => !isOfPackage(line));
  return [...own, '', ...once.filter(isOfPackage)].join('\n');
}
