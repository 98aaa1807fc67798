/**
 * The counts of one layer's report as `PASSED FAILED SKIPPED`. A runner that ended badly without a failed test (a file
 * that does not load, an unhandled rejection) counts as one failure, and so does a layer that ran no test.
 *   node scripts/countTests.mjs REPORT EXIT_STATUS
 */
import { readFileSync } from 'node:fs';

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
