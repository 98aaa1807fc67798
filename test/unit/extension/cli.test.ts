import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli, type CliSettings } from '../../../src/extension/process/cli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A command line that is `source`, a program of Node. */
function cliOf(source: string, settings: Partial<CliSettings> = {}) {
  const cwd = realpathSync(temporaryFolder());
  const program = join(cwd, 'program.mjs');
  writeFileSync(program, source);
  const all = { program, nodePath: () => undefined, env: () => ({ PATH: process.env.PATH }), ...settings };
  return { cwd, cli: createCli(all) };
}

describe('the command line as a process', () => {
  it('gets its arguments as they are, without a shell, in the folder that was asked for', async () => {
    const { cwd, cli } = cliOf(
      `console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))`,
    );
    const args = ['train', 'a b.yaml', '$(touch x)', '"; exit 3', "it's", '*', '--set=a: [1]', '', 'é\n2'];
    const { status, stdout, stderr } = await cli.run(args, { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ args, cwd });
  });

  it('answers with the status and with both outputs apart', async () => {
    const { cwd, cli } = cliOf(`console.log('out é'); console.error('err é'); process.exitCode = 2`);
    expect(await cli.run([], { cwd })).toEqual({ status: 2, stdout: 'out é\n', stderr: 'err é\n' });
  });

  it('answers with a status of failure where the program dies', async () => {
    const { cwd, cli } = cliOf(`process.kill(process.pid, 'SIGKILL')`);
    expect(await cli.run([], { cwd })).toMatchObject({ status: 1, stdout: '' });
  });

  it('tells lines as they come, the last one also without its line break', async () => {
    const { cwd, cli } = cliOf(`
      import { existsSync } from 'node:fs';
      process.stdout.write('one\\ntwo, first half ');
      const seen = setInterval(() => {
        if (!existsSync('seen')) return;
        clearInterval(seen);
        process.stdout.write('and second\\nthree');
      }, 10);
    `);
    const lines: string[] = [];
    const onLine = (line: string) => {
      lines.push(line);
      // The program goes on only once its first line was told.
      writeFileSync(join(cwd, 'seen'), '');
    };
    const { stdout } = await cli.run([], { cwd, onLine });
    expect(lines).toEqual(['one', 'two, first half and second', 'three']);
    expect(stdout).toBe('one\ntwo, first half and second\nthree');
  });

  it('asks the program to end when aborted, waits for that, and answers with status 130', async () => {
    const { cwd, cli } = cliOf(`
      process.on('SIGINT', () => { console.log('tidied up'); process.exit(0); });
      setInterval(() => undefined, 1000);
      console.log('ready');
    `);
    const abort = new AbortController();
    const onLine = (line: string) => {
      if (line === 'ready') abort.abort();
    };
    const result = await cli.run([], { cwd, onLine, signal: abort.signal });
    expect(result).toEqual({ status: 130, stdout: 'ready\ntidied up\n', stderr: '' });
  });

  it('answers with status 130 where it was aborted before it began', async () => {
    const { cwd, cli } = cliOf(`setInterval(() => undefined, 1000)`);
    expect(await cli.run([], { cwd, signal: AbortSignal.abort() })).toMatchObject({ status: 130 });
  });

  it('runs the Node of the settings, at the time of the call', async () => {
    let nodePath: string | undefined;
    const { cwd, cli } = cliOf(`console.log(process.argv0)`, { nodePath: () => nodePath });
    const own = join(cwd, 'node of my own');
    symlinkSync(process.execPath, own);
    expect((await cli.run([], { cwd })).stdout).toBe(`${process.execPath}\n`);
    nodePath = own;
    expect((await cli.run([], { cwd })).stdout).toBe(`${own}\n`);
    nodePath = join(cwd, 'not there');
    await expect(cli.run([], { cwd })).rejects.toThrow('ENOENT');
  });

  it('passes a secret in the environment, and of the rest only what is listed', async () => {
    const env = () => ({
      PATH: process.env.PATH,
      HF_HOME: '/cache',
      HF_TOKEN: 'other',
      NODE_OPTIONS: '--bad',
    });
    const { cwd, cli } = cliOf(`console.log(JSON.stringify(process.env))`, { env });
    const { stdout } = await cli.run([], { cwd, env: { HF_TOKEN: 'hf_secret' } });
    const { PATH, HF_HOME, HF_TOKEN, ELECTRON_RUN_AS_NODE, ...rest } = JSON.parse(
      stdout,
    ) as NodeJS.ProcessEnv;
    expect({ PATH, HF_HOME, HF_TOKEN, ELECTRON_RUN_AS_NODE }).toEqual({
      PATH: process.env.PATH,
      HF_HOME: '/cache',
      HF_TOKEN: 'hf_secret',
      ELECTRON_RUN_AS_NODE: '1',
    });
    for (const name of Object.keys(process.env)) expect(rest).not.toHaveProperty([name]);
    expect(JSON.parse((await cli.run([], { cwd })).stdout)).not.toHaveProperty('HF_TOKEN');
  });
});
