import { bytes, clause, count, plural } from '../core/display.ts';
import { printableLines } from '../core/printable.ts';
import { textTable } from '../core/textTable.ts';
import type { DoctorReport, ExaminedCard, ExaminedExecutor } from './doctorReport.ts';

/** The report to be read: a table, and each advice as a paragraph after it. */
export function doctorText(report: DoctorReport): string {
  const { version, node, platform, processor, threads, memoryBytes, cache, speed, runs, advice } = report;
  const rows = [
    ['peft-workbench', version],
    ['Node', `${node} (${platform})`],
    ['processor', `${processor}, ${plural(threads, 'thread')}`],
    ['memory', `${bytes(memoryBytes.total)}, ${bytes(memoryBytes.free)} free`],
    ...cardRows(report.graphics),
    ...report.executors.map((found) => [found.id, executorText(found)]),
    ['model cache', `${cache.dir}: ${count(cache.models)} models, ${bytes(cache.sizeBytes)}`],
    ['speed', speed.measured ? `${speed.file}: measured` : 'not measured: `peft-workbench measure` does it'],
    ['runs', `${runs.dir}: ${runs.writable ? 'can be written' : 'cannot be written'}`],
  ];
  return textTable(rows) + advice.map((line) => `\n${printableLines(line)}\n`).join('');
}

function cardRows({ isThere, nvidia }: DoctorReport['graphics']): [string, string][] {
  if ('cards' in nvidia && nvidia.cards.length > 0)
    return nvidia.cards.map((card) => [`card ${card.index}`, cardText(card, nvidia.cudaVersion)]);
  const why = 'fault' in nvidia ? nvidia.fault : 'nvidia-smi lists no card';
  return [['graphics card', isThere ? `there is one; nothing more is known (${why})` : 'none']];
}

function cardText({ name, driver, ...card }: ExaminedCard, cudaVersion: string | undefined): string {
  const mib = (value: number) => bytes(value * 2 ** 20);
  const { memoryTotalMib: total, memoryUsedMib: used, utilization } = card;
  return [
    name,
    `driver ${driver}`,
    ...(cudaVersion === undefined ? [] : [`CUDA ${cudaVersion}`]),
    ...(total === undefined ? [] : [`${mib(total)} of memory`]),
    ...(total === undefined || used === undefined ? [] : [`${mib(total - used)} free`]),
    ...(utilization === undefined ? [] : [`${utilization} % busy`]),
  ].join(', ');
}

function executorText(found: ExaminedExecutor): string {
  if (!found.works) return `does not work: ${clause(found.fault)}`;
  const versions = Object.entries(found.versions).map(([name, version]) => `${name} ${version}`);
  return ['works', found.device, ...versions].join(', ');
}
