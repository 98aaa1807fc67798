import { downloadModel, type DownloadProgress } from '../hub/download.ts';
import type { DownloadEvent } from '../protocol/commandLine.ts';
import type { Command, Io } from './command.ts';
import { bytes } from '../core/display.ts';

export const command: Command = {
  name: 'download',
  usage: 'ID [--revision R] [--json]',
  summary: 'Fetches a model from the Hugging Face hub into its cache.',
  positionals: { least: 1, most: 1 },
  options: { revision: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals, io, signal }) {
    const revision = values.revision as string | undefined;
    const report = values.json === true ? jsonReport(io) : textReport(io);
    const onProgress = report.progressed;
    report.done(await downloadModel(positionals[0], { revision, env: io.env, signal, onProgress }));
    return 0;
  },
};

interface Report {
  progressed(progress: DownloadProgress): void;
  done(dir: string): void;
}

/** A line for each file and whole percent that is new, and one for the end. */
function jsonReport({ stdout }: Io): Report {
  const write = (event: DownloadEvent) => stdout.write(`${JSON.stringify(event)}\n`);
  /** By file, the highest percent that was told; a file that begins anew after a fault tells none of them again. */
  const told = new Map<string, number>();
  return {
    progressed: (progress) => {
      const percent = percentOf(progress);
      if (percent <= (told.get(progress.file) ?? -1)) return;
      told.set(progress.file, percent);
      write({ event: 'progress', ...progress });
    },
    done: (dir) => write({ event: 'done', dir }),
  };
}

/** On a terminal one line per file that is drawn again at each whole percent; else one line when a file is complete. */
function textReport({ stdout, stderr, isTerminal }: Io): Report {
  let drawn = '';
  return {
    progressed: (progress) => {
      const { file, receivedBytes, totalBytes } = progress;
      const isComplete = receivedBytes === totalBytes;
      const line = `${file}  ${String(percentOf(progress)).padStart(3)} %  ${bytes(receivedBytes)}`;
      if (isTerminal ? line.split('%')[0] === drawn && !isComplete : !isComplete) return;
      drawn = line.split('%')[0];
      stderr.write(`${isTerminal ? '\r\x1b[K' : ''}${line}${isTerminal && !isComplete ? '' : '\n'}`);
    },
    done: (dir) => stdout.write(`${dir}\n`),
  };
}

/** Whole percent; 100 where the size is 0 or not known. */
function percentOf({ receivedBytes, totalBytes }: DownloadProgress): number {
  return totalBytes ? Math.floor((100 * receivedBytes) / totalBytes) : 100;
}
