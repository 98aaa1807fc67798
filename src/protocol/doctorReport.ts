import * as z from 'zod/mini';

const cardSchema = z.object({
  index: z.string(),
  name: z.string(),
  driver: z.string(),
  memoryTotalMib: z.optional(z.number()),
  memoryUsedMib: z.optional(z.number()),
  utilization: z.optional(z.number()),
});

const nvidiaSchema = z.union([
  z.object({ cards: z.readonly(z.array(cardSchema)), cudaVersion: z.optional(z.string()) }),
  z.object({ isAbsent: z.boolean(), fault: z.string() }),
]);

const executorSchema = z.discriminatedUnion('works', [
  z.object({
    id: z.string(),
    works: z.literal(true),
    device: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
  z.object({ id: z.string(), works: z.literal(false), fault: z.string(), remedy: z.optional(z.string()) }),
]);

/** What `doctor --json` prints; its keys keep their meaning. */
export const doctorSchema = z.object({
  version: z.string(),
  node: z.string(),
  platform: z.string(),
  processor: z.string(),
  threads: z.number(),
  memoryBytes: z.object({ total: z.number(), free: z.number() }),
  /** Graphics cards, as the system and the driver of NVIDIA tell. */
  graphics: z.object({ isThere: z.boolean(), nvidia: nvidiaSchema }),
  executors: z.readonly(z.array(executorSchema)),
  cache: z.object({ dir: z.string(), models: z.number(), sizeBytes: z.number() }),
  /** Whether `measure` has measured this machine, and where it keeps that. */
  speed: z.object({ file: z.string(), measured: z.boolean() }),
  runs: z.object({ dir: z.string(), writable: z.boolean() }),
  /** What is missing, and what to do about it. */
  advice: z.readonly(z.array(z.string())),
});
export type DoctorReport = z.output<typeof doctorSchema>;
export type ExaminedCard = z.output<typeof cardSchema>;
export type ExaminedExecutor = z.output<typeof executorSchema>;
