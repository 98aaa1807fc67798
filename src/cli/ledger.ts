import { resolve } from 'node:path';
import { count } from '../core/display.ts';
import { textTable } from '../core/textTable.ts';
import { readLedger, type Ledger, type LedgerEntry } from '../runs/ledger.ts';
import { findRun } from '../runs/runFolder.ts';
import type { Command } from './command.ts';
import { noLedger } from './errors.ts';

export const command: Command = {
  name: 'ledger',
  usage: 'RUN [--runs DIR] [--json]',
  summary: 'Shows what became of every trained tensor of a run.',
  positionals: { least: 1, most: 1 },
  options: { runs: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals: [argument], io }) {
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const { id, dir, status } = await findRun(argument, { cwd: io.cwd, runsDir });
    const ledger = await readLedger(dir);
    if (ledger === undefined) throw noLedger(id, status);
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify({ run: id, status, ...ledger }, undefined, 2)}\n`
        : ledgerText(ledger),
    );
    return ledger.agrees ? 0 : 1;
  },
};

const header = ['tensor', 'method', 'parameters', 'connected', 'gradient', 'change', 'saved', 'fault'];

function ledgerText({ agrees, tensors }: Ledger): string {
  const faulty = tensors.filter(({ fault }) => fault !== undefined).length;
  const verdict = agrees ? 'all agree' : `${count(faulty)} do not agree`;
  return `${textTable(
    [header, ...tensors.map(rowOf)],
    ['left', 'left', 'right', 'left', 'right', 'right', 'left', 'left'],
  )}${count(tensors.length)} trained tensors, ${verdict}\n`;
}

function rowOf(entry: LedgerEntry): string[] {
  const { tensor, method, connected, gradient, change, saved, fault = '' } = entry;
  const answers = [connected, saved].map((yes) => (yes ? 'yes' : 'no'));
  return [
    tensor,
    method,
    count(entry.count),
    answers[0],
    gradient.toExponential(2),
    change.toExponential(2),
    answers[1],
    fault,
  ];
}
