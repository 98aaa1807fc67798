import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { createService } from '../../../src/language/service.ts';
import { caretIn } from '../../support/caretIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyAnswersRecipe, writeTinyAnswers } from '../../support/tinyAnswers.ts';

const planner = new URL('data:text/javascript,');

async function workspace() {
  const dir = temporaryFolder();
  const uri = pathToFileURL(await writeTinyAnswers(dir)).href;
  const service = createService(
    () => ({ folders: [dir], trusted: true, env: { HF_HUB_CACHE: join(dir, 'hub') } }),
    planner,
  );
  return { uri, service };
}

/** The tiny recipe with a line in its task. */
const withLine = (line: string) => tinyAnswersRecipe.replace('  max_length', `  ${line}\n  max_length`);

it('columns of a file of questions are offered, and so are the fields of the task', async () => {
  const { uri, service } = await workspace();
  await service.check({ uri, text: tinyAnswersRecipe });
  const complete = async (marked: string) => {
    const { text, position } = caretIn(marked);
    return (await service.complete({ uri, text }, position, true)).map(({ label }) => label);
  };
  expect(await complete(withLine('context: |'))).toEqual(
    expect.arrayContaining(['title', 'id', 'question', 'answers', 'context']),
  );
  expect(await complete(withLine('|'))).toEqual(expect.arrayContaining(['n_best', 'question', 'answers']));
});

it('a field tells what it means, and a file what it holds', async () => {
  const { uri, service } = await workspace();
  const hover = async (marked: string) => {
    const { text, position } = caretIn(marked);
    await service.check({ uri, text });
    return JSON.stringify(await service.hover({ uri, text }, position));
  };
  expect(await hover(tinyAnswersRecipe.replace('doc_stride', 'doc_str|ide'))).toContain('two windows');
  expect(await hover(tinyAnswersRecipe.replace('train.json', 'tra|in.json'))).toContain('80 rows');
  const named = withLine('answers: answers').replace('train.json', 'tra|in.json');
  expect(await hover(named)).not.toContain('Labels');
});
