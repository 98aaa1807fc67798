import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { executors } from '../../../src/engine/registry.ts';
import { readRun } from '../../../src/runs/runFolder.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyTextsRecipe, writeTinyTexts } from '../../support/tinyTexts.ts';
import { queueTinyRun } from '../../support/tinyWorkspace.ts';

afterEach(() => vi.restoreAllMocks());

/** The programs that are compiled and disposed of from now on, by name, in their order. */
function watchPrograms(): { readonly compiled: string[]; readonly disposed: string[] } {
  const watched = { compiled: [] as string[], disposed: [] as string[] };
  const open = executors['onnx-cpu'];
  vi.spyOn(executors, 'onnx-cpu').mockImplementation(async () => {
    const executor = await open();
    return {
      ...executor,
      compile: async (program) => {
        watched.compiled.push(program.name);
        const executable = await executor.compile(program);
        return {
          ...executable,
          dispose: async () => {
            watched.disposed.push(program.name);
            await executable.dispose();
          },
        };
      },
    };
  });
  return watched;
}

it(
  'compiles each program of a task that writes once, and only what was asked for',
  { timeout: 120_000 },
  async () => {
    const dir = temporaryFolder();
    const recipe = await writeTinyTexts(dir, { recipe: tinyTextsRecipe });
    const runDir = await queueTinyRun(recipe, join(dir, 'runs'));
    const ofRun = watchPrograms();
    await trainRun(runDir, { stop: () => false, checkpoint: () => false }, {});
    expect(await readRun(runDir)).toMatchObject({ status: 'finished' });
    expect(ofRun.compiled.filter((name) => name !== 'step').sort()).toEqual(['begin', 'evaluate', 'extend']);
    expect(ofRun.disposed.sort()).toEqual(ofRun.compiled.sort());

    vi.restoreAllMocks();
    const ofPredict = watchPrograms();
    const { out } = await runCommand(['predict', runDir], { cwd: dir });
    expect(out.trimEnd().split('\n')).toHaveLength(3);
    expect(ofPredict.compiled.sort()).toEqual(['begin', 'extend']);
    expect(ofPredict.disposed.sort()).toEqual(['begin', 'extend']);

    vi.restoreAllMocks();
    const ofEvaluate = watchPrograms();
    const { out: json } = await runCommand(['evaluate', runDir, '--json'], { cwd: dir });
    expect(Object.keys((JSON.parse(json) as { metrics: object }).metrics)).toEqual(
      expect.arrayContaining(['loss', 'perplexity', 'bleu']),
    );
    expect(ofEvaluate.compiled.sort()).toEqual(['begin', 'evaluate', 'extend']);
  },
);
