import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, inject, onTestFinished, type TestContext } from 'vitest';
import { newProfile, startBrowser } from './browser.ts';
import { startServer, type Server, type ServerOptions } from './server.ts';
import { openWindow } from './windows.ts';
import { trainingProcesses, writeWorkspace, type WorkspaceOptions } from './workspace.ts';

/** A window on a workspace of its own. */
export interface Editor {
  readonly page: Page;
  /** The workspace folder. */
  readonly folder: string;
  readonly server: Server;
  /** Another window of the same profile, by default on the same folder. */
  another(folder?: string): Promise<Page>;
  /** What the extension wrote to its log in this server, all windows together. */
  log(): string;
}

export interface Editors {
  /** Opens a window in a new profile. Everything is put away when the test is over; after a failure its traces are kept in out/e2e. */
  open(workspace?: WorkspaceOptions): Promise<Editor>;
}

/** VS Code with the packed extension, one server and one browser for all tests of a file: called once, at its top. */
export function useEditors(options: Omit<ServerOptions, 'host' | 'vsix'> = {}): Editors {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer({ host: inject('editorHost'), vsix: inject('vsix'), ...options });
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });
  return {
    async open(workspace) {
      const folder = mkdtempSync(join(server.root, 'workspace-'));
      const context = await newProfile(browser);
      onTestFinished(async (test) => {
        if (test.task.result?.state === 'fail') await keepTraces(test, context, server);
        await context.close();
        await endTraining(folder);
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }, 30_000);
      await writeWorkspace(folder, workspace);
      const page = await openWindow(context, server, folder);
      return {
        page,
        folder,
        server,
        another: (other = folder) => openWindow(context, server, other),
        log: () => extensionLog(server),
      };
    },
  };
}

/** Texts of the extension's log channel, windows in the order they were opened. */
function extensionLog(server: Server): string {
  const logs = join(server.root, 'server/data/logs');
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((path) => /peft-workbench\.peft-workbench\/.*\.log$/.test(path))
    .sort()
    .map((path) => readFileSync(join(logs, path), 'utf8'))
    .join('');
}

/** Screenshots of the windows, all logs of VS Code and the workspace's runs, under out/e2e/<test>. */
async function keepTraces({ task }: TestContext, context: BrowserContext, server: Server): Promise<void> {
  const kept = join('out/e2e', task.fullTestName.replaceAll(/[^\w-]+/g, '-'));
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  for (const [i, page] of context.pages().entries()) {
    await page.screenshot({ path: join(kept, `window-${i + 1}.png`) });
    writeFileSync(join(kept, `window-${i + 1}.roles.yaml`), await page.locator('body').ariaSnapshot());
  }
  cpSync(join(server.root, 'server/data/logs'), join(kept, 'logs'), { recursive: true });
  writeFileSync(join(kept, 'server.log'), server.log());
  console.error(`traces of the failure: ${kept}`);
}

async function endTraining(folder: string): Promise<void> {
  for (const pid of await trainingProcesses(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
