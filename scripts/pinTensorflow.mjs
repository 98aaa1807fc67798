/**
 * Pins anew what `setup tensorflow` fetches: npm's packages in src/setup/tensorflowLock.json, from the versions in its first entry, and
 * the wheels that are the keys of src/setup/tensorflowWheels.json by the hashes of PyPI's files. pip fetches each wheel for that, 7 GB in all.
 *   node scripts/pinTensorflow.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [lockPath, wheelsPath] = ['Lock', 'Wheels'].map((name) =>
  join(root, `src/setup/tensorflow${name}.json`),
);
/** Those that setup takes; a wheel of TensorFlow is for one of them. */
const PYTHONS = ['3.10', '3.11', '3.12', '3.13'];
const PLATFORMS = ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].map(
  (name) => `${name}_x86_64`,
);

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const dir = mkdtempSync(join(tmpdir(), 'peft-workbench-'));
const inDir = (command, args) =>
  execFileSync(command, args, { cwd: dir, stdio: ['ignore', 'inherit', 'inherit'] });
try {
  const lock = lockOf(read(lockPath).packages['']);
  const wheels = Object.fromEntries(Object.keys(read(wheelsPath)).map((wheel) => [wheel, hashesOf(wheel)]));
  writeFileSync(lockPath, JSON.stringify(lock, undefined, 2));
  writeFileSync(wheelsPath, JSON.stringify(wheels, undefined, 2));
} finally {
  rmSync(dir, { recursive: true });
}
execFileSync('npx', ['prettier', '--write', lockPath, wheelsPath], { cwd: root, stdio: 'inherit' });

/** Without addresses, so that a user's own registry serves as well. */
function lockOf(manifest) {
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest));
  const options = ['--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved'];
  inDir('npm', ['install', ...options, '--no-audit', '--no-fund']);
  return read(join(dir, 'package-lock.json'));
}

/** SHA-256 of each of its wheels for Linux on x64: one where it does not depend on Python's version. */
function hashesOf(wheel) {
  const hashes = new Set();
  for (const python of PYTHONS) {
    const [{ download_info: found }] = resolved(wheel, python);
    hashes.add(found.archive_info.hashes.sha256);
    if (/-py3-none-[^/]*$/.test(found.url)) break;
  }
  return [...hashes].sort();
}

function resolved(wheel, python) {
  const report = join(dir, 'report.json');
  const target = ['--target', join(dir, 'none'), '--python-version', python, '--implementation', 'cp'];
  const platforms = PLATFORMS.flatMap((platform) => ['--platform', platform]);
  const options = ['--dry-run', '--quiet', '--no-deps', '--only-binary=:all:', '--report', report];
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-cache-dir', 'install'];
  inDir('python3', [...pip, ...options, ...target, ...platforms, wheel]);
  return read(report).install;
}
