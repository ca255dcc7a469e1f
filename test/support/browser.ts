/** Starts a real Chromium for tests and keeps its screenshots in artifacts/, outside git. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { startChromium } from '../../scripts/chromium/start-chromium.ts';

const screenshotsFolder = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url));
const DEADLINE_MILLISECONDS = 15_000;

export interface LaunchOptions {
  readonly javaScriptEnabled?: boolean;
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface TestBrowser extends AsyncDisposable {
  /** Cookies live as long as this. */
  readonly context: BrowserContext;
  newPage(): Promise<Page>;
  /** A second user, or a second device: other cookies, same browser process. */
  newContext(options?: LaunchOptions): Promise<BrowserContext>;
  /** Saves the whole page as artifacts/screenshots/NAME.png and returns the path. */
  screenshot(page: Page, name: string): Promise<string>;
  close(): Promise<void>;
}

function contextOptions({ javaScriptEnabled = true, ...options }: LaunchOptions): BrowserContextOptions {
  return { javaScriptEnabled, locale: 'en-GB', viewport: { width: 1024, height: 768 }, ...options };
}

export async function launch(options: LaunchOptions = {}): Promise<TestBrowser> {
  const browser = await startChromium();
  const newContext = async (more: LaunchOptions = {}): Promise<BrowserContext> => {
    const context = await browser.newContext(contextOptions({ ...options, ...more }));
    context.setDefaultTimeout(DEADLINE_MILLISECONDS);
    return context;
  };
  const context = await newContext();
  return {
    context,
    newContext,
    newPage: () => context.newPage(),
    async screenshot(page, name) {
      await mkdir(screenshotsFolder, { recursive: true });
      const path = `${screenshotsFolder}${name}.png`;
      await page.screenshot({ path, fullPage: true });
      return path;
    },
    close: () => browser.close(),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
