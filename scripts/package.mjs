/**
 * Packs the extension for one platform each, as out/vsix/peft-workbench-TARGET-VERSION.vsix. What ships is staged in
 * out/vsix/TARGET first, exactly: nothing is left to ignore files.
 *   node scripts/package.mjs [--target TARGET]... [--no-build] [--out FOLDER]
 * Without a target: that of this machine. Targets are those onnxruntime-node has a native library for.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { thirdPartyNotices } from './thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
/** Loaded by Node from beside dist/*.js; everything else is in the bundles. */
const nativePackages = ['onnxruntime-node', 'onnxruntime-common'];

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: [`${process.platform}-${process.arch}`] },
    'no-build': { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'out/vsix') },
  },
});
const unknown = values.target.find((target) => !targets.includes(target));
if (unknown !== undefined) {
  console.error(`--target: expected one of ${targets.join(', ')}, found ${unknown}`);
  console.error('onnxruntime-node ships no native library for any other platform');
  process.exit(2);
}

if (!values['no-build']) node('esbuild.mjs');
if (!existsSync(join(root, 'dist/extension.cjs'))) {
  console.error('dist/extension.cjs: expected the built extension, found nothing (npm run build)');
  process.exit(2);
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const target of values.target) {
  const stage = resolve(values.out, target);
  const vsix = resolve(values.out, `${manifest.name}-${target}-${manifest.version}.vsix`);
  fill(stage, target);
  pack(stage, target, vsix);
  console.log(relative(process.cwd(), vsix));
}

/** Writes what ships to one platform into an empty folder. */
function fill(stage, target) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const documents = ['docs/recipe-reference.md', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md'];
  const texts = readdirSync(root).filter((name) => /^package\.nls(\..+)?\.json$/.test(name));
  for (const name of [...documents, ...texts, 'l10n', 'media']) copy(name);
  copy('docs/extension.md', undefined, 'README.md');
  // Source maps are larger than what they map.
  copy('dist', (path) => !path.endsWith('.map') && basename(path) !== 'bench-step.js');
  for (const name of nativePackages) {
    copy(`node_modules/${name}`, (path) => shipsTo(target, path), `dist/node_modules/${name}`);
  }
  writeFileSync(join(stage, 'package.json'), JSON.stringify(shipped(manifest), null, 2));
  writeFileSync(join(stage, 'THIRD_PARTY_NOTICES.txt'), thirdPartyNotices(root));

  function copy(from, filter = () => true, to = from) {
    cpSync(join(root, from), join(stage, to), { recursive: true, dereference: true, filter });
  }
}

/** Of a native package: CommonJS as Node loads it, and the libraries of one platform. */
function shipsTo(target, path) {
  const inside = path.slice(path.lastIndexOf('onnxruntime-')).split(sep);
  const [, folder, , platform, architecture] = inside;
  if (folder === 'bin') {
    return [platform, architecture].every((part, i) => part === undefined || part === target.split('-')[i]);
  }
  if (folder === 'dist') return !/\.d\.ts$|\.map$/.test(path);
  return folder === undefined || folder === 'package.json';
}

/** Everything is bundled or staged: the manifest asks for nothing and runs nothing. */
function shipped({ scripts: _scripts, dependencies: _bundled, devDependencies: _tools, ...manifest }) {
  return { ...manifest, files: ['**'] };
}

function pack(stage, target, vsix) {
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository'];
  mkdirSync(dirname(vsix), { recursive: true });
  node(vsce, ['package', ...options, '--target', target, '--out', vsix], stage);
}

function node(program, args = [], cwd = root) {
  try {
    execFileSync(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    console.error(`${error.stdout ?? ''}${basename(program)}: failed with status ${error.status}`);
    process.exit(1);
  }
}
