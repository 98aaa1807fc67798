import { expect, it } from 'vitest';
import { passedEnvironment } from '../../../src/core/passedEnvironment.ts';

it('passes what is listed and leaves behind code to load and secrets', () => {
  const listed = {
    PATH: '/bin',
    Path: 'C:\\Windows',
    HOME: '/home/me',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    https_proxy: 'http://proxy.invalid:3128',
    NO_PROXY: 'localhost',
    HF_HOME: '/cache',
    HF_HUB_CACHE: '/cache/hub',
    HF_ENDPOINT: 'https://hub.invalid',
    CUDA_VISIBLE_DEVICES: '0',
    NVIDIA_TF32_OVERRIDE: '1',
    VK_ICD_FILENAMES: '/icd.json',
    OMP_NUM_THREADS: '4',
    LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
  };
  const left = {
    NODE_OPTIONS: '--require ./evil.js',
    NODE_PATH: '/evil',
    LD_PRELOAD: '/evil.so',
    HF_TOKEN: 'hf_secret',
    HUGGING_FACE_HUB_TOKEN: 'hf_secret',
    MY_PATH: '/x',
    PATHS: '/x',
    XCUDA_A: '1',
    NVIDIA_TF32_OVERRIDE_X: '1',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  expect(passedEnvironment({ ...listed, ...left, LC_ALL: undefined })).toEqual({
    ...listed,
    ELECTRON_RUN_AS_NODE: '1',
  });
});

it('tells Electron to be Node, whatever the variable was', () => {
  expect(passedEnvironment({})).toEqual({ ELECTRON_RUN_AS_NODE: '1' });
  expect(passedEnvironment({ ELECTRON_RUN_AS_NODE: '' })).toEqual({ ELECTRON_RUN_AS_NODE: '1' });
});
