/**
 * The counts of one layer's report as `PASSED FAILED SKIPPED`. A runner that ended badly without a failed test (a file
 * that does not load, an unhandled rejection) counts as one failure, and so does a layer that ran no test.
 * On stderr: each failure, its file and the first lines of its message.
 *   node scripts/countTests.mjs REPORT EXIT_STATUS
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const LINES = 12;

const [file, status] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, 'utf8'));
const {
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: todo,
} = report;
const endedBadly = status !== '0' || passed + failed === 0;
console.log(passed, failed === 0 && endedBadly ? 1 : failed, skipped + todo);

for (const { name, message, assertionResults } of report.testResults) {
  const at = relative(process.cwd(), name);
  if (message) console.error(`${at}\n${firstLines(message)}\n`);
  for (const { status, fullName, failureMessages } of assertionResults)
    if (status === 'failed') console.error(`${at}: ${fullName}\n${firstLines(failureMessages.join('\n'))}\n`);
}
if (failed === 0 && endedBadly)
  console.error(`${file}: ended with status ${status}, without a failed test\n`);

function firstLines(text) {
  return stripVTControlCharacters(text).split('\n').slice(0, LINES).join('\n');
}
