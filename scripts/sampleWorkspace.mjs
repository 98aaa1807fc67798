// Makes out/sample, the workspace of the launch configuration: the sample project, with the model of the quickstart where it is there.
import { build } from 'esbuild';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}out/sample`;
if (!existsSync(folder)) {
  const model = `${root}.cache/models/all-MiniLM-L6-v2`;
  const bundle = `${root}out/writeSample.mjs`;
  await build({
    entryPoints: [`${root}src/extension/sample/writeSample.ts`],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const { writeSample } = await import(bundle);
  mkdirSync(`${folder}/runs`, { recursive: true });
  await writeSample({
    source: `${root}media/sample`,
    folder: `${folder}/peft-sample`,
    runsDir: `${folder}/runs`,
    model: existsSync(model) ? model : 'sentence-transformers/all-MiniLM-L6-v2',
  });
}
