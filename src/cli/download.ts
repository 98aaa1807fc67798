import { downloadModel, type DownloadProgress } from '../hub/download.ts';
import type { Command, Io } from './command.ts';
import { bytes } from '../core/display.ts';

export const command: Command = {
  name: 'download',
  usage: 'ID [--revision R]',
  summary: 'Fetches a model from the Hugging Face hub into its cache.',
  positionals: { least: 1, most: 1 },
  options: { revision: { type: 'string' } },
  async run({ values, positionals, io, signal }) {
    const revision = values.revision as string | undefined;
    const onProgress = progressOn(io);
    const dir = await downloadModel(positionals[0], { revision, env: io.env, signal, onProgress });
    io.stdout.write(`${dir}\n`);
    return 0;
  },
};

/** On a terminal one line per file that is drawn again at each whole percent; else one line when a file is complete. */
function progressOn({ stderr, isTerminal }: Io): (progress: DownloadProgress) => void {
  let drawn = '';
  return ({ file, receivedBytes, totalBytes }) => {
    const isComplete = receivedBytes === totalBytes;
    const share = totalBytes ? Math.floor((100 * receivedBytes) / totalBytes) : 100;
    const line = `${file}  ${String(share).padStart(3)} %  ${bytes(receivedBytes)}`;
    if (isTerminal ? line.split('%')[0] === drawn && !isComplete : !isComplete) return;
    drawn = line.split('%')[0];
    stderr.write(`${isTerminal ? '\r\x1b[K' : ''}${line}${isTerminal && !isComplete ? '' : '\n'}`);
  };
}
