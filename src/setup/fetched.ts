import { toolFailed, unreachable } from './errors.ts';
import { lastLines, runTool, type ToolOptions } from './tool.ts';

/** Runs npm or pip. @throws UserError where it fails, which tells an unreachable source from other faults */
export async function fetched(
  source: 'npm' | 'PyPI',
  [command, ...args]: readonly string[],
  options: ToolOptions,
): Promise<void> {
  const { status, output } = await runTool(command, args, options);
  if (status === 0) return;
  const said = lastLines(output);
  throw UNREACHABLE.test(output) ? unreachable(command, source, said) : toolFailed(command, status, said);
}

/** Words of npm and pip for a source that does not answer. */
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError/;
