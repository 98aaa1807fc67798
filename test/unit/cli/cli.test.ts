import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { command as check } from '../../../src/cli/check.ts';
import type { Command } from '../../../src/cli/command.ts';
import { command as compare } from '../../../src/cli/compare.ts';
import { dispatch } from '../../../src/cli/dispatch.ts';
import { command as evaluate } from '../../../src/cli/evaluate.ts';
import { command as exportRun } from '../../../src/cli/export.ts';
import { command as match } from '../../../src/cli/match.ts';
import { optionHelp } from '../../../src/cli/optionHelp.ts';
import { command as runs } from '../../../src/cli/runs.ts';
import { command as stop } from '../../../src/cli/stop.ts';
import { command as train } from '../../../src/cli/train.ts';
import { bytes, duration } from '../../../src/core/display.ts';
import { textTable } from '../../../src/core/textTable.ts';
import { Refusal, RunFailure, UserError } from '../../../src/core/errors.ts';
import { createRun } from '../../../src/runs/createRun.ts';
import { readRunRecord, writeRunRecord } from '../../../src/runs/runRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function run(
  args: string[],
  { commands = [runs, compare], cwd = '/none', signal = new AbortController().signal, columns = 80 } = {},
) {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const status = await dispatch(
    commands,
    args,
    { stdout, stderr, isTerminal: false, columns, cwd, env: {} },
    signal,
  );
  return { status, out, err };
}

const command = (change: Partial<Command>): Command => ({
  name: 'demo',
  usage: '[FILE]',
  summary: 'Does nothing.',
  positionals: { least: 0, most: 1 },
  options: { json: { type: 'boolean' } },
  run: async () => 0,
  ...change,
});

