import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetched } from './fetched.ts';
import type { ToolOptions } from './tool.ts';

/** What is asked of pip ("name==version"), and the SHA-256 of each file that may come. */
export type WheelHashes = Readonly<Record<string, readonly string[]>>;

/**
 * Has pip fetch wheels, and nothing that they depend on, into the folder `wheels` of `cwd`.
 * @param choice - pip's options for another Python or system than its own
 * @returns that folder
 * @throws UserError where one does not come, or is not the file that it should be
 */
export async function fetchWheels(
  hashes: WheelHashes,
  pip: readonly string[],
  options: ToolOptions & { readonly cwd: string },
  choice: readonly string[] = [],
): Promise<string> {
  const wheels = join(options.cwd, 'wheels');
  const requirements = join(wheels, 'requirements.txt');
  await mkdir(wheels);
  await writeFile(requirements, Object.entries(hashes).map(requirement).join(''));
  const command = [...pip, '--disable-pip-version-check', 'download', '--no-deps', '--only-binary=:all:'];
  const wanted = ['--require-hashes', '-r', requirements];
  await fetched('PyPI', [...command, ...choice, ...wanted, '--dest', wheels], options);
  return wheels;
}

function requirement([wheel, hashes]: [string, readonly string[]]): string {
  return `${[wheel, ...hashes.map((hash) => `--hash=sha256:${hash}`)].join(' ')}\n`;
}
