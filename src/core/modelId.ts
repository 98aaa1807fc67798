/** The names of a model's parts on the hub are made of these; each is one path component on disk. */
const component = /^\w(?:[\w.-]*\w)?$/;

/** Whether the text is a hub id, `name` or `owner/name`, by the rules of huggingface_hub's `validate_repo_id`. */
export function isModelId(text: string): boolean {
  const parts = text.split('/');
  const isClean = !text.includes('--') && !text.includes('..') && !text.endsWith('.git');
  return text.length <= 96 && parts.length <= 2 && isClean && parts.every((part) => component.test(part));
}

/** Whether the text can name a branch, tag, pull request (`refs/pr/1`) or commit. */
export function isRevision(text: string): boolean {
  return text.length <= 256 && !text.includes('..') && text.split('/').every((part) => component.test(part));
}

/** Whether `model` is written as a folder: `.`, `..`, or `./`, `../`, `/` or a Windows drive at its start. */
export function isModelPath(model: string): boolean {
  return /^(\.{1,2}([\\/]|$)|\/|[A-Za-z]:[\\/])/.test(model);
}

export function isCommit(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{40}$/.test(text);
}
