import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRun } from '../../../src/runs/createRun.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { readRunRecord, writeRunRecord, type RunRecord } from '../../../src/runs/runRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const recipeText = 'version: 1\nname: demo\nmethods:\n  ln_tuning: {}\nseeds: [3]\n';
const now = new Date('2026-11-24T22:15:03.123Z');
const newRun = { recipeText, recipeName: 'Démo recipe', variant: 'prefix + LN', seed: 3, now };

async function written(change: object): Promise<Awaited<ReturnType<typeof readRunRecord>>> {
  const { dir, record } = await createRun(temporaryFolder(), newRun);
  writeFileSync(runPaths(dir).record, JSON.stringify({ ...record, ...change }));
  return readRunRecord(dir);
}

describe('createRun', () => {
  it('writes the recipe as given and a queued record, under a readable id', async () => {
    const { id, dir, record } = await createRun(temporaryFolder(), newRun);
    expect(id).toBe('20261124-221503-demo-recipe-prefix-ln-s3');
    expect(readFileSync(runPaths(dir).recipe, 'utf8')).toBe(recipeText);
    expect(await readRunRecord(dir)).toEqual({ record });
    expect(record).toMatchObject({
      status: 'queued',
      variant: 'prefix + LN',
      seed: 3,
      createdAt: now.toISOString(),
    });
  });

  it('gives runs that are created at once different folders and leaves nothing else', async () => {
    const runsDir = temporaryFolder();
    const ids = (await Promise.all(Array.from({ length: 5 }, () => createRun(runsDir, newRun)))).map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(5);
    expect(readdirSync(runsDir).sort()).toEqual(ids.sort());
    expect(ids).toContain('20261124-221503-demo-recipe-prefix-ln-s3-5');
  });

  it.each(['seeds: [4]', 'seeds:\n  - 4', 'seeds:\n- 4', 'seeds: [4,\n  5]'])(
    'hashes the recipe without its seed: %j',
    async (seeds) => {
      const hash = async (text: string) =>
        (await createRun(temporaryFolder(), { ...newRun, recipeText: text })).record.configuration;
      const other = recipeText.replace('seeds: [3]', seeds);
      expect(await hash(other)).toBe(await hash(recipeText));
      expect(await hash(`${other}training: {}\n`)).toBe(await hash(`${recipeText}training: {}\n`));
      expect(await hash(other.replace('ln_tuning', 'bitfit'))).not.toBe(await hash(recipeText));
    },
  );
});

describe('readRunRecord', () => {
  it('reads what writeRunRecord wrote, with every field', async () => {
    const { dir, record } = await createRun(temporaryFolder(), newRun);
    const full: RunRecord = {
      ...record,
      status: 'finished',
      phase: 'evaluating',
      startedAt: now.toISOString(),
      endedAt: now.toISOString(),
      elapsedMs: 1234.5,
      executor: 'onnx-cpu',
      device: 'CPU',
      versions: { 'onnxruntime-node': '1.30.0' },
      hashes: { data: { train: 'ab' }, baseWeights: 'cd' },
      splitRule: 'sha256 of the row and the seed, lowest 10 %',
      truncatedShare: 0.25,
      metric: 'validation/accuracy',
      summary: {
        last: { 'train/loss': 0.5 },
        best: { 'validation/accuracy': 0.8 },
        bestStep: 30,
        samplesPerSecond: 61.5,
        peakMemoryBytes: 1e9,
        parameters: { trained: 10, stored: 10, head: 2 },
      },
    };
    await writeRunRecord(dir, full);
    expect(await readRunRecord(dir)).toEqual({ record: full });
    expect(readdirSync(dir).sort()).toEqual(['recipe.peft.yaml', 'run.json']);
  });

  it.each([
    [{ formatVersion: 2 }, /format version 2, newer than version 1/],
    [{ formatVersion: 0 }, /formatVersion is 0/],
    [{ status: 'sleeping' }, /status is "sleeping"/],
    [{ seed: -1 }, /seed is -1/],
    [{ createdAt: 'yesterday' }, /createdAt is "yesterday"/],
    [{ summary: { last: {}, best: { 'validation/accuracy': '1' } } }, /summary is/],
  ])('says what is wrong with %j', async (change, problem) => {
    expect(await written(change)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('says that a record is torn, missing or no object', async () => {
    const { dir } = await createRun(temporaryFolder(), newRun);
    const path = runPaths(dir).record;
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 50));
    expect(await readRunRecord(dir)).toEqual({ problem: expect.stringContaining('cannot be read') });
    writeFileSync(path, '[]');
    expect(await readRunRecord(dir)).toEqual({ problem: 'run.json is not a JSON object' });
    expect(await readRunRecord(`${dir}-gone`)).toEqual({ problem: 'run.json is missing' });
  });

  it('never writes a record that could not be read again', async () => {
    const { dir, record } = await createRun(temporaryFolder(), newRun);
    await expect(writeRunRecord(dir, { ...record, elapsedMs: NaN })).rejects.toThrow(
      'internal: run.json: elapsedMs',
    );
    expect(await readRunRecord(dir)).toEqual({ record });
  });
});
