/**
 * How fast the packed extension is in a real VS Code, as medians over a few windows: activation, the first code lens, and
 * the first diagnostic after a key stroke in a recipe of 200 lines.
 *   npm run build && node bench/editor.mjs [--windows N]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

/** In the page: from the next key to the first underlined problem, in ms. */
const watchForSquiggle = `void (window.squiggle = new Promise((resolve) => {
  let pressed;
  addEventListener('keydown', () => (pressed ??= performance.now()), { capture: true, once: true });
  new MutationObserver((_, observer) => {
    if (pressed === undefined || document.querySelector('.squiggly-error') === null) return;
    observer.disconnect();
    resolve(performance.now() - pressed);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}))`;

const { values } = parseArgs({ options: { windows: { type: 'string', default: '5' } } });
const { startServer, startBrowser, newProfile, openWindow, command, openFile, codeLens, line } =
  await support();

const run = (program, ...args) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
const host = run('bash', 'scripts/editorHost.sh');
const vsix = run(process.execPath, 'scripts/package.mjs', '--no-build');
const server = await startServer({ host, vsix });
const browser = await startBrowser();
try {
  const folder = join(server.root, 'workspace');
  mkdirSync(folder);
  writeFileSync(join(folder, 'long.peft.yaml'), longRecipe());
  const windows = [];
  for (let i = 0; i < Number(values.windows); i++) windows.push(await measure(folder));
  for (const what of Object.keys(windows[0])) {
    const sorted = windows.map((window) => window[what]).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    console.log(
      `${what.padEnd(40)} ${median.toFixed(0).padStart(6)} ms (${sorted.map(Math.round).join(', ')})`,
    );
  }
} finally {
  await browser.close();
  await server.remove();
}

async function measure(folder) {
  const context = await newProfile(browser);
  const started = performance.now();
  const page = await openWindow(context, server, folder);
  const shown = performance.now();
  await openFile(page, 'long.peft.yaml');
  await codeLens(page, /Start/).waitFor();
  const lens = performance.now();

  await line(page, 'version: 1').first().click();
  await page.keyboard.press('End');
  await page.evaluate(watchForSquiggle);
  await page.keyboard.type('x');
  const diagnostic = await page.evaluate('window.squiggle');

  await command(page, 'Developer: Show Running Extensions');
  const text = await page.getByRole('listitem', { name: 'peft-workbench' }).innerText();
  const activation = Number(/(\d+)\s?ms/.exec(text)[1]);
  await context.close();
  return {
    activation,
    'window, to the container in its side bar': shown - started,
    'opening a recipe, to its first lens': lens - shown,
    'key stroke to diagnostic': diagnostic,
  };
}

/** 200 lines without a problem but those of a model and data that are not there. */
function longRecipe() {
  const head = readFileSync('recipes/spam.peft.yaml', 'utf8').split('variants:')[0];
  const variants = Array.from(
    { length: 45 },
    (_, i) => `  variant ${i}:\n    methods:\n      ln_tuning:\n        layers: [0]\n`,
  );
  return `${head}variants:\n${variants.join('')}seeds: [1]\n`;
}

/** The page object of test/e2e, which is TypeScript. */
async function support() {
  const outfile = 'out/bench/editorSupport.mjs';
  const names = ['server', 'browser', 'windows', 'palette', 'textEditor'];
  const contents = names.map((name) => `export * from './${name}.ts';`).join('\n');
  await build({
    stdin: { contents, resolveDir: 'test/e2e/support' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return import(join(process.cwd(), outfile));
}
