import type { Adapter } from '../../src/checkpoints/adapterFolder.ts';
import type { ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import { keyOf, normals } from '../../src/core/random.ts';
import { floatTensor, sizeOf, type HostTensor } from '../../src/core/tensor.ts';
import { compute } from '../../src/engine/compute.ts';
import type { ExportRequest } from '../../src/exports/form.ts';
import { storedTensors } from '../../src/program/assembly.ts';
import { assemblyOf } from '../../src/trainer/session.ts';
import { configurationOf } from './tunedModel.ts';

interface Learnt {
  readonly dir: string;
  /** `methods` of the recipe. */
  readonly methods: Readonly<Record<string, object>>;
  readonly labels?: readonly string[];
  /** Of `task`, beside its labels. */
  readonly task?: Readonly<Record<string, string>>;
  /** The values learnt. */
  readonly draw?: (name: string, shape: readonly number[]) => HostTensor;
  readonly baseModel?: ExportRequest['baseModel'];
}

/** The export of a run that learnt these methods: every tensor that an adapter keeps has another value than at first. */
export function exportRequest(
  model: ModelFolder,
  {
    dir,
    methods,
    labels = ['low', 'middle', 'high'],
    task = {},
    draw = nearStart,
    baseModel = { id: 'tiny/bert' },
  }: Learnt,
): ExportRequest {
  const assembly = assemblyOf(configurationOf({ methods: { ...methods }, task }), model, labels.length);
  const learnt = assembly.methods.map(({ method, fields }) => ({
    method,
    fields: method.fold?.fields(fields) ?? fields,
  }));
  const adapter: Adapter = {
    recipe: 'tiny',
    variant: 'tiny',
    base: { model: './model', weightsSha256: '00ff' },
    methods: learnt.map(({ method, fields }) => ({ id: method.id, fields: fields as never })),
    task: {
      type: 'text-classification',
      text: 'text',
      label: 'label',
      pooling: 'model',
      ...task,
      labels: [...labels],
    },
    parameters: assembly.parameters,
    metrics: { 'validation/accuracy': 0.75 },
    tensors: new Map(
      storedTensors(assembly, assembly.trained).map(({ name, shape }) => [name, draw(name, shape)]),
    ),
  };
  return {
    dir,
    model,
    adapter,
    task: assembly.task,
    learntBy: learnt.filter(({ method, fields }) => method.declare(fields, model).length > 0),
    baseModel,
    compute,
  };
}

/** What an adapter holds, as `logitsOf` takes it. */
export function learntBy({
  methods,
  tensors,
}: Pick<Adapter, 'tensors'> & { readonly methods: readonly Use[] }) {
  const listOf = (wanted: string) =>
    methods.filter(({ id }) => id === wanted).map(({ fields }) => fields as object);
  const use = methods.map(({ id }) => [id, listOf(id).length === 1 ? listOf(id)[0] : listOf(id)] as const);
  return { methods: Object.fromEntries(use), trained: tensors };
}

interface Use {
  readonly id: string;
  readonly fields: unknown;
}

/** Factors near 1, everything else near 0. */
function nearStart(name: string, shape: readonly number[]): HostTensor {
  const mean = /LayerNorm\.weight$|\.ia3_l$/.test(name) ? 1 : 0;
  return floatTensor(
    shape,
    normals(keyOf('learnt', name), sizeOf(shape)).map((x) => mean + 0.2 * x),
  );
}
