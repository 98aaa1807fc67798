import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { suiteFolder } from '../../support/temporaryFolder.ts';
import { zipNames } from './zipNames.ts';

// Outside the repository: nothing resolves from its node_modules.
const out = suiteFolder();
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const vsix = (target: string) => join(out, `peft-workbench-${target}-${version}.vsix`);

beforeAll(() => {
  execFileSync(process.execPath, [...script, '--target', 'linux-x64', '--target', 'win32-arm64']);
}, 120_000);
const script = ['scripts/package.mjs', '--no-build', '--out', out];

/** Everything that ships, natives aside. */
const expected = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package(\.nls(\.[\w-]+)?)?\.json$/,
  /^extension\/(readme\.md|changelog\.md|SECURITY\.md|LICENSE\.txt|THIRD_PARTY_NOTICES\.txt)$/,
  /^extension\/l10n\/bundle\.l10n\.json$/,
  /^extension\/docs\/recipe-reference\.md$/,
  /^extension\/media\//,
  /^extension\/dist\/(cli|trainer|worker|server|planner)\.js$/,
  /^extension\/dist\/extension\.cjs$/,
  /^extension\/dist\/[\w-]+-[A-Z0-9]{8}\.js$/,
  /^extension\/dist\/webview\/\w+\.(js|css)$/,
  /^extension\/dist\/node_modules\/onnxruntime-(node|common)\/(package\.json|dist\/.+\.(js|json))$/,
];

test.each([
  ['linux-x64', /\/onnxruntime-node\/bin\/napi-v\d+\/linux\/x64\//],
  ['win32-arm64', /\/onnxruntime-node\/bin\/napi-v\d+\/win32\/arm64\//],
])(
  'the package of %s holds what is meant to ship, and the native library of no other platform',
  (target, native) => {
    const names = zipNames(vsix(target));
    const natives = names.filter((name) => name.includes('/bin/'));
    expect(natives).toContainEqual(expect.stringMatching(/onnxruntime_binding\.node$/));
    expect(natives.filter((name) => !native.test(name))).toEqual([]);

    const others = names.filter((name) => !natives.includes(name));
    expect(others.filter((name) => !expected.some((pattern) => pattern.test(name)))).toEqual([]);
    for (const pattern of expected) expect(names).toContainEqual(expect.stringMatching(pattern));
    expect(statSync(vsix(target)).size).toBeLessThan(45e6);
  },
);

test('what ships runs by itself: the command line finds its native library', () => {
  const doctor = [join(out, 'linux-x64/dist/cli.js'), 'doctor'];
  const { stdout } = spawnSync(process.execPath, doctor, { cwd: out, encoding: 'utf8' });
  expect(stdout).toMatch(/onnx-cpu +works/);
});

test('the packed manifest asks for no package and runs no script; licences of others are enclosed', () => {
  const manifest = JSON.parse(readFileSync(join(out, 'linux-x64/package.json'), 'utf8')) as object;
  expect(Object.keys(manifest)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(scripts|dependencies|devDependencies)$/)]),
  );
  const notices = readFileSync(join(out, 'linux-x64/THIRD_PARTY_NOTICES.txt'), 'utf8');
  for (const name of ['onnxruntime-node', 'zod', 'chart.js', 'yaml', '@tensorflow/tfjs-core']) {
    expect(notices).toContain(`\n${name} `);
  }
});

test('a platform without a native library is refused by name', () => {
  const { status, stderr } = spawnSync(process.execPath, [...script, '--target', 'darwin-x64'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/expected one of linux-x64, .* found darwin-x64/);
});