describe('dispatch', () => {
  it('shows help for all commands and for one', async () => {
    const all = await run(['--help']);
    expect(all.status).toBe(0);
    expect(all.out).toMatch(/\n {2}compare RUN\|RECIPE\.\.\. [^]*\n {6}Groups runs/);
    expect(await run(['runs', '-h'])).toEqual({
      status: 0,
      out: `Usage: peft-workbench runs [DIR] [--json]

Lists the runs of a folder (default: runs).

  --json  prints JSON for programs
`,
      err: '',
    });
    expect(await run([])).toMatchObject({ status: 2, out: '', err: expect.stringContaining('Usage') });
  });

  it('wraps help to the terminal, and explains every option there is', async () => {
    const { out } = await run(['--help'], { columns: 50 });
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(50);
    for (const one of [check, train, evaluate, exportRun, match, compare, stop]) {
      for (const option of Object.keys(one.options)) expect(optionHelp, option).toHaveProperty(option);
    }
    const help = await run(['train', '--help'], { commands: [train] });
    expect(help.out).toMatch(/--executor +.*auto, onnx-cpu,\s+onnx-webgpu,\s+onnx-cuda,\s+tensorflow$/m);
    expect(help.out).toMatch(/one that the recipe\s+does\s+not\s+list/);
  });

  it('says its version', async () => {
    expect(await run(['--version'])).toEqual({ status: 0, out: `${manifest.version}\n`, err: '' });
  });

  it.each([
    [['comparre'], /found comparre\n {2}Did you mean `compare`/],
    [['fly'], /--help` lists/],
    [
      ['demo', '--jsn'],
      /unknown option --jsn; did you mean --json\?\n {2}Usage: peft-workbench demo \[FILE\]/,
    ],
    [['demo', 'a', 'b'], /unexpected argument b/],
    [['demo', '--json=1'], /does not take an argument/],
    [['compare'], /an argument is missing/],
  ])('answers %j with 2 and one message', async (args, message) => {
    const { status, out, err } = await run(args, { commands: [runs, compare, command({})] });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });

  it.each([
    [new UserError('no', 'do this'), 2, 'no\n  do this\n'],
    [new Refusal('no'), 1, 'no\n'],
    [new RunFailure('broke'), 1, 'broke\n'],
    [new UserError('found \x1b[2J', 'do this'), 2, 'found \\u001b[2J\n  do this\n'],
  ])('turns %s into status %i', async (error, status, err) => {
    const failing = command({ run: () => Promise.reject(error) });
    expect(await run(['demo'], { commands: [failing] })).toEqual({ status, out: '', err });
  });

  it('shows a bug with its stack, and Ctrl-C as 130', async () => {
    const buggy = command({ run: () => Promise.reject(new TypeError('x is undefined')) });
    const { status, err } = await run(['demo'], { commands: [buggy] });
    expect(status).toBe(1);
    expect(err).toMatch(/^internal: [^\n]*\nTypeError: x is undefined\n {4}at /);
    const signal = AbortSignal.abort();
    expect((await run(['demo'], { commands: [command({})], signal })).status).toBe(130);
    const aborting = command({ run: async ({ signal }) => (signal.throwIfAborted(), 0) });
    expect(await run(['demo'], { commands: [aborting], signal })).toEqual({ status: 130, out: '', err: '' });
  });
});

describe('runs and compare', () => {
  const recipe = `version: 1
name: demo
model: ./model
task: { type: text-classification, train: train.tsv, text: text, label: label }
variants:
  head: { methods: { head_only: {} } }
  LN: { methods: { ln_tuning: {} } }
seeds: [0, 1, 2]
report: { baseline: LN }
`;

  async function finishedRuns(): Promise<string> {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'demo.peft.yaml'), recipe);
    for (const [position, variant] of ['head', 'LN'].entries()) {
      for (const seed of [0, 1, 2]) {
        const recipeText = `variant: ${variant}\nseeds: [${seed}]\n`;
        const now = new Date('2026-11-24T22:15:03Z');
        const name = { recipeText, recipeName: 'demo', variant, seed, now, position: 3 * position + seed };
        const { dir, record } = await createRun(join(cwd, 'runs'), name);
        const best = { 'validation/accuracy': 0.7 + 0.1 * position + 0.01 * ((seed * (position + 1)) % 3) };
        const parameters = { trained: 1000 * position, stored: 1000 * position, head: 770 };
        const summary = {
          last: best,
          best,
          bestStep: 40,
          samplesPerSecond: 99.5,
          peakMemoryBytes: 1,
          parameters,
        };
        const metric = 'validation/accuracy';
        await writeRunRecord(dir, {
          ...record,
          status: 'finished',
          elapsedMs: 65_000,
          executor: 'onnx-cpu',
          metric,
          summary,
        });
      }
    }
    return cwd;
  }

  it('list the runs of a folder, unreadable ones too', async () => {
    const cwd = await finishedRuns();
    mkdirSync(join(cwd, 'runs', 'zz'));
    writeFileSync(join(cwd, 'runs', 'zz', 'run.json'), '{');
    const { status, out } = await run(['runs'], { cwd });
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[4]).toMatch(
      /^20261124-221503-demo-ln-s0 +finished +validation\/accuracy 0\.8000 +40 +1,000 +99\.5 +1:05$/,
    );
    expect(lines[7]).toMatch(/^zz +unreadable .*run\.json cannot be read/);
    const json = JSON.parse((await run(['runs', 'runs', '--json'], { cwd: cwd })).out);
    expect(json[0]).toMatchObject({
      id: '20261124-221503-demo-head-s0',
      status: 'finished',
      record: { variant: 'head' },
    });
    expect(await run(['runs', 'none'], { cwd })).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringMatching(/^Expected a folder of runs at .*none, found nothing there\./),
    });
    expect(await run(['runs'], { cwd: temporaryFolder() })).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^No runs in /),
    });
  });

  it('compare the variants of a recipe with its baseline', async () => {
    const cwd = await finishedRuns();
    const { status, out, err } = await run(['compare', 'demo.peft.yaml'], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const lines = out.split('\n');
    expect(lines[0]).toMatch(
      /^variant +N +validation\/accuracy +best step +trained +stored +head +samples\/s +minus LN$/,
    );
    expect(lines[1]).toMatch(
      /^head +3 +0\.7100 ± 0\.0100 +40 +0 +0 +770 +99\.5 +-0\.1000 \[-0\.1\d+, -0\.0\d+\], n = 3$/,
    );
    expect(lines[2]).toMatch(/^LN +3 +0\.8100 ± 0\.0100 +40 +1,000 +1,000 +770 +99\.5 +-$/);
    expect(out).toMatch(/Best: LN/);
    const ids = ['20261124-221503-demo-head-s0', join('runs', '20261124-221503-demo-ln-s0')];
    const json = JSON.parse((await run(['compare', ...ids, '--json', '--baseline', 'head'], { cwd })).out);
    expect(json).toMatchObject({ baseline: 'head', rows: [{ n: 1 }, { n: 1, difference: { n: 1 } }] });
    expect(json.notes[0]).toMatch(/fewer than 3 seeds/);
  });

  it('take runs in the order of their creation, and the newest of several groups as the baseline', async () => {
    const cwd = await finishedRuns();
    const ids = ['20261124-221503-demo-head-s0', '20261124-221503-demo-ln-s0', '20261124-221503-demo-ln-s1'];
    const { out } = await run(['compare', ...ids], { cwd });
    expect(out).toMatch(/\nhead .*\nLN /);
    expect((await run(['compare', ...[...ids].reverse()], { cwd })).out).toBe(out);

    const runsDir = join(cwd, 'runs');
    const read = await readRunRecord(join(runsDir, ids[1]));
    if ('problem' in read) throw new Error(read.problem);
    const { metric, summary } = read.record;
    const changed = { recipeText: 'variant: LN\nother: 1\n', recipeName: 'demo', variant: 'LN', seed: 0 };
    const { dir, record } = await createRun(runsDir, { ...changed, now: new Date('2026-11-25T08:00:00Z') });
    await writeRunRecord(dir, { ...record, status: 'finished', metric, summary });
    const compared = JSON.parse((await run(['compare', 'demo.peft.yaml', '--json'], { cwd })).out);
    expect(compared.baseline).toBe('demo: LN (2)');
    expect(compared.notes.at(-1)).toMatch(/^2 groups are of the variant LN .* the newest, demo: LN \(2\)/);
  });

  it('show texts of a run without letting them steer the terminal, a run on one line', async () => {
    const cwd = await finishedRuns();
    const runsDir = join(cwd, 'runs');
    const read = await readRunRecord(join(runsDir, '20261124-221503-demo-ln-s0'));
    if ('problem' in read) throw new Error(read.problem);
    const { metric, summary } = read.record;
    const name = { recipeText: '', recipeName: 'demo', variant: 'LN\x1b]0;mine\x07', seed: 0 };
    const { dir, record } = await createRun(runsDir, { ...name, now: new Date('2026-11-25T08:00:00Z') });
    const failure = 'expected 5 GB of free space, found \x1b[2J1 GB\n  Make room.';
    await writeRunRecord(dir, { ...record, status: 'finished', metric, summary, failure });
    const listed = (await run(['runs'], { cwd })).out;
    expect(listed.trimEnd().split('\n')).toHaveLength(8);
    expect(listed).toMatch(/ {2}expected 5 GB of free space, found \\u001b\[2J1 GB\. Make room\n$/);
    const compared = (await run(['compare', 'demo.peft.yaml'], { cwd })).out;
    expect(compared).toMatch(/\nLN\\u001b\]0;mine\\u0007 +1 /);
    expect(compared).toMatch(/\nNo winner .* seeds \(LN\\u001b\]0;mine\\u0007\)\.\n/);
    expect(listed + compared).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('say what cannot be compared', async () => {
    const cwd = await finishedRuns();
    const answer = async (...args: string[]) => {
      const { status, err } = await run(['compare', ...args], { cwd });
      return `${status}: ${err}`;
    };
    expect(await answer('demo.peft.yaml', '--baseline', 'none')).toMatch(
      /^2: --baseline: expected one of head, LN/,
    );
    expect(await answer('demo.peft.yaml', '--metric', 'f1')).toMatch(
      /^1: None of the runs has finished with the metric f1/,
    );
    expect(await answer('demo.peft.yaml', '--runs', 'other')).toMatch(
      /^1: .*other has no run of the recipe demo/,
    );
    expect(await answer('20261124-221503-demo-head-s9')).toMatch(
      /^2: .*Did you mean 20261124-221503-demo-head-s0/s,
    );
    expect(await answer('none.yaml')).toMatch(/^2: none.yaml: expected a recipe/);
    writeFileSync(join(cwd, 'bad.yaml'), `${recipe}colour: red\n`);
    expect(await answer('bad.yaml')).toMatch(/^2: bad\.yaml:\d+:1: error \S+ .*colour/);
  });
});

describe('table', () => {
  it('aligns columns', () => {
    const rows = [
      ['name', 'n'],
      ['a', '10'],
    ];
    expect(textTable(rows, ['left', 'right'])).toBe('name   n\na     10\n');
  });

  it('writes sizes and times as people read them', () => {
    expect([0, 999, 1500, 90_900_000, 2e12].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '90.9 MB',
      '2.0 TB',
    ]);
    expect([0, 61_000, 3_723_000].map(duration)).toEqual(['0:00', '1:01', '1:02:03']);
  });
});
