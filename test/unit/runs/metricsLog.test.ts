import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricsTail, openMetricsLog, readMetrics, type MetricsLine } from '../../../src/runs/metricsLog.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const file = () => join(temporaryFolder(), 'metrics.jsonl');

function append(path: string, ...lines: MetricsLine[]): void {
  const log = openMetricsLog(path);
  for (const line of lines) log.append(line);
  log.close();
}

describe('metrics log', () => {
  it('reads back what was appended and says how many bytes that took', async () => {
    const path = file();
    const log = openMetricsLog(path);
    const bytes =
      log.append({ step: 1, 'train/loss': 0.5 }) + log.append({ step: 1, 'validation/accuracy': 0.7 });
    log.close();
    expect(bytes).toBe(readFileSync(path).length);
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

  it('is followed line by line, also through lines longer than one read', async () => {
    const path = file();
    const next = metricsTail(path);
    expect(await next()).toEqual([]);
    append(path, { step: 1 });
    expect(await next()).toEqual([{ step: 1 }]);
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
});
