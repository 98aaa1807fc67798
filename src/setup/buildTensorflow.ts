import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packages } from '../engine/tensorflowPackage.ts';
import { compileFailed, toolFailed } from './errors.ts';
import { fetched } from './fetched.ts';
import { fetchWheels } from './fetchWheels.ts';
import { npmLock, wheelHashes, type Flavour } from './tensorflowRecipe.ts';
import { lastLines, runTool, type ToolOptions } from './tool.ts';
import type { Tools } from './tools.ts';

interface BuildContext extends Pick<ToolOptions, 'env' | 'signal'> {
  readonly report: (line: string) => void;
}

/**
 * Fills a folder with an installation of npm's package whose native part is compiled against the libraries of PyPI's TensorFlow:
 * node_modules/@tensorflow/NAME with lib/napi-v8/tfjs_binding.node and, as its own build has it, deps/lib.
 */
export async function buildTensorflow(
  dir: string,
  flavour: Flavour,
  tools: Tools,
  context: BuildContext,
): Promise<void> {
  const { report, signal } = context;
  const python = join(dir, 'python');
  const options: Options = { env: context.env, cwd: dir, signal, onLine: report };

  report(`Fetching ${flavour.binding} from npm`);
  await writeFile(join(dir, 'package.json'), JSON.stringify(npmLock.packages['']));
  await writeFile(join(dir, 'package-lock.json'), JSON.stringify(npmLock));
  await fetched('npm', [...tools.npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], options);
  // Both packages are locked; one is built.
  for (const name of packages.filter((name) => name !== flavour.binding))
    await rm(join(dir, 'node_modules', name), { recursive: true });

  report(`Fetching ${flavour.wheels.join(', ')} from PyPI`);
  const hashes = Object.fromEntries(flavour.wheels.map((wheel) => [wheel, wheelHashes[wheel]]));
  const wheels = await fetchWheels(hashes, tools.pip, options);
  await unpack(wheels, python, tools, options);

  const binding = join(dir, 'node_modules', flavour.binding);
  const libraries = join(binding, 'deps', 'lib');
  await mkdir(libraries, { recursive: true });
  await gather(python, libraries);

  report('Compiling the binding');
  await compile(binding, libraries, { dir, python, isOnDevice: flavour.id === 'cuda' }, tools, options);
  await rm(python, { recursive: true });
  await rm(wheels, { recursive: true });
}

type Options = ToolOptions & { readonly cwd: string };

/** Of the wheels what is compiled and linked with: headers and libraries. The rest, most of their files, is Python. */
async function unpack(wheels: string, python: string, tools: Tools, options: Options): Promise<void> {
  const [command, ...args] = tools.python;
  const { status, output } = await runTool(command, [...args, '-c', UNPACK, wheels, python], options);
  if (status !== 0) throw toolFailed(command, status, lastLines(output));
}

const UNPACK = `
import pathlib, re, sys, zipfile
wanted = re.compile(r'tensorflow/include/|tensorflow/lib[^/]*[.]so|nvidia/[^/]+/lib/')
for wheel in pathlib.Path(sys.argv[1]).glob('*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(sys.argv[2], [name for name in archive.namelist() if wanted.match(name)])
`;

/** Moves TensorFlow's libraries, and NVIDIA's where there are any, into one folder. */
async function gather(python: string, libraries: string): Promise<void> {
  const nvidia = await readdir(join(python, 'nvidia')).catch((): string[] => []);
  for (const folder of ['tensorflow', ...nvidia.map((name) => join('nvidia', name, 'lib'))]) {
    const names = await readdir(join(python, folder)).catch((): string[] => []);
    for (const name of names.filter((name) => /\.so(\.\d+)*$/.test(name)))
      await rename(join(python, folder, name), join(libraries, name));
  }
}

async function compile(
  binding: string,
  libraries: string,
  { dir, python, isOnDevice }: { dir: string; python: string; isOnDevice: boolean },
  { compiler: [command, ...flags] }: Tools,
  options: Options,
): Promise<void> {
  const out = join(binding, 'lib', 'napi-v8');
  await mkdir(out, { recursive: true });
  const tensorflow = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  // TensorFlow opens these by name when it looks for a device: linked to, they are there already.
  const nvidia = isOnDevice
    ? (await readdir(libraries)).filter((name) => !name.startsWith('libtensorflow'))
    : [];
  const { status, output } = await runTool(
    command,
    [
      ...flags,
      ...['-O2', '-std=c++17', '-shared', '-fPIC', '-w', '-DNAPI_VERSION=8'],
      ...[
        '..',
        join(python, 'tensorflow', 'include'),
        join(dir, 'node_modules', 'node-api-headers', 'include'),
      ].map((folder) => `-I${folder}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join('binding', file)),
      ...['-o', join(out, 'tfjs_binding.node'), `-L${libraries}`],
      '-Wl,--no-as-needed',
      ...[...tensorflow, ...nvidia].map((name) => `-l:${name}`),
      // RPATH, not RUNPATH: TensorFlow's libraries are to find each other and NVIDIA's by it, too.
      ...['-Wl,--disable-new-dtags', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ],
    { ...options, cwd: binding },
  );
  if (status !== 0) throw compileFailed(lastLines(output));
}
