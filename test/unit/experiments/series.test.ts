import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSeries, type RunSeries } from '../../../src/experiments/series.ts';
import { applyDelta } from '../../../src/protocol/applyDelta.ts';
import type { DashboardSnapshot, SeriesChunk } from '../../../src/protocol/dashboard.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { losses } from '../../support/recordedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const jsonl = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function file(lines: readonly object[] = []): string {
  const path = join(temporaryFolder(), 'metrics.jsonl');
  writeFileSync(path, jsonl(lines));
  return path;
}

async function readAll(series: RunSeries): Promise<RunSeries> {
  while (await series.read());
  return series;
}

const whole = async (path: string, limit?: number) =>
  (await readAll(runSeries('run', path, limit))).takeWhole();

/** What a page has after each change. */
function page() {
  let snapshot: DashboardSnapshot = { runs: [], groups: [], series: [], parameters: [], selected: ['run'] };
  return {
    take(chunks: readonly SeriesChunk[]) {
      snapshot = applyDelta(snapshot, { series: chunks });
    },
    get series() {
      return snapshot.series;
    },
  };
}

describe('runSeries', () => {
  it('has one series per metric, with null where a line lacks a column', async () => {
    const path = file([
      { step: 1, time: 0.5, epoch: 0.1, 'train/loss': 2, lr: 0.1 },
      { step: 2, 'train/loss': 1 },
    ]);
    expect(await whole(path)).toEqual([
      {
        run: 'run',
        metric: 'train/loss',
        from: 0,
        step: [1, 2],
        time: [0.5, null],
        epoch: [0.1, null],
        value: [2, 1],
        stride: 1,
      },
      { run: 'run', metric: 'lr', from: 0, step: [1], time: [0.5], epoch: [0.1], value: [0.1], stride: 1 },
    ]);
  });

  it('is empty where there is no file', async () => {
    expect(await whole(join(temporaryFolder(), 'metrics.jsonl'))).toEqual([]);
  });

  it('skips what is no number, no metrics line or beyond any number', async () => {
    const path = file();
    writeFileSync(
      path,
      '{"step": 1, "a": "x", "b": null, "c": 1e999}\nno json\n{"a": 1}\n[1]\n{"step": 1e999, "a": 1}\n{"step": 2, "__proto__": 3}\n{"step": 3, "a',
    );
    const series = await whole(path);
    expect(series.map(({ metric, value }) => [metric, value])).toEqual([['__proto__', [3]]]);
  });

  it('knows no more than 200 metrics', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, i]));
    expect(await whole(file([{ step: 1, ...many }]))).toHaveLength(200);
  });

  it('gives only what was added, and as many points of it as the page lacks', async () => {
    const path = file(losses(3));
    const series = await readAll(runSeries('run', path));
    expect(series.take().map(({ from, value }) => [from, value.length])).toEqual([
      [0, 3],
      [0, 3],
    ]);
    expect(series.take()).toEqual([]);
    appendFileSync(path, jsonl([{ step: 4, 'train/loss': 7 }]));
    await readAll(series);
    const [only, ...more] = series.take();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ metric: 'train/loss', from: 3, step: [4], value: [7] });
  });

  it('drops what a resume made void', async () => {
    const path = file([...losses(10), { event: 'resumed', step: 6 }, { step: 7, 'train/loss': 9 }]);
    const [lr, loss] = await whole(path);
    expect(loss.step).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(loss.value.at(-1)).toBe(9);
    expect(lr.step).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('begins anew with a file that was replaced by a shorter one', async () => {
    const path = file(losses(50));
    const series = await readAll(runSeries('run', path));
    const shown = page();
    shown.take(series.take());
    writeFileSync(path, jsonl(losses(2, 100)));
    await readAll(series);
    shown.take(series.take());
    expect(shown.series.map(({ step }) => step)).toEqual([
      [100, 101],
      [100, 101],
    ]);
  });

  it('halves the points beyond the limit, first and newest kept', async () => {
    for (const [count, stride] of [
      [99, 1],
      [100, 1],
      [101, 2],
      [200, 2],
      [201, 4],
      [1001, 16],
    ]) {
      const [series] = await whole(file(losses(count)), 100);
      expect(series.step.length).toBeLessThanOrEqual(101);
      expect(series.step[0]).toBe(1);
      expect(series.step.at(-1)).toBe(count);
      const gaps = series.step.slice(1, -1).map((step, i) => step - series.step[i]);
      expect(new Set(gaps)).toEqual(new Set([series.stride]));
      expect(series.stride).toBe(stride);
    }
  });

  it('gives a page the same by changes as a whole, however the lines arrive', async () => {
    let state = 1;
    const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 20; round++) {
      const path = file();
      const series = runSeries('run', path, 16);
      const shown = page();
      let step = 0;
      for (let piece = 0; piece < 30; piece++) {
        if (random(8) === 0) {
          step = random(step + 1);
          appendFileSync(path, jsonl([{ event: 'resumed', step }]));
        }
        const lines = Array.from({ length: random(12) }, () => ({
          step: ++step,
          'train/loss': random(1000),
          ...(random(3) === 0 && { 'validation/accuracy': random(100) }),
        }));
        appendFileSync(path, jsonl(lines));
        await readAll(series);
        if (random(2) === 0) shown.take(series.take());
      }
      shown.take(series.take());
      const fresh = (await whole(path, 16)).filter(({ value }) => value.length > 0);
      expect([...shown.series].sort(byMetric)).toEqual(fresh.sort(byMetric));
    }
  });

  it('agrees with the reader of the whole file where nothing is left out', async () => {
    const path = file([...losses(30), { event: 'resumed', step: 20 }, ...losses(30, 21)]);
    const loss = (await whole(path)).find(({ metric }) => metric === 'train/loss')!;
    const entries = await readMetrics(path);
    expect(loss.step).toEqual(entries.map(({ step }) => step));
    expect(loss.value).toEqual(entries.map((entry) => entry['train/loss']));
  });

  it('reads 50 MB in small memory, with the event loop free in between', async () => {
    const path = join(temporaryFolder(), 'metrics.jsonl');
    writeHuge(path, 50 << 20);
    const series = runSeries('run', path);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const before = process.memoryUsage().rss;
    let peak = 0;
    let pieces = 0;
    do {
      pieces++;
      peak = Math.max(peak, process.memoryUsage().rss);
    } while (await series.read());
    clearInterval(timer);
    expect(pieces).toBeGreaterThan(10);
    expect(turns).toBeGreaterThan(5);
    expect(peak - before).toBeLessThan(250 << 20);
    for (const { value, stride } of series.takeWhole()) {
      expect(value.length).toBeLessThanOrEqual(20_001);
      expect(stride).toBeGreaterThan(1);
    }
  });
});

const byMetric = (a: SeriesChunk, b: SeriesChunk) => (a.metric < b.metric ? -1 : 1);

function writeHuge(path: string, bytes: number): void {
  const out = openSync(path, 'w');
  let step = 0;
  for (let written = 0; written < bytes;) {
    let text = '';
    for (let i = 0; i < 10_000; i++) {
      step++;
      text += `{"step":${step},"time":${step / 4},"epoch":${step / 100},"lr":0.001,"train/loss":${1 / step},"grad_norm":1.25}\n`;
    }
    written += writeSync(out, text);
  }
  closeSync(out);
}
