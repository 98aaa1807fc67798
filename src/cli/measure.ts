import { textTable } from '../core/textTable.ts';
import { speedFile } from '../facts/machineSpeed.ts';
import { roughDuration } from '../core/roughDuration.ts';
import type { Command } from './command.ts';
import { measureMachine } from './measureMachine.ts';

export const command: Command = {
  name: 'measure',
  usage: '[--json]',
  summary: 'Measures how fast this machine trains, for the time that plans tell: some seconds of real steps.',
  positionals: { least: 0, most: 0 },
  options: { json: { type: 'boolean' } },
  async run({ values, io, signal }) {
    const speed = await measureMachine(io.env, signal);
    const rows = speed.steps.map(({ name, seconds, work: { products, pointwise } }) => [
      name,
      roughDuration(seconds),
      `${((products + pointwise) / seconds / 1e9).toFixed(0)} GFLOP/s`,
    ]);
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify(speed, undefined, 2)}\n`
        : `${textTable(rows, ['left', 'right', 'right'])}kept in ${speedFile(io.env)}\n`,
    );
    return 0;
  },
};
