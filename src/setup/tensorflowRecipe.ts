import type { packages } from '../engine/tensorflowPackage.ts';
import lock from './tensorflowLock.json' with { type: 'json' };
import hashes from './tensorflowWheels.json' with { type: 'json' };

/** TensorFlow's own version, of which PyPI's wheels hold the libraries and headers. */
export const TENSORFLOW_VERSION = '2.21.0';

/** npm's packages, each pinned with its hash: the bindings' sources and JavaScript, and the headers of Node's C interface. */
export const npmLock = lock;

/** Of the binding's package, as it is pinned. */
export function bindingVersion({ binding }: Flavour): string {
  return lock.packages[''].dependencies[binding];
}

/** SHA-256 of each wheel for Linux on x64: of TensorFlow's there is one for each version of Python. */
export const wheelHashes: Readonly<Record<Wheel, readonly string[]>> = hashes;

export type Wheel = keyof typeof hashes;

/** One way of building: what computes, and what that takes. */
export interface Flavour {
  readonly id: 'cpu' | 'cuda';
  /** npm's package whose sources are compiled. */
  readonly binding: (typeof packages)[number];
  /** PyPI's wheels, pinned. */
  readonly wheels: readonly Wheel[];
  /** While it is built; less stays. */
  readonly spaceBytes: number;
  /** About what is downloaded. */
  readonly downloadBytes: number;
}

export const cpu: Flavour = {
  id: 'cpu',
  binding: '@tensorflow/tfjs-node',
  wheels: ['tensorflow-cpu==2.21.0'],
  spaceBytes: 3e9,
  downloadBytes: 350e6,
};

/** The CUDA libraries are those that `tensorflow[and-cuda]` of this version was built with. */
export const cuda: Flavour = {
  id: 'cuda',
  binding: '@tensorflow/tfjs-node-gpu',
  wheels: [
    'tensorflow==2.21.0',
    'nvidia-cublas-cu12==12.5.3.2',
    'nvidia-cuda-cupti-cu12==12.5.82',
    'nvidia-cuda-nvrtc-cu12==12.5.82',
    'nvidia-cuda-runtime-cu12==12.5.82',
    'nvidia-cudnn-cu12==9.3.0.75',
    'nvidia-cufft-cu12==11.2.3.61',
    'nvidia-curand-cu12==10.3.6.82',
    'nvidia-cusolver-cu12==11.6.3.83',
    'nvidia-cusparse-cu12==12.5.1.3',
    'nvidia-nccl-cu12==2.27.7',
    'nvidia-nvjitlink-cu12==12.5.82',
  ],
  spaceBytes: 14e9,
  downloadBytes: 3.2e9,
};
