/** Path of the module that holds a tensor: `a.b` of `a.b.weight`; likewise of a module the one around it. */
export function moduleOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.'));
}
