import type { PredictionsSummary } from '../../../src/protocol/predictions/messages.ts';
import type { AnyLine } from '../../../src/protocol/predictions/reading.ts';

/** How the predictions of one task are shown: figures of the file as a whole, and single lines. */
export interface EvaluationView<Line extends AnyLine = AnyLine> {
  /** Tables of what was counted; a press on a count shows the lines that it counts. */
  figures(summary: PredictionsSummary, choice: Choice): readonly Node[];
  /** What a key of the tally is called as a choice of lines. */
  choiceName(key: string): string;
  example(line: Line): Example;
}

/** Which lines are listed. */
export interface Choice {
  /** Key of the tally; all lines without it. */
  readonly key: string | undefined;
  choose(key: string | undefined): void;
}

export interface Example {
  /** Undefined where it is not known what is right. */
  readonly isRight: boolean | undefined;
  /** Short things about it, beside each other. */
  readonly facts: readonly Node[];
  readonly body: readonly Node[];
}
