import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardCommand } from '../../../src/cli/dashboard.ts';
import { dispatch } from '../../../src/cli/dispatch.ts';
import type { DashboardSnapshot } from '../../../src/protocol/dashboard.ts';
import { losses, writeRun } from '../../support/recordedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const script = 'show("</script>", /<!--/);';

/** A workspace with a built page, and the command in it. */
function workspace() {
  const dir = temporaryFolder();
  const pages = join(dir, 'pages');
  mkdirSync(pages);
  writeFileSync(join(pages, 'dashboard.js'), script);
  writeFileSync(join(pages, 'dashboard.css'), 'body { margin: 0 }');
  const dashboard = async (...args: string[]) => {
    let [out, err] = ['', ''];
    const io = {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      isTerminal: false,
      cwd: dir,
      env: {},
    };
    const status = await dispatch(
      [dashboardCommand(pages)],
      ['dashboard', ...args],
      io,
      new AbortController().signal,
    );
    return { status, out, err };
  };
  return { dir, runsDir: join(dir, 'runs'), pages, dashboard };
}

/** Elements of a page as a browser finds them: a script ends at the first `</script`. */
function parsed(html: string) {
  const [, json] = /<script type="application\/json" id="snapshot">(.*?)<\/script/s.exec(html)!;
  const [, code] = /<script>(.*?)<\/script/s.exec(html)!;
  const [, style] = /<style>(.*?)<\/style/s.exec(html)!;
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
  return { snapshot: JSON.parse(json) as DashboardSnapshot, json, code, style, policy };
}

describe('dashboard', () => {
  it('writes one file that has all runs with their curves, and loads nothing', async () => {
    const { runsDir, dashboard } = workspace();
    writeRun(runsDir, 'a', { metrics: losses(3) });
    writeRun(runsDir, 'b', { record: { variant: 'lora', position: 1 }, metrics: losses(4) });
    const out = join(runsDir, 'dashboard.html');
    expect(await dashboard()).toEqual({ status: 0, out: `${out}\n`, err: '' });
    const html = readFileSync(out, 'utf8');
    const { snapshot, code, style, policy } = parsed(html);
    expect(snapshot.runs.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(snapshot.selected).toEqual(['a', 'b']);
    expect(snapshot.series.map(({ run, metric, step }) => [run, metric, step.length])).toEqual([
      ['a', 'lr', 3],
      ['a', 'train/loss', 3],
      ['b', 'lr', 4],
      ['b', 'train/loss', 4],
    ]);
    expect(snapshot.comparison!.rows.map(({ label }) => label)).toEqual(['ln', 'lora']);
    expect(html).not.toContain(runsDir);
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toContain(`script-src ${hash(code)};`);
    expect(policy).toContain(`style-src ${hash(style)};`);
    expect(policy).toMatch(/^default-src 'none';/);
    expect(html).not.toMatch(/(src|href)=/);
    // Spelt otherwise, the script is the same.
    const seen: unknown[] = [];
    new Function('show', code)((text: string, pattern: RegExp) => seen.push(text, pattern.test('<!--')));
    expect(seen).toEqual(['</script>', true]);
  });

  it('keeps names from breaking out of the data', async () => {
    const { runsDir, dashboard } = workspace();
    const name = `</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>"'\u2028\u202e\n`;
    writeRun(runsDir, 'a', {
      record: { variant: name, recipe: name, failure: name },
      metrics: [{ step: 1, [name]: 1 }],
    });
    await dashboard();
    const html = readFileSync(join(runsDir, 'dashboard.html'), 'utf8');
    const { snapshot, json } = parsed(html);
    expect(snapshot.runs[0]).toMatchObject({ variant: name, recipe: name, problem: name });
    expect(snapshot.series[0].metric).toBe(name);
    expect(json).not.toContain('<');
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it('says what is wrong with runs that cannot be read', async () => {
    const { runsDir, dashboard } = workspace();
    writeFileSync(join(writeRun(runsDir, 'half'), 'run.json'), '{"formatVersion": 1,');
    writeFileSync(join(writeRun(runsDir, 'later'), 'run.json'), '{"formatVersion": 2}');
    await dashboard('runs', '--out', 'page.html');
    const { snapshot } = parsed(readFileSync(join(runsDir, '..', 'page.html'), 'utf8'));
    expect(snapshot.runs).toEqual([
      expect.objectContaining({ id: 'half', status: 'unreadable', problem: expect.any(String) as string }),
      expect.objectContaining({ id: 'later', status: 'unreadable', problem: expect.any(String) as string }),
    ]);
    expect(await readdir(runsDir)).toEqual(['half', 'later']);
  });

  it('has the parameters of runs whose recipe and model are there', async () => {
    const { dir, runsDir, dashboard } = workspace();
    await writeTinyWorkspace(dir);
    const recipe = tinyRecipe.replaceAll(/: (\S+\.tsv)/g, `: ${dir}/$1`).replace('model: .', `model: ${dir}`);
    writeRun(runsDir, 'a', { recipe });
    writeRun(runsDir, 'b', { recipe: 'no recipe', record: { configuration: 'other' } });
    await dashboard();
    const { parameters } = parsed(readFileSync(join(runsDir, 'dashboard.html'), 'utf8')).snapshot;
    expect(parameters.map(({ run }) => run)).toEqual(['a']);
    const sum = (isHead: boolean) =>
      parameters[0].shares
        .filter(({ method }) => (method === 'head') === isHead)
        .reduce((total, { count }) => total + count, 0);
    expect(sum(false)).toBe(parameters[0].trained);
    expect(sum(true)).toBe(parameters[0].head);
    expect(parameters[0].trained).toBeGreaterThan(0);
  });

  it('leaves points out of long curves', async () => {
    const { runsDir, dashboard } = workspace();
    writeRun(runsDir, 'a', { metrics: losses(12_000) });
    await dashboard();
    const [series] = parsed(readFileSync(join(runsDir, 'dashboard.html'), 'utf8')).snapshot.series;
    expect(series).toMatchObject({ stride: 4 });
    expect(series.step.length).toBeLessThan(5002);
    expect(series.step.at(-1)).toBe(12_000);
  });

  it('refuses a folder without runs, and says so where the page was not built', async () => {
    const { dir, runsDir, dashboard } = workspace();
    expect(await dashboard('nowhere')).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        `a folder of runs at ${join(dir, 'nowhere')}, found no run there`,
      ) as string,
    });
    mkdirSync(runsDir);
    expect(await dashboard()).toMatchObject({ status: 2, out: '' });
    writeRun(runsDir, 'a');
    const bare = dashboardCommand(join(dir, 'unbuilt'));
    const io = {
      stdout: { write: () => 0 },
      stderr: { write: () => 0 },
      isTerminal: false,
      cwd: dir,
      env: {},
    };
    expect(await dispatch([bare], ['dashboard'], io, new AbortController().signal)).toBe(2);
    expect(await readdir(runsDir)).toEqual(['a']);
  });
});
