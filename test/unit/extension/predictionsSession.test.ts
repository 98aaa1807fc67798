import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PredictionsSession } from '../../../src/extension/pages/predictionsSession.ts';
import type { PredictionsAnswer } from '../../../src/protocol/predictions/messages.ts';
import { listRuns, type Run } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { linesOf, predictionExamples, writePredictedRun } from '../../support/predictionExamples.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const lines = predictionExamples['text-classification'];
const query = { order: 'worst', from: 0, count: 25 } as const;

it('answers once more where a file came while the answer was made', async () => {
  const runsDir = join(temporaryFolder(), 'runs');
  const dir = writePredictedRun(runsDir, 'text-classification', { test: linesOf(lines.slice(0, 1)) });
  const [found] = await listRuns(runsDir);
  if (found.status === 'unreadable') throw new Error(found.problem);
  const answers: PredictionsAnswer[] = [];
  let told: Promise<void> | undefined;
  // It is asked for after the files were listed.
  const recipe = () => {
    if (told === undefined) {
      writeFileSync(runPaths(dir).predictions('validation'), linesOf(lines));
      told = session.lookAgain(); // as whoever looks at the folder does
    }
    return found.recipe();
  };
  const session = new PredictionsSession({
    post: ({ answer }) => void answers.push(answer),
    runOf: (): Run => ({ ...found, recipe }),
  });
  await session.ask({ ...query, run: dir });
  await told;
  expect(answers.map(({ files }) => files)).toEqual([['test'], ['validation', 'test']]);
  expect(answers[1]).toMatchObject({ file: 'validation', content: { count: lines.length } });
  await session.lookAgain();
  expect(answers).toHaveLength(2);
  session.end();
});
