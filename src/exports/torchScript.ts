import type { TorchForm } from '../peft/method.ts';

/** A method of the script, by its id. */
export interface ScriptMethod {
  readonly id: string;
  readonly form: TorchForm;
}

/** How the model's sentence vector comes about: its class has a head, or the script brings one. */
export type ScriptHead = 'of the class' | 'on the mean';

/**
 * The Python script that puts an adapter folder on a model of Transformers: always the same but for the functions of the methods and
 * of the head, of which it has those that are needed. It reads the list `torch` of adapter.json.
 */
export function torchScript(methods: readonly ScriptMethod[], head: ScriptHead): string {
  const imports = [
    'import json',
    'from pathlib import Path',
    'import torch',
    'from safetensors.torch import load_file',
    'from torch import nn',
    'from torch.nn import functional as F',
    ...methods.flatMap(({ form }) => form.imports ?? []),
  ];
  const onMean = head === 'on the mean';
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
${onMean ? HEAD : ''}    own = {**dict(model.named_parameters()), **dict(base.named_parameters())}
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
    ...(onMean ? [CLASSIFY] : []),
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

const HEAD = `    classes, width = tensors["classifier.weight"].shape
    model.classifier = nn.Linear(width, classes).to(like)
`;

const CLASSIFY = `def classify(model, input_ids, attention_mask, **others):
    """Logits (rows, classes): the classifier on the mean of the tokens' last hidden states"""
    states = model(input_ids, attention_mask=attention_mask, **others).last_hidden_state
    mask = attention_mask.unsqueeze(-1).to(states)
    return model.classifier((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9))
`;
