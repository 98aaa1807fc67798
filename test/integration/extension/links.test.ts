import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { messages } from '../../../src/extension/messages.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { commandServices, description } from './commandServices.ts';

useEditor();

/** What the editor takes for a link that runs a command. */
const LINK = '[Fix](command:workbench.action.quit)';
/** As the editor finds links in messages and titles. */
const isLink = /\[[^\]]+\]\((https?:|command:|file:)/;

async function opened(plan: object) {
  const dir = temporaryFolder();
  editor.openFolders(dir);
  const path = join(dir, `${LINK}.peft.yaml`);
  writeFileSync(path, '');
  await commandServices({
    runsDir: join(dir, 'runs'),
    language: { 'peft/describe': description, 'peft/plan': plan as never },
    cli: { train: { status: 2, stderr: `${LINK}\n` } },
  });
  await editor.open(path);
}

it('no text of a file or program becomes a link in messages, questions or titles of progress', async () => {
  await opened({ problem: LINK });
  editor.answer('How much memory', 'Start');
  await editor.run('peftWorkbench.startTuning');
  const texts = editor.messages.flatMap(({ message, detail }) => [message, detail ?? '']);
  const titles = editor.progress.map(({ title }) => title ?? '');
  expect(texts.filter((text) => text.includes('[Fix]'))).toHaveLength(3);
  expect(titles.filter((title) => title.includes('[Fix]'))).toHaveLength(2);
  expect([...texts, ...titles].filter((text) => isLink.test(text))).toEqual([]);
});

it('messages read as they were written', async () => {
  await messages.warning(`a ${LINK} b`);
  expect(editor.messages[0].message.replace('\u2060', '')).toBe(`a ${LINK} b`);
});
