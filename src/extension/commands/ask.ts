import { CancellationError } from 'vscode';

/** What the user answered. @throws CancellationError where the question was dismissed */
export async function answered<T>(question: Thenable<T | undefined>): Promise<T> {
  const answer = await question;
  if (answer === undefined) throw new CancellationError();
  return answer;
}
