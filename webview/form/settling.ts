/**
 * Changes that are computed from what the page shows: each waits until the page shows what became of all edits before it. Otherwise the
 * second of two quick clicks would write what was there before the first.
 */
export interface Settling {
  /** Now, or as soon as nothing is on its way. */
  whenSettled(change: () => void): void;
  /** An edit was sent. */
  sent(): void;
  /** The oldest edit on its way was made or refused; a page of this version of the document shows it. */
  answered(version: number): void;
  /** The page shows this version. */
  shown(version: number): void;
}

export function createSettling(): Settling {
  const waiting: (() => void)[] = [];
  let open = 0;
  let wanted = 0;
  let version = 0;
  const goOn = () => {
    while (open === 0 && version >= wanted && waiting.length > 0) waiting.shift()!();
  };
  return {
    whenSettled: (change) => {
      waiting.push(change);
      goOn();
    },
    sent: () => void open++,
    answered: (next) => {
      // One that an earlier page sent may be answered to this one.
      open = Math.max(0, open - 1);
      wanted = Math.max(wanted, next);
      goOn();
    },
    shown: (next) => {
      version = next;
      goOn();
    },
  };
}
