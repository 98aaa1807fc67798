/** Python's white space, at which its `split()` cuts. */
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** `string.punctuation` of Python: ASCII alone. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** Between characters that are part of a word for Python's `re`, whatever their script. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

export interface AnsweredQuestion {
  readonly prediction: string;
  /** Any of them is right; one at least. */
  readonly answers: readonly string[];
}

/**
 * Exact match and F1 of predicted answers, means over questions, as SQuAD's own evaluation (evaluate-v1.1.py of Rajpurkar et al. 2016)
 * computes them, but as shares of 1.
 */
export function squadMetrics(questions: readonly AnsweredQuestion[]) {
  const scores = questions.map(squadScores);
  const mean = (name: keyof ReturnType<typeof squadScores>) =>
    scores.reduce((sum, each) => sum + each[name], 0) / questions.length;
  return { f1: mean('f1'), exact_match: mean('exact_match') };
}

/** The same of one question: the best with any of its right answers. */
export function squadScores({ prediction, answers }: AnsweredQuestion) {
  const best = (score: typeof f1) => Math.max(...answers.map((answer) => score(prediction, answer)));
  return { f1: best(f1), exact_match: best(exactMatch) };
}

/** Words of an answer that count: in lower case, without punctuation and articles. */
export function normalizedWords(answer: string): string[] {
  const text = answer.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLES, ' ');
  return text.split(BLANKS).filter((word) => word !== '');
}

export function exactMatch(prediction: string, answer: string): number {
  return Number(normalizedWords(prediction).join(' ') === normalizedWords(answer).join(' '));
}

/** Of the words, each as often as both have it; 0 where they have none in common. */
export function f1(prediction: string, answer: string): number {
  const [found, wanted] = [normalizedWords(prediction), normalizedWords(answer)];
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of found) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    common++;
    left.set(word, count - 1);
  }
  if (common === 0) return 0;
  const [precision, recall] = [common / found.length, common / wanted.length];
  return (2 * precision * recall) / (precision + recall);
}
