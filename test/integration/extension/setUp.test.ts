import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices } from './commandServices.ts';

useEditor();

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe.each([
  { command: 'setUpTensorflow', executor: 'tensorflow', product: 'TensorFlow.js' },
  { command: 'setUpOnnxCuda', executor: 'onnx-cuda', product: 'ONNX Runtime for CUDA' },
])('$command', ({ command, executor, product }) => {
  const plan = { event: 'plan', steps: ['Fetch the packages.', 'Make it.'] };
  const question = `Set up ${product} for training`;

  it('sets up once the user has seen what that does, and its log is kept', async () => {
    const done = { event: 'done', dir: '/data/made', device: 'CUDA', secondsPerStep: 0.1 };
    const { calls } = await commandServices({
      runsDir: join(temporaryFolder(), 'runs'),
      cli: {
        setup: ({ onLine }) => {
          const lines = calls.length === 1 ? [plan] : [plan, { event: 'progress', line: 'Compiling' }, done];
          for (const line of lines) onLine?.(JSON.stringify(line));
          return { stdout: lines.map((line) => JSON.stringify(line)).join('\n') };
        },
      },
    });
    editor.answer(question, 'Set Up');
    await editor.run(`peftWorkbench.${command}`);
    await settled();
    expect(calls.map(({ args }) => args)).toEqual([
      ['setup', executor, '--json', '--dry-run'],
      ['setup', executor, '--json'],
    ]);
    expect(JSON.stringify(editor.messages[0])).toContain('Fetch the packages.\\nMake it.');
    expect(editor.messages[1].message).toBe(
      `${product} works on CUDA. Recipes reach it by \`executor: ${executor}\`.`,
    );
    expect(editor.progress[1]).toMatchObject({
      title: `Setting up ${product}`,
      reports: [{ message: 'Compiling' }],
    });
    expect(editor.channels[0].lines.join()).toContain('Compiling');
  });

  it('is not content where nothing says that it is set up', async () => {
    await commandServices({
      runsDir: join(temporaryFolder(), 'runs'),
      cli: { setup: { stdout: JSON.stringify(plan) } },
    });
    editor.answer(question, 'Set Up');
    await editor.run(`peftWorkbench.${command}`);
    await settled();
    expect(editor.messages.at(-1)!.message).toContain('setup answered in a form');
  });

  it('does nothing where the user does not agree', async () => {
    const { calls } = await commandServices({
      runsDir: join(temporaryFolder(), 'runs'),
      cli: { setup: { stdout: JSON.stringify(plan) } },
    });
    editor.answer(question, undefined);
    await editor.run(`peftWorkbench.${command}`);
    expect(calls.length).toBe(1);
  });
});
