import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { CliResult } from '../../../src/extension/process/cli.ts';
import type { DoctorReport } from '../../../src/protocol/doctorReport.ts';
import { doctorText } from '../../../src/protocol/doctorText.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { ViewColumn } from '../../support/editor/values.ts';
import { window } from '../../support/editor/window.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices } from './commandServices.ts';

useEditor();
afterEach(() => {
  vi.restoreAllMocks();
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

const report: DoctorReport = {
  version: '0.1.0',
  node: '20.20.2',
  platform: 'linux x64',
  processor: 'Some Processor',
  threads: 2,
  memoryBytes: { total: 16e9, free: 8e9 },
  graphics: { isThere: false, nvidia: { isAbsent: true, fault: 'no nvidia-smi on PATH' } },
  executors: [
    { id: 'onnx-cpu', works: true, device: 'Some Processor', versions: { 'onnxruntime-node': '1.30.0' } },
    { id: 'onnx-cuda', works: false, fault: 'found none', remedy: 'Fetch them.' },
  ],
  cache: { dir: '/hub', models: 0, sizeBytes: 0 },
  speed: { file: '/speed.json', measured: false },
  runs: { dir: '/runs', writable: true },
  advice: ['Get a model.', 'More.'],
};
const printed = (given: DoctorReport) => `${JSON.stringify(given, undefined, 2)}\n`;

/** Runs the command as often as there are answers of the command line. */
async function doctor(...answers: readonly Partial<CliResult>[]) {
  const left = [...answers];
  const runsDir = join(temporaryFolder(), 'runs');
  const { calls } = await commandServices({ runsDir, cli: { doctor: () => left.shift() } });
  while (left.length > 0) {
    await editor.run('peftWorkbench.doctor');
    await settled();
  }
  return calls.map(({ args }) => args);
}

/** Texts of the documents on screen, by name. */
const shown = () =>
  Object.fromEntries(
    editor.documents
      .filter(({ uri }) => uri.scheme === 'peft-doctor')
      .map((document) => [document.uri.path, document.getText()]),
  );

it('shows what it found in a document beside, and the first advice in a message', async () => {
  const show = vi.spyOn(window, 'showTextDocument');
  expect(await doctor({ stdout: printed(report) })).toEqual([['doctor', '--json']]);
  expect(shown()).toEqual({ 'PEFT Doctor.txt': doctorText(report) });
  expect(doctorText(report)).toMatch(
    /\nonnx-cuda +does not work: found none\n[^]*\n\nGet a model\.\n\nMore\.\n$/,
  );
  expect(show).toHaveBeenCalledExactlyOnceWith(editor.documents[0], {
    preview: false,
    viewColumn: ViewColumn.Beside,
  });
  expect(editor.messages).toMatchObject([{ severity: 'information', message: 'Get a model.' }]);
});

it('shows the same as JSON where the user asks for it, and asks no process again', async () => {
  editor.answer('Get a model.', 'Show as JSON');
  expect(await doctor({ stdout: printed(report) })).toHaveLength(1);
  expect(shown()).toEqual({ 'PEFT Doctor.txt': doctorText(report), 'PEFT Doctor.json': printed(report) });
});

it('shows a later report in the same place', async () => {
  const show = vi.spyOn(window, 'showTextDocument');
  const later = { ...report, advice: [] };
  await doctor({ stdout: printed(report) }, { stdout: printed(later) });
  expect(shown()).toEqual({ 'PEFT Doctor.txt': doctorText(later) });
  const [{ viewColumn }] = window.visibleTextEditors;
  expect(show).toHaveBeenLastCalledWith(editor.documents[0], { preview: false, viewColumn });
});

it('warns where the executor that `auto` means does not work, and is content where nothing is missing', async () => {
  await doctor({ status: 1, stdout: printed(report) }, { stdout: printed({ ...report, advice: [] }) });
  expect(editor.messages).toMatchObject([
    { severity: 'warning', message: 'Get a model.' },
    { severity: 'information', message: 'Everything that training needs is there.' },
  ]);
});

it.each([
  { answer: { status: 2, stderr: 'No Node.\n  at main' }, message: 'No Node.' },
  { answer: { stdout: '{"version":"9"}' }, message: /^doctor answered in a form/ },
])('says why there is no report: $message', async ({ answer, message }) => {
  await doctor(answer);
  expect(shown()).toEqual({});
  expect(editor.messages).toMatchObject([{ severity: 'error', message: expect.stringMatching(message) }]);
});
