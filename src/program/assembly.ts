import { internal } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Dropout, DropoutSite, Hooks, Parameters } from '../models/architecture.ts';
import {
  isOfHead,
  positionsLeft,
  type MethodProblem,
  type TrainedTensor,
  type UsedMethod,
} from '../peft/method.ts';
import type { HeadInfo, Task, TaskFields } from '../tasks/task.ts';

export interface AssemblyParts {
  readonly info: HeadInfo;
  readonly task: Task;
  readonly taskFields: TaskFields;
  readonly methods: readonly UsedMethod[];
}

/** A model with its task's head and the methods that tune it: which tensors are trained, which are frozen. Known without any weight. */
export interface Assembly extends AssemblyParts {
  /** Methods' tensors in registry and file order, then the head's; each once, with the first method that declares it. */
  readonly trained: readonly TrainedTensor[];
  /** Tensors that several methods declare, with those methods: trained once, at the first one's learning rate. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
  /** Base tensors that the forward pass reads and nothing trains. */
  readonly frozen: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Numbers of elements; `trained` and `stored` leave the head out. */
  readonly parameters: { readonly trained: number; readonly stored: number; readonly head: number };
  readonly dropoutSites: readonly DropoutSite[];
  /** Longest input in tokens: the model's, less the positions that methods take. */
  readonly maxLength: number;
  hooks(parameters: Parameters, dropout: Dropout): Hooks;
}

export function assemble(parts: AssemblyParts): Assembly {
  const { info, task, taskFields, methods } = parts;
  const { architecture, shape } = info;
  const head = task.head(taskFields, info);
  const unused = new Set(task.unused(taskFields, info));
  const declared = methods
    .flatMap(({ method, fields }) => method.declare(fields, info))
    .filter(({ name }) => !unused.has(name));
  const trained = withHead(declared, head);
  const named = new Set(trained.map(({ name }) => name));
  const sites = [
    ...architecture.dropoutSites(shape),
    ...methods.flatMap(({ method, fields }) => method.dropoutSites?.(fields, info) ?? []),
    ...task.dropoutSites(taskFields, info),
  ];
  const tuned = trained.filter((tensor) => !isOfHead(tensor));
  return {
    ...parts,
    trained,
    shared: declaredTwice(declared),
    parameters: {
      trained: count(tuned),
      stored: count(storedTensors(parts, tuned)),
      head: count(trained.filter(isOfHead)),
    },
    frozen: architecture.tensors(shape).filter(({ name }) => !unused.has(name) && !named.has(name)),
    dropoutSites: sites.filter(({ rate }) => rate > 0),
    maxLength: positionsLeft(shape, methods),
    hooks: (parameters, dropout) =>
      compose(
        methods.flatMap(({ method, fields }) => method.hooks?.(fields, info, { parameters, dropout }) ?? []),
      ),
  };
}

/** What of the methods does not fit the model, each with the index of its method. */
export function misfitsOf({
  methods,
  info,
}: AssemblyParts): readonly (MethodProblem & { readonly use: number })[] {
  return methods.flatMap(({ method, fields }, use) =>
    method.check(fields, info).map((problem) => ({ ...problem, use })),
  );
}

/** What an adapter keeps: the trained tensors, those of a method that is folded in the form that is kept. */
export function storedTensors(
  { methods, info }: AssemblyParts,
  trained: readonly TrainedTensor[],
): TrainedTensor[] {
  const folded = methods.flatMap(({ method, fields }) => {
    const kept = method.fold?.fields(fields);
    return kept === undefined ? [] : method.declare(kept, info);
  });
  return [...trained.filter(({ stored }) => stored), ...folded];
}

/** Each tensor once: the first method's, save what belongs to the head. */
function withHead(declared: readonly TrainedTensor[], head: readonly TrainedTensor[]): TrainedTensor[] {
  const ofHead = new Set(head.map(({ name }) => name));
  const first = new Map<string, TrainedTensor>();
  for (const tensor of declared) {
    if (!ofHead.has(tensor.name) && !first.has(tensor.name)) first.set(tensor.name, tensor);
  }
  return [...first.values(), ...head];
}

function declaredTwice(declared: readonly TrainedTensor[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const { name, method } of declared) owners.set(name, [...(owners.get(name) ?? []), method]);
  return new Map([...owners].filter(([, methods]) => methods.length > 1));
}

function count(tensors: readonly TrainedTensor[]): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** In registry order: the first hook is the innermost; it is handed what the model computed, the next one the result of the first. */
function compose(list: readonly Hooks[]): Hooks {
  const linear = list.flatMap((hooks) => hooks.linear ?? []);
  const sublayer = list.flatMap((hooks) => hooks.sublayer ?? []);
  const prefixes = list.flatMap((hooks) => hooks.prefix ?? []);
  const positionShift = list.reduce((sum, hooks) => sum + (hooks.positionShift ?? 0), 0);
  if (prefixes.length > 1) internal('two methods put a prefix before the keys');
  return {
    ...(linear.length > 0 && {
      linear: (name, x, base) =>
        linear.reduce<typeof base>((inner, hook) => (input) => hook(name, input, inner), base)(x),
    }),
    ...(sublayer.length > 0 && {
      sublayer: (place, state) =>
        sublayer.reduce((output, hook) => hook(place, { ...state, output }), state.output),
    }),
    ...(prefixes.length > 0 && { prefix: prefixes[0] }),
    positionShift,
  };
}

/** Looks tensors up by name, first among those given. @throws internal error for a name that nothing declares. */
export function parametersFrom(tensors: Readonly<Record<string, ReturnType<Parameters>>>): Parameters {
  return (name) => tensors[name] ?? internal(`the model asked for "${name}", which nothing declares`);
}
