import { cp, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { bundledRuntime, librariesIn, runtimeRecord } from '../engine/onnxRuntimePackage.ts';
import { noCudaHere, toolFailed, toolsMissing, tooLittleSpace } from './errors.ts';
import { fetchWheels, type WheelHashes } from './fetchWheels.ts';
import { setUpPackage, type SetupContext } from './package.ts';
import { lastLines, runTool } from './tool.ts';

/** ONNX Runtime's libraries have to be of the version that finds them beside itself. */
const VERSION = manifest.dependencies['onnxruntime-node'];

/** PyPI's wheels with their SHA-256: ONNX Runtime's provider of that version (for CPython 3.12), and NVIDIA's libraries of CUDA 13.0 that it asks for. */
const wheelHashes: WheelHashes = {
  'onnxruntime-gpu==1.30.0': ['6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1'],
  'nvidia-cublas==13.1.0.3': ['ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171'],
  'nvidia-cuda-nvrtc==13.0.88': ['ad9b6d2ead2435f11cbb6868809d2adeeee302e9bb94bcf0539c7a40d80e8575'],
  'nvidia-cuda-runtime==13.0.96': ['7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548'],
  'nvidia-cudnn-cu13==9.15.1.9': ['ebc9a647918df0d7298d67cfaf41579fd4c78ead9aba246f5ad9414d61b9ec4c'],
  'nvidia-cufft==12.0.0.61': ['6c44f692dce8fd5ffd3e3df134b6cdb9c2f72d99cf40b62c32dde45eea9ddad3'],
  'nvidia-curand==10.4.0.35': ['1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc'],
  'nvidia-nvjitlink==13.0.88': ['13a74f429e23b921c1109976abefacc69835f2f433ebd323d3946e11d804e47b'],
};

export const cudaWheels = Object.keys(wheelHashes);

/** About what is downloaded, and what lies on the disk while it is made. */
export const CUDA_DOWNLOAD_BYTES = 1.6e9;
export const CUDA_SPACE_BYTES = 5e9;

export function cudaFolder(folder: string): string {
  return join(folder, `onnxruntime-${VERSION}-cuda`);
}

/**
 * Makes a copy of onnxruntime-node with libraries for CUDA beside it, see setUpPackage.
 * @throws UserError for what this machine lacks; RunFailure where it was made and does not work
 */
export async function setUpOnnxCuda<T extends object>(
  context: SetupContext<T> & { readonly spaceBytes?: number },
): Promise<T & { dir: string }> {
  const { folder, spaceBytes = CUDA_SPACE_BYTES, env, signal } = context;
  const platform = `${process.platform} on ${process.arch}`;
  if (platform !== 'linux on x64') throw noCudaHere(platform);
  const place = cudaFolder(folder);
  return setUpPackage(
    {
      name: 'onnx-cuda',
      place,
      dir: join(place, 'node_modules', 'onnxruntime-node'),
      record: runtimeRecord(folder),
      check: async () => {
        // Python takes code from the folder that it is started in.
        const python = await runTool('python3', ['-c', 'import pip'], { env, signal, cwd: folder });
        if (python.status !== 0)
          throw toolsMissing('onnx-cuda', [
            { what: 'Python 3 with pip (python3)', install: 'python3 and python3-pip' },
          ]);
        const { bavail, bsize } = await statfs(folder);
        if (bavail * bsize < spaceBytes) throw tooLittleSpace(folder, spaceBytes, bavail * bsize);
      },
      fill: (beside) => fill(beside, context),
    },
    context,
  );
}

async function fill(dir: string, { env, signal, report }: SetupContext<unknown>): Promise<void> {
  const options = { env, cwd: dir, signal, onLine: report };
  const modules = join(dir, 'node_modules');
  const bundled = bundledRuntime();
  for (const source of [bundled, join(dirname(bundled), 'onnxruntime-common')])
    await cp(source, join(modules, basename(source)), { recursive: true, dereference: true });

  report(`Fetching ${cudaWheels.join(', ')} from PyPI`);
  const wheels = await fetchWheels(wheelHashes, ['python3', '-m', 'pip'], options, FOR_ANY_PYTHON);
  const libraries = librariesIn(join(modules, 'onnxruntime-node'));
  const { status, output } = await runTool('python3', ['-c', UNPACK, wheels, libraries], options);
  if (status !== 0) throw toolFailed('python3', status, lastLines(output));
  await rm(wheels, { recursive: true, force: true });
}

/** Libraries alone are taken, so that it does not matter for which Python a wheel is. */
const FOR_ANY_PYTHON = [
  ...['--python-version', '3.12', '--implementation', 'cp'],
  ...[
    'manylinux_2_28_x86_64',
    'manylinux_2_27_x86_64',
    'manylinux_2_17_x86_64',
    'manylinux2014_x86_64',
  ].flatMap((platform) => ['--platform', platform]),
];

/** All libraries into one folder. */
const UNPACK = `
import pathlib, re, sys, zipfile
wanted = re.compile(r'onnxruntime/capi/(libonnxruntime_providers_(?:cuda|shared)[.]so)$|nvidia/[^/]+/lib/([^/]+[.]so(?:[.][0-9]+)*)$')
target = pathlib.Path(sys.argv[2])
target.mkdir(parents=True, exist_ok=True)
for wheel in pathlib.Path(sys.argv[1]).glob('*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            found = wanted.match(name)
            if found:
                (target / (found[1] or found[2])).write_bytes(archive.read(name))
`;
