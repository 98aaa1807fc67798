import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { yamlScalar } from '../../core/yamlText.ts';
import { writeFolderAtomically } from '../../files/atomicWrite.ts';
import { configurationHash } from '../../runs/createRun.ts';
import { runPaths } from '../../runs/runPaths.ts';

export interface Sample {
  /** The sample as it ships: data, recipes, and a recorded run with placeholders. */
  readonly source: string;
  /** Folder to be made, for data and recipes. */
  readonly folder: string;
  /** Where runs are looked for: the recorded one is put there. */
  readonly runsDir: string;
  /** Model that the recipes name: a hub id or an absolute path. */
  readonly model: string;
}

const RECIPES = ['sentiment.peft.yaml', 'layers.peft.yaml'];

/**
 * Writes the sample project; returns the path of its first recipe. The recorded run gets the paths of this machine, so that it belongs
 * to one group with runs that its recipe starts here.
 * @throws UserError where the folder is there and not empty; RunFailure where the system refuses
 */
export async function writeSample({ source, folder, runsDir, model }: Sample): Promise<string> {
  await writeFolderAtomically(folder, async (beside) => {
    await cp(join(source, 'data'), join(beside, 'data'), { recursive: true });
    for (const name of RECIPES) {
      const text = await readFile(join(source, name), 'utf8');
      await writeFile(
        join(beside, name),
        text.replace(/^model: .*$/m, () => `model: ${yamlScalar(model)}`),
      );
    }
  });
  await writeRecordedRun(join(source, 'run'), runsDir, { model, folder });
  return join(folder, RECIPES[0]);
}

async function writeRecordedRun(
  source: string,
  runsDir: string,
  values: Readonly<Record<'model' | 'folder', string>>,
): Promise<void> {
  const record = JSON.parse(await readFile(runPaths(source).record, 'utf8')) as { createdAt: string };
  const [date, time] = record.createdAt.split(/[T.]/);
  const id = `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-sentiment-ln-tuning-s1`;
  const target = join(runsDir, id);
  if (await stat(target).catch(() => undefined)) return; // a second sample beside the first
  await writeFolderAtomically(target, async (beside) => {
    await cp(source, beside, { recursive: true });
    const { recipe, record: recordFile, adapter } = runPaths(beside);
    const text = filled(await readFile(recipe, 'utf8'), values, yamlScalar);
    await writeFile(recipe, text);
    const description = join(adapter, 'adapter.json');
    const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
    await writeFile(description, filled(await readFile(description, 'utf8'), values, inJson));
    const configuration = configurationHash(text);
    await writeFile(recordFile, `${JSON.stringify({ ...record, configuration }, undefined, 2)}\n`);
  });
}

/** Each line's placeholders with their values, the scalar that they stand in written as its format wants it. */
function filled(
  text: string,
  values: Readonly<Record<string, string>>,
  write: (value: string) => string,
): string {
  return text.replace(/\{\{(\w+)\}\}([^\s",]*)/g, (_, name: string, rest: string) =>
    write(rest === '' ? values[name] : join(values[name], rest)),
  );
}

/** The name of the folder that a sample gets. */
export const sampleFolderName = 'peft-sample';
