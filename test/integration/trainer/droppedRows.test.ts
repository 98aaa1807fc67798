import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { trainedRun } from '../../support/trainedRun.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';

it(
  'rows with a label that is dropped take no part, and their number is said',
  { timeout: 120_000 },
  async () => {
    const dir = temporaryFolder();
    const recipe = tinyRecipe
      .replace('  label: label\n', "  label: label\n  drop_labels: ['-']\n")
      .replace('train: train.tsv', 'train: gold.tsv')
      .replace('test: test.tsv', 'test: gold.tsv');
    const rows = ['the cat was good\tpositive', 'a dog\t-', 'a bad film\tnegative', 'the mat\t-'];
    await writeFile(join(dir, 'gold.tsv'), `text\tlabel\n${rows.join('\n')}\n`);
    const runDir = await trainedRun(dir, { recipe });
    const { predictions, log } = runPaths(runDir);
    const lines = (await readFile(predictions('test'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([0, 2]);
    expect(await readFile(log, 'utf8')).toMatch(/2 rows of the train file left out for their labels/);

    const command = (...args: string[]) => runCommand(args, { cwd: dir });
    expect((await command('check', 'tiny.peft.yaml')).out).toContain(
      'information dropped-rows 2 of 4 rows of gold.tsv left out for the label "-"',
    );
    expect((await command('plan', 'tiny.peft.yaml', '--no-measure')).out).toContain(
      '2 rows of gold.tsv left out for their labels',
    );
    expect((await command('evaluate', runDir, '--split', 'test')).out).toContain(
      'N = 2, 2 of the file left out for their labels',
    );
    // Who asks for predictions of a file gets one of each row.
    const all = (await command('predict', runDir, '--file', 'gold.tsv')).out.trimEnd().split('\n');
    expect(all.map((line) => 'label' in (JSON.parse(line) as object))).toEqual([true, false, true, false]);
  },
);
