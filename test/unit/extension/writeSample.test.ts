import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSample } from '../../../src/extension/sample/writeSample.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { withPaths, writeResolved } from '../../../src/recipe/resolved.ts';
import { configurationHash } from '../../../src/runs/createRun.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const source = join(import.meta.dirname, '../../../media/sample');

const written = async (folder: string, model = '/models/all-MiniLM-L6-v2') => {
  const runsDir = join(folder, 'runs');
  await mkdir(runsDir);
  const project = join(folder, 'peft-sample');
  const recipe = await writeSample({ source, folder: project, runsDir, model });
  return { project, runsDir, recipe };
};

describe('sample project', () => {
  it('has recipes without a problem and the licence of its data', async () => {
    const { project } = await written(temporaryFolder());
    for (const name of ['sentiment.peft.yaml', 'layers.peft.yaml']) {
      const text = await readFile(join(project, name), 'utf8');
      expect(parseRecipe(text, name).problems).toEqual([]);
      expect(text).toContain('model: /models/all-MiniLM-L6-v2\n');
    }
    expect(await readFile(join(project, 'data/README.md'), 'utf8')).toContain('CC BY 4.0');
  });

  it('has a finished run whose curve can be read and that shares a group with runs started here', async () => {
    const { project, runsDir } = await written(temporaryFolder());
    const [run, ...others] = await listRuns(runsDir);
    expect(others).toEqual([]);
    if (run.status !== 'finished') throw new Error(`expected a finished run, found ${run.status}`);
    const steps = (await readMetrics(runPaths(run.dir).metrics)).map(({ step }) => step);
    expect(Math.max(...steps)).toBe(150);

    const text = await readFile(join(project, 'sentiment.peft.yaml'), 'utf8');
    const configurations = parseRecipe(text, 'sentiment.peft.yaml').recipe!.configurations;
    const tuned = configurations.find(({ variant }) => variant === 'LN-tuning')!;
    const started = withPaths({ ...tuned, training: { ...tuned.training, executor: 'onnx-cpu' } }, (path) =>
      join(project, path).replace(join(project, '/models'), '/models'),
    );
    expect(run.record.configuration).toBe(configurationHash(writeResolved(started, 7)));
  });

  it.each(['/a model/mit "quotes"', 'C:\\models\\mini', '/tmp/#1: x'])(
    'takes the model %s as it is',
    async (model) => {
      const { recipe, runsDir } = await written(temporaryFolder(), model);
      const parsed = parseRecipe(await readFile(recipe, 'utf8'), recipe);
      expect(parsed.recipe?.configurations[0].model).toBe(model);
      const [run] = await listRuns(runsDir);
      const text = await readFile(runPaths(run.dir).recipe, 'utf8');
      expect(parseRecipe(text, recipe).recipe?.configurations[0].model).toBe(model);
      const adapter = JSON.parse(await readFile(join(runPaths(run.dir).adapter, 'adapter.json'), 'utf8'));
      expect(adapter.base.model).toBe(model);
    },
  );

  it('leaves a folder alone that has content', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'peft-sample'));
    await writeFile(join(folder, 'peft-sample', 'mine.txt'), 'mine');
    await expect(written(folder)).rejects.toThrow(/peft-sample/);
    expect(await readdir(join(folder, 'peft-sample'))).toEqual(['mine.txt']);
  });
});
