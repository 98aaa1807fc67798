import type { FormState } from '../../src/protocol/form.ts';
import { say } from './strings.ts';

/** A problem or a piece of advice. */
export type Finding = FormState['problems'][number];
export type Severity = Finding['severity'];

/** The worst first. */
export const severities: readonly Severity[] = ['error', 'warning', 'information'];

/** In the order of the text, the worst first. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return severities.flatMap((severity) => findings.filter((each) => each.severity === severity));
}

/** What concerns a variant: not what is the recipe's as a whole. */
export function findingsOf(problems: readonly Finding[], variant: string | undefined): Finding[] {
  return bySeverity(problems.filter(({ variants }) => variant !== undefined && variants.includes(variant)));
}

export type Counts = Readonly<Partial<Record<Severity, number>>>;

export function countsOf(findings: readonly Finding[]): Counts {
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  return Object.fromEntries(severities.map((severity) => [severity, count(severity)]));
}

const one = { error: 'oneError', warning: 'oneWarning', information: 'oneNote' } as const;
const many = { error: 'errors', warning: 'warnings', information: 'notes' } as const;

/** `1 error, 2 notes`; that there is no problem, where nothing is counted. */
export function countsText(counts: Counts): string {
  const texts = severities.flatMap((severity) => {
    const { [severity]: count = 0 } = counts;
    return count === 0 ? [] : count === 1 ? say(one[severity]) : say(many[severity], count);
  });
  return texts.join(', ') || say('noProblems');
}

const lines = { error: 'lineError', warning: 'lineWarning', information: 'lineInformation' } as const;

export function wordsOf(finding: Finding): string {
  return placeText(finding) + finding.message;
}

/** `Line 3, error: `, which the message follows. */
export function placeText({ severity, line }: Finding): string {
  return say(lines[severity], line + 1);
}
