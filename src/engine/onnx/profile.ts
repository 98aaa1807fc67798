import type { Placement } from '../executor.ts';

/** What a profile of ONNX Runtime tells of the nodes that ran. */
export interface ProfiledPlacement {
  readonly placement: Placement;
  /** Operators on the processor whose inputs and outputs are not sizes (int64) alone; each once. */
  readonly strays: readonly string[];
}

/** @param profile the text that ONNX Runtime writes with `enableProfiling` */
export function placementIn(profile: string): ProfiledPlacement {
  const nodes = (JSON.parse(profile) as ProfileEvent[]).filter(
    ({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'),
  );
  const [processor, device] = [true, false].map((wanted) =>
    nodes.filter(({ args }) => (args.provider === 'CPUExecutionProvider') === wanted),
  );
  const strays = processor.filter(({ args }) =>
    [...args.input_type_shape, ...args.output_type_shape].some((each) =>
      Object.keys(each).some((type) => type !== 'int64'),
    ),
  );
  return {
    placement: { device: counts(device), processor: counts(processor) },
    strays: Object.keys(counts(strays)),
  };
}

/** How often each operator is there, in alphabetical order. */
function counts(nodes: readonly ProfileEvent[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const op of nodes.map(({ args }) => args.op_name).sort()) found[op] = (found[op] ?? 0) + 1;
  return found;
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Of nodes alone. A shape is an object with the type as its key. */
  readonly args: {
    readonly op_name: string;
    readonly provider: string;
    readonly input_type_shape: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape: readonly Readonly<Record<string, readonly number[]>>[];
  };
}
