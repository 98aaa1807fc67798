import { internal } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { DropoutSite, Hooks, Parameters } from '../models/architecture.ts';
import type { Method, TrainedTensor } from '../peft/method.ts';
import type { HeadInfo, Task, TaskFields } from '../tasks/task.ts';

export interface AssemblyParts {
  readonly info: HeadInfo;
  readonly task: Task;
  readonly taskFields: TaskFields;
  readonly methods: readonly { readonly method: Method; readonly fields: unknown }[];
}

/** A model with its task's head and the methods that tune it: which tensors are trained, which are frozen. Known without any weight. */
export interface Assembly extends AssemblyParts {
  /** Methods' tensors in registry and file order, then the head's; each once. */
  readonly trained: readonly TrainedTensor[];
  /** Base tensors that the forward pass reads and nothing trains. */
  readonly frozen: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Numbers of elements; `trained` and `stored` leave the head out. */
  readonly parameters: { readonly trained: number; readonly stored: number; readonly head: number };
  readonly dropoutSites: readonly DropoutSite[];
  hooks(parameters: Parameters): Hooks;
}

export function assemble(parts: AssemblyParts): Assembly {
  const { info, task, taskFields, methods } = parts;
  const { architecture, shape } = info;
  const head = task.head(taskFields, info);
  const declared = [...methods.flatMap(({ method, fields }) => method.declare(fields, info)), ...head];
  const trained = [...new Map(declared.map((tensor) => [tensor.name, tensor])).values()];
  const unused = new Set([...task.unused(taskFields, info), ...trained.map(({ name }) => name)]);
  return {
    ...parts,
    trained,
    parameters: {
      trained: count(trained.filter(({ part }) => part !== 'head')),
      stored: count(trained.filter(({ part, stored }) => part !== 'head' && stored)),
      head: count(trained.filter(({ part }) => part === 'head')),
    },
    frozen: architecture.tensors(shape).filter(({ name }) => !unused.has(name)),
    dropoutSites: [...architecture.dropoutSites(shape), ...task.dropoutSites(taskFields, info)].filter(
      ({ rate }) => rate > 0,
    ),
    hooks: (parameters) =>
      compose(methods.flatMap(({ method, fields }) => method.hooks?.(fields, info, parameters) ?? [])),
  };
}

function count(tensors: readonly TrainedTensor[]): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The first hook is the innermost: it is handed the model's own map, the next one the result of the first. */
function compose(list: readonly Hooks[]): Hooks {
  const linear = list.flatMap((hooks) => hooks.linear ?? []);
  if (linear.length === 0) return {};
  return {
    linear: (name, x, base) =>
      linear.reduce<typeof base>((inner, hook) => (input) => hook(name, input, inner), base)(x),
  };
}

/** Looks tensors up by name, first among those given. @throws internal error for a name that nothing declares. */
export function parametersFrom(tensors: Readonly<Record<string, ReturnType<Parameters>>>): Parameters {
  return (name) => tensors[name] ?? internal(`the model asked for "${name}", which nothing declares`);
}
