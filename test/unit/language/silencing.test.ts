import { expect, it } from 'vitest';
import { silencing } from '../../../src/language/silencing.ts';
import type { Problem } from '../../../src/recipe/problem.ts';

const problemAt = (line: number, code: Problem['code']): Problem => ({
  ...{ code, severity: 'information', message: 'it is so', path: '' },
  range: { start: { line, character: 0 }, end: { line, character: 5 } },
});

it('offers to turn off each rule that has advice in the range, once', () => {
  const problems = [
    problemAt(1, 'advice-few-seeds'),
    problemAt(2, 'advice-norm-parts'),
    problemAt(2, 'advice-norm-parts'),
    problemAt(2, 'wrong-type'),
  ];
  const range = { start: { line: 2, character: 1 }, end: { line: 2, character: 1 } };
  const offered = silencing('file:///a.peft.yaml', range, { problems, command: 'turnOff' });
  expect(offered).toMatchObject([
    {
      title: 'Turn off the advice "norm-parts"',
      kind: 'quickfix',
      diagnostics: [{ code: 'advice-norm-parts' }],
      command: { command: 'turnOff', arguments: ['norm-parts'] },
    },
  ]);
});
