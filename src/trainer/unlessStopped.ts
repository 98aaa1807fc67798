/** What `work` gives, or undefined where a stop was asked for between its batches; nothing has changed then. */
export async function unlessStopped<T>(
  requested: { stop(): boolean },
  work: (onBatch: () => void) => Promise<T>,
): Promise<T | undefined> {
  const stop = new Error('stop');
  try {
    return await work(() => {
      if (requested.stop()) throw stop;
    });
  } catch (error) {
    if (error === stop) return undefined;
    throw error;
  }
}
