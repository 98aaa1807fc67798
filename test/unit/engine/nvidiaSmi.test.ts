import { describe, expect, it } from 'vitest';
import { nvidiaCard, nvidiaReport } from '../../../src/engine/nvidiaSmi.ts';
import { twoCards, withNvidiaSmi } from '../../support/fakeNvidiaSmi.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe.runIf(process.platform !== 'win32')('what nvidia-smi tells', () => {
  it('is every card with its driver, memory and load, and the CUDA version', async () => {
    const card = { name: 'NVIDIA H200', driver: '580.65.06', memoryTotalMib: 143771 };
    expect(await nvidiaReport(withNvidiaSmi(twoCards))).toEqual({
      cudaVersion: '13.0',
      cards: [
        { ...card, index: '0', memoryUsedMib: 1024, utilization: 3 },
        // What a card does not tell is left out.
        { ...card, index: '1', memoryUsedMib: 90112 },
      ],
    });
    expect(await nvidiaCard('1', withNvidiaSmi(twoCards))).toMatchObject({ index: '1', utilization: 97 });
  });

  it('is nothing where there is no such program', async () => {
    const env = { PATH: temporaryFolder() };
    expect(await nvidiaReport(env)).toEqual({ isAbsent: true, fault: 'no nvidia-smi on PATH' });
    expect(await nvidiaCard('0', env)).toBeUndefined();
  });

  it('is the fault that it prints where the driver does not answer', async () => {
    const said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
    const env = withNvidiaSmi(`echo "${said}"; echo; exit 9`);
    expect(await nvidiaReport(env)).toEqual({ isAbsent: false, fault: said });
    expect(await nvidiaCard('0', env)).toBeUndefined();
  });

  it('is no card where what it prints is something else', async () => {
    expect(await nvidiaReport(withNvidiaSmi('echo No devices were found'))).toEqual({ cards: [] });
  });

  it('is not waited for where the program neither answers nor dies', async () => {
    const env = withNvidiaSmi("trap '' TERM; sleep 60");
    const fault = 'nvidia-smi gave no answer within 0.2 s';
    expect(await nvidiaReport(env, 200)).toEqual({ isAbsent: false, fault });
    expect(await nvidiaCard('0', env, 200)).toBeUndefined();
  });
});
