import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Debian's, or one that the environment names. */
export const chromiumPath =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Says why the tests of the page do not run. */
export function sayWhyNot(): void {
  if (chromiumPath) return;
  const { status } = spawnSync('sh', ['-c', 'command -v apt-get']);
  process.stderr.write(
    `no Chromium: the page of the inspector is not tested${status === 0 ? ' (apt-get install chromium brings it)' : ''}\n`,
  );
}

/** A browser of its own, with a profile that is new; `close` takes both away. */
export async function openBrowser(
  args: readonly string[] = [],
): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath!,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a page must not do: requests of other origins, breaches of the policy, errors. */
export interface Watched {
  page: Page;
  foreign: string[];
  errors: string[];
}

/** A page whose every request, violation and error is noted. */
export async function watchedPage(context: BrowserContext, origin: string): Promise<Watched> {
  const page = await context.newPage();
  const watched: Watched = { page, foreign: [], errors: [] };
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:')) watched.foreign.push(url);
  });
  page.on('pageerror', (error) => watched.errors.push(String(error)));
  page.on('console', (message) => {
    // What a refused media file or a test of its own says is no error of the page.
    if (message.type() === 'error' && !message.text().includes('404')) watched.errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    watched.errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
      throw new Error(`violation: ${violatedDirective}`);
    });
  });
  return watched;
}
