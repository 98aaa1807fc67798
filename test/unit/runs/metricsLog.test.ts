import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricsTail, openMetricsLog, type MetricsLine } from '../../../src/runs/metricsLog.ts';
import { readMetrics } from '../../support/readMetrics.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const file = () => join(temporaryFolder(), 'metrics.jsonl');

function append(path: string, ...lines: MetricsLine[]): void {
  const log = openMetricsLog(path);
  for (const line of lines) log.append(line);
  log.close();
}

describe('metrics log', () => {
  it('reads back what was appended', async () => {
    const path = file();
    append(path, { step: 1, 'train/loss': 0.5 }, { step: 1, 'validation/accuracy': 0.7 });
    expect(await readMetrics(path)).toEqual([
      { step: 1, 'train/loss': 0.5 },
      { step: 1, 'validation/accuracy': 0.7 },
    ]);
    expect(await readMetrics(`${path}-not-yet`)).toEqual([]);
  });

  it('can be cut anywhere: every complete line stays, and the next writer loses none', async () => {
    const path = file();
    append(path, { step: 1, lr: 0.1 }, { step: 2, lr: 0.2 });
    const whole = readFileSync(path, 'utf8');
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.slice(0, length));
      const complete = whole.slice(0, length).split('\n').length - 1;
      expect(await readMetrics(path)).toHaveLength(complete);
      append(path, { step: 9 });
      // A line without its line break becomes complete by the next writer.
      const atEnd = whole[length] === '\n' ? 1 : 0;
      expect((await readMetrics(path)).map(({ step }) => step)).toEqual([
        ...[1, 2].slice(0, complete + atEnd),
        9,
      ]);
    }
  });

  it('drops what a resume made void, again and again', async () => {
    const path = file();
    append(path, { step: 1, v: 1 }, { step: 2, v: 1 }, { step: 3, v: 1 }, { event: 'resumed', step: 1 });
    append(path, { step: 2, v: 2 }, { step: 3, v: 2 }, { event: 'resumed', step: 2 }, { step: 3, v: 3 });
    expect(await readMetrics(path)).toEqual([
      { step: 1, v: 1 },
      { step: 2, v: 2 },
      { step: 3, v: 3 },
    ]);
  });

  it('skips lines that are not its own and values that are no numbers', async () => {
    const path = file();
    writeFileSync(path, 'null\n[]\n{"step":"1"}\n{"event":"paused"}\n{"step":1,"a":null,"b":"x","c":2}\n');
    expect(await readMetrics(path)).toEqual([{ step: 1, c: 2 }]);
  });

  it('is followed line by line', async () => {
    const path = file();
    const tail = metricsTail(path);
    const next = async () => (await tail()).lines;
    expect(await tail()).toEqual({ lines: [], isAtEnd: true, restarted: false });
    append(path, { step: 1 });
    expect(await tail()).toEqual({ lines: [{ step: 1 }], isAtEnd: true, restarted: false });
    appendFileSync(path, '{"step":2,"é');
    expect(await next()).toEqual([]);
    appendFileSync(path, '":3}\n{"event":"resumed","step":1}\n');
    expect(await next()).toEqual([
      { step: 2, é: 3 },
      { event: 'resumed', step: 1 },
    ]);
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`metric${i}`, i]));
    append(path, { step: 3, ...wide });
    expect(await next()).toEqual([{ step: 3, ...wide }]);
    expect(await next()).toEqual([]);
  });

  it('gives a large file in parts that together are the whole', async () => {
    const path = file();
    const count = 300_000;
    writeFileSync(
      path,
      Array.from({ length: count }, (_, i) => `{"step":${i + 1},"train/loss":0.25}\n`).join(''),
    );
    const next = metricsTail(path);
    const parts: number[][] = [];
    for (let isAtEnd = false; !isAtEnd;) {
      const part = await next();
      parts.push(part.lines.map(({ step }) => step));
      isAtEnd = part.isAtEnd;
    }
    expect(parts.length).toBeGreaterThan(2);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(150_000);
    const steps = parts.flat();
    expect(steps.length).toBe(count);
    expect(steps.every((step, i) => step === i + 1)).toBe(true);
    expect(await readMetrics(path)).toHaveLength(count);
  });

  it('skips a line that is too long, however it comes, and keeps those beside it', async () => {
    const path = file();
    const next = metricsTail(path);
    const long = `{"step":2,"name":"${'x'.repeat(6 << 20)}`;
    writeFileSync(path, `{"step":1}\n${long}`);
    const first = [await next(), await next()];
    expect(first.flatMap(({ lines }) => lines)).toEqual([{ step: 1 }]);
    expect(first.map(({ isAtEnd }) => isAtEnd)).toEqual([false, true]);
    appendFileSync(path, `${'x'.repeat(100)}"}\n{"step":3}\n`);
    expect(await next()).toEqual({ lines: [{ step: 3 }], isAtEnd: true, restarted: false });
    appendFileSync(path, `{"step":4,"name":"${'x'.repeat(2 << 20)}"}\n{"step":5}\n`);
    expect((await next()).lines).toEqual([{ step: 5 }]);
    expect((await readMetrics(path)).map(({ step }) => step)).toEqual([1, 3, 5]);
  });

  it('begins anew, and says so, when a shorter file takes its place', async () => {
    const path = file();
    const next = metricsTail(path);
    append(path, { step: 1, v: 1 }, { step: 2, v: 1 });
    await next();
    writeFileSync(path, '{"step":1,"v":2}\n');
    expect(await next()).toEqual({ lines: [{ step: 1, v: 2 }], isAtEnd: true, restarted: true });
    expect(await next()).toEqual({ lines: [], isAtEnd: true, restarted: false });
    rmSync(path);
    expect(await next()).toEqual({ lines: [], isAtEnd: true, restarted: true });
    append(path, { step: 7 });
    expect((await next()).lines).toEqual([{ step: 7 }]);
  });
});
