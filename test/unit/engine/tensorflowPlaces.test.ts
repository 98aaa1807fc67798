import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tensorflowEnvironment } from '../../../src/engine/tensorflowEnvironment.ts';
import { findPackage, recordFile } from '../../../src/engine/tensorflowPackage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function recorded(folder: string, dir: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(recordFile(folder), `${dir}\n`);
}

it('a record of a package that is gone does not hide one in another folder', () => {
  const home = temporaryFolder();
  const [editor, terminal] = [join(home, 'editor'), join(home, 'peft-workbench')];
  const dir = join(terminal, 'tfjs-node');
  recorded(editor, join(editor, 'gone'));
  recorded(terminal, dir);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{ "name": "@tensorflow/tfjs-node" }');
  expect(findPackage({ PEFT_WORKBENCH_DATA: editor, XDG_DATA_HOME: home })).toEqual({
    dir,
    namedBy: 'setup',
  });
});

it('float32 is multiplied as float32, unless the user says otherwise', () => {
  expect(tensorflowEnvironment({}).NVIDIA_TF32_OVERRIDE).toBe('0');
  expect(tensorflowEnvironment({ NVIDIA_TF32_OVERRIDE: '1' }).NVIDIA_TF32_OVERRIDE).toBe('1');
});
