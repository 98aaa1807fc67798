import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame, Locator, Page } from 'playwright-core';
import { poll } from './poll.ts';

/**
 * The page of a webview that is in view, by the title of its document: the dashboard's, the form's. Roles work on it as
 * on a page. A webview that was hidden or reloaded has a new page: ask again.
 */
export function webview(page: Page, title: string | RegExp): Promise<Frame> {
  return poll(`a webview titled ${String(title)}`, async () => {
    for (const frame of extensionFrames(page)) {
      if (matches(await frame.title().catch(() => ''), title)) return frame;
    }
    return undefined;
  });
}

/** How many pages of a title there are, hidden ones of retained webviews included. */
export async function countWebviews(page: Page, title: string | RegExp): Promise<number> {
  const titles = await Promise.all(extensionFrames(page).map((frame) => frame.title().catch(() => '')));
  return titles.filter((found) => matches(found, title)).length;
}

/** Rows of a table, each as the texts of its cells; the head's row first. */
export async function tableTexts(table: Locator): Promise<string[][]> {
  const rows = await table.getByRole('row').all();
  return Promise.all(
    rows.map((row) =>
      row
        .locator('th, td')
        .allInnerTexts()
        .then((cells) => cells.map((cell) => cell.trim())),
    ),
  );
}

/** How often each colour, as `r,g,b`, is drawn in a canvas; transparent pixels are not counted. */
export async function canvasColours(canvas: Locator): Promise<Map<string, number>> {
  const counts = await canvas.evaluate((element) => {
    const { width, height } = element;
    const { data } = element.getContext('2d').getImageData(0, 0, width, height);
    const found: Record<string, number> = {};
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 0) continue;
      const colour = `${data[i]},${data[i + 1]},${data[i + 2]}`;
      found[colour] = (found[colour] ?? 0) + 1;
    }
    return found;
  });
  return new Map(Object.entries(counts));
}

/** What axe-core finds wrong in a page and calls serious or critical, as lines to read. */
export async function seriousViolations(frame: Frame): Promise<string[]> {
  await frame.evaluate(axeSource);
  const { violations } = await frame.evaluate<AxeResults>('axe.run(document)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The inner frames: the outer one of a webview, which VS Code owns, names the extension in its address. */
function extensionFrames(page: Page): Frame[] {
  return page.frames().filter((frame) => {
    const outer = frame.parentFrame();
    return outer !== null && outer.url().includes('extensionId=peft-workbench.peft-workbench');
  });
}

function matches(found: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? found === wanted : wanted.test(found);
}
