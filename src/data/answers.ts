import { codePointLength, codePointSlice } from '../core/codePoints.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import type { Answer } from '../core/row.ts';
import { answerElsewhere, answerEmpty, answersMissing, valueNotAnswers, type AnswerPlace } from './errors.ts';

/**
 * The answers of a question: as SQuAD's files have them, a list of `{ text, answer_start }`, or as data sets of Hugging Face do,
 * `{ text: [..], answer_start: [..] }`. @throws UserError where there is none, or one does not stand in the context where it says
 */
export function answersOf(place: AnswerPlace, value: Json, context: string): readonly Answer[] {
  const answers = parsed(value);
  if (answers === undefined) throw valueNotAnswers(place, value);
  if (answers.length === 0) throw answersMissing(place);
  for (const { text, start } of answers) {
    if (text === '') throw answerEmpty(place);
    const end = start + codePointLength(text);
    if (codePointSlice(context, start, end) !== text) throw answerElsewhere(place, { text, start }, context);
  }
  return answers;
}

/** Whether a record says that its question has no answer, as those of SQuAD 2 may. */
export function hasNoAnswer(value: Json): boolean {
  return parsed(value)?.length === 0;
}

function parsed(value: Json): Answer[] | undefined {
  const pairs = Array.isArray(value)
    ? value.map((each) => (isJsonObject(each) ? [each.text, each.answer_start] : []))
    : isJsonObject(value)
      ? zipped(value.text, value.answer_start)
      : undefined;
  const answers = pairs?.flatMap(([text, start]): Answer[] =>
    typeof text === 'string' && Number.isInteger(start) && (start as number) >= 0
      ? [{ text, start: start as number }]
      : [],
  );
  return answers?.length === pairs?.length ? answers : undefined;
}

function zipped(texts: Json | undefined, starts: Json | undefined): Json[][] | undefined {
  if (!Array.isArray(texts) || !Array.isArray(starts) || texts.length !== starts.length) return undefined;
  return texts.map((text: Json, i) => [text, starts[i]]);
}
