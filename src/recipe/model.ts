/** Whether `model` is written as a folder: `./`, `../`, `/` or a Windows drive at its start. */
export function isModelPath(model: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}\\|[A-Za-z]:[\\/])/.test(model);
}

/**
 * Whether `model` is a well-formed hub id, `name` or `organisation/name`, by the rules of huggingface_hub's
 * `validate_repo_id`; so it is safe as part of a URL and of a cache folder's name.
 */
export function isHubId(model: string): boolean {
  const part = /^(?![-.])[\w.-]{1,96}(?<![-.])$/;
  const parts = model.split('/');
  return parts.length <= 2 && parts.every((name) => part.test(name)) && !/--|\.\.|\.git$/.test(model);
}

/** Whether `revision` is a branch, tag or commit that is safe as part of a URL and of a path. */
export function isRevision(revision: string): boolean {
  return /^(?![-./])[\w./-]{1,200}(?<![./])$/.test(revision) && !/\.\.|\/\/|\/\./.test(revision);
}
