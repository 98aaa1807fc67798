/**
 * The task that a run's own recipe names, undefined where it names none: a resolved recipe is written in block style, two spaces a
 * level, so that this one word needs no reader of YAML.
 */
export function runTask(recipe: string): string | undefined {
  const [, section = ''] = /^task:\r?\n((?: .*(?:\r?\n|$))*)/m.exec(recipe) ?? [];
  return /^ {2}type: *(['"]?)([\w-]+)\1\s*$/m.exec(section)?.[2];
}
