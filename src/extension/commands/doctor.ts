import * as vscode from 'vscode';
import { doctorSchema } from '../../protocol/doctorReport.ts';
import { doctorText } from '../../protocol/doctorText.ts';
import { messages } from '../messages.ts';
import type { CliResult } from '../process/cli.ts';
import type { Services } from '../services.ts';
import { askDoctor } from './askDoctor.ts';
import { doctorDocuments } from './doctorDocuments.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';
import { withProgress } from './progress.ts';
import { parsedLine } from './runCli.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.doctor';

/** Shows what this machine has for training, and the first advice in a message, which leads to the same as JSON. */
export async function run(services: Services): Promise<void> {
  await requireTrust();
  const title = vscode.l10n.t('Looking at this machine');
  const answer = await withProgress({ title }, ({ signal }) => askDoctor(services, signal));
  const { status, stdout, stderr } = answer;
  if (stderr.trim() !== '') services.log.warn(stderr.trim());
  const report = parsedLine(doctorSchema, stdout);
  if (report === undefined) {
    services.log.warn(stdout.trim());
    throw withoutReport(answer);
  }
  await doctorDocuments.show('text', { text: doctorText(report), json: stdout });
  const showJson = vscode.l10n.t('Show as JSON');
  const message = report.advice[0] ?? vscode.l10n.t('Everything that training needs is there.');
  const chosen = status === 0 ? messages.information(message, showJson) : messages.warning(message, showJson);
  void chosen.then((button) => button === showJson && void doctorDocuments.show('json'));
}

const withoutReport = ({ status, stderr }: CliResult) =>
  status === 0
    ? unexpectedOutput('doctor')
    : commandFailed('doctor', status, stderr.trim().split('\n')[0] || undefined);
