import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { recordFile } from '../engine/tensorflowPackage.ts';
import { buildTensorflow } from './buildTensorflow.ts';
import { notHere, tooLittleSpace } from './errors.ts';
import { setUpPackage, type SetupContext } from './package.ts';
import { TENSORFLOW_VERSION, type Flavour } from './tensorflowRecipe.ts';
import { findTools } from './tools.ts';

/** The folder that a flavour is built in; another version is another folder. */
export function buildFolder(folder: string, flavour: Flavour): string {
  return join(folder, `tensorflow-${TENSORFLOW_VERSION}-${flavour.id}`);
}

/** Builds the package, see setUpPackage. @throws UserError for what this machine lacks; RunFailure where it cannot be built or does not work */
export async function setUpTensorflow<T extends object>(
  flavour: Flavour,
  context: SetupContext<T>,
): Promise<T & { dir: string }> {
  const platform = `${process.platform} on ${process.arch}`;
  if (platform !== 'linux on x64') throw notHere(platform);
  const { folder, env, signal } = context;
  const place = buildFolder(folder, flavour);
  const tools = () => findTools({ env, signal, cwd: folder });
  return setUpPackage(
    {
      name: 'tensorflow',
      place,
      dir: join(place, 'node_modules', flavour.binding),
      record: recordFile(folder),
      check: async () => {
        await tools();
        const { bavail, bsize } = await statfs(folder);
        if (bavail * bsize < flavour.spaceBytes)
          throw tooLittleSpace(folder, flavour.spaceBytes, bavail * bsize);
      },
      fill: async (beside) => buildTensorflow(beside, flavour, await tools(), context),
    },
    context,
  );
}
