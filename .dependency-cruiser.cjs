/**
 * Who may import whom in src: the table of ARCHITECTURE.md, from pure to effectful. A folder may import itself, the
 * folders and files named in `imports`, and the packages named in `packages`; everything else is a violation.
 * `node` says whether it may touch Node's own modules at all. `engine/executor` and the like are single files: the
 * interface of a layer, without the layer.
 */
const contracts = ['models/architecture', 'peft/method', 'tasks/task'];
const numeric = ['@tensorflow/tfjs-core'];
const pure = ['core', 'ops', 'models', 'peft', 'tasks', 'program', 'trace'];

const layers = {
  core: {},
  ops: { imports: ['core'], packages: numeric },
  models: { imports: ['core', 'ops'], packages: numeric },
  peft: { imports: ['core', 'ops', 'models/architecture'], packages: [...numeric, 'zod'] },
  tasks: {
    imports: ['core', 'ops', 'models/architecture', 'models/headParts', 'peft/method'],
    packages: [...numeric, 'zod'],
  },
  program: { imports: ['core', 'ops', ...contracts], packages: numeric },
  trace: { imports: ['core', 'ops', 'program'], packages: numeric },
  generation: { imports: ['core', 'program', 'engine/executor', 'tasks/generationFields'] },
  recipe: { imports: [...pure, 'engine/executor'], packages: ['yaml', 'zod'] },
  plan: { imports: [...pure, 'recipe', 'engine/executor'], packages: numeric },
  evidence: { imports: [...pure, 'recipe'] },
  files: { imports: ['core'], node: true },
  data: { imports: ['core'], packages: ['csv-parse', 'hyparquet', 'hyparquet-compressors'], node: true },
  checkpoints: {
    imports: ['core', 'files', 'models'],
    packages: ['@huggingface/tokenizers', 'zod'],
    node: true,
  },
  exports: {
    imports: ['core', 'files', 'ops', 'models', 'peft', 'program', 'checkpoints', 'tasks/task'],
    node: true,
  },
  setup: {
    imports: [
      'core',
      'files',
      'engine/setupPlace',
      'engine/tensorflowPackage',
      'engine/onnxRuntimePackage',
      'runs/heldFile',
    ],
    node: true,
  },
  hub: { imports: ['core', 'runs/heldFile'], packages: ['undici'], node: true },
  facts: {
    imports: [
      ...pure,
      'recipe',
      'plan',
      'data',
      'checkpoints',
      'hub',
      'protocol',
      'runs',
      'experiments',
      'evidence/ownEvidence',
      'engine/threads',
      'files',
    ],
    node: true,
  },
  runs: { imports: ['core', 'files'], node: true },
  experiments: { imports: ['core', 'runs', 'protocol'], packages: ['simple-statistics'], node: true },
  // Types of what crosses a boundary between processes or pages, and the schemas of what comes back.
  protocol: {
    imports: [
      'core',
      'evidence/rule',
      'recipe/fields',
      'recipe/presets',
      'plan/plan',
      'plan/parameters',
      'experiments/compare',
      'experiments/groups',
      'runs/runRecord',
      'runs/runState',
    ],
    packages: ['zod'],
  },
  language: {
    imports: [
      ...pure,
      'recipe',
      'evidence',
      'plan',
      'facts',
      'data',
      'checkpoints',
      'exports',
      'hub',
      'files',
      'protocol',
    ],
    packages: ['vscode-languageserver', 'vscode-languageserver-textdocument'],
    node: true,
  },
  // Never what computes or knows the recipe: that is asked of the language server and of the command line.
  extension: {
    imports: ['core', 'files', 'runs', 'experiments', 'protocol'],
    packages: ['vscode', '@types/vscode', 'vscode-languageclient', 'zod'],
    node: true,
  },
  engine: { imports: ['core', 'trace', 'program'], packages: numeric, node: true },
  'engine/onnx': {
    imports: [
      'core',
      'trace',
      'program',
      'engine/deviceStore',
      'engine/devices',
      'engine/executor',
      'engine/hostStore',
      'engine/graphics',
      'engine/nvidiaSmi',
      'engine/onnxRuntimePackage',
      'engine/setupPlace',
      'engine/threads',
      'ops/normalize',
    ],
    packages: ['onnxruntime-node', 'protobufjs'],
    node: true,
  },
  'engine/tensorflow': {
    imports: [
      'core',
      'trace',
      'program',
      'engine/deviceStore',
      'engine/executor',
      'engine/setupPlace',
      'engine/tensorflowEnvironment',
      'engine/tensorflowPackage',
      'engine/threads',
      'ops/normalize',
    ],
    packages: numeric,
    node: true,
  },
  'engine/reference': {
    imports: ['core', 'program', 'engine/executor', 'engine/hostStore', 'ops/gradients'],
    packages: [...numeric, '@tensorflow/tfjs-backend-cpu'],
    node: true,
  },
};

