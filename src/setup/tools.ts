import { toolsMissing } from './errors.ts';
import { runTool, type ToolOptions } from './tool.ts';

/** Commands that build: each with its arguments. */
export interface Tools {
  readonly npm: readonly string[];
  readonly python: readonly string[];
  readonly pip: readonly string[];
  readonly compiler: readonly string[];
}

/** PyPI's wheels of this version of TensorFlow are for these. */
const PYTHON = 'import sys, pip; sys.exit(0 if (3, 10) <= sys.version_info[:2] <= (3, 13) else 1)';

/**
 * `cwd`: a folder of ours; Python and npm take code and settings from the folder that they are started in.
 * @throws UserError that names all that are missing, and what to install
 */
export async function findTools(
  options: Pick<ToolOptions, 'env' | 'signal'> & { readonly cwd: string },
): Promise<Tools> {
  const works = async (command: string, ...args: string[]) =>
    (await runTool(command, args, options)).status === 0;
  const needed = [
    { what: 'npm', install: 'npm (it comes with Node)', found: await works('npm', '--version') },
    {
      what: 'Python 3.10 to 3.13 with pip (python3)',
      install: 'python3 and python3-pip',
      found: await works('python3', '-c', PYTHON),
    },
    { what: 'a compiler (g++)', install: 'g++', found: await works('g++', '--version') },
  ];
  const missing = needed.filter(({ found }) => !found);
  if (missing.length > 0) throw toolsMissing('tensorflow', missing);
  return { npm: ['npm'], python: ['python3'], pip: ['python3', '-m', 'pip'], compiler: ['g++'] };
}
