/** How an exported folder is loaded in Python. */
export interface PythonModel {
  readonly dir: string;
  /** Transformers' class of the model with its head. */
  readonly className: string;
  /** In the order of their ids. */
  readonly labels: readonly string[];
}

/** For a folder that `writeMergedFolder` wrote. */
export function mergedSnippet({ dir, className }: PythonModel): string {
  return `from transformers import AutoTokenizer, ${className}

model = ${className}.from_pretrained(${quoted(dir)})
tokenizer = AutoTokenizer.from_pretrained(${quoted(dir)})
`;
}

/** For a folder that `writePeftFolder` wrote. */
export function peftSnippet(
  { dir, className, labels }: PythonModel,
  { baseModel, revision }: { baseModel: string; revision?: string },
): string {
  const source = quoted(baseModel) + (revision === undefined ? '' : `, revision=${quoted(revision)}`);
  const names = labels.map((label, id) => `${id}: ${quoted(label)}`).join(', ');
  return `from peft import PeftModel
from transformers import AutoTokenizer, ${className}

base = ${className}.from_pretrained(${source}, id2label={${names}})
model = PeftModel.from_pretrained(base, ${quoted(dir)})
tokenizer = AutoTokenizer.from_pretrained(${source})
`;
}

/** A Python string: what JSON escapes, Python reads the same. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