/** Packages that one folder alone may know. */
const owners = {
  yaml: 'src/recipe',
  'onnxruntime-node': 'src/engine/onnx',
  '@tensorflow/tfjs-backend-cpu': 'src/engine/reference',
  protobufjs: 'src/engine/onnx',
  '@huggingface/tokenizers': 'src/checkpoints',
  undici: 'src/hub',
};

/** The files that start a process. */
const launchers = [
  'src/trainer/launch.ts',
  'src/extension/process/cli.ts',
  'src/setup/tool.ts',
  'src/engine/nvidiaSmi.ts',
];

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const inSrc = (name) => `^src/${escaped(name)}(?:/|\\.ts$)`;
const inPackage = (name) => `(?:^|/)node_modules/${escaped(name)}/`;

const rulesOf = ([folder, { imports = [], packages = [], node = false }]) => {
  const inner = Object.keys(layers).filter((other) => other.startsWith(`${folder}/`));
  const from = { path: inSrc(folder), pathNot: inner.map(inSrc) };
  const listed = imports.length > 0 ? imports.join(', ') : 'nothing';
  return [
    {
      name: `${folder}-imports`,
      comment: `src/${folder} may import only itself and: ${listed}`,
      from,
      to: { path: '^src/', pathNot: [folder, ...imports].map(inSrc) },
    },
    {
      name: `${folder}-packages`,
      comment: `src/${folder} may use only these packages: ${packages.join(', ') || 'none'}`,
      from,
      to: { path: '(?:^|/)node_modules/', pathNot: packages.map(inPackage) },
    },
    ...(node
      ? []
      : [
          {
            name: `${folder}-pure`,
            comment: `src/${folder} runs without Node: no file, no process, no network`,
            from,
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ];
};

const rules = [
  {
    name: 'no-circular',
    comment: 'Files that need each other are one file, or a third is missing',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'Every import names something that is there',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-development-package',
    comment: 'The product runs on what package.json lists under dependencies',
    from: {},
    // The editor itself brings `vscode`; the package of that name has only its types.
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
      pathNot: [inPackage('@types/vscode')],
    },
  },
  ...Object.entries(layers).flatMap(rulesOf),
  {
    name: 'pages-imports',
    comment: 'A page knows the messages that it exchanges, and nothing else of the product',
    from: { path: '^webview/' },
    to: { path: '^src/', pathNot: '^src/protocol/' },
  },
  {
    name: 'pages-packages',
    comment: 'Pages draw with chart.js; everything else is the browser',
    from: { path: '^webview/' },
    to: { path: '(?:^|/)node_modules/', pathNot: ['chart.js', 'chartjs-plugin-zoom'].map(inPackage) },
  },
  {
    name: 'nothing-imports-pages',
    comment: 'Pages are programs of their own',
    from: { path: '^src/' },
    to: { path: '^webview/' },
  },
  ...Object.entries(owners).map(([name, folder]) => ({
    name: `${name.replace(/\W+/g, '-')}-owner`,
    comment: `${name} is known only to ${folder}`,
    from: { pathNot: `^${folder}/` },
    to: { path: inPackage(name) },
  })),
  {
    name: 'launchers',
    comment: `A process is started only by ${launchers.join(', ')}`,
    from: { pathNot: launchers.map((file) => `^${escaped(file)}$`) },
    to: { path: '^(?:node:)?child_process$' },
  },
  {
    name: 'entry-points',
    comment:
      'trainer and cli stand on top: nothing below knows them, and the trainer does not know the command line',
    from: { pathNot: '^src/cli/' },
    to: { path: '^src/cli/' },
  },
  {
    name: 'lazy-executors',
    comment: 'An executor is loaded when it is used: its native package may be absent',
    from: { path: '^src/(?!engine/.*/)' },
    to: { path: '^src/engine/[^/]+/', dynamic: false, dependencyTypesNot: ['type-only'] },
  },
];

module.exports = {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types too: a layer's types are part of what it knows.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      mainFields: ['module', 'main', 'types'],
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
