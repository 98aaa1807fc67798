import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finishRun } from '../../support/finishRun.ts';
import { runCommand } from '../../support/runCommand.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

async function workspace(recipe = tinyRecipe) {
  const dir = temporaryFolder();
  await writeTinyWorkspace(dir, { recipe });
  return { dir, check: (...recipes: string[]) => runCommand(['check', ...recipes], { cwd: dir }) };
}

describe('check', () => {
  it('says nothing about a recipe in which nothing is wrong', async () => {
    const { check } = await workspace();
    expect(await check('tiny.peft.yaml')).toEqual({ status: 0, out: '', err: '' });
  });

  it('says so on stderr where a person looks', async () => {
    const { dir } = await workspace();
    const outcome = await runCommand(['check', 'tiny.peft.yaml'], { cwd: dir, isTerminal: true });
    expect(outcome).toEqual({ status: 0, out: '', err: 'tiny.peft.yaml: no problems\n' });
  });

  it('says what is there instead of a recipe', async () => {
    const { dir, check } = await workspace();
    await writeFile(join(dir, 'bytes.yaml'), Buffer.from([0xff, 0xfe, 0xff]));
    for (const [file, found] of [
      ['train.tsv', 'found another kind of file'],
      ['model', 'found a folder'],
      ['none.yaml', 'found nothing there'],
      ['train.tsv/none.yaml', 'found nothing there'],
      ['bytes.yaml', 'found something else than UTF-8 text'],
    ]) {
      const err = `${file}: expected a recipe, a .yaml file, ${found}\n`;
      expect(await check(file)).toEqual({ status: 2, out: '', err });
    }
  });

  it('prints one line for each problem of the recipe, the model and the data', async () => {
    const { dir, check } = await workspace(
      tinyRecipe.replace('text: text', 'text: txt').replace('test.tsv', 'none.tsv'),
    );
    await rm(join(dir, 'model', 'tokenizer.json'));
    const { status, out } = await check('tiny.peft.yaml');
    expect(status).toBe(1);
    expect(out.split('\n')).toEqual([
      `tiny.peft.yaml:2:8: error unusable-model ${join(dir, 'model')}: expected tokenizer.json, found none`,
      `tiny.peft.yaml:7:9: error unusable-data ${join(dir, 'none.tsv')}: expected a data file, found nothing there`,
      expect.stringMatching(/^tiny\.peft\.yaml:8:9: error unknown-column train\.tsv has no column "txt"/),
      '',
    ]);
  });

  it('gives advice where it is wanted, with what own runs showed', async () => {
    const recipe = tinyRecipe.replace('ln_tuning: {}', 'ln_tuning: { parameters: [gain] }');
    const { dir, check } = await workspace(recipe);
    const path = join(dir, 'tiny.peft.yaml');
    const runsDir = join(dir, 'mine');
    const gain = await queueTinyRun(path, runsDir);
    const both = await queueTinyRun(path, runsDir, (text) => text.replace('parameters: [gain]', ''));
    await finishRun(gain, { 'validation/accuracy': 0.5 });
    await finishRun(both, { 'validation/accuracy': 0.75 });
    const shown = 'In your runs, this minus the same with gain and bias: validation/accuracy -0.2500, n = 1';
    expect((await check('tiny.peft.yaml')).out).toBe('');
    expect((await check('tiny.peft.yaml', '--advice')).out).not.toContain(shown);
    const { status, out } = await check('tiny.peft.yaml', '--advice', '--runs', 'mine');
    expect(status).toBe(0);
    expect(out.split('\n').find((line) => line.includes('advice-norm-parts'))).toContain(shown);
  });

  it('notes the other place below a problem that has two', async () => {
    const { check } = await workspace(`model: ./model\n${tinyRecipe}`);
    expect((await check('tiny.peft.yaml')).out.split('\n')).toEqual([
      'tiny.peft.yaml:3:1: error duplicate-key "model" stands twice in this mapping',
      '  note: tiny.peft.yaml:1:1: it stands first here',
      '',
    ]);
  });

  it('takes several recipes; warnings are no errors', async () => {
    const { dir, check } = await workspace();
    await writeFile(join(dir, 'a.yaml'), tinyRecipe.replace('logging_steps', 'eval_steps'));
    expect(await check('tiny.peft.yaml', 'a.yaml')).toEqual({
      status: 0,
      err: '',
      out: expect.stringMatching(/^a\.yaml:18:3: warning no-effect .*\n$/),
    });
    await writeFile(join(dir, 'b.yaml'), tinyRecipe.replace('version: 1', 'version: one'));
    const { status, out } = await check('b.yaml', 'a.yaml');
    expect(status).toBe(1);
    expect(out).toMatch(/^b\.yaml:1:10: error [^\n]*\na\.yaml:18:3: warning [^\n]*\n$/);
  });

  it('shows problem and remedy on one line', async () => {
    const { dir, check } = await workspace(tinyRecipe.replace('./model', 'tiny/bert'));
    const { status, out } = await runCommand(['check', 'tiny.peft.yaml'], {
      cwd: dir,
      env: { HF_HUB_CACHE: join(dir, 'hub') },
    });
    expect(status).toBe(1);
    expect(out).toMatch(
      /^tiny\.peft\.yaml:2:8: error unusable-model .* is not there\. Run `peft-workbench download tiny\/bert`.*\n$/,
    );
    expect(await check('none.yaml')).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringMatching(/^none\.yaml: expected a recipe/),
    });
  });
});
