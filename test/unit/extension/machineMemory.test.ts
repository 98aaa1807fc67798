import { expect, it } from 'vitest';
import { availableMemory, memAvailable } from '../../../src/extension/commands/machineMemory.ts';

it('reads what Linux says, in bytes', () => {
  expect(memAvailable('MemTotal: 9 kB\nMemFree:   1 kB\nMemAvailable:   24000000 kB\n')).toBe(24_576_000_000);
  expect(memAvailable('MemTotal: 9 kB\n')).toBeUndefined();
});

it('knows a number on every system', async () => {
  expect(await availableMemory()).toBeGreaterThan(1e6);
});
