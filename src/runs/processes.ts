import { readFileSync } from 'node:fs';

/** Whether the process that had this id, and this start where it is known, still runs. */
export function isAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statFields(pid);
  if (stat === undefined) return true;
  const ended = stat.state === 'Z' || stat.state === 'X';
  return !ended && (start === undefined || start === stat.start);
}

/** When the process started, in a form that is only compared; undefined where the system does not tell (off Linux). */
export function processStart(pid: number): string | undefined {
  return statFields(pid)?.start;
}

/** Fields 3 and 22 of Linux's `/proc/<pid>/stat` (proc(5)); they are counted after the command's name, which may hold anything. */
function statFields(pid: number): { state: string; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: fields[19] };
  } catch {
    return undefined;
  }
}
