import * as z from 'zod/mini';

/** Lines of JSON that the command line prints and the extension reads, by the command that prints them. */

/** `train --detach --json` and `resume --detach --json`. */
export const queuedSchema = z.object({
  event: z.literal('queued'),
  runs: z.array(z.object({ id: z.string(), dir: z.string(), variant: z.string(), seed: z.number() })),
});
export type Queued = z.output<typeof queuedSchema>;

/** `download --json`: one line per file and percent, then the last. */
export const downloadSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('progress'),
    file: z.string(),
    receivedBytes: z.number(),
    totalBytes: z.optional(z.number()),
  }),
  z.object({ event: z.literal('done'), dir: z.string() }),
]);
export type DownloadEvent = z.output<typeof downloadSchema>;

/** `setup --json`: what it will do, then, unless that was all that was asked, a line for each thing that is done, and the end. */
export const setupSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('plan'), steps: z.array(z.string()) }),
  z.object({ event: z.literal('progress'), line: z.string() }),
  z.object({ event: z.literal('done'), dir: z.string(), device: z.string(), secondsPerStep: z.number() }),
]);
export type SetupEvent = z.output<typeof setupSchema>;
