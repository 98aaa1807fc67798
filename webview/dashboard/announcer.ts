import type { RunRow } from '../../src/protocol/dashboard.ts';
import { h, setText } from '../shared/dom.ts';
import { say } from './strings.ts';
import { statusChanges } from './statusChanges.ts';

/** Least time between two announcements. */
const pauseMs = 10_000;

/** Tells screen readers what began and ended; what happens within ten seconds is told together. */
export function announcer() {
  const region = h('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  let waiting: string[] = [];
  let nextAt = 0;
  const speak = () => {
    setText(region, waiting.join(' '));
    waiting = [];
    nextAt = Date.now() + pauseMs;
  };
  return {
    element: region,
    compare(before: readonly RunRow[], after: readonly RunRow[]): void {
      const news = statusChanges(before, after).map(({ run, sentence }) => say(sentence, run.id));
      if (news.length === 0) return;
      if (waiting.length === 0) setTimeout(speak, Math.max(0, nextAt - Date.now()));
      waiting.push(...news);
    },
  };
}
