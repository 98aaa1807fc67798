import type { Environment } from './environment.ts';

/** What processes of ours get of the environment; everything else (NODE_OPTIONS, LD_PRELOAD, tokens) stays behind. */
const PASSED = [
  /^(PATH|HOME|USERPROFILE|TMP|TEMP|TMPDIR|LANG|LC_ALL|SYSTEMROOT|LD_LIBRARY_PATH)$/i,
  /^(HTTPS?_PROXY|NO_PROXY|ALL_PROXY)$/i,
  /^(HF_HOME|HF_HUB_CACHE|HUGGINGFACE_HUB_CACHE|HF_ENDPOINT|XDG_CACHE_HOME)$/,
  /^(CUDA|VK|TF)_/,
  /^(XDG_DATA_HOME|PEFT_WORKBENCH_(AUTO|DATA|ONNXRUNTIME|TENSORFLOW))$/,
  /^(OMP_NUM_THREADS|NVIDIA_TF32_OVERRIDE)$/,
];

/**
 * The environment of a process that runs one of our programs on `process.execPath`. Where that is Electron, it is told to be Node;
 * plain Node does not look at the variable.
 */
export function passedEnvironment(env: Environment): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && PASSED.some((pattern) => pattern.test(entry[0])),
  );
  return { ...Object.fromEntries(passed), ELECTRON_RUN_AS_NODE: '1' };
}
