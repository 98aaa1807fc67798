import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPaths } from '../../../src/runs/runPaths.ts';
import type { Prediction } from '../../../src/tasks/task.ts';
import { runCommand } from '../../support/runCommand.ts';
import { sharedRun } from '../../support/trainedRun.ts';

const shared = sharedRun();

const predict = (...args: string[]) => runCommand(['predict', shared.runDir, ...args], { cwd: shared.dir });

async function predictions(...args: string[]): Promise<Prediction[]> {
  const { status, out, err } = await predict(...args);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Prediction);
}

describe('predict', () => {
  it('prints what training wrote: for validation, and for the test file', async () => {
    const { predictions: file } = runPaths(shared.runDir);
    expect((await predict()).out).toBe(await readFile(file('validation'), 'utf8'));
    expect((await predict('--file', 'test.tsv')).out).toBe(await readFile(file('test'), 'utf8'));
  });

  it('has the text of each row on its line', async () => {
    const rows = (await readFile(join(shared.dir, 'test.tsv'), 'utf8')).trimEnd().split('\n').slice(1);
    const lines = (await predictions('--file', 'test.tsv')) as (Prediction & { text: string })[];
    expect(lines.map(({ text, label }) => `${text}\t${String(label)}`)).toEqual(rows);
    expect(Object.keys(lines[0])).toEqual(['id', 'text', 'prediction', 'label', 'scores']);
  });

  it('keeps what it predicts in the run, beside what training wrote, and refuses while the run may still write', async () => {
    await writeFile(join(shared.dir, 'new.tsv'), 'text\ngood film\nbad film\n');
    const { predictions: at, record } = runPaths(shared.runDir);
    const printed = (await predict('--file', 'new.tsv')).out;
    const trained = await readFile(at('validation'), 'utf8');
    expect(await predict('--file', 'new.tsv', '--save')).toEqual({
      status: 0,
      out: `${at('new.tsv')}\n`,
      err: '',
    });
    expect(await readFile(at('new.tsv'), 'utf8')).toBe(printed);
    await rm(at('validation'));
    expect(await predict('--save')).toMatchObject({ status: 0, out: `${at('validation')}\n` });
    expect(await readFile(at('validation'), 'utf8')).toBe(trained);

    const text = await readFile(record, 'utf8');
    await writeFile(record, text.replace('"finished"', '"queued"'));
    expect(await predict('--file', 'new.tsv', '--save')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/is queued, so its predictions are its own process's to write/),
    });
    await writeFile(record, text);
  });

  it('needs no label, and gives none where the file has none that was learnt', async () => {
    const labelled = await predictions('--file', 'test.tsv');
    const rows = (await readFile(join(shared.dir, 'test.tsv'), 'utf8')).trimEnd().split('\n').slice(1);
    const texts = rows.map((row) => row.split('\t')[0]);
    const unlabelled = labelled.map(({ label: _, ...rest }) => rest);

    await writeFile(join(shared.dir, 'texts.csv'), `text\n${texts.join('\n')}\n`);
    expect(await predictions('--file', 'texts.csv')).toEqual(unlabelled);
    await writeFile(
      join(shared.dir, 'hidden.tsv'),
      `text\tlabel\n${texts.map((text) => `${text}\t-1\n`).join('')}`,
    );
    expect(await predictions('--file', 'hidden.tsv')).toEqual(unlabelled);
  });

  it('takes JSONL in which some rows have a label and others none, or null', async () => {
    const rows = [
      { text: 'good film', label: 'positive' },
      { text: 'bad film' },
      { text: 'the cat', label: null },
    ];
    const lines = (list: readonly object[]) => list.map((row) => `${JSON.stringify(row)}\n`).join('');
    await writeFile(join(shared.dir, 'some.jsonl'), lines(rows));
    const labels = (await predictions('--file', 'some.jsonl')).map(({ label }) => label);
    expect(labels).toEqual(['positive', undefined, undefined]);
    await writeFile(join(shared.dir, 'list.jsonl'), lines([...rows, { text: 'a mat', label: ['positive'] }]));
    expect(await predict('--file', 'list.jsonl')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/list\.jsonl:4: expected text, .* found an array/),
    });
  });

  it('names the column that it misses', async () => {
    await writeFile(join(shared.dir, 'other.tsv'), 'txt\ngood\n');
    expect(await predict('--file', 'other.tsv')).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(
        /other\.tsv: expected a column "text", found "txt"\n {2}Did you mean "txt"\?/,
      ),
    });
  });
});
